"""The boundary cases agreed on: values at, just below and just above every bound that decides."""

from __future__ import annotations

import pytest

from labels.model import Value
from labels.outcomes import needed_count
from labels.results import CriterionResult
from labels.shapes import Quota
from tests.labels.building import CATALOGUE, criterion_result, element, museum, with_answer, with_element


def _door(width: float, *, existing: bool = False) -> CriterionResult:
    venue = with_answer(museum(), "plaats", "venue.existing_building", existing)
    return criterion_result(
        with_answer(venue, "inkomdeur", "door.clear_width", width), "inkomdeur", "wh-door-clear-width"
    )


@pytest.mark.parametrize(("width", "expected"), [(77.0, "met_hulp"), (76.9, "niet")])
def test_a_door_around_77_changes_its_verdict_and_is_close_to_the_limit(width: float, expected: str) -> None:
    result = _door(width)
    assert (result.verdict.value, result.close_to_limit) == (expected, True)


@pytest.mark.parametrize(
    ("width", "existing", "expected"),
    [
        (90.0, False, "zelfstandig"),
        (90.0, True, "zelfstandig"),
        (89.9, False, "met_hulp"),
        (89.9, True, "zelfstandig"),
        (85.0, False, "met_hulp"),
        (85.0, True, "zelfstandig"),
        (84.9, False, "met_hulp"),
        (84.9, True, "met_hulp"),
    ],
)
def test_a_door_between_85_and_90_is_independent_in_an_existing_building_only(
    width: float, existing: bool, expected: str
) -> None:
    assert _door(width, existing=existing).verdict.value == expected


def test_a_door_of_87_is_unknown_while_the_age_of_the_building_is() -> None:
    venue = with_answer(museum(), "inkomdeur", "door.clear_width", 87.0)
    venue = with_answer(venue, "plaats", "venue.existing_building", None)
    result = criterion_result(venue, "inkomdeur", "wh-door-clear-width")
    assert (result.verdict.value, result.missing) == ("onbekend", ("venue.existing_building",))


@pytest.mark.parametrize("width", [60.0, 80.0, 95.0])
def test_a_door_that_gets_the_same_verdict_either_way_needs_no_age_of_the_building(width: float) -> None:
    venue = with_answer(museum(), "inkomdeur", "door.clear_width", width)
    venue = with_answer(venue, "plaats", "venue.existing_building", None)
    assert criterion_result(venue, "inkomdeur", "wh-door-clear-width").verdict.value != "onbekend"


def test_a_door_of_84_with_a_bound_of_85_that_does_not_hold_there_is_not_close_to_it() -> None:
    assert not _door(84.9).close_to_limit
    assert _door(84.9, existing=True).close_to_limit


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        (0.0, "zelfstandig"),
        (0.1, "zelfstandig"),
        (2.0, "zelfstandig"),
        (2.1, "met_hulp"),
        (7.0, "met_hulp"),
        (7.1, "niet"),
    ],
)
@pytest.mark.parametrize(
    ("element_id", "key", "rule"),
    [
        ("hal", "circ.threshold_max", "wh-circ-threshold"),
        ("pad", "path.threshold_max", "wh-path-threshold"),
        ("inkom", "entrance.threshold_max", "wh-entrance-threshold"),
        ("inkomdeur", "door.threshold", "wh-door-threshold"),
    ],
)
def test_threshold_bounds(element_id: str, key: str, rule: str, height: float, expected: str) -> None:
    assert criterion_result(with_answer(museum(), element_id, key, height), element_id, rule).verdict.value == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "zelfstandig"), (1, "met_hulp"), (2, "niet")])
def test_more_than_one_threshold_above_2_cm_is_no(count: int, expected: str) -> None:
    venue = with_answer(museum(), "hal", "circ.threshold_max", 3.0)
    venue = with_answer(venue, "hal", "circ.threshold_count_above_2cm", count)
    assert criterion_result(venue, "hal", "wh-circ-threshold-count").verdict.value == expected


@pytest.mark.parametrize(
    ("circle", "expected"), [(119.9, "niet"), (120.0, "met_hulp"), (149.9, "met_hulp"), (150.0, "zelfstandig")]
)
@pytest.mark.parametrize(
    ("element_id", "key", "rule"),
    [
        ("wc", "toilet.turning", "wh-toilet-turning"),
        ("hal", "circ.turning_min", "wh-circ-turning"),
        ("inkomdeur", "door.turning_front", "wh-door-turning-front"),
        ("inkomdeur", "door.turning_behind", "wh-door-turning-behind"),
        ("lift", "lift.landing_space", "wh-lift-landing"),
    ],
)
def test_turning_circle_bounds(element_id: str, key: str, rule: str, circle: float, expected: str) -> None:
    assert criterion_result(with_answer(museum(), element_id, key, circle), element_id, rule).verdict.value == expected


def _ramp(height: float, slope: float) -> str:
    ramp = element("ramp", "helling", {"ramp.height": height, "ramp.slope_max": slope}, parent="inkom")
    return criterion_result(with_element(museum(), ramp), "helling", "wh-ramp-slope").verdict.value


