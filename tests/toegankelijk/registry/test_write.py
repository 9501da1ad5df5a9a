"""Changing the registry: once per form, by somebody, with a trace, and never half."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.toegankelijk.samples import HOME, KEYS, NOW, a_body, a_site, somebody
from toegankelijk import registry
from toegankelijk.accounts import Principal
from toegankelijk.registry import BodyView, RegistryError, SiteView, may_scan
from toegankelijk.registry.write import ENTERED
from toegankelijk.storage.bodies import Body, Host, Site, add_proposed_hosts
from toegankelijk.storage.session import Database
from toegankelijk.storage.trail import AuditEvent, Submission

OTHER = "https://www.elders.example/"


@pytest.fixture
def actor(database: Database) -> Principal:
    """Who changes the registry."""
    with database.writing() as session:
        return somebody(session)


@pytest.fixture
def body(database: Database, actor: Principal) -> BodyView:
    """The body whose sites are changed."""
    with database.writing() as session:
        return a_body(session, actor)


@pytest.fixture
def site(database: Database, actor: Principal, body: BodyView) -> SiteView:
    """A confirmed site."""
    with database.writing() as session:
        return a_site(session, actor, body)


def _count(database: Database, table: type[Site | AuditEvent | Submission | Body]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _refused(database: Database, change: Callable[..., object], **values: object) -> tuple[str, str]:
    events = _count(database, AuditEvent)
    with database.writing() as session, pytest.raises(RegistryError) as caught:
        change(session, now=NOW, submission_key=next(KEYS), **values)
    assert _count(database, AuditEvent) == events
    return caught.value.field, caught.value.key


def test_an_added_site_is_a_candidate_until_somebody_confirms_it(
    database: Database, actor: Principal, body: BodyView
) -> None:
    with database.writing() as session:
        added = registry.add_site(
            session,
            actor=actor,
            now=NOW,
            submission_key=next(KEYS),
            body_id=body.id,
            url="voorbeeldegem.example",
            operator=" Leverancier\x00 ",
            note="nieuw",
        )
        assert (added.status, added.url) == ("candidate", "https://voorbeeldegem.example/")
        assert added.operator == "Leverancier"
        assert (added.source, added.source_date, added.body_name) == (ENTERED, "2026-11-23", "Voorbeeldegem")
        assert not may_scan(added)
        assert [found.id for found in registry.sites_to_confirm(session).items] == [added.id]
        confirmed = registry.confirm_site(session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=added.id)
    assert confirmed.status == "confirmed"
    assert may_scan(confirmed)


def test_the_same_form_sent_twice_is_written_once_and_gets_the_first_result(
    database: Database, actor: Principal, body: BodyView
) -> None:
    results = []
    for _ in range(2):
        with database.writing() as session:
            results.append(
                registry.add_site(session, actor=actor, now=NOW, submission_key="form-twice", body_id=body.id, url=HOME)
            )
    assert results[0] == results[1]
    assert _count(database, Site) == 1
    with database.reading() as session:
        query = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "site-added")
        assert session.scalar(query) == 1


def test_the_same_form_sent_twice_at_once_is_written_once(database: Database, actor: Principal, body: BodyView) -> None:
    both_ready = threading.Barrier(2)

    def send(_: int) -> SiteView:
        both_ready.wait(timeout=10)
        with database.writing() as session:
            return registry.add_site(
                session, actor=actor, now=NOW, submission_key="form-at-once", body_id=body.id, url=HOME
            )

    with ThreadPoolExecutor(2) as senders:
        first, second = senders.map(send, range(2))
    assert first == second
    assert _count(database, Site) == 1


def test_the_same_form_with_other_content_is_refused(database: Database, actor: Principal, body: BodyView) -> None:
    with database.writing() as session:
        registry.add_site(session, actor=actor, now=NOW, submission_key="form-other", body_id=body.id, url=HOME)
    with database.writing() as session, pytest.raises(RegistryError) as caught:
        registry.add_site(session, actor=actor, now=NOW, submission_key="form-other", body_id=body.id, url=OTHER)
    assert caught.value.key == "submission-conflict"
    assert _count(database, Site) == 1


def test_somebody_elses_form_key_is_of_no_use(database: Database, actor: Principal, body: BodyView) -> None:
    with database.writing() as session:
        other = somebody(session, email="ander@voorbeeld.example")
        registry.add_site(session, actor=actor, now=NOW, submission_key="form-mine", body_id=body.id, url=HOME)
        with pytest.raises(RegistryError):
            registry.add_site(session, actor=other, now=NOW, submission_key="form-mine", body_id=body.id, url=HOME)


def test_a_refused_form_can_be_sent_again_once_corrected(database: Database, actor: Principal, body: BodyView) -> None:
    with database.writing() as session:
        with pytest.raises(RegistryError):
            registry.add_site(session, actor=actor, now=NOW, submission_key="form-again", body_id=body.id, url="x")
        assert registry.add_site(session, actor=actor, now=NOW, submission_key="form-again", body_id=body.id, url=HOME)


@pytest.mark.parametrize("key", ["", "kort", "é" * 10, "a" * 101, "regel\neinde!"])
def test_a_form_without_a_usable_key_is_refused(database: Database, actor: Principal, body: BodyView, key: str) -> None:
    with database.writing() as session, pytest.raises(RegistryError) as caught:
        registry.add_site(session, actor=actor, now=NOW, submission_key=key, body_id=body.id, url=HOME)
    assert caught.value.key == "submission-key-invalid"


def test_bad_input_names_its_field_and_writes_nothing(
    database: Database, actor: Principal, body: BodyView, site: SiteView
) -> None:
    unknown = uuid4()
    refusals: list[tuple[Callable[..., object], dict[str, object], tuple[str, str]]] = [
        (registry.add_site, {"body_id": body.id, "url": ""}, ("url", "url-missing")),
        (registry.add_site, {"body_id": body.id, "url": "ftp://x.be"}, ("url", "url-scheme")),
        (registry.add_site, {"body_id": body.id, "url": "http://voorbeeldegem.example"}, ("url", "url-known")),
        (registry.add_site, {"body_id": unknown, "url": OTHER}, ("body_id", "body-unknown")),
        (registry.correct_site, {"site_id": unknown, "url": OTHER}, ("site_id", "site-unknown")),
        (registry.correct_site, {"site_id": site.id, "url": "nergens"}, ("url", "url-host")),
        (registry.confirm_site, {"site_id": unknown}, ("site_id", "site-unknown")),
        (registry.close_site, {"site_id": unknown}, ("site_id", "site-unknown")),
        (registry.merge_sites, {"site_id": site.id, "into_id": site.id}, ("into_id", "merge-with-itself")),
        (registry.merge_sites, {"site_id": site.id, "into_id": unknown}, ("into_id", "site-unknown")),
        (registry.mark_without_website, {"body_id": body.id}, ("body_id", "site-in-use")),
        (registry.mark_without_website, {"body_id": unknown}, ("body_id", "body-unknown")),
        (registry.set_interval, {"site_id": site.id, "days": 0}, ("days", "interval-range")),
        (registry.set_interval, {"site_id": site.id, "days": 10_000}, ("days", "interval-range")),
        (registry.settle_host, {"host_id": unknown, "decision": "alias"}, ("host_id", "host-unknown")),
        (registry.add_body, {"kind": "ocmw", "name": " "}, ("name", "name-missing")),
        (registry.add_body, {"kind": "O C", "name": "X"}, ("kind", "kind-invalid")),
        (registry.add_body, {"kind": "municipality", "name": "X", "nis_code": "12"}, ("nis_code", "nis-invalid")),
        (registry.add_body, {"kind": "municipality", "name": "X", "nis_code": "99001"}, ("nis_code", "nis-taken")),
    ]
    for change, values, told in refusals:
        refused = _refused(database, change, actor=actor, **values)
        assert refused == told, (change, values)
    with database.reading() as session:
        assert registry.get_site(session, site.id) == site


def test_a_site_is_known_however_its_address_is_spelled(
    database: Database, actor: Principal, body: BodyView, site: SiteView
) -> None:
    assert site.url == HOME
    again = _refused(database, registry.add_site, actor=actor, body_id=body.id, url="WWW.voorbeeldegem.example")
    assert again == ("url", "url-known")


def test_a_corrected_address_must_be_confirmed_again_and_its_old_host_stays_as_an_alias(
    database: Database, actor: Principal, site: SiteView
) -> None:
    with database.writing() as session:
        changed = registry.correct_site(
            session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=site.id, url=OTHER, note="verhuisd"
        )
        hosts = {host.name: host.kind for host in registry.hosts_of(session, site.id)}
    assert (changed.status, changed.url, changed.host, changed.note) == (
        "candidate",
        OTHER,
        "www.elders.example",
        "verhuisd",
    )
    assert hosts == {"www.elders.example": "main", "www.voorbeeldegem.example": "alias"}


def test_correcting_the_rest_of_a_site_leaves_it_confirmed(
    database: Database, actor: Principal, site: SiteView
) -> None:
    with database.writing() as session:
        changed = registry.correct_site(
            session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=site.id, url=HOME, operator="Bouwer"
        )
    assert (changed.status, changed.operator) == ("confirmed", "Bouwer")


def test_a_closed_site_is_not_scanned_and_can_be_opened_again(
    database: Database, actor: Principal, site: SiteView
) -> None:
    with database.writing() as session:
        closed = registry.close_site(
            session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=site.id, note="opgeheven"
        )
        assert (closed.status, closed.note, may_scan(closed)) == ("closed", "opgeheven", False)
        opened = registry.confirm_site(session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=site.id)
        assert may_scan(opened)


def test_merged_sites_point_at_the_one_that_stays(
    database: Database, actor: Principal, body: BodyView, site: SiteView
) -> None:
    with database.writing() as session:
        second = a_site(session, actor, body, url=OTHER)
        third = a_site(session, actor, body, url="https://derde.example")
        for part, whole in ((third, second), (second, site)):
            stays = registry.merge_sites(
                session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=part.id, into_id=whole.id
            )
            assert stays.id == whole.id
        found = {found.id: found for found in registry.sites_of(session, body.id)}
    assert found[second.id].merged_into_id == found[third.id].merged_into_id == site.id
    assert not may_scan(found[second.id])
    assert next(iter(found)) == site.id
    refused = _refused(database, registry.merge_sites, actor=actor, site_id=site.id, into_id=second.id)
    assert refused == ("into_id", "merge-into-unused")


def test_a_body_without_a_website_is_known_as_such(database: Database, actor: Principal, body: BodyView) -> None:
    for _ in range(2):
        with database.writing() as session:
            marked = registry.mark_without_website(
                session, actor=actor, now=NOW, submission_key=next(KEYS), body_id=body.id, note="gemeld"
            )
    assert (marked.status, marked.url, marked.note, may_scan(marked)) == ("none", "", "gemeld", False)
    assert _count(database, Site) == 1
    refused = _refused(database, registry.confirm_site, actor=actor, site_id=marked.id)
    assert refused == ("url", "url-missing")


@pytest.mark.parametrize(
    ("decision", "kind", "status"),
    [
        ("alias", "alias", "confirmed"),
        ("subdomain", "subdomain", "confirmed"),
        ("e_service", "e_service", "confirmed"),
        ("rejected", "subdomain", "rejected"),
    ],
)
def test_a_found_host_is_settled(
    database: Database, actor: Principal, site: SiteView, decision: str, kind: str, status: str
) -> None:
    name = "bib.voorbeeldegem.example"
    with database.writing() as session:
        row = session.get_one(Site, site.id)
        for _ in range(2):
            add_proposed_hosts(session, row, {name: ("subdomain", HOME)}, now=NOW)
        (proposed,) = registry.hosts_to_settle(session)
        assert (proposed.name, proposed.found_on) == (name, HOME)
        settled = registry.settle_host(
            session, actor=actor, now=NOW, submission_key=next(KEYS), host_id=proposed.id, decision=decision
        )
        assert (settled.kind, settled.status) == (kind, status)
        add_proposed_hosts(session, row, {name: ("subdomain", HOME)}, now=NOW)
        assert registry.hosts_to_settle(session) == []
    main = next(host for host in _hosts(database, site) if host.kind == "main")
    for host_id, choice in ((main.id, "alias"), (settled.id, "misschien")):
        assert _refused(database, registry.settle_host, actor=actor, host_id=host_id, decision=choice)


def _hosts(database: Database, site: SiteView) -> list[Host]:
    with database.reading() as session:
        return list(session.scalars(select(Host).where(Host.site_id == site.id)))


def test_every_change_leaves_who_what_and_when(database: Database, actor: Principal, site: SiteView) -> None:
    with database.reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == ["body-added", "site-added", "site-confirmed"]
    assert {event.actor_id for event in events} == {actor.user_id}
    assert {event.at for event in events} == {NOW}
    assert (events[1].subject_kind, events[1].subject_id) == ("site", str(site.id))
    assert events[1].detail["url"] == HOME


def test_hostile_text_of_a_person_is_kept_as_text(database: Database, actor: Principal, body: BodyView) -> None:
    note = "<script>alert(1)</script>\x00 =HYPERLINK() \u202e " + "x" * 10_000
    with database.writing() as session:
        site = registry.add_site(
            session, actor=actor, now=NOW, submission_key=next(KEYS), body_id=body.id, url=HOME, note=note
        )
    assert site.note.startswith("<script>alert(1)</script> =HYPERLINK()")
    assert len(site.note) == 4_000
