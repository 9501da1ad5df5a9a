"""Visit one page: open it, wait until it is ready, say whether it is a real page, let the checks judge it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.canonical import document_kind, is_same_site
from crawler.checks.axe import AxeEngine, Judgement
from crawler.devtools import BrowserGone, DevToolsError
from crawler.model import Choice, PageFacts, Reason, Site, Visit, VisitStatus
from crawler.reading import Reading, says_missing
from crawler.scripts import FACTS
from crawler.settings import ScanSettings
from crawler.tab import Deadline, PageProblem, Tab, status_problem
from crawler.walls import Facts, consent_state, is_challenge, wall_before

# Asked of the scan before a page is judged: the page that already stands for this final address, if any.
Claim = Callable[[str, str], str | None]

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_NOTHING_VISIBLE = 2
_NOTE_LIMIT = 300
_STATUS_OF = {
    Reason.PRIVATE_ADDRESS: VisitStatus.BLOCKED,
    Reason.WAF: VisitStatus.BLOCKED,
    Reason.OFF_SITE: VisitStatus.SKIPPED,
    Reason.NOT_HTML: VisitStatus.SKIPPED,
    Reason.DOWNLOAD: VisitStatus.SKIPPED,
    Reason.DUPLICATE_OF: VisitStatus.SKIPPED,
    Reason.LOGIN: VisitStatus.SKIPPED,
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """What all visits of a scan share."""

    site: Site | None
    settings: ScanSettings
    engine: AxeEngine
    now: Callable[[], datetime]
    claim: Claim

    def visit(self, tab: Tab, choice: Choice) -> Visit:
        """What became of one page; whatever the page does, a visit comes back within its wall-clock budget.

        Only the end of the whole browser (`BrowserGone`) is raised.
        """
        making = _Making(self, tab, choice)
        try:
            making.make()
        except PageProblem as problem:
            making.problem = problem
        except BrowserGone:
            raise
        except DevToolsError as error:
            making.problem = PageProblem(Reason.ENGINE_ERROR, str(error))
        return making.result()


class _Making:
    """One visit in the making: what is known of the page so far, so that nothing is lost when it breaks off."""

    def __init__(self, shared: Visitor, tab: Tab, choice: Choice) -> None:
        self.shared = shared
        self.tab = tab
        self.choice = choice
        self.deadline = Deadline(shared.settings.wall_s)
        self.problem: PageProblem | None = None
        self.cut_off: Reason | None = None
        self.duplicate_of: str | None = None
        self.page: dict[str, Any] = {}
        self.notes: list[str] = []
        self.judgement: Judgement | None = None
        self.load_ms = self.check_ms = 0

    def make(self) -> None:
        """Open the page and judge it; a page that moves on under the engine is judged once more where it came to."""
        begun = time.perf_counter()
        self._open()
        try:
            self._judge(begun)
        except PageProblem as problem:
            if problem.reason is not Reason.UNSETTLED:
                raise
            self._judge(begun)

    def _judge(self, begun: float) -> None:
        if not self.tab.settle(self.deadline):
            self._note("the page did not come to rest in time")
        self.page = self.tab.evaluate(FACTS, timeout_s=self.deadline.left(self.shared.settings.script_s))
        self.load_ms = _ms_since(begun)
        self._require_real_page()
        checking = time.perf_counter()
        self.judgement = self.shared.engine.check(self.tab, self.deadline)
        self.check_ms = _ms_since(checking)
        for note in self.judgement.notes:
            self._note(note)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text[:_NOTE_LIMIT])

    def _open(self) -> None:
        loaded = self.tab.open(self.choice.url, self.deadline)
        if self.tab.is_sandboxed:
            loaded = self.tab.reopen_without_policy(self.choice.url, self.deadline)
            self._note("sandboxed: judged with its content security policy off")
        if not self.tab.traffic.document.get("is_trusted", True):
            self._note("the certificate of this host is not trusted")
        if not loaded:
            self.cut_off = Reason.TIMEOUT_NAV

    def _require_real_page(self) -> None:
        """Raise the problem of everything that is not a page of this site; see rule R08 of the monitoring study."""
        problem = _wrong_answer(self.page, self.shared.site) or _wrong_content(self.page, self.choice.url)
        if problem is not None:
            raise problem
        self.duplicate_of = self.shared.claim(self.choice.url, self.page["url"])
        if self.duplicate_of is not None:
            raise PageProblem(Reason.DUPLICATE_OF, self.duplicate_of)

    def result(self) -> Visit:
        status, reason = self._outcome()
        judged = self.judgement
        return Visit(
            url=self.choice.url,
            final_url=self.page.get("url", self.choice.url),
            status=status,
            reason=reason,
            visited_at=self.shared.now(),
            title=self.page.get("title", ""),
            http_status=self.page.get("status") or self.tab.traffic.document.get("status"),
            load_ms=self.load_ms,
            check_ms=self.check_ms,
            selected_by=self.choice.selected_by,
            duplicate_of=self.duplicate_of,
            detail=self.problem.detail[:1000] if self.problem else "",
            findings=judged.findings if judged else (),
            facts=self._facts() if self.page else None,
            raw=json.dumps({"axe-core": judged.raw}, separators=(",", ":")).encode() if judged else None,
        )

    def _outcome(self) -> tuple[VisitStatus, Reason | None]:
        if self.problem is not None:
            return _STATUS_OF.get(self.problem.reason, VisitStatus.FAILED), self.problem.reason
        if self.cut_off is not None:
            return VisitStatus.PARTIAL, self.cut_off
        return VisitStatus.SCANNED, None

    def _facts(self) -> PageFacts:
        page, traffic = self.page, self.tab.traffic
        links = page["links"]
        return PageFacts(
            language=page["language"][:35],
            generator=page["generator"],
            links=tuple(links),
            hosts=tuple(page["hosts"]),
            documents=tuple(link for link in links if document_kind(link)),
            outline=tuple(page["outline"]),
            elements=page["elements"],
            consent=consent_state(page),
            content_hash=hashlib.sha256(page["content"].encode("utf-8", "replace")).hexdigest(),
            requests=traffic.requests,
            bytes_received=traffic.bytes,
            notes=tuple(self.notes),
        )


def _wrong_answer(page: Facts, site: Site | None) -> PageProblem | None:
    """What the server gave instead of a page of this site, told by status, address and type."""
    if is_challenge(page):
        return PageProblem(Reason.WAF, page["title"])
    if problem := status_problem(page["status"]):
        return problem
    if not page["url"].startswith(("http://", "https://")):
        return PageProblem(Reason.UNREACHABLE, f"the browser ended on {page['url'][:100]}")
    if site is not None and not is_same_site(page["url"], site):
        return PageProblem(Reason.OFF_SITE, page["url"])
    if page["contentType"] not in _HTML_TYPES or document_kind(page["url"]):
        return PageProblem(Reason.NOT_HTML, page["contentType"])
    return None


def _wrong_content(page: Facts, asked: str) -> PageProblem | None:
    """What stands in the place of the page, told by its content."""
    if wall := wall_before(page, asked):
        return PageProblem(wall, page["title"])
    if says_missing(Reading(title=page["title"], heading=page["heading"])):
        return PageProblem(Reason.SOFT_404, page["title"])
    if page["visible"] < _NOTHING_VISIBLE and not page["images"]:
        return PageProblem(Reason.EMPTY, "nothing is visible on the page")
    return None


def _ms_since(begun: float) -> int:
    return int((time.perf_counter() - begun) * 1000)
