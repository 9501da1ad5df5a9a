"""A scan is kept page by page, adds up at the end, and never takes the place of a better one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from crawler.model import Address, Choice, Discovery, Outcome, PageFacts, Plan, Reason, Versions, VisitStatus
from tests.toegankelijk.samples import (
    HOME,
    KEYS,
    NOW,
    ROBOTS,
    a_finding,
    a_plan,
    a_scanned_site,
    a_visit,
    at,
    begin,
    somebody,
)
from toegankelijk import registry, scans
from toegankelijk.errors import ScanClosed, UnknownRecord
from toegankelijk.registry import SiteView
from toegankelijk.scans import CriterionTotal
from toegankelijk.scans.record import HOSTS_MAX, RAW_MAX, final_state
from toegankelijk.storage import findings as stored_findings
from toegankelijk.storage import scans as stored
from toegankelijk.storage.findings import Node, Occurrence, Rule
from toegankelijk.storage.session import Database

NEWS, CONTACT = f"{HOME}nieuws", f"{HOME}contact"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def site(database: Database) -> SiteView:
    """The site that is scanned."""
    with database.writing() as session:
        return a_scanned_site(session)


@pytest.fixture
def scan_id(database: Database, site: SiteView) -> UUID:
    """A scan of the site that has just begun."""
    with database.writing() as session:
        return begin(session, site.id)


def _record(database: Database, scan_id: UUID, *visits: object) -> None:
    for visit in visits:
        with database.writing() as session:
            scans.record_visit(session, scan_id, visit)  # type: ignore[arg-type]


def _finish(database: Database, scan_id: UUID, state: str = "complete") -> str:
    with database.writing() as session:
        return scans.finish_scan(session, scan_id, state=state, now=LATER)


def _count(database: Database, table: type[Node | Rule | Occurrence]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_scan_that_has_begun_shows_what_it_was_asked(database: Database, site: SiteView, scan_id: UUID) -> None:
    with database.reading() as session:
        scan = scans.last_attempt(session, site.id)
        assert scan is not None
        assert scans.current_scan(session, site.id) is None
        assert scans.get_scan(session, scan_id) == scan
    assert (scan.id, scan.state, scan.seed, scan.kind, scan.profile) == (scan_id, "running", 7, "full", "wcag22-aa")
    assert (scan.started_at, scan.finished_at, scan.rule_set) == (NOW, None, "1")
    assert scan.counts["discovered"] == 0


def test_an_id_given_by_the_caller_is_kept(database: Database, site: SiteView) -> None:
    wanted = uuid4()
    with database.writing() as session:
        scans.begin_scan(
            session,
            site_id=site.id,
            kind="full",
            profile="wcag22-aa",
            seed=2**62,
            engines={},
            rule_set="1",
            now=NOW,
            settings_json={},
            scan_id=wanted,
        )
        assert scans.get_scan(session, wanted).seed == 2**62


def test_a_scan_of_an_unknown_site_does_not_begin(database: Database) -> None:
    with database.writing() as session, pytest.raises(UnknownRecord):
        begin(session, uuid4())


def test_the_plan_gives_every_address_its_state_before_the_first_visit(database: Database, scan_id: UUID) -> None:
    unchosen, double = Address(CONTACT), Address(f"{NEWS}?p=1", status=VisitStatus.SKIPPED, reason=Reason.DUPLICATE_OF)
    plan = a_plan(HOME, NEWS, left_out=(ROBOTS, unchosen, double), traps={"calendar": 14}, note="sitemap cut")
    with database.writing() as session:
        scans.record_plan(session, scan_id, plan)
    with database.reading() as session:
        rows = {row.url: row for row in scans.pages_of(session, scan_id)}
        scan = scans.get_scan(session, scan_id)
        assert scans.finished_urls(session, scan_id) == frozenset()
    assert {url: (row.status, row.reason, row.selected_by) for url, row in rows.items()} == {
        HOME: ("", None, "random"),
        NEWS: ("", None, "random"),
        ROBOTS.url: ("skipped", "robots", ""),
        CONTACT: ("skipped", "not-sampled", ""),
        double.url: ("skipped", "duplicate-of", ""),
    }
    assert rows[NEWS].found_on == HOME
    assert (scan.traps, scan.note) == ({"calendar": 14}, "sitemap cut")


def test_a_chosen_address_that_discovery_did_not_name_is_kept_too(database: Database, scan_id: UUID) -> None:
    with database.writing() as session:
        scans.record_plan(session, scan_id, Plan(Discovery(()), (Choice(HOME, "home"),)))
    with database.reading() as session:
        assert [(row.url, row.selected_by) for row in scans.pages_of(session, scan_id)] == [(HOME, "home")]


def test_the_plan_proposes_hosts_that_look_like_parts_of_the_site(
    database: Database, site: SiteView, scan_id: UUID
) -> None:
    linked = {"bib.voorbeeldegem.example": HOME, "loket.elders.example": NEWS, "www.videos.example": HOME}
    with database.writing() as session:
        scans.record_plan(session, scan_id, a_plan(HOME, external_hosts=linked))
    with database.reading() as session:
        found = [(host.name, host.kind, host.found_on) for host in registry.hosts_to_settle(session)]
        assert next(host.name for host in registry.hosts_of(session, site.id)) == "www.voorbeeldegem.example"
    assert found == [("bib.voorbeeldegem.example", "subdomain", HOME), ("loket.elders.example", "e_service", NEWS)]


def test_hosts_that_only_a_drawn_page_links_to_are_proposed_once_with_that_page(
    database: Database, site: SiteView, scan_id: UUID
) -> None:
    facts = PageFacts(links=(f"{HOME}x", "https://afspraken.elders.example/maak", "https://bib.voorbeeldegem.example/"))
    _record(database, scan_id, a_visit(NEWS, facts=facts), a_visit(CONTACT, facts=facts))
    with database.reading() as session:
        found = [(host.name, host.kind, host.status, host.found_on) for host in registry.hosts_of(session, site.id)][1:]
    assert found == [
        ("afspraken.elders.example", "e_service", "proposed", NEWS),
        ("bib.voorbeeldegem.example", "subdomain", "proposed", NEWS),
    ]


def test_a_host_that_was_settled_stays_settled(database: Database, scan_id: UUID) -> None:
    facts = PageFacts(links=("https://afspraken.elders.example/",))
    _record(database, scan_id, a_visit(NEWS, facts=facts))
    with database.writing() as session:
        (host,) = registry.hosts_to_settle(session)
        actor = somebody(session, email="d@e.example")
        registry.settle_host(
            session, actor=actor, now=NOW, submission_key=next(KEYS), host_id=host.id, decision="rejected"
        )
    _record(database, scan_id, a_visit(CONTACT, facts=facts))
    with database.reading() as session:
        assert registry.hosts_to_settle(session) == []


def test_a_site_that_makes_hosts_up_does_not_fill_the_registry(
    database: Database, site: SiteView, scan_id: UUID
) -> None:
    for page in range(4):
        links = tuple(f"https://h{page}x{number}.voorbeeldegem.example/" for number in range(150))
        _record(database, scan_id, a_visit(f"{HOME}{page}", facts=PageFacts(links=links)))
    with database.reading() as session:
        assert len(registry.hosts_of(session, site.id)) == HOSTS_MAX


def test_a_visit_comes_back_as_it_was_seen(database: Database, scan_id: UUID) -> None:
    seen = a_visit(NEWS, a_finding(), final_url=f"{NEWS}/", selected_by="role:news", detail="op tijd", minute=3)
    _record(database, scan_id, seen)
    with database.reading() as session:
        (row,) = scans.pages_of(session, scan_id)
        assert scans.raw_results(session, scan_id, NEWS) == seen.raw
        assert scans.finished_urls(session, scan_id) == {NEWS}
        (finding,) = scans.findings_of(session, scan_id, rule="image-alt", outcome="fail")
    assert (row.url, row.final_url, row.title, row.status, row.reason) == (NEWS, f"{NEWS}/", "Welkom", "scanned", None)
    assert (row.selected_by, row.http_status, row.load_ms, row.check_ms) == ("role:news", 200, 420, 310)
    assert (row.failures, row.cannot_tell, row.detail) == (1, 0, "op tijd")
    assert row.visited_at == NOW + timedelta(minutes=3)
    assert (finding.url, finding.selector, finding.impact) == (NEWS, "main > img", "critical")
    assert finding.snippet == '<img src="markt.jpg">'


def test_frames_and_shadow_hosts_of_a_node_are_kept_in_order(database: Database, scan_id: UUID) -> None:
    target = at("img", frames=("iframe#kaart", "iframe.binnen"))
    _record(database, scan_id, a_visit(HOME, a_finding(target=target), a_finding(target=at("img"))))
    with database.reading() as session:
        found = scans.findings_of(session, scan_id, rule="image-alt", outcome="fail")
    assert [row.frames for row in found] == [("iframe#kaart", "iframe.binnen"), ()]


def test_totals_count_pages_and_nodes_per_rule_and_per_criterion(
    database: Database, site: SiteView, scan_id: UUID
) -> None:
    label = {"rule": "label", "engine_rule": "label", "criteria": ("4.1.2", "1.3.1"), "impact": "serious"}
    _record(
        database,
        scan_id,
        a_visit(HOME, a_finding(), a_finding(target=at("footer > img"), impact="minor")),
        a_visit(NEWS, a_finding(), a_finding(target=at("#zoek"), **label)),
        a_visit(CONTACT, a_finding(target=at("video"), outcome=Outcome.CANNOT_TELL)),
    )
    assert _finish(database, scan_id) == "complete"
    with database.reading() as session:
        rules = scans.rule_totals(session, scan_id)
        criteria = scans.criterion_totals(session, scan_id)
        scan = scans.current_scan(session, site.id)
    assert [(total.rule, total.outcome, total.pages, total.nodes, total.impact) for total in rules] == [
        ("image-alt", "fail", 2, 3, "critical"),
        ("label", "fail", 1, 1, "serious"),
        ("image-alt", "cannot_tell", 1, 1, "critical"),
    ]
    assert rules[1].criteria == ("4.1.2", "1.3.1")
    assert (rules[0].act, rules[0].clauses, rules[0].engine) == (("23a2a8",), ("9.1.1.1",), "axe-core")
    assert criteria == [
        CriterionTotal("1.1.1", "fail", 2, 3),
        CriterionTotal("1.1.1", "cannot_tell", 1, 1),
        CriterionTotal("1.3.1", "fail", 1, 1),
        CriterionTotal("4.1.2", "fail", 1, 1),
    ]
    assert scan is not None
    assert (scan.id, scan.state, scan.finished_at) == (scan_id, "complete", LATER)


def test_a_node_that_breaks_two_rules_of_a_criterion_is_one_node_of_it(database: Database, scan_id: UUID) -> None:
    other = a_finding(rule="role-img-alt", engine_rule="role-img-alt")
    _record(database, scan_id, a_visit(HOME, a_finding(), other))
    _finish(database, scan_id)
    with database.reading() as session:
        assert scans.criterion_totals(session, scan_id) == [CriterionTotal("1.1.1", "fail", 1, 1)]
        assert len(scans.rule_totals(session, scan_id)) == 2


def test_criteria_come_in_order_of_their_number(database: Database, scan_id: UUID) -> None:
    findings = [a_finding(criteria=(number,)) for number in ("2.4.11", "1.4.3", "2.4.2", "1.4.12")]
    _record(database, scan_id, a_visit(HOME, *findings))
    _finish(database, scan_id)
    with database.reading() as session:
        found = [total.criterion for total in scans.criterion_totals(session, scan_id)]
    assert found == ["1.4.3", "1.4.12", "2.4.2", "2.4.11"]


def test_best_practices_are_no_failures_of_a_page_or_a_criterion(database: Database, scan_id: UUID) -> None:
    advice = a_finding(rule="region", engine_rule="region", best_practice=True, criteria=("1.3.1",))
    _record(database, scan_id, a_visit(HOME, advice))
    _finish(database, scan_id)
    with database.reading() as session:
        assert [row.failures for row in scans.pages_of(session, scan_id)] == [0]
        assert scans.criterion_totals(session, scan_id) == []
        assert [total.best_practice for total in scans.rule_totals(session, scan_id)] == [True]


def test_counts_add_up_over_all_states(database: Database, site: SiteView, scan_id: UUID) -> None:
    failed = a_visit(NEWS, status=VisitStatus.FAILED, reason=Reason.TIMEOUT_NAV, facts=None, raw=None)
    partial = a_visit(CONTACT, a_finding(), status=VisitStatus.PARTIAL, reason=Reason.UNSETTLED)
    blocked = Address(f"{HOME}waf", status=VisitStatus.BLOCKED, reason=Reason.WAF)
    with database.writing() as session:
        scans.record_plan(session, scan_id, a_plan(HOME, NEWS, CONTACT, left_out=(ROBOTS, blocked)))
    _record(database, scan_id, a_visit(HOME), failed, partial)
    assert _finish(database, scan_id) == "complete"
    with database.reading() as session:
        scan = scans.current_scan(session, site.id)
        assert scan is not None
        assert scans.raw_results(session, scan_id, NEWS) is None
    assert scan.counts == {"discovered": 5, "scanned": 1, "partial": 1, "failed": 1, "skipped": 1, "blocked": 1}


def test_the_text_of_a_node_is_stored_once_for_all_pages_and_scans_of_a_site(
    database: Database, site: SiteView, scan_id: UUID
) -> None:
    pages = [a_visit(f"{HOME}p{number}", a_finding()) for number in range(5)]
    _record(database, scan_id, *pages)
    _finish(database, scan_id)
    with database.writing() as session:
        second = begin(session, site.id, now=LATER)
    _record(database, second, *pages)
    assert (_count(database, Node), _count(database, Rule), _count(database, Occurrence)) == (1, 1, 10)


def test_a_rule_whose_criteria_change_becomes_another_row(database: Database, scan_id: UUID) -> None:
    _record(database, scan_id, a_visit(HOME, a_finding(), a_finding(criteria=("1.1.1", "1.4.5"))))
    assert _count(database, Rule) == 2


def test_a_second_visit_of_an_address_takes_the_place_of_the_first(database: Database, scan_id: UUID) -> None:
    first = a_visit(HOME, a_finding(), a_finding(target=at("b")), facts=PageFacts(content_hash="oud"))
    _record(database, scan_id, first, a_visit(HOME, a_finding(target=at("c")), title="Nieuw", raw=b"{}"))
    _finish(database, scan_id)
    with database.reading() as session:
        assert [(row.title, row.failures) for row in scans.pages_of(session, scan_id)] == [("Nieuw", 1)]
        found = scans.findings_of(session, scan_id, rule="image-alt", outcome="fail")
        assert [row.selector for row in found] == ["c"]
        assert scans.raw_results(session, scan_id, HOME) == b"{}"


def test_what_was_recorded_stays_when_the_next_page_fails(database: Database, scan_id: UUID) -> None:
    _record(database, scan_id, a_visit(HOME, a_finding()))
    broken = a_visit(NEWS, a_finding(), visited_at=NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="no time zone"):
        _record(database, scan_id, broken)
    with database.reading() as session:
        assert [row.url for row in scans.pages_of(session, scan_id)] == [HOME]
        assert scans.finished_urls(session, scan_id) == {HOME}


def test_a_scan_that_goes_on_after_a_stop_keeps_its_visits_and_loses_no_page(database: Database, scan_id: UUID) -> None:
    with database.writing() as session:
        scans.record_plan(session, scan_id, a_plan(HOME, NEWS, left_out=(Address(CONTACT),)))
    _record(database, scan_id, a_visit(HOME, a_finding()))
    with database.writing() as session:
        scans.record_plan(session, scan_id, a_plan(HOME, CONTACT, left_out=(ROBOTS,)))
    with database.reading() as session:
        rows = {row.url: row.status for row in scans.pages_of(session, scan_id)}
        assert scans.finished_urls(session, scan_id) == {HOME}
    assert rows == {HOME: "scanned", NEWS: "", CONTACT: "", ROBOTS.url: "skipped"}


def test_chosen_pages_without_a_visit_end_as_stopped_and_the_scan_is_partial(
    database: Database, site: SiteView, scan_id: UUID
) -> None:
    with database.writing() as session:
        scans.record_plan(session, scan_id, a_plan(HOME, NEWS))
    _record(database, scan_id, a_visit(HOME))
    assert _finish(database, scan_id) == "partial"
    with database.reading() as session:
        assert {row.url: row.reason for row in scans.pages_of(session, scan_id)} == {HOME: None, NEWS: "stopped"}
        assert scans.current_scan(session, site.id) is None


@pytest.mark.parametrize("state", ["failed", "partial"])
def test_a_scan_that_failed_never_takes_the_place_of_a_complete_one(
    database: Database, site: SiteView, scan_id: UUID, state: str
) -> None:
    _record(database, scan_id, a_visit(HOME, a_finding()))
    _finish(database, scan_id)
    with database.writing() as session:
        second = begin(session, site.id, now=LATER)
    _record(database, second, a_visit(HOME))
    assert _finish(database, second, state) == state
    with database.reading() as session:
        current, last = scans.current_scan(session, site.id), scans.last_attempt(session, site.id)
        assert current is not None
        assert last is not None
        assert (current.id, last.id, last.state) == (scan_id, second, state)
        assert scans.content_hashes(session, site.id) == {HOME: f"hash of {HOME}"}


def test_a_scan_that_judged_no_page_is_kept_as_failed_whatever_was_asked(
    database: Database, site: SiteView, scan_id: UUID
) -> None:
    dead = a_visit(HOME, status=VisitStatus.FAILED, reason=Reason.UNREACHABLE, facts=None, raw=None)
    _record(database, scan_id, dead)
    assert _finish(database, scan_id) == "failed"
    with database.reading() as session:
        assert scans.current_scan(session, site.id) is None
        assert scans.get_scan(session, scan_id).note == "no page was judged"


def test_a_finished_scan_does_not_change_any_more(database: Database, scan_id: UUID) -> None:
    _record(database, scan_id, a_visit(HOME))
    assert _finish(database, scan_id) == "complete"
    assert _finish(database, scan_id) == "complete"
    versions = Versions("0.1.0", {}, "Chromium", "wcag22-aa")
    with database.writing() as session:
        for change in (
            lambda: scans.record_visit(session, scan_id, a_visit(NEWS)),
            lambda: scans.record_plan(session, scan_id, a_plan(NEWS)),
            lambda: scans.record_versions(session, scan_id, versions),
            lambda: scans.finish_scan(session, scan_id, state="failed", now=LATER),
        ):
            with pytest.raises(ScanClosed, match="complete"):
                change()


def test_an_unknown_state_is_a_mistake_of_the_caller(database: Database, scan_id: UUID) -> None:
    with pytest.raises(ValueError, match="'done' is none of complete, partial, failed"):
        _finish(database, scan_id, "done")


def test_the_versions_that_judged_are_kept(database: Database, scan_id: UUID) -> None:
    versions = Versions("0.1.0", {"axe-core": "4.14.1"}, "Chromium 156", "wcag22-aa")
    with database.writing() as session:
        scans.record_versions(session, scan_id, versions)
        scan = scans.get_scan(session, scan_id)
    assert scan.versions == versions.to_json()
    assert scan.engines == {"axe-core": "4.14.1"}


def test_two_scans_of_one_site_at_once_both_keep_their_findings(database: Database, site: SiteView) -> None:
    with database.writing() as session:
        ids = [begin(session, site.id), begin(session, site.id)]
    findings = [a_finding(target=at(f"img:nth-child({number})")) for number in range(30)]

    def scan(scan_id: UUID) -> str:
        for number in range(10):
            ordered = findings if scan_id == ids[0] else findings[::-1]
            _record(database, scan_id, a_visit(f"{HOME}{number}", *ordered))
        return _finish(database, scan_id)

    with ThreadPoolExecutor(2) as scanners:
        assert list(scanners.map(scan, ids)) == ["complete", "complete"]
    assert (_count(database, Node), _count(database, Occurrence)) == (30, 600)


def test_hostile_text_of_a_page_is_bounded_and_kept_as_text(database: Database, scan_id: UUID) -> None:
    nasty = "<script>\x00\x1b[31m\ud83d\u202e" + "€" * 1_000_000
    finding = a_finding(
        target=at(nasty, frames=(nasty,) * 200), snippet=nasty, message=nasty, impact="verschrikkelijk", rule="x" * 500
    )
    facts = PageFacts(language=nasty, generator=nasty, links=(nasty,) * 10_000, content_hash="h", consent=nasty)
    visit = a_visit(
        HOME + nasty[:5000],
        finding,
        title=nasty,
        final_url=HOME + nasty,
        detail=nasty,
        duplicate_of=nasty,
        selected_by=nasty,
        facts=facts,
    )
    _record(database, scan_id, visit)
    assert _finish(database, scan_id) == "complete"
    with database.reading() as session:
        (row,) = scans.pages_of(session, scan_id)
        (found,) = scans.findings_of(session, scan_id, rule="x" * 99 + "…", outcome="fail")
    assert row.title.startswith("<script>[31m")
    for text in (row.title, row.url, row.final_url, row.detail, found.snippet, found.selector, found.message):
        assert not {"\x00", "\x1b", "\ud83d"} & set(text)
        assert len(text) <= 4_000
    assert len(found.frames) == 50
    assert found.impact is None


def test_ten_thousand_findings_on_one_page_are_all_counted(database: Database, scan_id: UUID) -> None:
    findings = [a_finding(target=at(f"li:nth-child({number})")) for number in range(10_000)]
    _record(database, scan_id, a_visit(HOME, *findings))
    _finish(database, scan_id)
    with database.reading() as session:
        (total,) = scans.rule_totals(session, scan_id)
        assert (total.pages, total.nodes) == (1, 10_000)
        assert len(scans.findings_of(session, scan_id, rule="image-alt", outcome="fail", limit=50)) == 50


def test_raw_results_that_are_too_large_are_left_out_and_that_is_told(database: Database, scan_id: UUID) -> None:
    _record(database, scan_id, a_visit(HOME, raw=b" " * (RAW_MAX + 1), detail="traag"))
    with database.reading() as session:
        assert scans.raw_results(session, scan_id, HOME) is None
        (row,) = scans.pages_of(session, scan_id)
    assert row.detail == f"traag; the engines' own results were too large to keep ({RAW_MAX + 1} bytes)"


def test_addresses_that_differ_only_at_their_far_end_are_two_addresses(database: Database, scan_id: UUID) -> None:
    long = HOME + "a" * 5_000
    _record(database, scan_id, a_visit(f"{long}1"), a_visit(f"{long}2"))
    with database.reading() as session:
        assert len(scans.pages_of(session, scan_id)) == 2


def test_facts_of_a_page_come_back_whole(database: Database, scan_id: UUID) -> None:
    facts = PageFacts("nl-BE", "Drupal 11", (HOME, NEWS), ("a.example",), ("x.pdf",), ("h1 Welkom",), 9, "h", "refused")
    _record(database, scan_id, a_visit(HOME, facts=facts))
    with database.reading() as session:
        row = session.scalars(select(stored.PageFacts)).one()
    assert row.lists == {
        "links": [HOME, NEWS],
        "hosts": ["a.example"],
        "documents": ["x.pdf"],
        "outline": ["h1 Welkom"],
        "notes": [],
    }
    assert (row.language, row.generator, row.elements, row.consent) == ("nl-BE", "Drupal 11", 9, "refused")


def test_removing_a_scan_removes_all_that_hangs_on_it(database: Database, scan_id: UUID) -> None:
    _record(database, scan_id, a_visit(HOME, a_finding()))
    _finish(database, scan_id)
    with database.writing() as session:
        session.delete(stored.get_scan_row(session, scan_id))
    with database.reading() as session:
        for table in (
            stored.Address,
            stored.PageRaw,
            stored.PageFacts,
            Occurrence,
            stored_findings.RuleTotal,
            stored_findings.CriterionTotal,
        ):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert _count(database, Node) == 1


@given(st.sampled_from(["complete", "partial", "failed"]), st.integers(0, 5), st.integers(0, 5))
def test_a_scan_is_never_kept_as_better_than_it_was(asked: str, judged: int, stopped: int) -> None:
    order = ["failed", "partial", "complete"]
    kept = final_state(asked, judged=judged, stopped=stopped)
    assert order.index(kept) <= order.index(asked)
    assert kept == "failed" or judged
    assert kept != "complete" or not stopped