@pytest.mark.parametrize(
    ("height", "slope", "expected"),
    [
        (30.0, 10.0, "met_hulp"),
        (30.0, 10.1, "niet"),
        (10.0, 10.0, "zelfstandig"),
        (10.1, 10.0, "met_hulp"),
        (10.0, 10.1, "met_hulp"),
        (10.0, 12.0, "met_hulp"),
        (10.0, 12.1, "niet"),
        (25.0, 8.3, "zelfstandig"),
        (25.1, 8.3, "met_hulp"),
        (25.0, 12.1, "niet"),
        (50.0, 6.25, "zelfstandig"),
        (50.0, 6.26, "met_hulp"),
        (50.1, 6.25, "met_hulp"),
        (50.1, 5.0, "zelfstandig"),
        (50.1, 8.3, "met_hulp"),
        (50.1, 8.4, "niet"),
    ],
)
def test_ramp_slope_bounds_depend_on_its_height(height: float, slope: float, expected: str) -> None:
    assert _ramp(height, slope) == expected


@pytest.mark.parametrize(
    ("width", "depth", "expected"),
    [
        (110.0, 140.0, "zelfstandig"),
        (109.9, 140.0, "met_hulp"),
        (90.0, 120.0, "met_hulp"),
        (120.0, 90.0, "niet"),
        (110.0, 139.0, "met_hulp"),
        (89.9, 140.0, "niet"),
    ],
)
def test_lift_cabin_bounds_and_turned_round_is_not_the_same(width: float, depth: float, expected: str) -> None:
    venue = with_answer(museum(), "lift", "lift.cabin_width", width)
    venue = with_answer(venue, "lift", "lift.cabin_depth", depth)
    assert criterion_result(venue, "lift", "wh-lift-cabin").verdict.value == expected


@pytest.mark.parametrize(
    ("total", "needed"), [(1, 1), (4, 1), (5, 1), (17, 2), (100, 6), (101, 7), (150, 7), (151, 8), (200, 8), (201, 9)]
)
def test_reserved_parking_places_needed_for_a_total(total: int, needed: int) -> None:
    shape = CATALOGUE.criteria["wh-parking-reserved"].shape
    assert isinstance(shape, Quota)
    assert needed_count(shape.rows, total) == needed
    assert _parking(total, needed).verdict.value == "zelfstandig"
    below = _parking(total, needed - 1)
    assert below.verdict.value == ("niet" if needed == 1 else "met_hulp")
    assert [gap.distance for gap in below.gaps] == [1]


def _parking(total: int, reserved: int) -> CriterionResult:
    parking = element("parking", "plek", {"parking.total": total, "parking.reserved_count": reserved})
    return criterion_result(with_element(museum(), parking), "plek", "wh-parking-reserved")


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        (42.9, "niet"),
        (43.0, "met_hulp"),
        (45.9, "met_hulp"),
        (46.0, "zelfstandig"),
        (50.0, "zelfstandig"),
        (50.1, "met_hulp"),
        (53.0, "met_hulp"),
        (53.1, "niet"),
    ],
)
def test_toilet_seat_height_is_best_in_the_middle(height: float, expected: str) -> None:
    venue = with_answer(museum(), "wc", "toilet.bowl_height", height)
    assert criterion_result(venue, "wc", "wh-toilet-seat-height").verdict.value == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (90.0, 0.0, "zelfstandig"),
        (0.0, 90.0, "zelfstandig"),
        (89.9, 80.0, "met_hulp"),
        (79.9, 79.9, "niet"),
        (90.0, None, "zelfstandig"),
        (85.0, None, "met_hulp"),
        (70.0, None, "onbekend"),
    ],
)
def test_free_space_beside_the_bowl_counts_on_the_better_side(left: float, right: float | None, expected: str) -> None:
    venue = with_answer(museum(), "wc", "toilet.side_left", left)
    venue = with_answer(venue, "wc", "toilet.side_right", right)
    assert criterion_result(venue, "wc", "wh-toilet-side").verdict.value == expected


@pytest.mark.parametrize(
    ("height", "slope", "expected"),
    [
        (25.0, 12.0, "met_hulp"),
        (25.0, 12.1, "niet"),
        (25.1, 12.0, "niet"),
        (50.0, 10.0, "met_hulp"),
        (50.1, 10.0, "niet"),
        (120.0, 8.3, "met_hulp"),
        (120.0, 8.4, "niet"),
    ],
)
def test_a_portable_ramp_may_be_as_steep_as_a_fixed_one_that_gives_with_help(
    height: float, slope: float, expected: str
) -> None:
    answers: dict[str, Value] = {
        "entrance.steps": 2,
        "entrance.step_height_max": 17.0,
        "entrance.height_difference": height,
        "entrance.handrails": "geen",
        "entrance.portable_ramp": "ter_plaatse",
        "entrance.portable_ramp_slope": slope,
    }
    venue = with_element(museum(), element("entrance", "inkom", answers, floor=0))
    assert criterion_result(venue, "inkom", "wh-entrance-steps").verdict.value == expected
    assert _ramp(height, slope) in (expected, "zelfstandig")
