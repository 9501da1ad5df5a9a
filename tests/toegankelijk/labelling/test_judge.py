"""Judging: results are kept with their sentences, one of them is the latest, and nothing new is not written twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from labels.exchange import result_to_json
from labels.judge import judge_venue
from tests.toegankelijk.samples import NOW
from tests.toegankelijk.surveys.test_record import door, read
from tests.toegankelijk.venue_samples import CATALOGUE, TODAY, a_museum_entry, a_scene, an_element, record
from toegankelijk.errors import UnknownRecord
from toegankelijk.labelling import current_result, get_result, judge_and_store, results_of
from toegankelijk.storage.labels import LabelResult, LabelVerdict
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.session import Database
from toegankelijk.surveys import SurveyEntry

NEXT_RULES = replace(CATALOGUE, version="2099.1")
YEARS = NOW + timedelta(days=365 * 8)


def test_a_result_is_what_the_labels_say_with_the_sentences_beside_it(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        recorded = record(session, scene, a_museum_entry(scene.venue.id)).result
        venue = read(session, scene).venue
    with database.reading() as session:
        result = current_result(session, scene.venue.id)
    assert result == recorded
    assert result is not None
    assert result.document == result_to_json(judge_venue(CATALOGUE, venue, today=TODAY))
    assert (result.rule_set, result.judged_on, result.judged_at, result.is_latest) == (
        CATALOGUE.version,
        TODAY,
        NOW,
        True,
    )
    wheelchair = result.groups[0]
    assert (wheelchair.name, wheelchair.limiting) == ("Wie een rolstoel gebruikt", ("toilet",))
    main = next(element for element in wheelchair.elements if element.name == "Hoofdingang")
    assert main.verdict == "niet"
    assert main.reasons


def test_an_element_that_holds_a_group_back_says_why(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        result = record(session, scene, a_museum_entry(scene.venue.id)).result
    for group in result.groups:
        for element in group.elements:
            assert bool(element.reasons) or element.verdict in ("zelfstandig", "nvt")
            assert all(reason.endswith(".") for reason in element.reasons)


def test_verdicts_for_lists_are_those_of_the_result(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        result = record(session, scene, a_museum_entry(scene.venue.id)).result
        rows = session.scalars(select(LabelVerdict).order_by(LabelVerdict.place)).all()
    assert [(row.group, row.verdict, row.level, row.provisional, row.outdated, row.close_to_limit) for row in rows] == [
        (group.group, group.verdict, group.level, group.provisional, group.outdated, group.close_to_limit)
        for group in result.groups
    ]


def test_another_answer_gives_another_latest_result_and_keeps_the_one_before(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        first = record(session, scene, a_museum_entry(scene.venue.id)).result
        whole = an_element(scene.venue.id, "venue", "", {"has_desk": False})
        second = record(session, scene, SurveyEntry(measured_on=TODAY, elements=(whole,))).result
        assert current_result(session, scene.venue.id) == second
        assert results_of(session, scene.venue.id) == [second, replace(first, is_latest=False)]
        assert get_result(session, first.id).groups == first.groups
        with pytest.raises(UnknownRecord):
            get_result(session, new_id())


def test_judging_again_without_anything_new_keeps_the_result(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        first = record(session, scene, a_museum_entry(scene.venue.id)).result
        tomorrow = NOW + timedelta(days=1)
        assert judge_and_store(session, venue_id=scene.venue.id, catalogue=CATALOGUE, now=tomorrow) == first
        assert results_of(session, scene.venue.id) == [first]


def test_other_rules_and_answers_that_have_aged_give_a_new_result(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        first = record(session, scene, a_museum_entry(scene.venue.id)).result
        other = judge_and_store(session, venue_id=scene.venue.id, catalogue=NEXT_RULES, now=NOW)
        aged = judge_and_store(session, venue_id=scene.venue.id, catalogue=NEXT_RULES, now=YEARS)
        found = results_of(session, scene.venue.id)
    assert [result.id for result in found] == [aged.id, other.id, first.id]
    assert [result.rule_set for result in found] == ["2099.1", "2099.1", CATALOGUE.version]
    assert [group.outdated for group in aged.groups] == [True, True]
    assert [group.outdated for group in other.groups] == [False, False]


def test_the_database_keeps_one_latest_result_per_venue(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, a_museum_entry(scene.venue.id))
        record(session, scene, door(scene, 70.0))
        assert len(results_of(session, scene.venue.id)) == 2
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(update(LabelResult).values(is_latest=True))


def test_the_day_of_judging_is_the_day_in_flanders(sqlite_database: Database) -> None:
    just_past_midnight = NOW.replace(hour=23, minute=30)
    with sqlite_database.writing() as session:
        scene = a_scene(session)
        result = judge_and_store(session, venue_id=scene.venue.id, catalogue=CATALOGUE, now=just_past_midnight)
    assert result.judged_on == TODAY + timedelta(days=1)
