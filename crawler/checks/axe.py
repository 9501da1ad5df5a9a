"""The axe-core check: every frame of the page is judged, in a world that the page's own scripts can't touch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_selenium_python import Axe

from crawler.devtools import BrowserGone, DevToolsError, DevToolsTimeout, Session
from crawler.errors import EngineMissing
from crawler.model import Finding, Outcome, Reason, Target
from crawler.settings import ScanSettings
from crawler.tab import Deadline, Frame, PageProblem, Tab, has_moved_on
from crawler.wcag import load_criteria

ENGINE = "axe-core"
FRAME_RULE = "frame-not-tested"
SNIPPET_LIMIT, MESSAGE_LIMIT, SELECTOR_LIMIT = 2_000, 2_000, 1_000
# All of WCAG 2.0-2.2 level A and AA; naming the tags also turns on target-size, which axe-core leaves off.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS: Mapping[str, Any] = {
    "runOnly": {"type": "tag", "values": list(TAGS)},
    "resultTypes": ["violations", "incomplete"],
}
# axe-core fetches style sheets that it cannot read; one that hangs may not use up the time for the script.
_PRELOAD_SHARE = 0.25
_FRAME_DEPTH = 6
# One frame that hangs may not use up the time of its page, nor all frames the time to put the results together.
_FRAME_S = 5.0
_FRAMES_SHARE = 0.6
_FRAMES_LIMIT = 50
# In each document the engine is at hand as text, which costs next to nothing; only the page itself unpacks it at once.
_AT_HAND = "var unpackEngine = () => (0, eval)(%s); if (self === top) unpackEngine();"
_UNPACK = "typeof unpackEngine === 'function' && unpackEngine()"
# Not `axe` alone: an element of the page with that id answers to the name too.
_HAS_ENGINE = "typeof axe !== 'undefined' && typeof axe.run === 'function'"
# A field named `nodeName` or `children` hides that property of its form, on which the engine breaks: while it runs,
# such fields bear another name.
_PREPARE = """(() => { const hides = name => name !== 'id' && (name in Node.prototype || name in Element.prototype);
const fields = () => [...document.querySelectorAll('form [name]')].filter(e => hides(e.getAttribute('name')));
self.unhidden = async run => { const all = fields().map(e => [e, e.getAttribute('name')]);
try { all.forEach(([e, name]) => e.setAttribute('name', name + '-')); return await run(); }
finally { all.forEach(([e, name]) => e.setAttribute('name', name)); } }; })()"""
# A rejection of axe.run never reaches the wrapper's callback, so it becomes a value that it can hand over.
_SAFE_RUN = """(() => { const run = axe.run;
axe.run = (...given) => unhidden(() => run(...given)).catch(e => ({rejected: String(e && e.message || e)})); })()"""
# The browser's own error page, its viewer of other files, or the empty document in which a frame waits, is not what
# the site shows.
_HOLDS_PAGE = """location.protocol !== 'chrome-error:' && (location.href !== 'about:blank' || %s) &&
['text/html', 'application/xhtml+xml'].includes(document.contentType)"""
# The frames as they are at the very moment when the document is judged: partial results must fit them one to one.
_PARTIAL = """unhidden(() => { const frames = axe.utils.getFrameContexts(%(context)s);
return axe.runPartial(%(context)s, %(options)s).then(own => ({own, frames})); })"""
_CRITERION = re.compile(r"wcag(\d)(\d)(\d{1,2})$")
_CLAUSE = re.compile(r"EN-(\d+(?:\.\d+)+)$")
_FETCHED = Path(__file__).resolve().parent.parent / "_vendor" / "axe-core" / "axe.min.js"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one engine says of a page: findings, its own JSON, notes on what it could not reach."""

    findings: tuple[Finding, ...]
    raw: dict[str, Any]
    notes: tuple[str, ...] = ()


class _World:
    """The driver that axe-selenium-python expects, on an isolated world of one frame instead of a whole browser."""

    def __init__(self, session: Session, context: int, deadline: Deadline, script_s: float) -> None:
        self._session = session
        self._context = context
        self._deadline = deadline
        self._script_s = script_s

    def execute_script(self, script: str, *_: object) -> Any:
        """Run statements; they give nothing back."""
        return self.value(f"{script}\n;undefined")

    def execute_async_script(self, script: str, *_: object) -> Any:
        """Run statements whose last argument is the callback; what it is called with comes back."""
        return self.value(f"new Promise(done => (function () {{ {script} }})(done))")

    def value(self, expression: str, *, by_value: bool = True) -> Any:
        """The value of an expression within the page's time."""
        timeout_s = self._deadline.left(self._script_s)
        return self._session.evaluate(expression, context=self._context, timeout_s=timeout_s, by_value=by_value)


def engine_script(settings: ScanSettings) -> Path:
    """The axe-core script to use: the setting's, else the one that set-up fetched.

    Raises `EngineMissing`; the script of 2018 that axe-selenium-python carries is never used.
    """
    path = Path(settings.axe_script) if settings.axe_script else _FETCHED
    if not path.is_file():
        raise EngineMissing(
            f"axe-core is not at {path}; run `make demo` or `make test` once, which fetches it from npm"
        )
    return path


