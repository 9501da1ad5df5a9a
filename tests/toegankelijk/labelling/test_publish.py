"""Publishing: refused while something required is missing, audited, taken off with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from labels.completeness import Lack
from labels.model import Answer, State
from tests.toegankelijk.samples import KEYS, NOW
from tests.toegankelijk.venue_samples import (
    CATALOGUE,
    TODAY,
    Scene,
    a_museum_entry,
    a_person,
    a_scene,
    an_element,
    element_id,
    record,
)
from toegankelijk.accounts import Grant, Principal
from toegankelijk.errors import NotPermitted, UnknownRecord, VenueError
from toegankelijk.labelling import PublishRefused, current_result, publish, unpublish
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.session import Database
from toegankelijk.storage.trail import AuditEvent
from toegankelijk.surveys import SurveyEntry
from toegankelijk.venues import VenueView, find_venue_by_slug, get_venue, search_venues


def publish_it(session: Session, scene: Scene, *, by: Principal | None = None, key: str = "") -> VenueView:
    return publish(
        session,
        actor=by or scene.surveyor,
        now=NOW,
        submission_key=key or next(KEYS),
        venue_id=scene.venue.id,
        catalogue=CATALOGUE,
    )


def take_off(session: Session, scene: Scene, reason: str, *, by: Principal | None = None, key: str = "") -> VenueView:
    return unpublish(
        session,
        actor=by or scene.surveyor,
        now=NOW + timedelta(days=1),
        submission_key=key or next(KEYS),
        venue_id=scene.venue.id,
        reason=reason,
    )


def a_surveyed_scene(session: Session) -> Scene:
    scene = a_scene(session)
    record(session, scene, a_museum_entry(scene.venue.id))
    return scene


def test_a_complete_survey_is_published_by_its_surveyor(database: Database) -> None:
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        assert search_venues(session).items == ()
        published = publish_it(session, scene)
    assert (published.published_at, published.published_by) == (NOW, "An")
    with database.reading() as session:
        assert search_venues(session).items == (published,)


@pytest.mark.parametrize("field", ["venue.monument", "lift.cabin_width"])
def test_label_is_withheld_while_a_required_answer_is_missing(database: Database, field: str) -> None:
    kind, _, question = field.partition(".")
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        taken = replace(an_element(scene.venue.id, kind, kind, {question: None}), name="Lift")
        record(session, scene, SurveyEntry(measured_on=TODAY, elements=(taken,)))
        with pytest.raises(PublishRefused, match="1 required things are missing") as caught:
            publish_it(session, scene)
        assert not get_venue(session, scene.venue.id).is_published
    ((lack, element, missing),) = [(one.lack, one.element_id, one.field) for one in caught.value.missing]
    assert (lack, element, missing) == (Lack.ANSWER, taken.id, field)


def test_not_measured_is_an_honest_answer_and_may_be_published(database: Database) -> None:
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        lift = replace(
            an_element(scene.venue.id, "lift", "lift", {"cabin_width": Answer(State.COULD_NOT_ENTER)}), name="Lift"
        )
        record(session, scene, SurveyEntry(measured_on=TODAY, elements=(lift,)))
        assert publish_it(session, scene).is_published


def test_missing_elements_parts_and_routes_are_named_too(database: Database) -> None:
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        gone = frozenset(element_id(scene.venue.id, name) for name in ("lift", "deur-hoofdingang"))
        record(session, scene, SurveyEntry(measured_on=TODAY, retired=gone, routes=()))
        with pytest.raises(PublishRefused) as caught:
            publish_it(session, scene)
    assert {missing.lack for missing in caught.value.missing} == {Lack.ELEMENT, Lack.PART, Lack.ROUTE}


def test_answers_that_contradict_each_other_are_not_published(database: Database) -> None:
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        parking = an_element(
            scene.venue.id,
            "parking",
            "Parking",
            {"total": 2, "reserved_count": 5, "layout": "dwars", "width": 350.0, "length": 600.0},
        )
        record(
            session,
            scene,
            SurveyEntry(measured_on=TODAY, elements=(parking,), unreachable=frozenset({parking.id})),
        )
        with pytest.raises(PublishRefused, match="1 answers contradict") as caught:
            publish_it(session, scene)
    assert caught.value.missing == ()
    (contradiction,) = caught.value.contradictions
    assert contradiction.element_id == parking.id


def test_publishing_judges_with_the_rules_of_today(database: Database) -> None:
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        publish(
            session,
            actor=scene.surveyor,
            now=NOW,
            submission_key=next(KEYS),
            venue_id=scene.venue.id,
            catalogue=replace(CATALOGUE, version="2099.1"),
        )
        result = current_result(session, scene.venue.id)
    assert result is not None
    assert result.rule_set == "2099.1"


def test_a_published_venue_is_taken_off_with_a_reason_and_keeps_its_slug(database: Database) -> None:
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        publish_it(session, scene)
        for reason in ("", "  \n", "\x00"):
            with pytest.raises(VenueError) as caught:
                take_off(session, scene, reason)
            assert (caught.value.field, caught.value.key) == ("reason", "reason-missing")
        off = take_off(session, scene, "De lift is stuk.")
        assert (off.is_published, off.published_by) == (False, "")
        assert find_venue_by_slug(session, scene.venue.slug) == off
        with pytest.raises(VenueError) as caught:
            take_off(session, scene, "Nog eens.")
        assert caught.value.key == "venue-not-published"
        query = select(AuditEvent).where(AuditEvent.subject_kind == "venue").order_by(AuditEvent.id)
        events = session.scalars(query).all()
    assert [event.action for event in events] == [
        "venue-added",
        "survey-recorded",
        "venue-published",
        "venue-unpublished",
    ]
    assert events[-1].detail["reason"] == "De lift is stuk."


def test_a_published_venue_stays_published_since_the_first_time(database: Database) -> None:
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        first = publish_it(session, scene, key="publiceren-1")
        assert publish_it(session, scene, key="publiceren-1") == first
        reviewer = a_person(session, Grant("reviewer"), name="Bob")
        assert publish_it(session, scene, by=reviewer) == first


@pytest.mark.parametrize(
    ("grant", "may"),
    [
        (Grant("surveyor"), True),
        (Grant("reviewer", "municipality", "99001"), True),
        (Grant("reviewer", "sector", "cultuur"), True),
        (Grant("admin"), True),
        (Grant("inter"), False),
        (Grant("reviewer", "municipality", "44021"), False),
        (Grant("surveyor", "sector", "horeca"), False),
    ],
)
def test_only_surveyors_and_reviewers_of_the_place_publish_and_take_off(
    database: Database, grant: Grant, may: bool
) -> None:
    with database.writing() as session:
        scene = a_surveyed_scene(session)
        person = a_person(session, grant, name="Bob")
        if may:
            assert publish_it(session, scene, by=person).published_by == "Bob"
            assert not take_off(session, scene, "Fout.", by=person).is_published
            return
        with pytest.raises(NotPermitted):
            publish_it(session, scene, by=person)
        publish_it(session, scene)
        with pytest.raises(NotPermitted):
            take_off(session, scene, "Fout.", by=person)
        assert get_venue(session, scene.venue.id).is_published


def test_a_venue_that_is_not_there_is_not_published(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        with pytest.raises(UnknownRecord):
            publish_it(session, Scene(scene.surveyor, replace(scene.venue, id=new_id())))
