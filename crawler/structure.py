"""How a page is built: a sketch of its template, the kinds of content in it, its step in a process; pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from crawler.errors import CatalogueBroken

FILE = Path(__file__).with_name("structure.toml")
# In the order in which a sample prefers them.
KINDS = ("table", "form", "video", "map", "carousel")
# A sketch holds the smallest hashes of the parts of a page; enough for a likeness within some hundredths.
SKETCH_PARTS = 96
HASH_BYTES = 3
PLAIN = "-"

_MAX_DEPTH = 12
_MAX_CLASSES = 4
_MAX_CLASS = 40
_MAX_STEP_TEXT = 120
_SKIPPED = frozenset({"script", "style", "template", "noscript", "header", "footer", "nav", "aside"})
_NO_FIELD = frozenset({"hidden", "submit", "button", "image", "reset"})
_ASKED_OF_A_PERSON = frozenset({"email", "tel", "password", "file"})


@dataclass(frozen=True, slots=True)
class Structure:
    """How a page is built.

    `template` is its sketch (see `crawler.likeness`), `PLAIN` for a page of nothing but text. `kinds` are those of
    `KINDS` that it holds. `step` is `2/4` or `2` (of an unknown number) when it is a step of a process, else "".
    """

    template: str = ""
    kinds: tuple[str, ...] = ()
    step: str = ""


NOTHING = Structure()


@dataclass(frozen=True, slots=True)
class _Words:
    editorial: frozenset[str]
    passing: frozenset[str]
    hosts: dict[str, tuple[str, ...]]
    classes: dict[str, frozenset[str]]
    step: re.Pattern[str]


def read_structure(root: Any, main: Any, url: str) -> Structure:
    """Read the parsed page that was found at `url`; `main` is the part of it that is its own."""
    own = [element for element, _ in _walk(main)]
    forms = [element for element in own if element.tag == "form" and _is_form(element)]
    kinds = {kind for element in own if (kind := _kind(element))} | ({"form"} if forms else set())
    return Structure(
        template=_sketch(_parts(root, main, url)),
        kinds=tuple(kind for kind in KINDS if kind in kinds),
        step=_step(main, forms),
    )


def _walk(main: Any) -> Iterator[tuple[Any, int]]:
    """The elements of a part of a page and how deep each lies, without what frames and silent parts hold."""
    depth = 0
    walk = etree.iterwalk(main, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            depth -= 1
            continue
        depth += 1
        if element.tag in _SKIPPED and element is not main:
            walk.skip_subtree()
            continue
        yield element, depth


# -- template ----------------------------------------------------------------------------------------------------------
def _parts(root: Any, main: Any, url: str) -> set[str]:
    """What the template gave the page: the paths of its named and structural elements, and what the body says of it."""
    above: list[str] = []
    found: set[str] = set()
    for element, depth in _walk(main):
        del above[depth - 1 :]
        label = _label(element)
        path = f"{above[-1] if above else ''}>{label}" if label else (above[-1] if above else "")
        above.append(path)
        if label and path.count(">") <= _MAX_DEPTH:
            found.add(path)
    body = root.find(".//body")
    return found | {f"body.{name}" for name in _body_classes(body, url)}


def _label(element: Any) -> str:
    """Tag, role and lasting classes; "" for what an editor wrote."""
    names = sorted(_classes(element))[:_MAX_CLASSES]
    role = (element.get("role") or "").strip().lower()
    if element.tag in _words().editorial and not names and not role:
        return ""
    return ".".join((element.tag, *names)) + (f"[{role}]" if role else "")


def _classes(element: Any) -> frozenset[str]:
    """The classes that stay the same from page to page: no states, no counters, no hashes of a build."""
    return _lasting(element.get("class") or "")


@lru_cache(maxsize=8192)
def _lasting(names: str) -> frozenset[str]:
    passing = _words().passing
    return frozenset(
        name
        for name in names.lower().split()
        if name not in passing and len(name) <= _MAX_CLASS and not any(map(str.isdigit, name))
    )


def _body_classes(body: Any, url: str) -> list[str]:
    """The classes of the body that name a kind of page; those that repeat its own address name that page alone."""
    if body is None:
        return []
    own = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]).lower()
    return [name for name in sorted(_classes(body)) if len(own) < 4 or own not in name]


def _sketch(parts: Iterable[str]) -> str:
    """The smallest hashes of a set of parts, in hexadecimal; `PLAIN` for none."""
    return "".join(sorted(map(_hash, parts))[:SKETCH_PARTS]) or PLAIN


@lru_cache(maxsize=65_536)
def _hash(part: str) -> str:
    return blake2b(part.encode("utf-8", "replace"), digest_size=HASH_BYTES).hexdigest()


# -- kinds of content --------------------------------------------------------------------------------------------------
def _kind(element: Any) -> str:
    """The kind of content that an element is, "" for none; forms are told by their fields."""
    if element.tag == "table":
        return "table" if _is_data(element) else ""
    if element.tag == "video":
        return "video"
    if (element.get("aria-roledescription") or "").lower() in ("carousel", "carrousel"):
        return "carousel"
    shown = (element.get("src") or element.get("data-src") or "") if element.tag == "iframe" else ""
    names = {word for name in _classes(element) for word in re.split(r"[-_]+", name)}
    words = _words()
    for kind, classes in words.classes.items():
        if names & classes or (shown and any(_leads_to(shown, host) for host in words.hosts[kind])):
            return kind
    return ""


def _is_data(table: Any) -> bool:
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return False
    has_heading = next(table.iter("th", "caption"), None) is not None
    return has_heading and sum(1 for _ in table.iter("tr")) > 1


def _leads_to(address: str, host: str) -> bool:
    """True for an address on a host (`youtube.com`, also below it) or below a path of it (`google.com/maps`)."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    name, _, path = host.partition("/")
    return f".{parts.netloc.lower()}".endswith(f".{name}") and parts.path.startswith(f"/{path}" if path else "")


