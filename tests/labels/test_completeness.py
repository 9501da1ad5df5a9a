"""What keeps a survey from being published, and how complete it is."""

from __future__ import annotations

from dataclasses import replace

from labels.completeness import Lack, asked_fields, measure_completeness, missing_required
from labels.consistency import find_contradictions
from labels.describe import describe_missing
from labels.model import Answer, State, Venue
from labels.survey import Survey
from tests.labels.building import (
    CATALOGUE,
    UNKNOWN,
    element,
    museum,
    with_answer,
    with_element,
    without_element,
)


def _missing(venue: Venue) -> list[tuple[str, str, str | None, str | None]]:
    return [(m.lack.value, m.kind, m.element_id, m.field or m.destination) for m in missing_required(CATALOGUE, venue)]


def test_a_museum_with_every_required_answer_may_be_published() -> None:
    state = measure_completeness(CATALOGUE, museum())
    assert (state.missing, state.may_publish) == ((), True)
    assert state.required == state.asked == state.filled > 40


def test_a_required_answer_that_was_not_given_is_missing() -> None:
    venue = with_answer(museum(), "wc-deur", "door.clear_width", None)
    assert _missing(venue) == [("answer", "door", "wc-deur", "door.clear_width")]
    assert not measure_completeness(CATALOGUE, venue).may_publish


def test_an_honest_not_found_out_may_be_published_but_is_not_filled() -> None:
    venue = with_answer(museum(), "wc-deur", "door.clear_width", UNKNOWN)
    state = measure_completeness(CATALOGUE, venue)
    assert (state.may_publish, state.required - state.filled, state.asked) == (True, 1, state.required)


def test_not_applicable_is_filled() -> None:
    venue = with_answer(museum(), "inkom", "entrance.access_control_width", Answer(State.NOT_APPLICABLE))
    state = measure_completeness(CATALOGUE, venue)
    assert state.filled == state.required


def test_a_question_that_does_not_arise_is_not_missing_and_one_that_arises_is() -> None:
    venue = with_answer(museum(), "hal", "circ.threshold_max", 3.0)
    assert _missing(venue) == [("answer", "circ", "hal", "circ.threshold_count_above_2cm")]


def test_an_entrance_without_door_a_museum_without_toilet_and_a_lift_that_was_promised_are_missing() -> None:
    assert ("part", "door", "inkom", None) in _missing(without_element(museum(), "inkomdeur"))
    empty = Venue("leeg", "museum", (element("venue", "v"),))
    kinds = {(lack, kind) for lack, kind, _, _ in _missing(empty)}
    assert {("element", kind) for kind in ("entrance", "desk", "circ", "toilet", "lift")} <= kinds
    assert ("element", "stairs") not in kinds


def test_a_lift_is_missing_only_where_there_is_said_to_be_one() -> None:
    venue = Venue("leeg", "museum", (element("venue", "v", {"venue.levels": "geen_lift"}),))
    kinds = {kind for lack, kind, _, _ in _missing(venue) if lack == "element"}
    assert "lift" not in kinds
    assert "stairs" in kinds


def test_a_target_without_route_is_missing_until_it_is_said_to_be_unreachable() -> None:
    venue = with_element(museum(), element("toilet", "wc2"))
    venue = with_element(venue, element("door", "wc2-deur", parent="wc2"))
    assert _missing(venue) == [("route", "toilet", "wc2", "toilet")]
    assert _missing(replace(venue, unreachable=frozenset({"wc2"}))) == []


def test_a_venue_without_answers_about_itself_misses_them() -> None:
    fields = {field for _, kind, _, field in _missing(Venue("leeg", "museum")) if kind == "venue"}
    assert fields == {"venue.existing_building", "venue.levels", "venue.has_desk", "venue.monument"}


def test_an_element_the_venue_type_does_not_ask_about_needs_no_answers() -> None:
    modules = CATALOGUE.venue_types["museum"]
    assert {element.kind for element in museum().elements} <= set(modules.kinds)


def test_questions_arise_with_the_answers_they_depend_on() -> None:
    def keys(venue: Venue, element_id: str) -> set[str]:
        survey = Survey(CATALOGUE, venue)
        return {field.key for field in asked_fields(CATALOGUE, survey, survey.elements[element_id])}

    assert "toilet.turning" in keys(museum(), "wc")
    assert "toilet.turning" not in keys(with_answer(museum(), "wc", "toilet.kind", "gewoon"), "wc")
    assert "toilet.turning" not in keys(with_answer(museum(), "wc", "toilet.kind", None), "wc")
    assert "door.turning_behind" in keys(museum(), "inkomdeur")
    assert "door.turning_behind" not in keys(museum(), "wc-deur")


def test_everything_missing_is_told_in_dutch() -> None:
    venue = with_element(Venue("leeg", "museum"), element("toilet", "wc", good=False))
    told = {m.lack: describe_missing(CATALOGUE, venue, m) for m in reversed(missing_required(CATALOGUE, venue))}
    assert set(told) == set(Lack)
    assert told[Lack.ANSWER] == "Gebouw en plaats: Gebouw van vóór 1 maart 2010 is nog niet ingevuld."
    assert told[Lack.PART] == "Toilet: voeg dit toe: Deur."
    assert told[Lack.ROUTE] == "Toilet: zeg hoe je er komt."


def test_answers_that_cannot_all_be_true_are_found() -> None:
    venue = with_answer(museum(), "inkom", "entrance.level", True)
    assert find_contradictions(CATALOGUE, venue) == ()
    venue = with_answer(venue, "inkom", "entrance.threshold_max", 5.0)
    found = find_contradictions(CATALOGUE, venue)
    assert [(c.check_id, c.element_id) for c in found] == [("entrance-level-means-no-steps", "inkom")]
    assert found[0].fields == ("entrance.level", "entrance.steps", "entrance.threshold_max")
    assert found[0].text.startswith("De inkom is gelijkvloers genoemd")


def test_more_reserved_places_than_places_are_a_contradiction_but_unknown_totals_are_none() -> None:
    parking = element("parking", "plek", {"parking.total": 2, "parking.reserved_count": 3})
    venue = with_element(museum(), parking)
    assert [c.check_id for c in find_contradictions(CATALOGUE, venue)] == ["parking-reserved-within-total"]
    assert find_contradictions(CATALOGUE, with_answer(venue, "plek", "parking.total", UNKNOWN)) == ()


def test_counted_bars_that_are_on_no_side_are_a_contradiction() -> None:
    venue = with_answer(museum(), "wc", "toilet.bar_left", "geen")
    assert find_contradictions(CATALOGUE, venue) == ()
    venue = with_answer(venue, "wc", "toilet.bar_right", "geen")
    assert [c.check_id for c in find_contradictions(CATALOGUE, venue)] == ["toilet-bar-somewhere"]
