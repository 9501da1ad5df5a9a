"""Read scans back: which one counts for a site, its totals, its pages and its findings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toegankelijk.scans.record import JUDGED, counts_of
from toegankelijk.scans.views import CriterionTotal, FindingRow, PageRow, RuleTotal, ScanView
from toegankelijk.storage import findings as stored_findings
from toegankelijk.storage import scans as stored

CriterionRow = stored_findings.CriterionTotal
RuleRow = stored_findings.RuleTotal


def get_scan(session: Session, scan_id: UUID) -> ScanView:
    """The scan with this id, or `UnknownRecord`."""
    return _view(session, stored.get_scan_row(session, scan_id))


def current_scan(session: Session, site_id: UUID) -> ScanView | None:
    """The last complete scan of a site; failed and partial ones never take its place."""
    scan = stored.find_latest_scan(session, site_id, state="complete")
    return None if scan is None else _view(session, scan)


def last_attempt(session: Session, site_id: UUID) -> ScanView | None:
    """The scan of a site that began last, whatever became of it."""
    scan = stored.find_latest_scan(session, site_id)
    return None if scan is None else _view(session, scan)


def criterion_totals(session: Session, scan_id: UUID) -> list[CriterionTotal]:
    """Totals by success criterion in order of number, failures first; empty until the scan is finished."""
    query = (
        select(CriterionRow)
        .join(stored.Scan, stored.Scan.key == CriterionRow.scan_key)
        .where(stored.Scan.id == scan_id)
        .order_by(CriterionRow.outcome)
    )
    totals = [CriterionTotal(row.criterion, row.outcome, row.pages, row.nodes) for row in session.scalars(query)]
    return sorted(totals, key=lambda total: [int(part) for part in total.criterion.split(".") if part.isdigit()])


def rule_totals(session: Session, scan_id: UUID) -> list[RuleTotal]:
    """Totals by rule, failures first and then by number of pages; empty until the scan is finished."""
    query = (
        select(RuleRow, stored_findings.Rule)
        .join(stored.Scan, stored.Scan.key == RuleRow.scan_key)
        .join(stored_findings.Rule, stored_findings.Rule.key == RuleRow.rule_key)
        .where(stored.Scan.id == scan_id)
        .order_by(RuleRow.outcome, RuleRow.pages.desc(), RuleRow.nodes.desc(), stored_findings.Rule.rule)
    )
    return [
        RuleTotal(
            rule=rule.rule,
            engine=rule.engine,
            engine_rule=rule.engine_rule,
            outcome=total.outcome,
            criteria=rule.criteria,
            best_practice=rule.best_practice,
            impact=total.impact or None,
            pages=total.pages,
            nodes=total.nodes,
            clauses=rule.clauses,
            act=rule.act,
        )
        for total, rule in session.execute(query)
    ]


def pages_of(session: Session, scan_id: UUID) -> list[PageRow]:
    """All discovered addresses: the chosen ones in order of visit, then the others by address."""
    query = (
        select(stored.Address)
        .join(stored.Scan, stored.Scan.key == stored.Address.scan_key)
        .where(stored.Scan.id == scan_id)
        .order_by(
            stored.Address.selected_by.is_(None),
            stored.Address.visited_at.is_(None),
            stored.Address.visited_at,
            stored.Address.url,
        )
    )
    rows = [_page_row(address) for address in session.scalars(query)]
    chosen = [row for row in rows if row.selected_by]
    return chosen + sorted((row for row in rows if not row.selected_by), key=lambda row: row.url)


def findings_of(session: Session, scan_id: UUID, *, rule: str, outcome: str, limit: int = 50) -> list[FindingRow]:
    """Up to `limit` nodes at which a rule had an outcome, in order of visit and of the page."""
    found, place = stored_findings.Occurrence, stored.Address
    query = (
        select(place.url, found.impact, stored_findings.Node)
        .join(stored.Scan, stored.Scan.key == place.scan_key)
        .join(found, found.address_key == place.key)
        .join(stored_findings.Rule, stored_findings.Rule.key == found.rule_key)
        .join(stored_findings.Node, stored_findings.Node.key == found.node_key)
        .where(stored.Scan.id == scan_id, stored_findings.Rule.rule == rule, found.outcome == outcome)
        .order_by(place.visited_at, place.key, found.ordinal)
        .limit(limit)
    )
    return [_finding_row(url, impact, node) for url, impact, node in session.execute(query)]


def examples_of(session: Session, scan_id: UUID, *, limit: int = 10) -> dict[tuple[str, str], list[FindingRow]]:
    """As `findings_of` for all rules and outcomes of a scan at once: up to `limit` nodes by (rule, outcome)."""
    found, place = stored_findings.Occurrence, stored.Address
    order = (place.visited_at, place.key, found.ordinal)
    ranked = (
        select(
            place.url,
            found.impact,
            found.node_key,
            found.outcome,
            stored_findings.Rule.rule,
            func.row_number()
            .over(partition_by=(stored_findings.Rule.rule, found.outcome), order_by=order)
            .label("rank"),
        )
        .join(stored.Scan, stored.Scan.key == place.scan_key)
        .join(found, found.address_key == place.key)
        .join(stored_findings.Rule, stored_findings.Rule.key == found.rule_key)
        .where(stored.Scan.id == scan_id)
        .subquery()
    )
    query = (
        select(ranked.c.rule, ranked.c.outcome, ranked.c.url, ranked.c.impact, stored_findings.Node)
        .join(stored_findings.Node, stored_findings.Node.key == ranked.c.node_key)
        .where(ranked.c.rank <= limit)
        .order_by(ranked.c.rule, ranked.c.outcome, ranked.c.rank)
    )
    examples: dict[tuple[str, str], list[FindingRow]] = {}
    for rule, outcome, url, impact, node in session.execute(query):
        examples.setdefault((rule, outcome), []).append(_finding_row(url, impact, node))
    return examples


def finished_urls(session: Session, scan_id: UUID) -> frozenset[str]:
    """The chosen addresses that already have their visit, so that a rerun goes on where it was."""
    query = (
        select(stored.Address.url)
        .join(stored.Scan, stored.Scan.key == stored.Address.scan_key)
        .where(
            stored.Scan.id == scan_id,
            stored.Address.visited_at.is_not(None),
            stored.Address.selected_by.is_not(None),
        )
    )
    return frozenset(session.scalars(query))


def content_hashes(session: Session, site_id: UUID) -> dict[str, str]:
    """By address, the content hash of each page that the current scan judged."""
    scan = stored.find_latest_scan(session, site_id, state="complete")
    if scan is None:
        return {}
    query = (
        select(stored.Address.url, stored.PageFacts.content_hash)
        .join(stored.PageFacts, stored.PageFacts.address_key == stored.Address.key)
        .where(
            stored.Address.scan_key == scan.key,
            stored.Address.status.in_([status.value for status in JUDGED]),
            stored.PageFacts.content_hash != "",
        )
    )
    return dict(session.execute(query).all())


def raw_results(session: Session, scan_id: UUID, url: str) -> bytes | None:
    """What the engines said about one page of a scan, as they said it; None when it was not judged."""
    query = (
        select(stored.PageRaw.body)
        .join(stored.Address, stored.Address.key == stored.PageRaw.address_key)
        .join(stored.Scan, stored.Scan.key == stored.Address.scan_key)
        .where(stored.Scan.id == scan_id, stored.Address.url_digest == stored.url_digest(url))
    )
    return session.scalar(query)


def _view(session: Session, scan: stored.Scan) -> ScanView:
    running = scan.state == "running"
    counts = counts_of(stored.count_addresses(session, scan.key)) if running else scan.counts
    return ScanView(
        id=scan.id,
        site_id=scan.site_id,
        kind=scan.kind,
        profile=scan.profile,
        state=scan.state,
        started_at=scan.started_at,
        finished_at=scan.finished_at,
        versions=dict(scan.versions),
        counts=dict(counts),
        traps=dict(scan.traps),
        seed=scan.seed,
        engines=dict(scan.engines),
        rule_set=scan.rule_set,
        note=scan.note,
        lease_until=scan.lease_until,
        sample=scan.settings.get("sample") or {},
    )


def _finding_row(url: str, impact: str, node: stored_findings.Node) -> FindingRow:
    return FindingRow(
        url=url,
        snippet=node.snippet,
        selector=node.selector,
        frames=node.frames,
        message=node.message,
        impact=impact or None,
        path=node.path,
    )


def _page_row(address: stored.Address) -> PageRow:
    return PageRow(
        url=address.url,
        final_url=address.final_url or address.url,
        title=address.title or "",
        status=address.status or "",
        reason=address.reason,
        selected_by=address.selected_by or "",
        http_status=address.http_status,
        failures=address.failures,
        cannot_tell=address.cannot_tell,
        load_ms=address.load_ms or 0,
        check_ms=address.check_ms or 0,
        visited_at=address.visited_at,
        duplicate_of=address.duplicate_of,
        detail=address.detail or "",
        found_on=address.found_on or "",
    )
