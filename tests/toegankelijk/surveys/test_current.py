"""What holds today follows from the measurements alone; they cannot be changed, and each answer has a history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text
from sqlalchemy.exc import DatabaseError

from labels.exchange import answer_to_json
from labels.judge import judge_venue
from labels.model import Answer, State
from tests.toegankelijk.samples import NOW
from tests.toegankelijk.surveys.test_record import door, read
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
from toegankelijk.accounts import Grant
from toegankelijk.errors import UnknownRecord
from toegankelijk.labelling import current_result, measured_from
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.session import Database
from toegankelijk.storage.surveys import CurrentAnswers, Measurement, rebuild_current_answers
from toegankelijk.storage.venues import get_venue_row
from toegankelijk.surveys import SurveyEntry, current_survey, history_of


def test_the_document_thrown_away_and_made_again_is_the_same(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        record(session, scene, door(scene, 84.0))
        record(session, scene, door(scene, None))
        side = element_id(scene.venue.id, "tuiningang")
        record(session, scene, SurveyEntry(measured_on=TODAY, retired=frozenset({side})))
    with database.reading() as session:
        kept = session.get_one(CurrentAnswers, scene.venue.id)
        before, version = kept.document, kept.version
    with database.writing() as session:
        session.execute(delete(CurrentAnswers))
        rebuild_current_answers(session, get_venue_row(session, scene.venue.id))
    with database.reading() as session:
        again = session.get_one(CurrentAnswers, scene.venue.id)
        assert (again.document, again.version) == (before, version)


def said(answer: Answer | None) -> tuple[object, ...]:
    """What an answer says, whenever it was measured."""
    return () if answer is None else (answer.state, answer.value, answer.method)


WIDTHS = st.one_of(st.none(), st.just(Answer(State.UNKNOWN)), st.integers(60, 120).map(float))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(st.tuples(WIDTHS, st.booleans()), min_size=1, max_size=6))
def test_whatever_was_sent_in_turn_the_last_answer_holds_and_every_change_is_kept(
    sqlite_database: Database, sent: list[tuple[float | Answer | None, bool]]
) -> None:
    with sqlite_database.writing() as session:
        session.begin_nested()
        scene = a_scene(session)
        for width, confirmed in sent:
            sure = confirmed and width is not None
            record(session, scene, door(scene, width, confirmed=sure))
        survey = read(session, scene)
        the_door = survey.venue.elements[2]
        last = door(scene, sent[-1][0]).elements[1].answers["door.clear_width"]
        found = the_door.answers.get("door.clear_width")
        assert said(found) == said(last)
        history = history_of(
            session, scene.venue.id, element_id=the_door.id, field="door.clear_width", catalogue=CATALOGUE
        )
        assert all(said(one.answer) != said(other.answer) for one, other in pairwise(history))
        session.rollback()


def test_a_stored_answer_has_the_shape_that_the_labels_write(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        stored = session.get_one(CurrentAnswers, scene.venue.id).document
        survey = read(session, scene)
    for element, data in zip(survey.venue.elements, stored["elements"], strict=True):
        assert {key: answer_to_json(answer) for key, answer in element.answers.items()} == data["answers"]


def test_the_answers_of_today_are_what_the_verdict_stands_on(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        survey, result = read(session, scene), current_result(session, scene.venue.id)
    assert result is not None
    assert result.groups[0].verdict == judge_venue(CATALOGUE, survey.venue, today=TODAY).group("rolstoel").verdict
    criteria = [found for element in result.document["groups"][0]["elements"] for found in element["criteria"]]
    references = {answer["reference"] for found in criteria for answer in found["values"].values()}
    with database.reading() as session:
        known = {str(key) for key in session.scalars(select(Measurement.key))}
    assert references
    assert references <= known


@pytest.mark.parametrize("statement", ["UPDATE measurement SET value = NULL", "DELETE FROM measurement"])
def test_the_database_refuses_to_change_or_remove_a_measurement(database: Database, statement: str) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, door(scene, 90.0))
    with pytest.raises(DatabaseError, match="only ever added"), database.writing() as session:
        session.execute(text(statement))
    with database.reading() as session:
        assert session.scalars(select(Measurement.value)).all() == [90.0]


def test_the_history_of_an_answer_tells_who_said_what_when_the_newest_first(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        bob = a_person(session, Grant("surveyor"), name="Bob")
        yesterday = TODAY - timedelta(days=1)
        first = record(session, scene, door(scene, 90.0, on=yesterday))
        later = NOW + timedelta(hours=1)
        record(session, scene, replace(door(scene, 84.5), source="brief"), by=bob, now=later)
        record(session, scene, door(scene, None), by=bob)
        the_door = element_id(scene.venue.id, "Deur")
        history = history_of(
            session, scene.venue.id, element_id=the_door, field="door.clear_width", catalogue=CATALOGUE
        )
    assert [one.answer and one.answer.value for one in history] == [None, 84.5, 90.0]
    assert [one.recorded_by for one in history] == ["Bob", "Bob", "An"]
    assert (history[1].source, history[1].recorded_at, history[1].unit) == ("brief", later, "cm")
    assert (history[2].visit_id, history[2].visited_on) == (first.visit_id, yesterday)


@pytest.mark.parametrize(
    ("element", "field"),
    [("geen id", "door.type"), ("01a20988-5787-7630-9b05-8a3f4dd87654", "door.type"), (None, "door.colour")],
)
def test_what_is_not_there_has_no_history(database: Database, element: str | None, field: str) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, door(scene, 90.0))
        asked = element or element_id(scene.venue.id, "Deur")
        assert history_of(session, scene.venue.id, element_id=asked, field=field, catalogue=CATALOGUE) == []


def test_before_the_first_survey_a_venue_is_there_and_everything_is_missing(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        survey = read(session, scene)
        assert current_result(session, scene.venue.id) is None
        with pytest.raises(UnknownRecord):
            current_survey(session, new_id(), catalogue=CATALOGUE)
    assert [(element.id, element.kind) for element in survey.venue.elements] == [(str(scene.venue.id), "venue")]
    assert (survey.version, survey.measured_on, survey.completeness.may_publish) == (0, None, False)


def test_an_answer_that_the_questions_of_today_do_not_take_is_set_aside_and_never_a_no(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        visit = session.scalars(select(Measurement.visit_id)).first()
        lift = element_id(scene.venue.id, "lift")
        odd = {"lift.retired_question": ("tape", 1), "lift.cabin_width": ("tape", 1), "lift.cabin_depth": ("duim", 140)}
        shared = {"venue_id": scene.venue.id, "visit_id": visit, "recorded_by_id": scene.surveyor.user_id}
        for field, (method, value) in odd.items():
            row = {"field": field, "state": "known", "value": value, "unit": "cm", "method": method}
            moment = {"element_id": UUID(lift), "measured_on": TODAY, "recorded_at": NOW}
            session.execute(insert(Measurement), [shared | row | moment])
        rebuild_current_answers(session, get_venue_row(session, scene.venue.id))
        survey = read(session, scene)
        record(session, scene, SurveyEntry(measured_on=TODAY))
        result = current_result(session, scene.venue.id)
    assert set(survey.set_aside) == {(lift, field) for field in odd}
    assert result is not None
    (found,) = [element for element in result.groups[0].elements if element.element_id == lift]
    assert found.verdict == "onbekend"


def test_a_document_is_read_without_a_database(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        scene: Scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        kept = session.get_one(CurrentAnswers, scene.venue.id)
        survey = read(session, scene)
    measured = measured_from(CATALOGUE, str(scene.venue.id), "museum", kept.document, version=kept.version)
    assert (measured.venue, measured.version) == (survey.venue, survey.version)


def test_an_element_is_asked_of_by_the_venues_own_id(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        whole = an_element(scene.venue.id, "venue", "", {"has_desk": False})
        record(session, scene, SurveyEntry(measured_on=TODAY, elements=(whole,)))
        (element,) = read(session, scene).venue.elements
    assert element.id == str(scene.venue.id)
    assert element.answers["venue.has_desk"].value is False
