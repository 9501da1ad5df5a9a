"""Finding venues: only published ones for everybody, by words, municipality (merged ones too) and type."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.toegankelijk.samples import NOW, a_body
from tests.toegankelijk.venue_samples import NIS, Scene, a_museum_entry, a_person, a_scene, a_venue, record
from tests.toegankelijk.venues.test_rights import merge
from toegankelijk import registry
from toegankelijk.accounts import Grant, Principal
from toegankelijk.storage.session import Database
from toegankelijk.storage.venues import Venue
from toegankelijk.venues import VenueView, search_venues, venues_of, venues_to_survey


def publish_all(session: Session, *, but: str = "") -> None:
    session.execute(update(Venue).where(Venue.name != but).values(published_at=NOW))
    session.expire_all()


def in_two_places(session: Session) -> Principal:
    admin = a_person(session, Grant("admin"), name="Baas")
    a_body(session, admin, name="Gent", nis="44021")
    a_body(session, admin, name="Ieper", nis="33011")
    for name, code in (("Museum Één", "44021"), ("Huis van Een", "33011"), ("Zaal 50%", "44021"), ("Toren", "33011")):
        a_venue(session, admin, name=name, nis_code=code)
    return admin


def names(found: registry.Page[VenueView]) -> list[str]:
    return [venue.name for venue in found.items]


def test_only_published_venues_are_found_by_everybody(database: Database) -> None:
    with database.writing() as session:
        admin = in_two_places(session)
        publish_all(session, but="Toren")
    with database.reading() as session:
        assert names(search_venues(session)) == ["Huis van Een", "Museum Één", "Zaal 50%"]
        assert "Toren" in names(venues_to_survey(session, admin))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"text": "EEN"}, ["Huis van Een", "Museum Één"]),
        ({"text": " een  gent "}, ["Museum Één"]),
        ({"text": "ieper"}, ["Huis van Een", "Toren"]),
        ({"text": "50%"}, ["Zaal 50%"]),
        ({"text": "_"}, []),
        ({"nis_code": "44021"}, ["Museum Één", "Zaal 50%"]),
        ({"nis_code": "11002"}, []),
        ({"nis_code": "geen code"}, []),
        ({"venue_type": "museum", "text": "zaal"}, ["Zaal 50%"]),
        ({"venue_type": "kasteel"}, []),
        ({"text": "\x00"}, ["Huis van Een", "Museum Één", "Toren", "Zaal 50%"]),
    ],
)
def test_words_municipality_and_type_narrow_the_list(
    database: Database, asked: dict[str, str], found: list[str]
) -> None:
    with database.writing() as session:
        in_two_places(session)
        publish_all(session)
        assert names(search_venues(session, **asked)) == found


def test_pages_are_cut_from_one_order_and_a_page_too_far_gives_the_last(database: Database) -> None:
    with database.writing() as session:
        in_two_places(session)
        publish_all(session)
        pages = [search_venues(session, page=number, per_page=3) for number in (0, 1, 2, 99)]
    assert [names(page) for page in pages] == [
        ["Huis van Een", "Museum Één", "Toren"],
        ["Huis van Een", "Museum Één", "Toren"],
        ["Zaal 50%"],
        ["Zaal 50%"],
    ]
    assert {page.total for page in pages} == {4}


def test_venues_of_a_merged_municipality_are_those_of_its_successor(database: Database) -> None:
    with database.writing() as session:
        in_two_places(session)
        publish_all(session)
        gent, ieper = (registry.find_municipality(session, code) for code in ("44021", "33011"))
        assert gent is not None
        assert ieper is not None
        merge(session, "33011", "44021")
        everything = ["Huis van Een", "Museum Één", "Toren", "Zaal 50%"]
        assert [venue.name for venue in venues_of(session, gent.id)] == everything
        assert names(search_venues(session, nis_code="44021")) == everything
        assert names(search_venues(session, nis_code="33011")) == everything
        (tower,) = search_venues(session, text="toren").items
        assert (tower.municipality_name, tower.nis_codes) == ("Gent", ("44021", "33011"))
        assert tower.municipality_id == gent.id


def test_a_venue_in_a_list_carries_its_latest_verdicts(database: Database) -> None:
    with database.writing() as session:
        scene: Scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        publish_all(session)
        (venue,) = search_venues(session, nis_code=NIS).items
    assert [(verdict.group, verdict.verdict) for verdict in venue.verdicts] == [
        ("rolstoel", "met_hulp"),
        ("stappen", "zelfstandig"),
    ]
