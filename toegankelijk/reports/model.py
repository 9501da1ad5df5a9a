"""What a report on a public body says, whole and frozen; the renderers show it and add nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class WebLink:
    """An address on a scanned website: `href` is empty when nobody should be sent there, `label` is for reading."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Example:
    """One place where a rule had its outcome. `message` is the engine's own, in English, for builders."""

    page: WebLink
    snippet: str
    selector: str
    frames: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule with its reach; `more` says how many places are not among the examples."""

    title: str
    outcome_code: str
    engine: str
    engine_rule: str
    impact: str
    pages: int
    nodes: int
    examples: tuple[Example, ...]
    more: int


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One success criterion with its reach and the rules that found it; `id` is empty for one nobody knows.

    `in_standard` says that it belongs to the standard of the scan.
    """

    anchor: str
    id: str
    name: str
    level: str
    clause: str
    principle: str
    since_version: str
    in_standard: bool
    pages: int
    nodes: int
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Why a number of pages was not, or not fully, examined, with some of their addresses."""

    code: str
    name: str
    explanation: str
    advice: str
    count: int
    examples: tuple[WebLink, ...]
    more: int


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page of the sample."""

    page: WebLink
    title: str
    status_code: str
    status: str
    reason: str
    chosen_because: str
    failures: int
    cannot_tell: int
    visited_at: datetime | None


@dataclass(frozen=True, slots=True)
class TrapLine:
    """Addresses that were counted but not followed."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class BarPart:
    """A stretch of the coverage bar in percents of its width, as text for an attribute."""

    kind: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was examined: of all addresses found, those chosen, and what became of them.

    `is_sample` says that pages were left out because there were more than the scan was to visit.
    """

    found: int
    chosen: int
    examined: int
    partly: int
    missed: int
    missed_reasons: tuple[ReasonLine, ...]
    left_out: int
    left_out_reasons: tuple[ReasonLine, ...]
    is_sample: bool
    traps: tuple[TrapLine, ...]
    bar: tuple[BarPart, ...]

    @property
    def judged(self) -> int:
        """Pages on which something was examined: the ground under every other figure."""
        return self.examined + self.partly


@dataclass(frozen=True, slots=True)
class ScanReport:
    """The last complete scan of a website."""

    finished_at: datetime
    started_at: datetime
    profile: str
    criteria_in_profile: int
    versions: tuple[tuple[str, str], ...]
    seed: int
    coverage: Coverage
    pages_with_failures: int
    failure_nodes: int
    failures: tuple[CriterionLine, ...]
    to_review: tuple[CriterionLine, ...]
    review_nodes: int
    best_practices: tuple[RuleLine, ...]
    pages: tuple[PageLine, ...]

    @property
    def criteria_with_failures(self) -> int:
        """How many success criteria of the standard have at least one failure; `criteria_in_profile` at most."""
        return sum(line.in_standard for line in self.failures)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A later scan that did not become complete, so that the older one still stands."""

    state_code: str
    state: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class SiteReport:
    """One website of the body: where it stands in the registry, its last complete scan, a later attempt."""

    anchor: str
    name: str
    link: WebLink
    status_code: str
    status: str
    status_explanation: str
    may_be_scanned: bool
    operator: str
    source: str
    source_date: str
    scan: ScanReport | None
    attempt: Attempt | None


@dataclass(frozen=True, slots=True)
class GroupMember:
    """Another body of the same municipality; `path` is its page on this platform."""

    name: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class MunicipalityReport:
    """The report on a municipality or another public body."""

    name: str
    kind: str
    path: str
    nis_code: str
    province: str
    population: int | None
    population_date: date | None
    valid_to: date | None
    source: str
    source_date: str
    is_demo: bool
    group: tuple[GroupMember, ...]
    sites: tuple[SiteReport, ...]
    made_at: datetime

    @property
    def scanned_sites(self) -> tuple[SiteReport, ...]:
        """The websites with a complete scan."""
        return tuple(site for site in self.sites if site.scan)

    @property
    def is_scanned(self) -> bool:
        """Whether at least one website has a complete scan."""
        return bool(self.scanned_sites)

    @property
    def has_many_scans(self) -> bool:
        """Whether a reader must be told which website a summary is about."""
        return len(self.scanned_sites) > 1
