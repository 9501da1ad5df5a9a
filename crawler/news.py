"""What the spider tells about a site, fact by fact: one JSON line each, so that a killed spider loses nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from crawler.identity import Answer, Found
from crawler.model import Reason, VisitStatus


@dataclass(frozen=True, slots=True)
class Document:
    """A link to a PDF or office file: the page that it stands on, and its text."""

    url: str
    page: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class OtherHost:
    """Another host, and the page that first links it."""

    host: str
    page: str


@dataclass(frozen=True, slots=True)
class Robots:
    """What the robots.txt of an origin answered; `status` None when nothing did."""

    origin: str
    status: int | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class CutBy:
    """One more address that a trap rule cut."""

    rule: str


@dataclass(frozen=True, slots=True)
class CrawlDelay:
    """The pause that robots.txt asks for."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader of a scan should know of this site."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The spider is done; `is_complete` when nothing that it knew was left unasked."""

    is_complete: bool


News = Found | Answer | Document | OtherHost | Robots | CutBy | CrawlDelay | Remark | End
_KINDS: dict[str, type[News]] = {
    "found": Found,
    "answer": Answer,
    "document": Document,
    "host": OtherHost,
    "robots": Robots,
    "cut": CutBy,
    "crawl-delay": CrawlDelay,
    "remark": Remark,
    "end": End,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_line(news: News) -> str:
    """One line of JSON, without its line end; what is empty is left out."""
    facts = {name: value for name, value in asdict(news).items() if value not in ("", None, ())}
    return json.dumps({"kind": _NAMES[type(news)], **facts}, ensure_ascii=True, separators=(",", ":"))


def from_line(line: str | bytes) -> News:
    """The fact of one line; raises ValueError (with its place) for a line that no spider wrote."""
    facts: dict[str, Any] = json.loads(line)
    kind = _KINDS[facts.pop("kind")]
    if kind is Answer:
        facts |= {"status": VisitStatus(facts["status"])} if "status" in facts else {}
        facts |= {"reason": Reason(facts["reason"])} if "reason" in facts else {}
        facts |= {"kinds": tuple(facts["kinds"])} if "kinds" in facts else {}
    return kind(**facts)