def script_version(script: Path) -> str:
    """The version in the banner of an axe-core script; raises `EngineMissing` when it has none."""
    with script.open(encoding="utf-8") as file:
        banner = file.read(200)
    found = re.search(r"axe v(\d+\.\d+\.\d+)", banner)
    if not found:
        raise EngineMissing(f"{script} is not an axe-core script; run the set-up again")
    return found[1]


class AxeEngine:
    """axe-core for the length of a scan: its script, and what it says of its own rules (asked once)."""

    def __init__(self, settings: ScanSettings) -> None:
        self.script = engine_script(settings)
        self.source = _AT_HAND % json.dumps(self.script.read_text(encoding="utf-8"))
        timeout_ms = int(settings.script_s * 1000 * _PRELOAD_SHARE)
        self.options = json.dumps({**OPTIONS, "preload": {"assets": ["cssom", "media"], "timeout": timeout_ms}})
        self.rules: Mapping[str, Mapping[str, Any]] = {}

    def check(self, tab: Tab, deadline: Deadline) -> Judgement:
        """Judge the open page of `tab`.

        Raises `PageProblem` when the page does not answer in time or the engine fails as a whole; a frame that
        can't be reached becomes a `cannot_tell` of ours.
        """
        try:
            return _Run(self, tab, deadline).judge()
        except BrowserGone:
            raise
        except DevToolsTimeout as error:
            raise PageProblem(Reason.TIMEOUT_SCRIPT, str(error)) from error
        except DevToolsError as error:
            raise PageProblem(Reason.UNSETTLED if has_moved_on(error) else Reason.ENGINE_ERROR, str(error)) from error

    def learn(self, world: _World) -> None:
        """Ask the engine for its rules, the first time that it runs."""
        if not self.rules:
            self.rules = {rule["ruleId"]: rule for rule in world.value("axe.getRules()")}


class _Run:
    """One judgement of one page, frame by frame."""

    def __init__(self, engine: AxeEngine, tab: Tab, deadline: Deadline) -> None:
        self.engine = engine
        self.tab = tab
        self.deadline = deadline
        self.frames_deadline = deadline
        self.script = engine.script
        self.unreached: list[Finding] = []
        self.frames = 0

    def judge(self) -> Judgement:
        context = self.tab.main_world()
        world = self._world(_World(self.tab.main, context, self.deadline, self.tab.settings.script_s))
        contexts = world.value("unhidden(() => axe.utils.getFrameContexts(document))")
        result = self._one_document(world) if not contexts else self._with_frames(world)
        if "rejected" in result:
            raise PageProblem(Reason.ENGINE_ERROR, result["rejected"][:500])
        self.engine.learn(world)
        findings = (*_read_findings(result, self.engine.rules), *self.unreached)
        notes = tuple(f"frame not tested: {finding.target.selector}" for finding in self.unreached)
        return Judgement(findings, _shortened(result), notes)

    def _world(self, world: _World) -> _World:
        """The world with the engine in it."""
        if not world.value(f"({_HAS_ENGINE}) || ({_UNPACK}, {_HAS_ENGINE})"):
            Axe(world, str(self.script)).inject()
        world.value(_PREPARE)
        return world

    def _one_document(self, world: _World) -> dict[str, Any]:
        world.value(_SAFE_RUN)
        result: dict[str, Any] = Axe(world, str(self.script)).run(options=self.engine.options)
        return result

    def _with_frames(self, world: _World) -> dict[str, Any]:
        """The partial results of all frames in document order, put together in the outermost one."""
        partials = self._partials(world, self.tab.frame, "document", ())
        expression = f"axe.finishRun({json.dumps(partials)}, {self.engine.options})"
        result: dict[str, Any] = world.value(expression)
        return result

    def _partials(self, world: _World, frame: Frame, context: str, path: tuple[str, ...]) -> list[Any]:
        judged = world.value(_PARTIAL % {"context": context, "options": self.engine.options})
        if not path:
            self.frames_deadline = Deadline(self.deadline.left() * _FRAMES_SHARE)
        partials = [judged["own"]]
        for child in judged["frames"]:
            selector = child["frameSelector"]
            below = (*path, _selector_text(selector))
            find = f"axe.utils.shadowSelect({json.dumps(selector)})"
            partials += self._child_partials(world, frame, find, json.dumps(child["frameContext"]), below)
        return partials

    def _child_partials(
        self, world: _World, parent: Frame, find: str, context: str, path: tuple[str, ...]
    ) -> list[Any]:
        """The partial results of the frame element that `find` selects in its parent's world, and of those below."""
        self.frames += 1
        if self.frames > _FRAMES_LIMIT or len(path) > _FRAME_DEPTH:
            return self._give_up(path, "the page has too many frames, or too many in each other")
        try:
            limit = self.frames_deadline.left(min(self.tab.settings.script_s, _FRAME_S))
            element = world.value(find, by_value=False)
            node = parent.session.call("DOM.describeNode", {"objectId": element}, timeout_s=limit)["node"]
            if _is_sandboxed(node):
                return self._give_up(path, "its sandbox lets no script run")
            frame = self.tab.frame_of(parent, node)
            if frame is None:
                return self._give_up(path, "it holds no document")
            inner = _World(frame.session, self.tab.new_world(frame, timeout_s=limit), self.frames_deadline, limit)
            if not inner.value(_HOLDS_PAGE % _may_be_empty(node)):
                return self._give_up(path, "its page did not load")
            return self._partials(self._world(inner), frame, context, path)
        except BrowserGone:
            raise
        except (DevToolsError, PageProblem) as error:
            return self._give_up(path, str(error))

    def _give_up(self, path: tuple[str, ...], why: str) -> list[Any]:
        self.unreached.append(_frame_finding(path, why))
        return [None]


