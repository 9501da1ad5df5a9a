"""What a scan that has not ended already has: its plan, and the visits that were kept, so that it can go on."""

from __future__ import annotations

import json
from collections import defaultdict
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.model import Finding, Outcome, Plan, Reason, Target, Visit, VisitStatus
from toegankelijk.storage import findings as stored_findings
from toegankelijk.storage import scans as stored

_PLAN = TypeAdapter(Plan)


def pack_plan(plan: Plan) -> bytes:
    """The plan as it is kept while the scan runs."""
    whole = _PLAN.dump_python(plan, mode="json")
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def plan_of(session: Session, scan_id: UUID) -> Plan | None:
    """What a running scan is going to do; None before it knows, and when another version of the program wrote it."""
    body = stored.find_plan(session, stored.get_scan_row(session, scan_id).key)
    if body is None:
        return None
    try:
        return _PLAN.validate_json(body)
    except ValidationError:
        return None


def kept_visits(session: Session, scan_id: UUID) -> list[Visit]:
    """The visits of chosen pages that a scan has kept, in their order, with findings; without facts and raw results."""
    scan = stored.get_scan_row(session, scan_id)
    query = (
        select(stored.Address)
        .where(
            stored.Address.scan_key == scan.key,
            stored.Address.visited_at.is_not(None),
            stored.Address.selected_by.is_not(None),
        )
        .order_by(stored.Address.visited_at, stored.Address.key)
    )
    findings = _findings_by_address(session, scan.key)
    return [_visit(address, tuple(findings[address.key])) for address in session.scalars(query)]


def landed_of(visits: list[Visit]) -> dict[str, str]:
    """By final address, the page that was judged there first."""
    landed: dict[str, str] = {}
    for visit in visits:
        if visit.status in (VisitStatus.SCANNED, VisitStatus.PARTIAL):
            landed.setdefault(visit.final_url, visit.url)
    return landed


def _findings_by_address(session: Session, scan_key: int) -> defaultdict[int, list[Finding]]:
    found, rule, node = stored_findings.Occurrence, stored_findings.Rule, stored_findings.Node
    query = (
        select(found, rule, node)
        .join(stored.Address, stored.Address.key == found.address_key)
        .join(rule, rule.key == found.rule_key)
        .join(node, node.key == found.node_key)
        .where(stored.Address.scan_key == scan_key)
        .order_by(found.address_key, found.ordinal)
    )
    findings: defaultdict[int, list[Finding]] = defaultdict(list)
    for occurrence, of_rule, at_node in session.execute(query):
        findings[occurrence.address_key].append(_finding(occurrence, of_rule, at_node))
    return findings


def _finding(occurrence: stored_findings.Occurrence, rule: stored_findings.Rule, node: stored_findings.Node) -> Finding:
    return Finding(
        rule=rule.rule,
        engine=rule.engine,
        engine_rule=rule.engine_rule,
        outcome=Outcome(occurrence.outcome),
        criteria=rule.criteria,
        clauses=rule.clauses,
        act=rule.act,
        best_practice=rule.best_practice,
        impact=occurrence.impact or None,
        target=Target(node.frames, node.path, node.selector),
        snippet=node.snippet,
        message=node.message,
    )


def _visit(address: stored.Address, findings: tuple[Finding, ...]) -> Visit:
    assert address.visited_at is not None
    assert address.status is not None
    return Visit(
        url=address.url,
        final_url=address.final_url or address.url,
        status=VisitStatus(address.status),
        reason=None if address.reason is None else Reason(address.reason),
        visited_at=address.visited_at,
        title=address.title or "",
        http_status=address.http_status,
        load_ms=address.load_ms or 0,
        check_ms=address.check_ms or 0,
        selected_by=address.selected_by or "",
        duplicate_of=address.duplicate_of,
        detail=address.detail or "",
        findings=findings,
    )
