"""Entering and correcting venues: permanent slugs, refusals that name the field, once per form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.toegankelijk.samples import KEYS, NOW, a_body
from tests.toegankelijk.venue_samples import NIS, Scene, a_person, a_scene, a_venue, an_element, record
from toegankelijk.accounts import Grant, Principal
from toegankelijk.errors import NotPermitted, UnknownRecord, VenueError
from toegankelijk.storage.bodies import Body
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.session import Database
from toegankelijk.storage.trail import AuditEvent
from toegankelijk.storage.venues import Venue, VenueElement
from toegankelijk.surveys import SurveyEntry
from toegankelijk.venues import VenueView, add_venue, correct_venue, find_venue_by_slug, get_venue

GOOD: dict[str, Any] = {"name": "Museum De Sok", "venue_type": "museum", "nis_code": NIS}


def add(session: Session, actor: Principal, *, key: str = "", **changes: Any) -> VenueView:
    return add_venue(session, actor=actor, now=NOW, submission_key=key or next(KEYS), **{**GOOD, **changes})


def correct(session: Session, scene: Scene, *, key: str = "", **changes: Any) -> VenueView:
    return correct_venue(
        session,
        actor=scene.surveyor,
        now=NOW + timedelta(days=1),
        submission_key=key or next(KEYS),
        venue_id=scene.venue.id,
        **{**GOOD, **changes},
    )


def test_a_new_venue_is_unpublished_has_its_types_sector_and_an_element_for_itself(database: Database) -> None:
    with database.writing() as session:
        venue = a_scene(session).venue
    assert (venue.slug, venue.sector, venue.is_published, venue.verdicts) == ("museum-de-sok", "cultuur", False, ())
    assert (venue.municipality_name, venue.nis_code) == ("Voorbeeldegem", NIS)
    with database.reading() as session:
        assert get_venue(session, venue.id) == venue
        assert find_venue_by_slug(session, "museum-de-sok") == venue
        (element,) = session.scalars(select(VenueElement).where(VenueElement.venue_id == venue.id))
        assert (element.id, element.kind) == (venue.id, "venue")


def test_venues_of_one_name_get_slugs_of_their_own(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        slugs = [add(session, scene.surveyor).slug for _ in range(3)]
    assert slugs == ["museum-de-sok-voorbeeldegem", "museum-de-sok-voorbeeldegem-2", "museum-de-sok-voorbeeldegem-3"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Café ’t Öude  Huis", "cafe-t-oude-huis"),
        ("!!!", "plaats"),
        ("博物馆", "plaats"),
        ("x" * 300, "x" * 60),
        ("-Kunst & Co.-", "kunst-co"),
    ],
)
def test_a_slug_is_made_of_plain_letters(sqlite_database: Database, name: str, slug: str) -> None:
    with sqlite_database.writing() as session:
        assert add(session, a_scene(session).surveyor, name=name).slug == slug


def test_a_correction_changes_what_is_said_and_leaves_the_slug(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        corrected = correct(
            session, scene, name="Museum Het Kousje", street=" Dorp 1 ", postcode="9999", lat=51.0, lon=4.0
        )
    assert (corrected.name, corrected.slug) == ("Museum Het Kousje", "museum-de-sok")
    assert (corrected.street, corrected.postcode, corrected.lat, corrected.lon) == ("Dorp 1", "9999", 51.0, 4.0)
    assert corrected.changed_at > scene.venue.changed_at
    with database.reading() as session:
        assert get_venue(session, scene.venue.id) == corrected


@pytest.mark.parametrize(
    ("changes", "field", "key"),
    [
        ({"name": " \x00 "}, "name", "name-missing"),
        ({"venue_type": "kasteel"}, "venue_type", "venue-type-unknown"),
        ({"venue_type": ""}, "venue_type", "venue-type-unknown"),
        ({"nis_code": "12345"}, "nis_code", "municipality-unknown"),
        ({"nis_code": "'; --"}, "nis_code", "municipality-unknown"),
        ({"sector": "ruimtevaart"}, "sector", "sector-unknown"),
        ({"postcode": "B-9000"}, "postcode", "postcode-invalid"),
        ({"postcode": "0999"}, "postcode", "postcode-invalid"),
        ({"lat": 51.0}, "lon", "location-half"),
        ({"lon": 4.0}, "lat", "location-half"),
        ({"lat": 4.0, "lon": 51.0}, "lat", "location-outside"),
        ({"lat": float("nan"), "lon": 4.0}, "lat", "location-outside"),
        ({"body_id": UUID(int=1)}, "body_id", "body-unknown"),
    ],
)
def test_bad_facts_are_refused_the_field_named_and_nothing_kept(
    database: Database, changes: dict[str, Any], field: str, key: str
) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        before = session.scalar(select(func.count()).select_from(AuditEvent))
        for attempt in (lambda: add(session, scene.surveyor, **changes), lambda: correct(session, scene, **changes)):
            with pytest.raises(VenueError) as caught:
                attempt()
            assert (caught.value.field, caught.value.key) == (field, key)
        assert session.scalars(select(Venue.slug)).all() == ["museum-de-sok"]
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == before
        assert get_venue(session, scene.venue.id) == scene.venue


def test_a_municipality_that_has_ended_is_refused_and_its_successor_named(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        old = a_body(session, scene.surveyor, name="Oudegem", nis="99002")
        row = session.get_one(Body, old.id)
        row.valid_to, row.successor_id = date(2024, 12, 31), scene.venue.municipality_id
        session.flush()
        session.expire_all()
        with pytest.raises(VenueError, match=r"Voorbeeldegem \(99001\)") as caught:
            add(session, a_person(session, Grant("admin"), name="Baas"), nis_code="99002")
    assert caught.value.key == "municipality-ended"


def test_the_same_form_twice_gives_the_first_venue_and_with_other_content_is_refused(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        first = add(session, scene.surveyor, key="formulier-1", name="Museum A")
        assert add(session, scene.surveyor, key="formulier-1", name="Museum A") == first
        with pytest.raises(VenueError) as caught:
            add(session, scene.surveyor, key="formulier-1", name="Museum B")
        assert caught.value.key == "submission-conflict"
        with pytest.raises(VenueError) as caught:
            add(session, scene.surveyor, key="kort", name="Museum C")
        assert caught.value.key == "submission-key-invalid"
        assert set(session.scalars(select(Venue.name))) == {"Museum De Sok", "Museum A"}


@pytest.mark.parametrize(
    "grant",
    [
        Grant("reviewer"),
        Grant("inter"),
        Grant("surveyor", "municipality", "44021"),
        Grant("surveyor", "sector", "horeca"),
    ],
)
def test_without_the_right_grant_nothing_is_entered_or_corrected(database: Database, grant: Grant) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        other = a_person(session, grant, name="Bob")
        with pytest.raises(NotPermitted, match=r"bob@voorbeeld\.example"):
            add(session, other)
        with pytest.raises(NotPermitted):
            correct(session, Scene(other, scene.venue), name="Elders")
        assert session.scalars(select(Venue.name)).all() == ["Museum De Sok"]


def test_the_type_is_fixed_once_the_venue_was_surveyed(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        scene = a_scene(session)
        entry = SurveyEntry(
            measured_on=NOW.date(), elements=(an_element(scene.venue.id, "venue", "", {"monument": True}),)
        )
        record(session, scene, entry)
        assert correct(session, scene, name="Zelfde soort").venue_type == "museum"
        session.get_one(Venue, scene.venue.id).venue_type = "ander"
        with pytest.raises(VenueError) as caught:
            correct(session, scene)
    assert caught.value.key == "venue-type-fixed"


def test_an_unknown_venue_is_said_to_be_unknown(database: Database) -> None:
    with database.reading() as session:
        with pytest.raises(UnknownRecord):
            get_venue(session, new_id())
        assert find_venue_by_slug(session, "er-is-niets\x00") is None


def test_every_change_is_audited_with_who_and_what(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        correct(session, scene, name="Ander")
    with database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.subject_kind == "venue").order_by(AuditEvent.id)
        events = list(session.scalars(query))
    assert [event.action for event in events] == ["venue-added", "venue-corrected"]
    assert {event.actor_id for event in events} == {scene.surveyor.user_id}
    assert events[1].detail["name"] == "Ander"


def test_two_venues_of_one_name_from_two_sectors_do_not_stand_in_each_others_way(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        assert a_venue(session, scene.surveyor, sector="toerisme").sector == "toerisme"
