"""Recording: only what is new is added, elements and routes follow the form, and nothing is ever lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labels.model import Answer, Element, State
from tests.toegankelijk.samples import NOW
from tests.toegankelijk.venue_samples import (
    CATALOGUE,
    TODAY,
    Scene,
    a_museum_entry,
    a_scene,
    an_element,
    answered,
    element_id,
    record,
)
from toegankelijk.storage.session import Database
from toegankelijk.storage.surveys import Measurement, SurveyVisit
from toegankelijk.storage.trail import AuditEvent
from toegankelijk.surveys import CurrentSurvey, RouteEntry, SurveyEntry, current_survey

LATER = TODAY + timedelta(days=100)
UNKNOWN = Answer(State.UNKNOWN)


def read(session: Session, scene: Scene) -> CurrentSurvey:
    return current_survey(session, scene.venue.id, catalogue=CATALOGUE)


def elements(session: Session, scene: Scene) -> dict[str, Element]:
    return {element.name: element for element in read(session, scene).venue.elements if element.name}


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Measurement)) or 0


def door(scene: Scene, width: float | Answer | None, *, on: date = TODAY, confirmed: bool = False) -> SurveyEntry:
    """An entrance with a door of this width."""
    venue_id = scene.venue.id
    sure = frozenset({"clear_width"} if confirmed else ())
    return SurveyEntry(
        measured_on=on,
        elements=(
            an_element(venue_id, "entrance", "Inkom"),
            an_element(venue_id, "door", "Deur", {"clear_width": width}, parent="Inkom", on=on, confirmed=sure),
        ),
    )


def test_a_whole_survey_comes_back_as_it_was_handed_in(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        entry = a_museum_entry(scene.venue.id)
        done = record(session, scene, entry)
    posted = {element.id: element for element in entry.elements}
    with database.reading() as session:
        survey = read(session, scene)
    assert done.appended == sum(len(element.answers) for element in entry.elements)
    assert survey.measured_on == TODAY
    assert [element.id for element in survey.venue.elements] == [element.id for element in entry.elements]
    for element in survey.venue.elements:
        sent = posted[element.id]
        assert (element.kind, element.parent_id, element.floor) == (sent.kind, sent.parent_id, sent.floor)
        assert {key: replace(answer, reference="") for key, answer in element.answers.items()} == sent.answers
    assert entry.routes is not None
    assert [(route.destination, route.legs) for route in survey.venue.routes] == [
        (route.destination, route.legs) for route in entry.routes
    ]


def test_the_verdict_is_there_at_once_with_its_reasons(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        result = record(session, scene, a_museum_entry(scene.venue.id)).result
    assert [(group.group, group.verdict) for group in result.groups] == [
        ("rolstoel", "met_hulp"),
        ("stappen", "zelfstandig"),
    ]
    assert any("148 cm" in reason for found in result.groups[0].destinations for reason in found.reasons)


def test_an_empty_survey_makes_a_venue_unknown_and_never_a_no(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        result = record(session, scene, SurveyEntry(measured_on=TODAY)).result
    assert {group.verdict for group in result.groups} == {"onbekend"}


def test_the_same_answers_again_add_nothing(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        entry = a_museum_entry(scene.venue.id)
        first = record(session, scene, entry)
        before, known = count(session), read(session, scene)
        again = record(session, scene, entry)
        assert (again.appended, again.result, again.visit_id) == (0, first.result, first.visit_id)
        assert (count(session), read(session, scene)) == (before, known)


def test_an_answer_of_another_day_is_added_when_it_was_measured_anew_only(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, door(scene, 90.0))
        later = NOW + timedelta(days=101)
        assert record(session, scene, door(scene, 90.0, on=LATER), now=later).appended == 0
        assert elements(session, scene)["Deur"].answers["door.clear_width"].measured_on == TODAY
        assert record(session, scene, door(scene, 90.0, on=LATER, confirmed=True), now=later).appended == 1
        assert record(session, scene, door(scene, 90.0, on=LATER, confirmed=True), now=later).appended == 0
        assert elements(session, scene)["Deur"].answers["door.clear_width"].measured_on == LATER


def test_another_value_state_or_method_is_added_and_the_old_one_stays(database: Database) -> None:
    by_eye = replace(answered("door.clear_width", 84.5) or UNKNOWN, method="visual_estimate")
    with database.writing() as session:
        scene = a_scene(session)
        for answer in (90.0, 84.5, by_eye, UNKNOWN, 90):
            assert record(session, scene, door(scene, answer)).appended == 1
        rows = session.scalars(select(Measurement).order_by(Measurement.key)).all()
    assert [(row.state, row.value, row.unit, row.method) for row in rows] == [
        ("known", 90.0, "cm", "tape"),
        ("known", 84.5, "cm", "tape"),
        ("known", 84.5, "cm", "visual_estimate"),
        ("unknown", None, "cm", ""),
        ("known", 90, "cm", "tape"),
    ]


def test_an_answer_that_is_taken_back_is_not_asked_yet_and_its_history_stays(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, door(scene, 90.0))
        assert record(session, scene, door(scene, None)).appended == 1
        assert record(session, scene, door(scene, None)).appended == 0
        assert elements(session, scene)["Deur"].answers == {}
        assert session.scalars(select(Measurement.state).order_by(Measurement.key)).all() == ["known", "withdrawn"]


def test_what_a_form_does_not_name_stays(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        before = read(session, scene)
        whole = an_element(scene.venue.id, "venue", "", {"monument": True})
        record(session, scene, SurveyEntry(measured_on=TODAY, elements=(whole,)))
        after = read(session, scene)
    assert after.venue.elements[0].answers["venue.monument"].value is True
    assert after.venue.elements[1:] == before.venue.elements[1:]
    assert after.venue.routes == before.venue.routes


def test_an_element_can_be_renamed_moved_and_given_another_parent(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, door(scene, 90.0))
        sent = an_element(scene.venue.id, "door", "Deur")
        toilet = an_element(scene.venue.id, "toilet", "Wc", floor=1)
        moved = replace(sent, name="  Deur \n naar wc ", parent_id=toilet.id, floor=1)
        record(session, scene, SurveyEntry(measured_on=TODAY, elements=(moved, toilet)))
        found = elements(session, scene)["Deur naar wc"]
    assert (found.id, found.parent_id, found.floor) == (sent.id, toilet.id, 1)
    assert found.answers["door.clear_width"].value == 90.0


def test_an_element_that_is_taken_away_takes_its_parts_and_routes_with_it_and_frees_what_led_to_it(
    database: Database,
) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        entry = a_museum_entry(scene.venue.id)
        record(session, scene, entry)
        side = element_id(scene.venue.id, "tuiningang")
        before = count(session)
        record(session, scene, SurveyEntry(measured_on=TODAY, retired=frozenset({side})))
        left = elements(session, scene)
        survey = read(session, scene)
        assert count(session) == before
    assert "Ingang langs de tuin" not in left
    assert "Schuifdeur van de tuiningang" not in left
    assert left["Helling voor de tuiningang"].parent_id is None
    assert all(side not in route.legs for route in survey.venue.routes)
    assert len(survey.venue.routes) == 4


def test_an_element_that_is_sent_again_is_back_with_its_answers(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, door(scene, 90.0))
        inkom, deur = door(scene, 90.0).elements
        record(session, scene, SurveyEntry(measured_on=TODAY, retired=frozenset({inkom.id})))
        assert elements(session, scene) == {}
        back = replace(deur, answers={})
        record(session, scene, SurveyEntry(measured_on=TODAY, elements=(inkom, back)))
        assert elements(session, scene)["Deur"].answers["door.clear_width"].value == 90.0


def test_routes_are_a_whole_set_and_one_that_stays_keeps_its_id(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        before = read(session, scene).venue.routes
        kept = before[3]
        other = RouteEntry("inkom", before[1].legs[1:])
        wanted = (RouteEntry(kept.destination, kept.legs), other, other)
        record(session, scene, SurveyEntry(measured_on=TODAY, routes=wanted))
        after = read(session, scene).venue.routes
        assert [(route.destination, route.legs) for route in after] == [
            (kept.destination, kept.legs),
            (other.destination, other.legs),
        ]
        assert after[0].id == kept.id
        assert after[1].id not in {route.id for route in before}
        record(session, scene, SurveyEntry(measured_on=TODAY, routes=()))
        assert read(session, scene).venue.routes == ()


def test_what_cannot_be_reached_is_a_whole_set_too(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        toilets = [an_element(scene.venue.id, "toilet", name) for name in ("Boven", "Onder")]
        ids = [toilet.id for toilet in toilets]
        record(session, scene, SurveyEntry(measured_on=TODAY, elements=tuple(toilets), unreachable=frozenset(ids)))
        assert read(session, scene).venue.unreachable == set(ids)
        record(session, scene, SurveyEntry(measured_on=TODAY, unreachable=frozenset(ids[:1])))
        record(session, scene, SurveyEntry(measured_on=TODAY))
        assert read(session, scene).venue.unreachable == {ids[0]}
        record(session, scene, SurveyEntry(measured_on=TODAY, retired=frozenset(ids[:1])))
        assert read(session, scene).venue.unreachable == frozenset()


def test_a_surveyor_has_one_visit_a_day_and_its_newest_note(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        for note in ("Regen.", "", "Zon.\x00"):
            record(session, scene, replace(door(scene, 90.0), note=note))
        record(session, scene, door(scene, 90.0, on=TODAY - timedelta(days=1)))
        visits = session.scalars(select(SurveyVisit).order_by(SurveyVisit.measured_on)).all()
    assert [(visit.measured_on, visit.note) for visit in visits] == [
        (TODAY - timedelta(days=1), ""),
        (TODAY, "Zon."),
    ]
    assert {visit.rule_set for visit in visits} == {CATALOGUE.version}


def test_each_measurement_says_who_when_and_where_from(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        done = record(session, scene, replace(door(scene, 90.0), source="brief van de uitbater"))
        (row,) = session.scalars(select(Measurement)).all()
    assert (row.visit_id, row.recorded_by_id, row.recorded_at) == (done.visit_id, scene.surveyor.user_id, NOW)
    assert (row.source, row.measured_on) == ("brief van de uitbater", TODAY)


def test_every_recording_is_audited_with_what_came_of_it(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        done = record(session, scene, a_museum_entry(scene.venue.id))
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "survey-recorded")).all()
    assert event.subject_id == str(scene.venue.id)
    assert event.detail["appended"] == done.appended
    assert event.detail["verdicts"] == {"rolstoel": "met_hulp", "stappen": "zelfstandig"}
