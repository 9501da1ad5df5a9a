"""Laws of judging: better never lowers, order does not matter, unknown becomes neither no nor yes."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.check import fits_field
from labels.judge import judge_venue
from labels.model import Answer, Element, Size, State, Value, Venue, Verdict, known, rank_of
from labels.outcomes import needed_count
from labels.results import CriterionResult, ElementResult, Gap, GroupResult, LabelResult
from labels.shapes import Quota, Scale
from tests.labels.building import CATALOGUE, TODAY, with_element
from tests.labels.random_venues import QUESTIONS, full_venues, values_of, with_holes

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
SLOW = settings(max_examples=120, deadline=None)


def _judge(venue: Venue) -> LabelResult:
    return judge_venue(CATALOGUE, venue, today=TODAY)


def _verdicts(result: LabelResult) -> dict[tuple[str, ...], Verdict]:
    """Every verdict in a result by where it stands: venue, destinations, elements and parts, criteria."""
    found: dict[tuple[str, ...], Verdict] = {}
    for group in result.groups:
        found[(group.group,)] = group.verdict
        found.update({(group.group, "to", d.destination): d.verdict for d in group.destinations})
        for element in _elements(group):
            found[group.group, "at", element.element_id] = element.verdict
            found.update({(group.group, element.element_id, c.rule.id): c.verdict for c in element.criteria})
    return found


def _elements(group: GroupResult) -> list[ElementResult]:
    waiting, found = [*group.elements], []
    while waiting:
        element = waiting.pop()
        found.append(element)
        waiting.extend(element.parts)
    return found


@SLOW
@given(venue=full_venues(), seed=st.integers())
def test_the_order_in_which_things_were_entered_does_not_matter(venue: Venue, seed: int) -> None:
    shuffle = random.Random(seed)
    elements = [
        replace(element, answers=dict(shuffle.sample(list(element.answers.items()), len(element.answers))))
        for element in shuffle.sample(venue.elements, len(venue.elements))
    ]
    shuffled = replace(venue, elements=tuple(elements), routes=tuple(shuffle.sample(venue.routes, len(venue.routes))))
    assert _judge(shuffled) == _judge(venue)


@SLOW
@given(data=st.data(), venue=full_venues())
def test_unknown_answers_never_become_a_no_or_a_yes(data: st.DataObject, venue: Venue) -> None:
    """What is said with holes in the answers holds whatever the answers turn out to be."""
    whole = _verdicts(_judge(venue))
    holed = _verdicts(_judge(data.draw(with_holes(venue))))
    for place, verdict in holed.items():
        truth = whole.get(place, Verdict.UNKNOWN)
        if verdict is Verdict.NO:
            assert truth is Verdict.NO, place
        if verdict is Verdict.INDEPENDENT:
            assert truth is Verdict.INDEPENDENT, place
        if verdict is Verdict.WITH_HELP:
            assert truth in (Verdict.WITH_HELP, Verdict.INDEPENDENT), place


@SLOW
@given(data=st.data(), venue=full_venues())
def test_taking_what_a_gap_asks_reaches_the_verdict_it_promises(data: st.DataObject, venue: Venue) -> None:
    improvable = [
        result
        for group in _judge(venue).groups
        for element in _elements(group)
        for result in element.criteria
        if result.gaps and _can_be_taken(result)
    ]
    if not improvable:
        return
    chosen = improvable[data.draw(st.integers(0, len(improvable) - 1))]
    better = _taken(venue, chosen)
    after = next(
        result
        for element in _elements(_judge(better).group(chosen.rule.group))
        for result in element.criteria
        if (element.element_id, result.rule.id) == (chosen.element_id, chosen.rule.id)
    )
    assert rank_of(after.verdict) > rank_of(chosen.verdict)


def _can_be_taken(result: CriterionResult) -> bool:
    """True when every gap is on the element itself and can be written as an answer."""
    kind = result.rule.kind
    return all(
        gap.bound.field.startswith(f"{kind}.") and _value_taking(gap) is not None for gap in result.gaps
    ) and len({gap.bound.field for gap in result.gaps}) == len(result.gaps)


def _value_taking(gap: Gap) -> Value | None:
    bound, field = gap.bound, CATALOGUE.fields[gap.bound.field]
    if bound.comparison == "one_of":
        return bound.codes[0]
    if bound.limit is None or field.type == "size":
        return None
    step = {">=": 0.0, "<=": 0.0, ">": 0.1, "<": -0.1}[bound.comparison]
    value = round(bound.limit + step, 2)
    number: Value = int(value) if field.type == "count" else value
    return number if fits_field(field, number) else None


def _taken(venue: Venue, result: CriterionResult) -> Venue:
    old = next(element for element in venue.elements if element.id == result.element_id)
    answers = dict(old.answers)
    for gap in result.gaps:
        value = _value_taking(gap)
        assert value is not None
        answers[gap.bound.field] = known(value, method=answers[gap.bound.field].method, measured_on=TODAY)
    return with_element(venue, replace(old, answers=answers))


@SLOW
@given(data=st.data(), venue=full_venues())
def test_a_better_measure_never_lowers_any_verdict(data: st.DataObject, venue: Venue) -> None:
    """A number moved the way that every rule on it calls better leaves nothing worse, up to the venue."""
    place, key = data.draw(st.sampled_from([(place, key) for place, key in QUESTIONS if key in DIRECTIONS]))
    element = venue.elements[place]
    field = CATALOGUE.fields[key]
    one, other = element.answers[key].value, data.draw(values_of(field))
    assert isinstance(one, int | float)
    assert isinstance(other, int | float)
    low, high = sorted((one, other))
    worse, better = (low, high) if DIRECTIONS[key] == "higher" else (high, low)
    before = _verdicts(_judge(_set(venue, element, key, worse)))
    after = _verdicts(_judge(_set(venue, element, key, better)))
    for where, verdict in before.items():
        now = after[where]
        if Verdict.NOT_APPLICABLE not in (verdict, now):
            assert rank_of(now) >= rank_of(verdict), where


def _set(venue: Venue, element: Element, key: str, value: Value) -> Venue:
    answer = known(value, method=element.answers[key].method, measured_on=TODAY)
    return with_element(venue, replace(element, answers={**element.answers, key: answer}))


def _directions() -> dict[str, str]:
    """The fields on which every rule agrees which way is better; none that conditions or tables read as well."""
    found: dict[str, set[str]] = {}
    mixed: set[str] = set()
    for rule in CATALOGUE.criteria.values():
        if isinstance(rule.shape, Scale) and rule.shape.better != "between":
            for key in rule.shape.fields:
                found.setdefault(key, set()).add(rule.shape.better)
            mixed.update(set(rule.fields) - set(rule.shape.fields))
        elif not isinstance(rule.shape, Quota):
            mixed.update(key for key in rule.fields if key not in GROWING)
    for key in GROWING:
        found.setdefault(key, set()).add(GROWING[key])
    return {key: ways.pop() for key, ways in found.items() if len(ways) == 1 and key not in mixed}


GROWING = {
    "lift.cabin_width": "higher",
    "lift.cabin_depth": "higher",
    "desk.knee_width": "higher",
    "desk.knee_depth": "higher",
    "toilet.turning": "higher",
    "entrance.step_height_max": "lower",
    "entrance.portable_ramp_slope": "lower",
    "entrance.height_difference": "lower",
    "parking.reserved_count": "higher",
}
DIRECTIONS = _directions()


def test_most_measures_have_a_direction_that_is_better() -> None:
    assert len(DIRECTIONS) > 35
    assert {"door.clear_width", "circ.threshold_max", "toilet.turning", "ramp.slope_max"} <= DIRECTIONS.keys()


@given(total=st.integers(1, 20000))
def test_a_larger_parking_never_needs_fewer_reserved_places(total: int) -> None:
    shape = CATALOGUE.criteria["wh-parking-reserved"].shape
    assert isinstance(shape, Quota)
    assert needed_count(shape.rows, total) <= needed_count(shape.rows, total + 1)


@SLOW
@given(venue=full_venues())
def test_nothing_is_unknown_when_everything_is_known(venue: Venue) -> None:
    hall, room = (next(e for e in venue.elements if e.id == name) for name in ("hal", "zaal"))
    venue = _set(_set(venue, hall, "circ.part", "gang"), room, "circ.part", "tentoonstelling")
    for place, verdict in _verdicts(_judge(venue)).items():
        assert verdict is not Verdict.UNKNOWN, place


@SLOW
@given(data=st.data(), venue=full_venues())
def test_an_answer_said_to_be_not_applicable_breaks_nothing(data: st.DataObject, venue: Venue) -> None:
    place, key = data.draw(st.sampled_from(QUESTIONS))
    element = venue.elements[place]
    answers = {**element.answers, key: Answer(State.NOT_APPLICABLE)}
    assert _judge(with_element(venue, replace(element, answers=answers))).groups


def test_sizes_are_compared_as_they_were_measured() -> None:
    assert Size(90.0, 120.0) != Size(120.0, 90.0)
