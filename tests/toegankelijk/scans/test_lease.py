"""One living program per scan; a scan whose program died goes on, or is closed when it is too late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from crawler.model import Address, Discovery, DocumentLink, Outcome, Plan, Reason, Versions, VisitStatus
from tests.toegankelijk.samples import (
    HOME,
    NOW,
    ROBOTS,
    a_body,
    a_finding,
    a_plan,
    a_scanned_site,
    a_site,
    a_visit,
    at,
    begin,
    somebody,
)
from toegankelijk import scans
from toegankelijk.errors import ScanRunning, ScanTaken
from toegankelijk.registry import SiteView
from toegankelijk.scans import OpenScan, Order
from toegankelijk.scans.lease import GOES_ON_FOR, LEASE
from toegankelijk.storage import scans as stored
from toegankelijk.storage.session import Database

NEWS, CONTACT, MOVED = f"{HOME}nieuws", f"{HOME}contact", f"{HOME}oud"
VERSIONS = Versions("0.1.0", {"axe-core": "4.14.1"}, "Chromium/156", "wcag22-aa")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def site(database: Database) -> SiteView:
    with database.writing() as session:
        return a_scanned_site(session)


def an_order(site: SiteView, **changes: object) -> Order:
    order = Order(site.id, HOME, "full", 7, VERSIONS, "1", {"pages": 40})
    return replace(order, **changes)  # type: ignore[arg-type]


def open_scan(
    database: Database, order: Order, owner: str = "een", *, minutes: float = 0, gone: str = "", anew: bool = False
) -> OpenScan:
    with database.writing() as session:
        now = NOW + minutes * MINUTE
        return scans.open_scan(session, order, owner=owner, now=now, is_gone=lambda name: name == gone, anew=anew)


def hold(database: Database, scan_id: UUID, owner: str, *, minutes: float = 0) -> None:
    with database.writing() as session:
        scans.hold_scan(session, scan_id, owner=owner, now=NOW + minutes * MINUTE)


def state_of(database: Database, scan_id: UUID) -> tuple[str, str]:
    with database.reading() as session:
        scan = scans.get_scan(session, scan_id)
    return scan.state, scan.note


def test_a_second_program_is_told_who_scans_the_site_and_what_to_do(database: Database, site: SiteView) -> None:
    opened = open_scan(database, an_order(site), "hier, process 12, abc")
    with pytest.raises(ScanRunning, match=r"since 2026-11-23 09:30Z by hier, process 12, abc\. Wait .*09:32:00Z"):
        open_scan(database, an_order(site), "daar", minutes=1)
    hold(database, opened.id, "hier, process 12, abc", minutes=1)
    with database.reading() as session:
        assert scans.owners_of_running_scans(session) == {"hier, process 12, abc"}


def test_another_site_is_scanned_at_the_same_time(database: Database, site: SiteView) -> None:
    with database.writing() as session:
        actor = somebody(session, email="twee@voorbeeld.example")
        other = a_site(
            session, actor, a_body(session, actor, name="Andergem", nis="99002"), url="https://ander.example"
        )
    assert open_scan(database, an_order(site)).id != open_scan(database, an_order(other), "twee").id


@pytest.mark.parametrize(("minutes", "gone"), [(1, "een"), (3, "")], ids=["surely ended", "lease ran out"])
def test_a_scan_whose_program_ended_goes_on_where_it_was(
    database: Database, site: SiteView, minutes: int, gone: str
) -> None:
    first = open_scan(database, an_order(site))
    plan = a_plan(HOME, NEWS, CONTACT, left_out=(ROBOTS,), crawl_delay_s=2.0)
    with database.writing() as session:
        scans.record_plan(session, first.id, plan)
        scans.record_visit(session, first.id, a_visit(HOME, a_finding()))
    again = open_scan(
        database, an_order(site, seed=99, kind="light", settings={"pages": 1}), "twee", minutes=minutes, gone=gone
    )
    assert (again.id, again.is_resumed, again.started_at) == (first.id, True, NOW)
    assert (again.seed, again.kind, again.settings["pages"]) == (7, "full", 40)
    assert (again.memory.plan, again.memory.finished, again.memory.landed) == (plan, {HOME}, {HOME: HOME})
    assert [visit.url for visit in again.kept] == [HOME]
    with pytest.raises(ScanTaken, match="twee goes on with it"):
        hold(database, first.id, "een", minutes=minutes)


def test_a_lease_that_is_renewed_keeps_others_away(database: Database, site: SiteView) -> None:
    opened = open_scan(database, an_order(site))
    for minutes in (1.5, 3, 4.5):
        hold(database, opened.id, "een", minutes=minutes)
    with pytest.raises(ScanRunning):
        open_scan(database, an_order(site), "twee", minutes=6)


def test_a_scan_that_was_left_is_taken_up_at_once(database: Database, site: SiteView) -> None:
    first = open_scan(database, an_order(site))
    with database.writing() as session:
        scans.release_scan(session, first.id, owner="iemand anders")
    with pytest.raises(ScanRunning):
        open_scan(database, an_order(site), "twee")
    with database.writing() as session:
        scans.release_scan(session, first.id, owner="een")
    assert open_scan(database, an_order(site), "twee").id == first.id


def test_a_scan_that_was_broken_off_before_its_plan_begins_again_as_itself(database: Database, site: SiteView) -> None:
    first = open_scan(database, an_order(site))
    again = open_scan(database, an_order(site, seed=99), "twee", gone="een")
    assert (again.id, again.seed, again.memory.plan, again.kept) == (first.id, 7, None, ())


@pytest.mark.parametrize(
    ("order", "minutes", "why"),
    [
        ({}, 24 * 60 + 1, "nobody went on with it within 24 hours of 2026-11-23 09:30Z"),
        ({"versions": replace(VERSIONS, engines={"axe-core": "4.15.0"})}, 1, "the versions that judge have changed"),
        ({"rule_set": "2"}, 1, "the versions that judge have changed"),
        ({"url": f"{HOME}ander"}, 1, "the address of the site has changed"),
    ],
)
def test_a_scan_that_cannot_go_on_is_closed_with_the_reason_and_a_new_one_begins(
    database: Database, site: SiteView, order: dict[str, object], minutes: int, why: str
) -> None:
    first = open_scan(database, an_order(site))
    with database.writing() as session:
        scans.record_plan(session, first.id, a_plan(HOME, NEWS))
        scans.record_visit(session, first.id, a_visit(HOME))
    again = open_scan(database, an_order(site, **order), "twee", minutes=minutes, gone="een")
    assert again.id != first.id
    assert not again.is_resumed
    state, note = state_of(database, first.id)
    assert state == "partial"
    assert why in note
    assert state_of(database, again.id)[0] == "running"


def test_whoever_wants_it_anew_gets_a_new_scan(database: Database, site: SiteView) -> None:
    first = open_scan(database, an_order(site))
    with pytest.raises(ScanRunning):
        open_scan(database, an_order(site), "twee", anew=True)
    again = open_scan(database, an_order(site), "twee", gone="een", anew=True)
    assert again.id != first.id
    assert state_of(database, first.id) == ("failed", "broken off and not taken up: begun anew; no page was judged")


def test_a_plan_that_another_version_wrote_is_not_carried_out(database: Database, site: SiteView) -> None:
    first = open_scan(database, an_order(site))
    with database.writing() as session:
        scans.record_plan(session, first.id, a_plan(HOME))
        stored.put_plan(session, stored.get_scan_row(session, first.id).key, b'{"uit": "de toekomst"}')
    assert open_scan(database, an_order(site), "twee", gone="een").id != first.id
    assert "its plan cannot be read" in state_of(database, first.id)[1]


def test_of_several_scans_without_an_owner_the_last_goes_on(database: Database, site: SiteView) -> None:
    """As an older version of the program may have left them."""
    with database.writing() as session:
        ids = [begin(session, site.id), begin(session, site.id)]
        for scan_id in ids:
            scans.record_versions(session, scan_id, VERSIONS)
            stored.get_scan_row(session, scan_id).settings = {"url": HOME}
    assert open_scan(database, an_order(site)).id == ids[1]
    assert state_of(database, ids[0])[0] == "failed"


def test_two_programs_that_start_at_once_get_one_scan(database: Database, site: SiteView) -> None:
    def start(owner: str) -> str:
        try:
            open_scan(database, an_order(site), owner)
        except ScanRunning:
            return "refused"
        return "begun"

    with ThreadPoolExecutor(2) as programs:
        assert sorted(programs.map(start, ["een", "twee"])) == ["begun", "refused"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(stored.Scan)) == 1


def test_an_owner_that_lost_its_scan_is_told_before_it_writes(database: Database, site: SiteView) -> None:
    first = open_scan(database, an_order(site))
    open_scan(database, an_order(site), "twee", minutes=LEASE / MINUTE)
    with pytest.raises(ScanTaken):
        hold(database, first.id, "een")
    with database.writing() as session:
        scans.finish_scan(session, first.id, state="failed", now=NOW)
    with pytest.raises(ScanTaken, match="it ended as failed"):
        hold(database, first.id, "twee")


def test_scans_that_nobody_took_up_for_a_day_are_closed_whichever_site_they_are_of(
    database: Database, site: SiteView
) -> None:
    first = open_scan(database, an_order(site))
    with database.writing() as session:
        soon, late = NOW + GOES_ON_FOR, NOW + GOES_ON_FOR + MINUTE
        assert scans.close_old_scans(session, now=soon, is_gone=lambda _: False) == 0
        scans.hold_scan(session, first.id, owner="een", now=late)
        assert scans.close_old_scans(session, now=late, is_gone=lambda _: False) == 0
        assert scans.close_old_scans(session, now=late, is_gone=lambda name: name == "een") == 1
        assert scans.close_old_scans(session, now=late, is_gone=lambda _: True) == 0
    assert state_of(database, first.id)[0] == "failed"


def test_the_plan_comes_back_as_it_was_made_until_the_scan_ends(database: Database, site: SiteView) -> None:
    opened = open_scan(database, an_order(site))
    skipped = Address(
        MOVED, HOME, 2, VisitStatus.SKIPPED, Reason.DUPLICATE_OF, NEWS, 301, "Oud", "naar oud", "verhuisd"
    )
    plan = a_plan(
        HOME,
        NEWS,
        left_out=(skipped, Address(CONTACT, kinds=("form",)), ROBOTS),
        documents=(f"{HOME}a.pdf",),
        document_links=(DocumentLink(f"{HOME}a.pdf", NEWS, "Verslag"),),
        external_hosts={"loket.example": NEWS},
        traps={"calendar": 3},
        crawl_delay_s=1.5,
        complete=False,
        note="afgebroken",
    )
    with database.writing() as session:
        assert scans.plan_of(session, opened.id) is None
        scans.record_plan(session, opened.id, plan)
        scans.record_visit(session, opened.id, a_visit(NEWS, title="Nu anders", final_url=f"{NEWS}/"))
        assert scans.plan_of(session, opened.id) == plan
        rows = {row.url: row for row in scans.pages_of(session, opened.id)}
        scans.finish_scan(session, opened.id, state="complete", now=NOW)
        assert scans.plan_of(session, opened.id) is None
        assert stored.get_scan_row(session, opened.id).owner is None
    assert rows[MOVED].detail == "verhuisd"


def test_a_plan_with_half_characters_is_kept_without_them(database: Database, site: SiteView) -> None:
    opened = open_scan(database, an_order(site))
    with database.writing() as session:
        scans.record_plan(session, opened.id, Plan(Discovery((Address(HOME, title="a\ud83d"),), note="\udc00b"), ()))
        plan = scans.plan_of(session, opened.id)
    assert plan is not None
    assert (plan.discovery.addresses[0].title, plan.discovery.note) == ("a?", "?b")


def test_kept_visits_come_back_with_their_findings(database: Database, site: SiteView) -> None:
    opened = open_scan(database, an_order(site))
    seen = [
        a_visit(NEWS, a_finding(), a_finding(target=at("#kaart", frames=("iframe",)), outcome=Outcome.CANNOT_TELL)),
        a_visit(HOME, a_finding(impact=None, best_practice=True), minute=1, detail="traag"),
        a_visit(
            MOVED, minute=2, status=VisitStatus.SKIPPED, reason=Reason.DUPLICATE_OF, duplicate_of=NEWS, final_url=NEWS
        ),
    ]
    with database.writing() as session:
        scans.record_plan(session, opened.id, a_plan(HOME, NEWS, MOVED, CONTACT, left_out=(ROBOTS,)))
        for visit in seen:
            scans.record_visit(session, opened.id, visit)
        kept = scans.kept_visits(session, opened.id)
    assert kept == [replace(visit, facts=None, raw=None) for visit in seen]
    again = open_scan(database, an_order(site), "twee", gone="een")
    assert again.memory.landed == {NEWS: NEWS, HOME: HOME}
    assert again.memory.finished == {NEWS, HOME, MOVED}
