"""What is overdue, and what the status command tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tests.toegankelijk.samples import HOME, KEYS, NOW, a_body, a_site, a_visit, begin, somebody
from toegankelijk import registry, scans
from toegankelijk.accounts import Principal
from toegankelijk.registry import SiteView
from toegankelijk.storage.session import Database

DAY = timedelta(days=1)


def _scan(session: Session, site_id: UUID, at: datetime, state: str) -> None:
    scan_id = begin(session, site_id, now=at)
    scans.record_visit(session, scan_id, a_visit(HOME))
    scans.finish_scan(session, scan_id, state=state, now=at)


def _weekly_site(session: Session, actor: Principal, number: int) -> SiteView:
    body = a_body(session, actor, name=f"Gem {number}", nis=f"9910{number}")
    site = a_site(session, actor, body, url=f"https://gem{number}.example")
    return registry.set_interval(session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=site.id, days=7)


def test_a_site_is_overdue_when_its_last_complete_scan_is_older_than_its_interval(database: Database) -> None:
    with database.writing() as session:
        actor = somebody(session)
        fresh, old, failing, never = (_weekly_site(session, actor, number) for number in range(4))
        a_site(session, actor, a_body(session, actor), url=HOME)
        _scan(session, fresh.id, NOW - 7 * DAY, "complete")
        _scan(session, old.id, NOW - 30 * DAY, "complete")
        _scan(session, old.id, NOW - 8 * DAY, "complete")
        _scan(session, failing.id, NOW - 20 * DAY, "complete")
        _scan(session, failing.id, NOW - 1 * DAY, "failed")
        _scan(session, failing.id, NOW - 1 * DAY, "partial")
        found = scans.overdue_sites(session, NOW)
    assert [(site.site_id, site.last_complete_at) for site in found] == [
        (never.id, None),
        (failing.id, NOW - 20 * DAY),
        (old.id, NOW - 8 * DAY),
    ]
    assert found[0].body_name == "Gem 3"


def test_a_closed_site_is_never_overdue(database: Database) -> None:
    with database.writing() as session:
        actor = somebody(session)
        site = _weekly_site(session, actor, 1)
        registry.close_site(session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=site.id)
        assert scans.overdue_sites(session, NOW) == []


def test_the_status_names_states_last_scans_and_what_is_overdue(database: Database) -> None:
    with database.writing() as session:
        actor = somebody(session)
        site = _weekly_site(session, actor, 1)
        assert scans.status_lines(session, NOW)[0] == "Scans: 0 running, 0 complete, 0 partial, 0 failed."
        _scan(session, site.id, NOW - 9 * DAY, "complete")
        begin(session, site.id, now=NOW)
        lines = scans.status_lines(session, NOW)
    assert lines[0] == "Scans: 1 running, 1 complete, 0 partial, 0 failed."
    assert lines[1:3] == [
        "  2026-11-23 09:30Z  running   https://gem1.example/  broken off; the next scan of this site goes on with it",
        "  2026-11-14 09:30Z  complete  https://gem1.example/  1 of 1 addresses scanned",
    ]
    assert lines[3:] == [
        "Overdue: 1 site.",
        "  https://gem1.example/  Gem 1: every 7 days, last complete scan 2026-11-14",
    ]


def test_the_status_says_so_when_nothing_is_overdue(database: Database) -> None:
    with database.reading() as session:
        assert scans.status_lines(session, NOW)[-1] == "No site is overdue."
