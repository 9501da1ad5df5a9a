"""What cannot be recorded: every problem at once, each with its place and key, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from labels.model import Answer, Element, Size, State, Venue, known
from tests.toegankelijk.surveys.test_conflicts import written
from tests.toegankelijk.surveys.test_record import door, read
from tests.toegankelijk.venue_samples import (
    CATALOGUE,
    TODAY,
    Scene,
    a_museum_entry,
    a_scene,
    a_venue,
    an_element,
    answered,
    element_id,
    record,
)
from toegankelijk.errors import UnknownRecord
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.session import Database
from toegankelijk.surveys import ElementEntry, RouteEntry, SurveyEntry, SurveyError
from toegankelijk.surveys.checks import entry_problems
from toegankelijk.surveys.known import KnownVenue
from toegankelijk.surveys.outcome import structure_problems, venue_after

VENUE_ID = UUID("01a2095f-9b57-7b96-829d-3361555568f1")
FOREIGN = str(UUID(int=7))
GONE = str(UUID(int=8))
INKOM = element_id(VENUE_ID, "Inkom")
DEUR = element_id(VENUE_ID, "Deur")
KNOWN = KnownVenue(
    venue=Venue(
        str(VENUE_ID),
        "museum",
        (
            Element(str(VENUE_ID), "venue"),
            Element(INKOM, "entrance"),
            Element(DEUR, "door", parent_id=INKOM),
        ),
    ),
    version=5,
    kinds={str(VENUE_ID): "venue", INKOM: "entrance", DEUR: "door", GONE: "lift"},
    foreign=frozenset({FOREIGN}),
    base={},
)


def problems_of(entry: SurveyEntry) -> set[tuple[str, str, str]]:
    found = tuple(entry_problems(CATALOGUE, KNOWN, entry, today=TODAY))
    if not found:
        found = tuple(structure_problems(CATALOGUE, venue_after(CATALOGUE, KNOWN, entry), entry))
    assert all(problem.explanation.endswith(".") for problem in found)
    return {(problem.element_id, problem.field, problem.key) for problem in found}


def entry(*elements: ElementEntry, **changes: Any) -> SurveyEntry:
    return replace(SurveyEntry(measured_on=TODAY, elements=elements), **changes)


def a_door(**values: Any) -> ElementEntry:
    return an_element(VENUE_ID, "door", "Deur", values, parent="Inkom")


def measured(value: Any, method: str = "tape", on: date = TODAY) -> Answer:
    return known(value, method=method, measured_on=on)


def test_what_fits_has_no_problems() -> None:
    good = a_door(clear_width=90.0, type="schuif", force=Answer(State.NOT_APPLICABLE))
    routes = (RouteEntry("inkom", (INKOM,)),)
    assert problems_of(entry(good, routes=routes, unreachable=frozenset({DEUR}), based_on=5)) == set()


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (measured(8.0), "value-refused"),
        (measured(80_000), "value-refused"),
        (measured(float("nan")), "value-refused"),
        (measured(float("inf")), "value-refused"),
        (measured("breed"), "value-refused"),
        (measured(True), "value-refused"),
        (measured(Size(90, 90)), "value-refused"),
        (measured(("a", "b")), "value-refused"),
        (measured(TODAY), "value-refused"),
        (measured(90.0, method="duim"), "method-refused"),
        (measured(90.0, method="lux_meter"), "method-refused"),
        (measured(90.0, on=TODAY + timedelta(days=1)), "measured-in-future"),
        (Answer(State.NOT_APPLICABLE), "not-applicable-refused"),
        (Answer(State.UNKNOWN, measured_on=TODAY + timedelta(days=1)), "measured-in-future"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(answer: Answer, key: str) -> None:
    assert problems_of(entry(a_door(clear_width=answer))) == {(DEUR, "door.clear_width", key)}


@pytest.mark.parametrize(
    ("kind", "question", "value"),
    [
        ("stairs", "count", 2.5),
        ("stairs", "count", float("inf")),
        ("stairs", "handrails", "overal"),
        ("lift", "floors_served", ("0", "maan")),
        ("toilet", "room_dims", Size(10, 200)),
        ("toilet", "room_dims", Size(float("nan"), 200)),
        ("circ", "unreachable_desc", "x" * 2_001),
        ("circ", "unreachable_desc", "de zolder\x00"),
        ("circ", "unreachable_desc", "\ud83d"),
        ("ramp", "slope_max", 1e9),
    ],
)
def test_a_value_of_the_wrong_type_or_range_is_refused(kind: str, question: str, value: Any) -> None:
    element = an_element(VENUE_ID, kind, "Iets", {question: answered(f"{kind}.{question}", value)})
    assert problems_of(entry(element)) == {(element.id, f"{kind}.{question}", "value-refused")}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": "deur-1"}, ("deur-1", "", "element-id-invalid")),
        ({"id": DEUR.upper()}, (DEUR.upper(), "", "element-id-invalid")),
        ({"id": "\x00"}, ("\x00", "", "element-id-invalid")),
        ({"id": FOREIGN}, (FOREIGN, "", "element-foreign")),
        ({"id": str(VENUE_ID)}, (str(VENUE_ID), "", "venue-element")),
        ({"kind": "venue"}, (DEUR, "", "venue-element")),
        ({"kind": "lift"}, (DEUR, "kind", "element-kind-fixed")),
        ({"id": GONE}, (GONE, "kind", "element-kind-fixed")),
        ({"floor": 900}, (DEUR, "floor", "floor-range")),
        ({"answers": {"door.colour": measured(1)}}, (DEUR, "door.colour", "field-unknown")),
        ({"answers": {"door.colour": None}}, (DEUR, "door.colour", "field-unknown")),
        ({"answers": {"lift.type": None}}, (DEUR, "lift.type", "field-of-other-kind")),
        ({"confirmed": frozenset({"door.type"})}, (DEUR, "door.type", "confirmed-without-answer")),
        ({"parent_id": str(UUID(int=9))}, (DEUR, "parent_id", "parent-unknown")),
        ({"parent_id": str(VENUE_ID)}, (DEUR, "parent_id", "parent-refused")),
        ({"parent_id": FOREIGN}, (DEUR, "parent_id", "parent-unknown")),
    ],
)
def test_an_element_that_does_not_fit_is_refused(changes: dict[str, Any], problem: tuple[str, str, str]) -> None:
    assert problem in problems_of(entry(replace(a_door(), **changes)))


def test_a_kind_that_this_type_of_venue_does_not_have_is_refused() -> None:
    pool = ElementEntry(str(UUID(int=5)), "zwembad")
    assert problems_of(entry(pool)) == {(pool.id, "kind", "element-kind-unknown")}


def test_an_element_that_is_sent_twice_is_refused() -> None:
    assert problems_of(entry(a_door(), a_door())) == {(DEUR, "", "element-twice")}


def test_more_than_fits_is_refused() -> None:
    many = tuple(ElementEntry(str(UUID(int=100 + number)), "stairs") for number in range(501))
    assert ("", "elements", "too-many-elements") in problems_of(entry(*many))
    assert ("", "elements", "too-many-elements") in problems_of(entry(*many[:499]))
    assert problems_of(entry(routes=(RouteEntry("inkom", (INKOM,)),) * 201)) == {("", "routes", "too-many-routes")}
    assert problems_of(entry(routes=(RouteEntry("inkom", (INKOM,) * 51),))) == {("", "routes", "too-many-routes")}


@pytest.mark.parametrize(
    ("retired", "problem"),
    [
        (str(VENUE_ID), (str(VENUE_ID), "", "venue-element")),
        (DEUR, (DEUR, "", "element-sent-and-retired")),
        (FOREIGN, (FOREIGN, "", "element-unknown")),
        ("niets", ("niets", "", "element-unknown")),
    ],
)
def test_what_cannot_be_taken_away_is_refused(retired: str, problem: tuple[str, str, str]) -> None:
    assert problems_of(entry(a_door(), retired=frozenset({retired}))) == {problem}


@pytest.mark.parametrize(
    ("route", "problem"),
    [
        (RouteEntry("zwembad", (INKOM,)), ("", "routes", "route.unknown_destination")),
        (RouteEntry("inkom", ()), ("", "routes", "route.no_legs")),
        (RouteEntry("inkom", (FOREIGN, INKOM)), (FOREIGN, "routes", "route.unknown_leg")),
        (RouteEntry("inkom", (GONE, INKOM)), (GONE, "routes", "route.unknown_leg")),
        (RouteEntry("inkom", (DEUR, INKOM)), (DEUR, "routes", "route.part_as_leg")),
        (RouteEntry("inkom", (str(VENUE_ID), INKOM)), (str(VENUE_ID), "routes", "route.venue_as_leg")),
        (RouteEntry("inkom", (INKOM, INKOM)), (INKOM, "routes", "route.leg_twice")),
        (RouteEntry("toilet", (INKOM,)), (INKOM, "routes", "route.wrong_target")),
    ],
)
def test_a_route_that_leads_nowhere_is_refused_with_the_key_of_its_dutch_text(
    route: RouteEntry, problem: tuple[str, str, str]
) -> None:
    assert problem in problems_of(entry(routes=(route,)))
    assert problem[2] in CATALOGUE.texts


def test_an_element_with_a_route_cannot_be_out_of_reach() -> None:
    routes = (RouteEntry("inkom", (INKOM,)),)
    found = problems_of(entry(routes=routes, unreachable=frozenset({INKOM, "niets"})))
    assert found == {(INKOM, "unreachable", "unreachable-has-route"), ("niets", "unreachable", "element-unknown")}


@pytest.mark.parametrize("version", [-1, 6])
def test_a_version_that_never_was_is_refused(version: int) -> None:
    assert problems_of(entry(based_on=version)) == {("", "based_on", "based-on-unknown")}


def test_a_survey_of_tomorrow_is_refused() -> None:
    assert problems_of(entry(measured_on=TODAY + timedelta(days=1))) == {("", "measured_on", "measured-in-future")}


def test_all_problems_are_told_at_once_and_nothing_is_written(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        record(session, scene, door(scene, 90.0))
        before = written(session)
        inkom, _ = door(scene, 90.0).elements
        bad = an_element(scene.venue.id, "door", "Deur", {"clear_width": 8.0, "threshold": 9_999.0}, parent="Inkom")
        with pytest.raises(SurveyError, match=r"door\.clear_width cannot be '8\.0'; it lies from .* cm") as caught:
            record(session, scene, SurveyEntry(measured_on=TODAY, elements=(inkom, bad)))
        assert [problem.field for problem in caught.value.problems] == ["door.clear_width", "door.threshold"]
        assert written(session) == before


def test_an_element_or_the_id_of_another_venue_is_refused(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        other = Scene(scene.surveyor, a_venue(session, scene.surveyor, name="Ander museum"))
        theirs = door(other, 90.0)
        record(session, other, theirs)
        attempts: list[Callable[[], SurveyEntry]] = [
            lambda: theirs,
            lambda: entry(ElementEntry(str(other.venue.id), "entrance")),
            lambda: entry(retired=frozenset({theirs.elements[0].id})),
            lambda: entry(routes=(RouteEntry("inkom", (theirs.elements[0].id,)),)),
            lambda: entry(unreachable=frozenset({theirs.elements[0].id})),
        ]
        for attempt in attempts:
            with pytest.raises(SurveyError):
                record(session, scene, attempt())
        assert len(read(session, scene).venue.elements) == 1
        assert len(read(session, other).venue.elements) == 3


def test_a_venue_that_is_not_there_is_said_to_be_unknown(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        nowhere = Scene(scene.surveyor, replace(scene.venue, id=new_id()))
        with pytest.raises(UnknownRecord):
            record(session, nowhere, a_museum_entry(nowhere.venue.id))


def test_free_texts_are_kept_without_what_a_database_refuses(database: Database) -> None:
    with database.writing() as session:
        scene = a_scene(session)
        sent = an_element(
            scene.venue.id, "lift", "Lift\x00 \ud83d achteraan", {"type": Answer(State.UNKNOWN, method="\x00")}
        )
        record(session, scene, entry(sent, note="a\x00b", source="\ud83d"))
        (_, lift) = read(session, scene).venue.elements
    assert lift.name.split() == ["Lift", "achteraan"]
    assert lift.answers["lift.type"].state is State.UNKNOWN
