"""Keep a scan while it runs: its plan, each visited page at once, and its totals at the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, update
from sqlalchemy.orm import Session

from crawler.model import Address as FoundAddress
from crawler.model import Finding, Outcome, PageFacts, Plan, Reason, Versions, Visit, VisitStatus
from crawler.sample_json import sample_to_json
from crawler.text import DETAIL_MAX, TITLE_MAX, URL_MAX, tidy_visit
from toegankelijk.errors import ScanClosed
from toegankelijk.hosts import hosts_met, propose_hosts
from toegankelijk.scans.unfinished import pack_plan
from toegankelijk.storage import findings as stored_findings
from toegankelijk.storage import scans as stored
from toegankelijk.storage.bodies import add_proposed_hosts, find_host_names, get_site_row
from toegankelijk.storage.digests import digest_of
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.text import clean_line, clean_text

JUDGED = (VisitStatus.SCANNED, VisitStatus.PARTIAL)
FINAL_STATES = ("complete", "partial", "failed")
RAW_MAX = 50_000_000
# a site names a dozen other hosts; one that makes names up does not fill the registry
HOSTS_MAX = 300


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
    """Start a scan of a known site; from now on its pages are recorded one by one."""
    site = get_site_row(session, site_id)
    scan = stored.Scan(
        id=scan_id or new_id(),
        site_id=site.id,
        kind=kind,
        profile=profile,
        seed=seed,
        engines=dict(engines),
        rule_set=rule_set,
        state="running",
        started_at=now,
        versions={"engines": dict(engines), "profile": profile},
        counts={},
        traps={},
        settings=dict(settings_json),
    )
    session.add(scan)
    session.flush()
    return scan.id


def record_versions(session: Session, scan_id: UUID, versions: Versions) -> None:
    """Keep what judges this scan: versions of scanner, engines and browser."""
    scan = _running_scan(session, scan_id)
    scan.versions = versions.to_json()
    scan.engines = dict(versions.engines)


def record_plan(session: Session, scan_id: UUID, plan: Plan) -> None:
    """Keep the plan itself until the scan ends, and every discovered address: left out with its reason, or chosen.

    A second plan of a scan adds what is new; pages that have their visit keep it. What the sample should hold, and
    whether it does, stays with the scan. Hosts that look like parts of the site are proposed to the registry.
    """
    scan = _running_scan(session, scan_id)
    chosen = {choice.url: choice.selected_by for choice in plan.sample}
    known = stored.find_address_keys(session, scan.key)
    rows = {row["url_digest"]: row for row in _planned_rows(scan.key, plan, chosen)}
    added = [row for digest, row in rows.items() if digest not in known]
    if added:
        session.execute(insert(stored.Address), added)
    for url, selected_by in chosen.items():
        if stored.url_digest(url) in known:
            _choose_waiting(session, scan.key, url, selected_by)
    scan.traps = {clean_line(name, 60): number for name, number in plan.discovery.traps.items()}
    scan.note = clean_text(plan.discovery.note, DETAIL_MAX)
    scan.settings = {**scan.settings, "sample": sample_to_json(plan)}
    stored.put_plan(session, scan.key, pack_plan(plan))
    _propose(session, scan, plan.discovery.external_hosts)


def record_visit(session: Session, scan_id: UUID, visit: Visit) -> None:
    """Keep what became of one address, with its findings; a second visit of it takes the place of the first.

    Meant to be committed page by page: what is recorded stays, whatever happens to the scan later. Hosts that the
    page links to and that look like parts of the site are proposed to the registry.
    """
    visit = tidy_visit(visit)
    scan = _running_scan(session, scan_id)
    address = _put_address(session, scan.key, visit)
    stored.forget_page(session, address.key)
    if visit.raw is not None and len(visit.raw) <= RAW_MAX:
        session.add(stored.PageRaw(address_key=address.key, body=visit.raw))
    if visit.facts is not None:
        session.add(_facts_row(address.key, visit.facts))
    _record_findings(session, scan.site_id, address.key, visit.findings)
    _propose(session, scan, hosts_met(visit))
    session.flush()


def finish_scan(session: Session, scan_id: UUID, *, state: str, now: datetime, note: str = "") -> str:
    """Close a scan, write its totals, and give the state that was kept; once closed it does not change.

    Chosen pages without a visit end as failed (stopped), and the scan is then partial at best. One on which no page
    was judged is kept as failed, whatever was asked: it never takes the place of an earlier complete one.
    """
    if state not in FINAL_STATES:
        raise ValueError(f"{state!r} is none of {', '.join(FINAL_STATES)}")
    scan = stored.get_scan_row(session, scan_id, lock=True)
    if scan.state != "running":
        if state == scan.state:
            return state
        raise ScanClosed(f"The scan {scan_id} already ended as {scan.state}.")
    stopped = stored.end_waiting_addresses(
        session, scan.key, status=VisitStatus.FAILED.value, reason=Reason.STOPPED.value
    )
    numbers = stored.count_addresses(session, scan.key)
    judged = sum(numbers.get(status, 0) for status in JUDGED)
    stored_findings.write_totals(session, scan.key)
    scan.state = final_state(state, judged=judged, stopped=stopped)
    scan.counts = counts_of(numbers)
    scan.finished_at = now
    scan.owner = scan.lease_until = None
    stored.forget_plan(session, scan.key)
    notes = [scan.note, note, "" if judged or state == "failed" else "no page was judged"]
    scan.note = clean_text("; ".join(filter(None, notes)), DETAIL_MAX)
    session.flush()
    return scan.state


def final_state(asked: str, *, judged: int, stopped: int) -> str:
    """The state that a scan deserves: never better than what was seen of it."""
    if not judged:
        return "failed"
    if asked == "complete" and stopped:
        return "partial"
    return asked


def counts_of(numbers: Mapping[str, int]) -> dict[str, int]:
    """The counts of the output contract from the number of addresses per status."""
    counts = {status.value: numbers.get(status.value, 0) for status in VisitStatus}
    return {"discovered": sum(numbers.values()), **counts}


def _running_scan(session: Session, scan_id: UUID) -> stored.Scan:
    scan = stored.get_scan_row(session, scan_id, lock=True)
    if scan.state != "running":
        raise ScanClosed(f"The scan {scan_id} already ended as {scan.state}; begin a new one.")
    return scan


def _propose(session: Session, scan: stored.Scan, linked: Mapping[str, str]) -> None:
    site = get_site_row(session, scan.site_id)
    known = find_host_names(session, site.id)
    fresh = [entry for entry in propose_hosts(site.host, linked).items() if entry[0] not in known]
    if fresh:
        add_proposed_hosts(session, site, dict(fresh[: max(0, HOSTS_MAX - len(known))]), now=scan.started_at)


def _planned_rows(scan_key: int, plan: Plan, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    met = {address.url: address for address in plan.discovery.addresses}
    listed = [FoundAddress(url) for url in chosen if url not in met]
    return [_planned_row(scan_key, address, chosen.get(address.url)) for address in (*met.values(), *listed)]


def _planned_row(scan_key: int, address: FoundAddress, selected_by: str | None) -> dict[str, Any]:
    settled = selected_by is None
    status = (address.status or VisitStatus.SKIPPED).value if settled else None
    reason = (address.reason or Reason.NOT_SAMPLED).value if settled else None
    return {
        "scan_key": scan_key,
        "url_digest": stored.url_digest(address.url),
        "url": clean_text(address.url, URL_MAX),
        "final_url": None,
        "status": status,
        "reason": reason,
        "selected_by": None if selected_by is None else clean_line(selected_by, 60),
        "http_status": address.http_status,
        "title": clean_line(address.title, TITLE_MAX) or None,
        "duplicate_of": clean_text(address.duplicate_of, URL_MAX) if address.duplicate_of else None,
        "found_on": clean_text(address.found_on, URL_MAX) or None,
        "detail": clean_text(address.detail, DETAIL_MAX) or None,
    }


def _choose_waiting(session: Session, scan_key: int, url: str, selected_by: str) -> None:
    """An address of an earlier plan that has no visit yet, or that was not chosen then, waits for one now."""
    session.execute(
        update(stored.Address)
        .where(
            stored.Address.scan_key == scan_key,
            stored.Address.url_digest == stored.url_digest(url),
            or_(stored.Address.status.is_(None), stored.Address.reason == Reason.NOT_SAMPLED.value),
        )
        .values(status=None, reason=None, selected_by=clean_line(selected_by, 60))
    )


def _put_address(session: Session, scan_key: int, visit: Visit) -> stored.Address:
    address = stored.find_address(session, scan_key, stored.url_digest(visit.url))
    if address is None:
        address = stored.Address(
            scan_key=scan_key, url_digest=stored.url_digest(visit.url), url=clean_text(visit.url, URL_MAX)
        )
        session.add(address)
    address.final_url = None if visit.final_url == visit.url else visit.final_url
    address.status = visit.status.value
    address.reason = None if visit.reason is None else visit.reason.value
    address.selected_by = clean_line(visit.selected_by, 60) or address.selected_by
    address.http_status = visit.http_status
    address.title = visit.title or None
    address.load_ms = visit.load_ms
    address.check_ms = visit.check_ms
    address.duplicate_of = clean_text(visit.duplicate_of, URL_MAX) if visit.duplicate_of else None
    address.detail = _detail(visit) or None
    address.visited_at = visit.visited_at
    counted = [finding.outcome for finding in visit.findings if not finding.best_practice]
    address.failures = counted.count(Outcome.FAIL)
    address.cannot_tell = counted.count(Outcome.CANNOT_TELL)
    session.flush()
    return address


def _detail(visit: Visit) -> str:
    size = len(visit.raw or b"")
    remark = f"the engines' own results were too large to keep ({size} bytes)" if size > RAW_MAX else ""
    return "; ".join(filter(None, (visit.detail, remark)))


def _facts_row(address_key: int, facts: PageFacts) -> stored.PageFacts:
    lists = {name: list(getattr(facts, name)) for name in ("links", "hosts", "documents", "outline", "notes")}
    return stored.PageFacts(
        address_key=address_key,
        content_hash=clean_line(facts.content_hash, 128),
        language=facts.language,
        generator=facts.generator,
        consent=clean_line(facts.consent, 100),
        elements=facts.elements,
        requests=facts.requests,
        bytes_received=facts.bytes_received,
        lists=lists,
    )


def _record_findings(session: Session, site_id: UUID, address_key: int, findings: tuple[Finding, ...]) -> None:
    rules = [_rule_values(finding) for finding in findings]
    nodes = [_node_values(finding) for finding in findings]
    rule_digests = [digest_of(*values.values()) for values in rules]
    node_digests = [digest_of(*values.values()) for values in nodes]
    rule_keys = stored_findings.keep_rules(session, dict(zip(rule_digests, rules, strict=True)))
    node_keys = stored_findings.keep_nodes(session, site_id, dict(zip(node_digests, nodes, strict=True)))
    rows = [
        {
            "node_key": node_keys[node],
            "rule_key": rule_keys[rule],
            "outcome": finding.outcome.value,
            "impact": finding.impact if finding.impact in stored_findings.IMPACTS else "",
        }
        for finding, rule, node in zip(findings, rule_digests, node_digests, strict=True)
    ]
    stored_findings.replace_occurrences(session, address_key, rows)


def _rule_values(finding: Finding) -> dict[str, Any]:
    return {
        "rule": clean_line(finding.rule, 100),
        "engine": clean_line(finding.engine, 40),
        "engine_rule": clean_line(finding.engine_rule, 100),
        "criteria": finding.criteria,
        "clauses": finding.clauses,
        "act": finding.act,
        "best_practice": finding.best_practice,
    }


def _node_values(finding: Finding) -> dict[str, Any]:
    target = finding.target
    return {
        "selector": target.selector,
        "frames": target.frames,
        "path": target.path,
        "snippet": finding.snippet,
        "message": finding.message,
    }
