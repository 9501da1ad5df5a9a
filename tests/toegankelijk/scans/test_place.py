"""Where an address from the command line belongs in the registry."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.toegankelijk.samples import HOME, KEYS, NOW, a_body, a_scanned_site, a_site, somebody
from toegankelijk import registry, scans
from toegankelijk.errors import InputRefused, SiteNotConfirmed, UnknownMunicipality, UnknownRecord
from toegankelijk.storage.bodies import Body, Site
from toegankelijk.storage.session import Database


@pytest.mark.parametrize("spelling", [HOME, "voorbeeldegem.example", "HTTP://www.voorbeeldegem.example"])
def test_a_known_address_is_the_site_that_has_it(database: Database, spelling: str) -> None:
    with database.writing() as session:
        site = a_scanned_site(session)
        assert scans.site_for_scan(session, url=spelling, now=NOW) == site.id
        assert scans.site_for_scan(session, url=spelling, now=NOW, nis="99001") == site.id
        assert scans.site_for_scan(session, url=spelling, now=NOW, body_id=site.body_id) == site.id


def test_an_unknown_address_becomes_a_site_of_nobody_in_particular(database: Database) -> None:
    with database.writing() as session:
        site_id = scans.site_for_scan(session, url="https://www.los.example/x", now=NOW)
        assert scans.site_for_scan(session, url="los.example/x", now=NOW) == site_id
        site = registry.get_site(session, site_id)
        body = registry.get_body(session, site.body_id)
        assert registry.sites_to_confirm(session).total == 0
    assert (site.status, site.url, site.source) == ("candidate", "https://www.los.example/x", "command line")
    assert (body.kind, body.name, body.nis_code) == ("unassigned", "www.los.example", None)


def test_an_unknown_address_of_a_named_body_becomes_a_candidate_of_it(database: Database) -> None:
    with database.writing() as session:
        body = a_body(session, somebody(session))
        for named in ({"nis": "99001"}, {"body_id": body.id}):
            site_id = scans.site_for_scan(session, url="https://nieuw.example", now=NOW, **named)
        assert [(site.id, site.status) for site in registry.sites_of(session, body.id)] == [(site_id, "candidate")]


def test_the_site_of_another_body_is_not_taken_for_the_named_bodys(database: Database) -> None:
    with database.writing() as session:
        site = a_scanned_site(session)
        other = a_body(session, somebody(session, email="b@c.example"), name="Andergem", nis="99002")
        found = registry.get_site(session, scans.site_for_scan(session, url=HOME, now=NOW, nis="99002"))
    assert (found.body_id, found.id != site.id) == (other.id, True)


def test_a_merged_address_leads_to_the_site_that_stays(database: Database) -> None:
    with database.writing() as session:
        actor = somebody(session)
        body = a_body(session, actor)
        site, part = a_site(session, actor, body), a_site(session, actor, body, url=f"{HOME}ocmw")
        registry.merge_sites(session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=part.id, into_id=site.id)
        assert scans.site_for_scan(session, url=f"{HOME}ocmw", now=NOW) == site.id


def test_an_address_known_from_memory_alone_is_not_scanned_until_it_is_confirmed(database: Database) -> None:
    with database.writing() as session:
        actor = somebody(session)
        site = a_site(session, actor, a_body(session, actor))
        session.get_one(Site, site.id).status = "from_memory"
        session.flush()
        with pytest.raises(SiteNotConfirmed, match=r"voorbeeldegem\.example/ of Voorbeeldegem"):
            scans.site_for_scan(session, url=HOME, now=NOW)
        registry.confirm_site(session, actor=actor, now=NOW, submission_key=next(KEYS), site_id=site.id)
        assert scans.site_for_scan(session, url=HOME, now=NOW) == site.id


@pytest.mark.parametrize("nis", ["12345", "", "gent", "4402", "44021\x00", "४४०२१"])
def test_a_wrong_nis_code_is_named(database: Database, nis: str) -> None:
    with database.writing() as session, pytest.raises(UnknownMunicipality) as caught:
        scans.site_for_scan(session, url=HOME, now=NOW, nis=nis)
    assert repr(nis) in str(caught.value)


def test_an_old_nis_code_names_the_code_of_today(database: Database) -> None:
    with database.writing() as session:
        actor = somebody(session)
        old, between, new = (
            a_body(session, actor, name=name, nis=nis)
            for name, nis in (("Oudgem", "99003"), ("Tussengem", "99004"), ("Nieuwgem", "99005"))
        )
        for body, successor in ((old, between), (between, new)):
            row = session.get_one(Body, body.id)
            row.valid_to, row.successor_id = NOW.date(), successor.id
        session.flush()
        with pytest.raises(UnknownMunicipality, match=r"99003 was Oudgem until 2026-11-23.*Nieuwgem: use 99005"):
            scans.site_for_scan(session, url=HOME, now=NOW, nis="99003")


def test_bad_input_adds_nothing(database: Database) -> None:
    with database.writing() as session:
        body = a_body(session, somebody(session))
        with pytest.raises(InputRefused):
            scans.site_for_scan(session, url="ftp://x.example", now=NOW)
        with pytest.raises(UnknownRecord):
            scans.site_for_scan(session, url=HOME, now=NOW, body_id=uuid4())
        with pytest.raises(InputRefused):
            scans.site_for_scan(session, url=HOME, now=NOW, body_id=uuid4(), nis="99001")
        assert registry.sites_of(session, body.id) == []
        assert registry.search_bodies(session).total == 1
