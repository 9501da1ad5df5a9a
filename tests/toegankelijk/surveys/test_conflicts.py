"""The same form twice, two forms at once: nothing is written twice, nothing is overwritten unseen."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labels.model import Answer, State
from tests.toegankelijk.samples import KEYS
from tests.toegankelijk.surveys.test_record import count, door, elements, read
from tests.toegankelijk.venue_samples import (
    CATALOGUE,
    TODAY,
    Scene,
    a_museum_entry,
    a_person,
    a_scene,
    a_venue,
    an_element,
    record,
)
from toegankelijk.accounts import Grant
from toegankelijk.errors import NotPermitted, SubmissionConflict, VenueError
from toegankelijk.storage.labels import LabelResult
from toegankelijk.storage.session import Database
from toegankelijk.storage.trail import AuditEvent
from toegankelijk.surveys import SurveyConflict, SurveyEntry
from toegankelijk.surveys.written import entry_to_json, read_entry

KEY = "formulier-van-de-opmeting"


def written(session: Session) -> tuple[int, ...]:
    events = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    return (count(session), events, session.scalar(select(func.count()).select_from(LabelResult)) or 0)


def test_the_same_form_twice_gives_the_first_result_and_writes_nothing(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        entry = a_museum_entry(scene.venue.id)
        first = record(session, scene, entry, key=KEY)
        record(session, scene, door(scene, 70.0))
        before = written(session)
    with database.writing() as session:
        assert replace(record(session, scene, entry, key=KEY), result=first.result) == first
        assert written(session) == before


def test_the_same_form_with_other_answers_is_refused_with_both_shown(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        first, new = door(scene, 90.0), door(scene, 84.0)
        record(session, scene, first, key=KEY)
        before = written(session)
    with pytest.raises(SurveyConflict) as caught, database.writing() as session:
        record(session, scene, new, key=KEY)
    assert (caught.value.first, caught.value.new) == (first, new)
    ((element_id, field, one, other),) = [
        (found.element_id, found.field, found.first, found.new) for found in caught.value.differences
    ]
    assert (element_id, field) == (first.elements[1].id, "door.clear_width")
    assert one is not None
    assert other is not None
    assert (one.value, other.value) == (90.0, 84.0)
    with database.reading() as session:
        assert written(session) == before
        assert elements(session, scene)["Deur"].answers["door.clear_width"].value == 90.0


def test_a_key_of_another_form_is_refused_without_telling_what_that_form_said(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        other = Scene(scene.surveyor, a_venue(session, scene.surveyor, name="Ander museum"))
        record(session, other, a_museum_entry(other.venue.id), key=KEY)
        with pytest.raises(SubmissionConflict) as caught:
            record(session, scene, door(scene, 90.0), key=KEY)
        assert caught.value.first == {}
        with pytest.raises(VenueError) as refused:
            record(session, scene, door(scene, 90.0), key="x")
    assert refused.value.key == "submission-key-invalid"


def test_an_entry_is_written_down_and_read_back_the_same(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
    entry = replace(
        a_museum_entry(scene.venue.id),
        retired=frozenset({"b", "a"}),
        unreachable=frozenset({"c"}),
        based_on=3,
        source="s",
    )
    assert read_entry(CATALOGUE, entry_to_json(entry)) == entry
    taken_back = replace(door(scene, None), routes=(), note="é\n")
    assert read_entry(CATALOGUE, entry_to_json(taken_back)) == taken_back


def hinge(scene: Scene, **values: float | Answer | None) -> SurveyEntry:
    """The door of the entrance with these answers."""
    parts = door(scene, 90.0).elements
    deur = an_element(scene.venue.id, "door", "Deur", values, parent="Inkom")
    return SurveyEntry(measured_on=TODAY, elements=(parts[0], deur))


def test_two_surveyors_in_one_building_do_not_undo_each_others_answers(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        bob = a_person(session, Grant("surveyor"), name="Bob")
        record(session, scene, hinge(scene, clear_width=90.0, threshold=2.0))
        opened = read(session, scene).version
        record(session, scene, replace(hinge(scene, clear_width=84.0, threshold=2.0), based_on=opened))
        late = replace(hinge(scene, clear_width=90.0, threshold=0.0, turning_front=150.0), based_on=opened)
        assert record(session, scene, late, by=bob).appended == 2
        answers = elements(session, scene)["Deur"].answers
    assert {key: answer.value for key, answer in answers.items()} == {
        "door.clear_width": 84.0,
        "door.threshold": 0.0,
        "door.turning_front": 150.0,
    }


def test_what_two_surveyors_changed_differently_is_refused_and_named(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        bob = a_person(session, Grant("surveyor"), name="Bob")
        record(session, scene, hinge(scene, clear_width=90.0, threshold=2.0))
        opened = read(session, scene).version
        record(session, scene, replace(hinge(scene, clear_width=84.0, threshold=None), based_on=opened))
        before = written(session)
    late = replace(hinge(scene, clear_width=70.0, threshold=1.0), based_on=opened)
    with pytest.raises(SurveyConflict) as caught, database.writing() as session:
        record(session, scene, late, by=bob)
    assert caught.value.first is None
    found = {difference.field: difference for difference in caught.value.differences}
    assert {field: (one.first and one.first.value, one.new and one.new.value) for field, one in found.items()} == {
        "door.clear_width": (84.0, 70.0),
        "door.threshold": (None, 1.0),
    }
    with database.reading() as session:
        assert written(session) == before


def test_two_surveyors_who_found_the_same_agree(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, hinge(scene, clear_width=90.0))
        opened = read(session, scene).version
        same = replace(hinge(scene, clear_width=Answer(State.COULD_NOT_ENTER)), based_on=opened)
        assert record(session, scene, same).appended == 1
        assert record(session, scene, same).appended == 0


def test_without_a_grant_nothing_is_recorded_not_even_a_repeat(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, door(scene, 90.0), key=KEY)
        before = written(session)
        elsewhere = (Grant("surveyor", "sector", "horeca"), Grant("surveyor", "municipality", "44021"))
        for number, grant in enumerate((Grant("reviewer"), Grant("inter"), *elsewhere)):
            other = a_person(session, grant, name=f"Iemand{number}")
            for key in (KEY, next(KEYS)):
                with pytest.raises(NotPermitted):
                    record(session, scene, door(scene, 90.0), by=other, key=key)
        assert written(session) == before


def test_two_writers_at_the_same_moment_leave_one_latest_verdict_and_all_answers(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        entries = [hinge(scene, clear_width=84.0), hinge(scene, threshold=2.0), hinge(scene, turning_front=150.0)]
        record(session, scene, hinge(scene))
    start, failures = Barrier(len(entries)), []

    def write(entry: SurveyEntry) -> None:
        start.wait()
        try:
            with database.writing() as session:
                record(session, scene, entry)
        except Exception as error:  # noqa: BLE001 - told by the test below
            failures.append(error)

    threads = [Thread(target=write, args=(entry,)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.reading() as session:
        assert set(elements(session, scene)["Deur"].answers) == {
            "door.clear_width",
            "door.threshold",
            "door.turning_front",
        }
        assert session.scalar(select(func.count()).where(LabelResult.is_latest)) == 1
