"""The values that a scan is made of: site, plan, visit, finding; all frozen, none knows where it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

CONTRACT_FORMAT = "toegankelijk-scan/1"
CONTRACT_REVISION = 1


class VisitStatus(StrEnum):
    """What became of one discovered address; every address ends in exactly one."""

    SCANNED = "scanned"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    BLOCKED = "blocked"


class Reason(StrEnum):
    """Why an address is not simply scanned; a closed list, mirrored in the JSON Schema of the contract."""

    NOT_SAMPLED = "not-sampled"
    ROBOTS = "robots"
    HTTP_4XX = "http-4xx"
    HTTP_5XX = "http-5xx"
    SOFT_404 = "soft-404"
    NOT_HTML = "not-html"
    EMPTY = "empty"
    LOGIN = "login"
    CONSENT = "consent"
    OFF_SITE = "off-site"
    PRIVATE_ADDRESS = "private-address"
    UNREACHABLE = "unreachable"
    DNS = "dns"
    TLS = "tls"
    REDIRECT_LOOP = "redirect-loop"
    TOO_LARGE = "too-large"
    DOWNLOAD = "download"
    TIMEOUT_NAV = "timeout-nav"
    TIMEOUT_SCRIPT = "timeout-script"
    TIMEOUT_WALL = "timeout-wall"
    CRASHED = "crashed"
    ENGINE_ERROR = "engine-error"
    FRAME_NOT_REACHED = "frame-not-reached"
    UNSETTLED = "unsettled"
    WAF = "waf"
    TRAP = "trap"
    DUPLICATE_OF = "duplicate-of"
    UNCHANGED = "unchanged"
    STOPPED = "stopped"


class Outcome(StrEnum):
    """A finding is a failure that was seen, or something that the engine cannot tell; never a pass."""

    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Site:
    """A website to scan: `url` is its home page, `extra_hosts` are further host names that belong to it.

    `listed` are pages that a person wants in every sample (clause f of the law's sample).
    """

    url: str
    name: str = ""
    extra_hosts: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """One discovered page address, or one that was met and left out with its reason.

    `url` is the canonical form, `found_on` the address that led to it ("" for the start, the sitemap's own
    address for sitemap entries), `depth` the number of links from the home page (-1 when known by sitemap only).
    `template`, `kinds` and `step` tell how the page is built: see `crawler.structure`.
    """

    url: str
    found_on: str = ""
    depth: int = 0
    status: VisitStatus | None = None
    reason: Reason | None = None
    duplicate_of: str | None = None
    http_status: int | None = None
    title: str = ""
    link_text: str = ""
    detail: str = ""
    heading: str = ""
    template: str = ""
    kinds: tuple[str, ...] = ()
    step: str = ""


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A link to a PDF or office file: where it stands, and its text."""

    url: str
    page: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What discovery found: pages to choose from, addresses left out with a reason, documents, other hosts, traps.

    `addresses` holds every discovered page address exactly once. `traps` counts addresses that a trap rule cut (by rule
    name, outside `addresses`). `external_hosts` maps another host to the page that first links it. `document_links`
    are some of the links to each of the `documents`: enough to tell what it is about and which one is linked most.
    """

    addresses: tuple[Address, ...]
    documents: tuple[str, ...] = ()
    external_hosts: dict[str, str] = field(default_factory=dict)
    traps: dict[str, int] = field(default_factory=dict)
    crawl_delay_s: float | None = None
    complete: bool = True
    note: str = ""
    document_links: tuple[DocumentLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One page of the sample and the clause that chose it: `a:contact`, `d:template`, `g:random` ... (or `listed`)."""

    url: str
    selected_by: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where a node is: selectors of the frames from the top, of the shadow hosts, and of the node itself."""

    frames: tuple[str, ...]
    path: tuple[str, ...]
    selector: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One node that fails a rule, or that the engine could not judge."""

    rule: str
    engine: str
    engine_rule: str
    outcome: Outcome
    criteria: tuple[str, ...]
    clauses: tuple[str, ...]
    act: tuple[str, ...]
    best_practice: bool
    impact: str | None
    target: Target
    snippet: str
    message: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Facts of the page that later work stands on: all bounded in size, nothing of the visitor's."""

    language: str = ""
    generator: str = ""
    links: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    outline: tuple[str, ...] = ()
    elements: int = 0
    content_hash: str = ""
    consent: str = ""
    requests: int = 0
    bytes_received: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of one discovered address. `reason` is None only when `status` is scanned.

    `load_ms` is until the page had settled, `check_ms` the time of the checks. `raw` is the engines' own JSON,
    uncompressed, None when nothing was judged.
    """

    url: str
    final_url: str
    status: VisitStatus
    reason: Reason | None
    visited_at: datetime
    title: str = ""
    http_status: int | None = None
    load_ms: int = 0
    check_ms: int = 0
    selected_by: str = ""
    duplicate_of: str | None = None
    detail: str = ""
    findings: tuple[Finding, ...] = ()
    facts: PageFacts | None = None
    raw: bytes | None = None


class ClauseState(StrEnum):
    """What became of one thing that a sample should hold. None of them says that the site does not have it."""

    MET = "met"
    NO_ROOM = "no-room"
    ELSEWHERE = "elsewhere"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a sample should hold (`a:contact`, `d:template`, `e:waste` ...) and whether it does.

    `pages` are those of the sample (documents for clause e) that meet it, one for each of the `wanted` parts when it
    is met. `beside` are addresses outside the sample: a page that found no room, one that links to the other host
    where the thing seems to be, a listed address that is no page.
    """

    id: str
    state: ClauseState
    pages: tuple[str, ...] = ()
    wanted: int = 1
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """A page of the sample that is a step of a process of `steps` steps (None: it does not say of how many).

    Nothing is ever sent, so the steps after it are not reached.
    """

    page: str
    step: int
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a scan is going to do, told to the watcher before the first visit.

    `kind` and `seed` are those of the law's sample ("" and None for a list of pages); `clauses` what it should hold,
    `documents` those that stand for the site (listed, not visited), `processes` those that it enters.
    """

    discovery: Discovery
    sample: tuple[Choice, ...]
    kind: str = ""
    seed: int | None = None
    clauses: tuple[Clause, ...] = ()
    documents: tuple[Choice, ...] = ()
    processes: tuple[Process, ...] = ()

    @property
    def unmet(self) -> tuple[str, ...]:
        """The ids of what the sample should hold and does not."""
        return tuple(clause.id for clause in self.clauses if clause.state is not ClauseState.MET)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known from before: finished pages of this very scan, and content hashes of an earlier one.

    A scan that goes on brings its `plan`, and by final address the finished page that stands for it (`landed`).
    """

    finished: frozenset[str] = frozenset()
    hashes: dict[str, str] = field(default_factory=dict)
    plan: Plan | None = None
    landed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Versions:
    """What judged: versions of scanner, engines and browser, and the standard profile."""

    scanner: str
    engines: dict[str, str]
    browser: str
    profile: str

    def to_json(self) -> dict[str, Any]:
        """The `scanner` object of the output contract."""
        return {
            "version": self.scanner,
            "engines": dict(self.engines),
            "browser": self.browser,
            "profile": self.profile,
        }