def _attributes(node: Mapping[str, Any]) -> dict[str, str]:
    given = node.get("attributes", [])
    return dict(zip(given[::2], given[1::2], strict=False))


def _may_be_empty(node: Mapping[str, Any]) -> str:
    """`true` for a frame element that asks for no address of its own, so that an empty document is its page."""
    source = _attributes(node).get("src", "").strip()
    return "true" if source in ("", "about:blank") or source.startswith("javascript:") else "false"


def _is_sandboxed(node: Mapping[str, Any]) -> bool:
    """True for a frame element whose sandbox attribute forbids scripts."""
    attributes = _attributes(node)
    return "sandbox" in attributes and "allow-scripts" not in attributes["sandbox"].lower().split()


def _shortened(value: Any) -> Any:
    """The engine's JSON with every text cut off at the length of a snippet: pages hold attributes of megabytes."""
    if isinstance(value, str):
        return value[:SNIPPET_LIMIT]
    if isinstance(value, list):
        return [_shortened(part) for part in value]
    if isinstance(value, dict):
        return {key: _shortened(part) for key, part in value.items()}
    return value


def _frame_finding(path: tuple[str, ...], why: str) -> Finding:
    return Finding(
        rule=FRAME_RULE,
        engine="toegankelijk",
        engine_rule=FRAME_RULE,
        outcome=Outcome.CANNOT_TELL,
        criteria=(),
        clauses=(),
        act=(),
        best_practice=False,
        impact=None,
        target=Target(frames=path[:-1], path=(), selector=path[-1]),
        snippet="",
        message=f"The content of this frame could not be tested: {why}"[:MESSAGE_LIMIT],
    )


def _read_findings(result: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]]) -> Iterable[Finding]:
    for kind, outcome in (("violations", Outcome.FAIL), ("incomplete", Outcome.CANNOT_TELL)):
        for entry in result.get(kind, ()):
            act = tuple(rules.get(entry["id"], {}).get("actIds") or ())
            for node in entry["nodes"]:
                yield _read_node(entry, node, outcome, act)


def _read_node(entry: Mapping[str, Any], node: Mapping[str, Any], outcome: Outcome, act: tuple[str, ...]) -> Finding:
    tags = entry["tags"]
    return Finding(
        rule=entry["id"],
        engine=ENGINE,
        engine_rule=entry["id"],
        outcome=outcome,
        criteria=criteria_of(tags),
        clauses=clauses_of(tags),
        act=act,
        best_practice="best-practice" in tags,
        impact=node.get("impact") or entry.get("impact"),
        target=_read_target(node["target"]),
        snippet=node.get("html", "")[:SNIPPET_LIMIT],
        message=(node.get("failureSummary") or entry.get("help", ""))[:MESSAGE_LIMIT],
    )


def criteria_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The criteria of level A and AA that axe-core's tags name: `wcag1410` is 1.4.10; level AAA is not screened."""
    found = (".".join(match.groups()) for tag in tags if (match := _CRITERION.match(tag)))
    return tuple(criterion for criterion in found if criterion in load_criteria())


def clauses_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The clauses of EN 301 549 that the tags name, those of level AAA criteria left out like the criteria."""
    known = {criterion.clause for criterion in load_criteria().values()}
    found = (match[1] for tag in tags if (match := _CLAUSE.match(tag)))
    return tuple(clause for clause in found if clause in known or not clause.startswith("9."))


def _read_target(target: list[Any]) -> Target:
    """axe-core's target: a selector per frame and the node's own; a list among them runs through shadow hosts."""
    *frames, own = target
    path = own if isinstance(own, list) else [own]
    return Target(
        frames=tuple(_selector_text(frame)[:SELECTOR_LIMIT] for frame in frames),
        path=tuple(host[:SELECTOR_LIMIT] for host in path[:-1]),
        selector=path[-1][:SELECTOR_LIMIT],
    )


def _selector_text(selector: str | list[str]) -> str:
    return selector if isinstance(selector, str) else " >>> ".join(selector)
