"""What has been scanned, what runs and what is overdue, for `scan.py status` and for whoever watches."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toegankelijk.scans.lease import is_held
from toegankelijk.scans.views import DueSite
from toegankelijk.storage.bodies import Body, Site
from toegankelijk.storage.scans import SCAN_STATES, Scan
from toegankelijk.storage.text import clean_line

LAST_SCANS = 10


def overdue_sites(session: Session, now: datetime) -> list[DueSite]:
    """Sites with an interval whose last complete scan is older than that or absent, longest waiting first."""
    last = (
        select(Scan.site_id, func.max(Scan.finished_at).label("finished_at"))
        .where(Scan.state == "complete")
        .group_by(Scan.site_id)
        .subquery()
    )
    query = (
        select(Site.id, Site.url, Body.name, Site.interval_days, last.c.finished_at)
        .join(Body, Body.id == Site.body_id)
        .outerjoin(last, last.c.site_id == Site.id)
        .where(Site.interval_days.is_not(None), Site.status.not_in(("closed", "merged", "none")))
    )
    sites = [DueSite(*row) for row in session.execute(query)]
    due = [site for site in sites if _is_due(site, now)]
    return sorted(due, key=lambda site: (site.last_complete_at is not None, site.last_complete_at, site.url))


def status_lines(session: Session, now: datetime) -> list[str]:
    """Lines for a terminal: scans by state, the last ones, and the sites that are overdue."""
    by_state = dict(session.execute(select(Scan.state, func.count()).group_by(Scan.state)).all())
    numbers = ", ".join(f"{by_state.get(state, 0)} {state}" for state in SCAN_STATES)
    lines = [f"Scans: {numbers}."]
    query = (
        select(Scan, Site.url).join(Site, Site.id == Scan.site_id).order_by(Scan.started_at.desc()).limit(LAST_SCANS)
    )
    lines += [_scan_line(scan, url, now) for scan, url in session.execute(query)]
    overdue = overdue_sites(session, now)
    if not overdue:
        return [*lines, "No site is overdue."]
    lines.append(f"Overdue: {len(overdue)} site{'s' if len(overdue) > 1 else ''}.")
    return lines + [_due_line(site) for site in overdue]


def _is_due(site: DueSite, now: datetime) -> bool:
    return site.last_complete_at is None or now - site.last_complete_at > timedelta(days=site.interval_days)


def _scan_line(scan: Scan, url: str, now: datetime) -> str:
    counts = scan.counts
    pages = f"{counts.get('scanned', 0)} of {counts.get('discovered', 0)} addresses scanned"
    if scan.state == "running":
        pages = "in progress" if is_held(scan, now) else "broken off; the next scan of this site goes on with it"
    note = f" ({clean_line(scan.note, 200)})" if scan.note else ""
    return f"  {scan.started_at:%Y-%m-%d %H:%M}Z  {scan.state:<8}  {url}  {pages}{note}"


def _due_line(site: DueSite) -> str:
    last = f"last complete scan {site.last_complete_at:%Y-%m-%d}" if site.last_complete_at else "never scanned"
    return f"  {site.url}  {site.body_name}: every {site.interval_days} days, {last}"
