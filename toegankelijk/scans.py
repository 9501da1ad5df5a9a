"""Scans as the platform keeps them: begin, record page by page, finish, and read back for reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crawler.model import Plan, Versions, Visit
from toegankelijk.errors import ScanClosed, UnknownMunicipality, UnknownRecord

__all__ = ["ScanClosed", "UnknownMunicipality", "UnknownRecord"]


@dataclass(frozen=True, slots=True)
class ScanView:
    """One scan. `counts`: discovered, scanned, partial, failed, skipped, blocked. `traps` lie outside discovered."""

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


def site_for_scan(
    session: Session, *, url: str, now: datetime, body_id: UUID | None = None, nis: str | None = None
) -> UUID:
    """The site with this address: of the body, of the municipality, or of whoever has it; added where unknown.

    Raises `UnknownMunicipality` for a wrong NIS code; an old code's text names the code of today.
    """
    raise NotImplementedError


def begin_scan(
    session: Session,
    *,
    site_id: UUID,
    kind: str,
    profile: str,
    seed: int,
    engines: Mapping[str, str],
    rule_set: str,
    now: datetime,
    settings_json: Mapping[str, Any],
    scan_id: UUID | None = None,
) -> UUID:
    """Start a scan; from now on its pages are recorded one by one."""
    raise NotImplementedError


def record_versions(session: Session, scan_id: UUID, versions: Versions) -> None:
    """Keep what judges this scan, known once the browser runs."""
    raise NotImplementedError


def record_plan(session: Session, scan_id: UUID, plan: Plan) -> None:
    """Keep every discovered address: left out with its reason, chosen by its clause, or not chosen."""
    raise NotImplementedError


def record_visit(session: Session, scan_id: UUID, visit: Visit) -> None:
    """Keep one visited page with its findings; a second visit of an address takes the place of the first."""
    raise NotImplementedError


def finish_scan(session: Session, scan_id: UUID, *, state: str, now: datetime, note: str = "") -> str:
    """Close a scan and write its totals; gives the state that was kept.

    Addresses without a visit end as failed (stopped). A scan on which no page was judged is kept as failed,
    whatever was asked: it never replaces an earlier one.
    """
    raise NotImplementedError


def get_scan(session: Session, scan_id: UUID) -> ScanView:
    """The scan with this id, or `UnknownRecord`."""
    raise NotImplementedError


def current_scan(session: Session, site_id: UUID) -> ScanView | None:
    """The last complete scan of a site."""
    raise NotImplementedError


def last_attempt(session: Session, site_id: UUID) -> ScanView | None:
    """The scan of a site that began last, whatever became of it."""
    raise NotImplementedError


def criterion_totals(session: Session, scan_id: UUID) -> list[CriterionTotal]:
    """Totals by success criterion, in order of number, failures first."""
    raise NotImplementedError


def rule_totals(session: Session, scan_id: UUID) -> list[RuleTotal]:
    """Totals by rule, most pages first."""
    raise NotImplementedError


def pages_of(session: Session, scan_id: UUID) -> list[PageRow]:
    """All discovered addresses, visited ones first."""
    raise NotImplementedError


def findings_of(session: Session, scan_id: UUID, *, rule: str, outcome: str, limit: int = 50) -> list[FindingRow]:
    """Up to `limit` nodes at which a rule had an outcome, in order of visit."""
    raise NotImplementedError


def finished_urls(session: Session, scan_id: UUID) -> frozenset[str]:
    """The addresses that already have their visit, so that a rerun goes on where it was."""
    raise NotImplementedError


def content_hashes(session: Session, site_id: UUID) -> dict[str, str]:
    """By address, the content hash of each page that the current scan judged."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class DueSite:
    """A site whose last complete scan is older than its interval (or that has none)."""

    site_id: UUID
    url: str
    body_name: str
    interval_days: int
    last_complete_at: datetime | None


def overdue_sites(session: Session, now: datetime) -> list[DueSite]:
    """Sites with an interval whose last complete scan is older than that, longest waiting first."""
    raise NotImplementedError


def status_lines(session: Session, now: datetime) -> list[str]:
    """What `scan.py status` prints: scans by state, the last ones, and what is overdue."""
    raise NotImplementedError
