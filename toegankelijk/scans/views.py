"""What a reader of scans gets to see: frozen values, none of them tied to the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ScanView:
    """One scan. `counts`: discovered, scanned, partial, failed, skipped, blocked. `traps` lie outside discovered.

    `sample` is that of the scan file (kind, seed, clauses, documents, processes), empty for a list of pages. While it
    runs, its program is taken to live until `lease_until`.
    """

    id: UUID
    site_id: UUID
    kind: str
    profile: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    versions: dict[str, Any]
    counts: dict[str, int]
    traps: dict[str, int]
    seed: int
    engines: dict[str, str] = field(default_factory=dict)
    rule_set: str = ""
    note: str = ""
    sample: dict[str, Any] = field(default_factory=dict)
    lease_until: datetime | None = None

    def is_broken_off(self, now: datetime) -> bool:
        """True for a scan that has not ended although nobody works on it; the next scan of its site goes on."""
        return self.state == "running" and (self.lease_until is None or self.lease_until <= now)


@dataclass(frozen=True, slots=True)
class CriterionTotal:
    """On how many pages and at how many nodes a success criterion had this outcome; best practices left out."""

    criterion: str
    outcome: str
    pages: int
    nodes: int


@dataclass(frozen=True, slots=True)
class RuleTotal:
    """On how many pages and at how many nodes a rule had this outcome; `impact` is the worst that was seen."""

    rule: str
    engine: str
    engine_rule: str
    outcome: str
    criteria: tuple[str, ...]
    best_practice: bool
    impact: str | None
    pages: int
    nodes: int
    clauses: tuple[str, ...] = ()
    act: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRow:
    """One discovered address; `failures` and `cannot_tell` count nodes, best practices left out.

    `status` is empty while a running scan has not come to it.
    """

    url: str
    final_url: str
    title: str
    status: str
    reason: str | None
    selected_by: str
    http_status: int | None
    failures: int
    cannot_tell: int
    load_ms: int
    check_ms: int
    visited_at: datetime | None
    duplicate_of: str | None = None
    detail: str = ""
    found_on: str = ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One node at which a rule had an outcome."""

    url: str
    snippet: str
    selector: str
    frames: tuple[str, ...]
    message: str
    impact: str | None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueSite:
    """A site whose last complete scan is older than its interval (or that has none)."""

    site_id: UUID
    url: str
    body_name: str
    interval_days: int
    last_complete_at: datetime | None