def _is_form(form: Any) -> bool:
    """True for a form that a person fills in: no search box, and not the one form that old sites put round a page."""
    if next(form.iter("main", "nav", "header", "footer"), None) is not None:
        return False
    return len(_fields(form)) > 1 or (_is_sent(form) and bool(_fields(form)))


def _fields(form: Any) -> list[Any]:
    return [field for field in form.iter("input", "select", "textarea") if _type(field) not in _NO_FIELD]


def _type(field: Any) -> str:
    return (field.get("type") or "text").strip().lower()


def _is_sent(form: Any) -> bool:
    """True when filling it in leads to a further step: it sends something, or asks for what only a person can give."""
    if (form.get("method") or "").strip().lower() == "post":
        return True
    return any(field.tag == "textarea" or _type(field) in _ASKED_OF_A_PERSON for field in _fields(form))


# -- processes ---------------------------------------------------------------------------------------------------------
def _step(main: Any, forms: list[Any]) -> str:
    """Where the page stands in a process: as it says itself, else the first of an unknown number for a form."""
    marked = main.xpath(".//li[@aria-current='step']")
    if marked:
        steps = list(marked[0].getparent().iterchildren("li"))
        return f"{steps.index(marked[0]) + 1}/{len(steps)}"
    told = _words().step
    for element in main.iter("h1", "h2", "h3", "legend", "li", "p", "span", "div"):
        if (element.tag[0] == "h" or forms) and (found := told.fullmatch(_short(element))):
            return f"{int(found[1])}/{int(found[2])}"
    return "1" if any(map(_is_sent, forms)) else ""


def _short(element: Any) -> str:
    """The text before the first child, when it is short."""
    text = (element.text or "")[: _MAX_STEP_TEXT + 1]
    return " ".join(text.lower().split()) if len(text) <= _MAX_STEP_TEXT else ""


@cache
def _words() -> _Words:
    return read_words(FILE)


def read_words(path: Path) -> _Words:
    """Read the words of a structure file; raises `CatalogueBroken`, naming the file, when it cannot be used."""
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
        step, of = ("|".join(map(re.escape, data["process"][key])) for key in ("step", "of"))
        return _Words(
            editorial=frozenset(data["template"]["editorial"]),
            passing=frozenset(data["template"]["passing"]),
            hosts={kind: tuple(data[kind].get("hosts", ())) for kind in ("video", "map", "carousel")},
            classes={kind: frozenset(data[kind]["classes"]) for kind in ("video", "map", "carousel")},
            step=re.compile(rf"(?:{step}) (\d{{1,2}}) ?(?:{of}|/) ?(\d{{1,2}})\b.*"),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise CatalogueBroken(f"{path}: {error!r} is wrong or missing; see the entries beside it") from error
