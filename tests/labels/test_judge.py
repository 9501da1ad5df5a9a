"""How verdicts of criteria become those of elements, routes, destinations and the venue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from labels.errors import VenueRefused
from labels.judge import judge_element, judge_venue
from labels.model import Answer, Element, Level, Route, State, Value, Venue, Verdict
from tests.labels.building import (
    CATALOGUE,
    TODAY,
    UNKNOWN,
    answer,
    criterion_result,
    element,
    judged,
    museum,
    verdict_of,
    with_answer,
    with_element,
    with_routes,
    without_element,
)


@pytest.mark.parametrize("group", ["rolstoel", "stappen"])
def test_a_museum_where_everything_is_good_is_independent(group: str) -> None:
    result = judged(museum(), group)
    assert (result.verdict, result.level) == (Verdict.INDEPENDENT, Level.INDEPENDENT)
    assert [d.verdict for d in result.destinations if d.core] == [Verdict.INDEPENDENT] * 4
    assert result.unknown == ()


def test_the_worst_leg_decides_a_route_and_is_named() -> None:
    venue = with_answer(museum(), "hal", "circ.width_min", 80.0)
    exhibition = next(d for d in judged(venue).destinations if d.destination == "tentoonstelling")
    assert exhibition.verdict is Verdict.WITH_HELP
    assert exhibition.best is not None
    assert exhibition.best.limiting == ("hal",)
    hall = next(leg for leg in exhibition.best.legs if leg.element_id == "hal")
    assert [found.rule.id for found in hall.limiting] == ["wh-circ-width"]


def test_a_destination_takes_its_best_route() -> None:
    venue = with_element(museum(), element("circ", "trapgang", {"circ.width_min": 60.0}))
    worse = Route("r4b", "toilet", ("pad", "inkom", "trapgang", "wc"))
    assert verdict_of(replace(venue, routes=(*venue.routes, worse)), "toilet") == "zelfstandig"
    assert verdict_of(with_routes(venue, worse), "toilet") == "niet"


def test_the_worst_core_destination_decides_the_venue_and_parking_does_not_count() -> None:
    venue = with_element(museum(), element("parking", "plek", {"parking.width": 200.0}))
    venue = with_routes(venue, Route("r5", "parking", ("plek",)))
    assert verdict_of(venue, "parking") == "niet"
    assert judged(venue).verdict is Verdict.INDEPENDENT
    venue = with_answer(venue, "wc", "toilet.turning", 130.0)
    assert judged(venue).verdict is Verdict.WITH_HELP
    assert judged(venue).limiting == ("toilet",)


def test_main_entrance_with_steps_and_level_independent_side_entrance_is_independent() -> None:
    assert verdict_of(_two_entrances(independent=True), "inkom") == "zelfstandig"


def test_side_entrance_that_needs_staff_is_with_help() -> None:
    assert verdict_of(_two_entrances(independent=False), "inkom") == "met_hulp"


def _two_entrances(*, independent: bool) -> Venue:
    steps: dict[str, Value | Answer] = {
        "entrance.steps": 3,
        "entrance.step_height_max": 17.0,
        "entrance.height_difference": 51.0,
        "entrance.handrails": "geen",
        "entrance.portable_ramp": "geen",
    }
    side: dict[str, Value | Answer] = {
        "entrance.is_main": False,
        "entrance.is_alternative": True,
        "entrance.alternative_independent": independent,
    }
    venue = with_element(museum(), element("entrance", "inkom", steps, floor=0))
    venue = with_element(venue, element("entrance", "zij-inkom", side, floor=0))
    venue = with_element(venue, element("door", "zij-deur", parent="zij-inkom"))
    return with_routes(venue, Route("r1", "inkom", ("pad", "inkom")), Route("r1b", "inkom", ("pad", "zij-inkom")))


def _two_toilets() -> Venue:
    venue = with_element(museum(), element("toilet", "wc-boven", floor=1))
    venue = with_element(venue, element("door", "wc-boven-deur", parent="wc-boven"))
    return with_answer(venue, "wc", "toilet.kind", "gewoon")


def test_an_adapted_toilet_to_which_there_is_no_way_does_not_help() -> None:
    venue = replace(_two_toilets(), unreachable=frozenset({"wc-boven"}))
    assert verdict_of(venue, "toilet") == "niet"
    assert verdict_of(venue, "toilet", "stappen") == "zelfstandig"
    toilet = next(d for d in judged(venue).destinations if d.destination == "toilet")
    assert toilet.unreachable == ("wc-boven",)


def test_an_adapted_toilet_of_which_nobody_said_how_to_get_there_is_unknown_and_not_no() -> None:
    toilet = next(d for d in judged(_two_toilets()).destinations if d.destination == "toilet")
    assert toilet.verdict is Verdict.UNKNOWN
    assert toilet.without_route == ("wc-boven",)


def test_a_destination_without_any_candidate_is_unknown() -> None:
    venue = museum()
    venue = replace(
        venue,
        elements=tuple(e for e in venue.elements if e.id not in ("wc", "wc-deur")),
        routes=tuple(r for r in venue.routes if r.destination != "toilet"),
    )
    assert verdict_of(venue, "toilet") == "onbekend"


def test_only_a_veto_unknown_gives_unknown_and_never_no() -> None:
    venue = with_answer(museum(), "wc", "toilet.turning", UNKNOWN)
    assert verdict_of(venue, "toilet") == "onbekend"
    assert judged(venue).verdict is Verdict.UNKNOWN
    assert judged(venue).unknown == ("toilet",)


@pytest.mark.parametrize("state", [State.UNKNOWN, State.COULD_NOT_ENTER])
def test_not_found_out_and_could_not_enter_are_both_unknown(state: State) -> None:
    venue = with_answer(museum(), "lift", "lift.cabin_depth", Answer(state))
    result = criterion_result(venue, "lift", "wh-lift-cabin")
    assert (result.verdict, result.missing) == (Verdict.UNKNOWN, ("lift.cabin_depth",))


def test_no_goes_before_unknown_and_both_are_named() -> None:
    venue = with_answer(museum(), "wc", "toilet.turning", UNKNOWN)
    venue = with_answer(venue, "wc", "toilet.front_space", 50.0)
    venue = with_answer(venue, "zaal", "circ.turning_min", None)
    result = judged(venue)
    assert (result.verdict, result.level) == (Verdict.NO, Level.NO)
    assert (result.limiting, result.unknown) == (("toilet",), ("tentoonstelling",))
    toilet = next(found for found in result.elements if found.element_id == "wc")
    assert [found.rule.id for found in toilet.limiting] == ["wh-toilet-front"]
    assert [found.rule.id for found in toilet.unknown] == ["wh-toilet-turning"]


def test_a_no_with_complete_information_is_information() -> None:
    venue = with_answer(museum(), "wc", "toilet.front_space", 50.0)
    assert (judged(venue).verdict, judged(venue).level) == (Verdict.NO, Level.INFORMATION)


def test_a_no_while_a_required_answer_is_unknown_is_no_information() -> None:
    venue = with_answer(museum(), "wc", "toilet.front_space", 50.0)
    venue = with_answer(venue, "hal", "circ.channel_ramps", UNKNOWN)
    assert judged(venue).level is Level.NO


def test_a_criterion_that_is_no_veto_only_remarks() -> None:
    venue = with_answer(museum(), "balie", "desk.height_low", 110.0)
    assert criterion_result(venue, "balie", "wh-desk-height").verdict is Verdict.NO
    assert verdict_of(venue, "balie") == "zelfstandig"


def test_a_part_counts_with_what_it_belongs_to() -> None:
    venue = with_answer(museum(), "wc-deur", "door.clear_width", 70.0)
    result = judged(venue)
    assert verdict_of(venue, "toilet") == "niet"
    toilet = next(found for found in result.elements if found.element_id == "wc")
    assert [(found.element_id, found.rule.id) for found in toilet.limiting] == [("wc-deur", "wh-door-clear-width")]


def test_an_entrance_without_its_door_is_unknown() -> None:
    result = judged(without_element(museum(), "inkomdeur"))
    entrance = next(found for found in result.elements if found.element_id == "inkom")
    assert (entrance.verdict, entrance.missing_parts) == (Verdict.UNKNOWN, ("door",))
    assert result.verdict is Verdict.UNKNOWN


def test_a_destination_the_venue_does_not_have_is_left_out() -> None:
    venue = with_answer(museum(), "plaats", "venue.has_desk", False)
    assert "balie" not in [d.destination for d in judged(venue).destinations]


def test_a_destination_of_which_it_is_unknown_whether_it_exists_is_unknown() -> None:
    venue = with_answer(museum(), "plaats", "venue.has_desk", None)
    desk = next(d for d in judged(venue).destinations if d.destination == "balie")
    assert (desk.verdict, desk.missing) == (Verdict.UNKNOWN, ("venue.has_desk",))


def test_a_route_to_something_else_does_not_reach_the_destination() -> None:
    venue = with_routes(museum(), Route("r3", "tentoonstelling", ("pad", "inkom", "hal")))
    assert verdict_of(venue, "tentoonstelling") == "onbekend"


def test_a_venue_of_which_nothing_is_known_is_unknown_for_every_group() -> None:
    result = judge_venue(CATALOGUE, Venue("leeg", "museum"), today=TODAY)
    assert {group.verdict for group in result.groups} == {Verdict.UNKNOWN}


def test_a_question_that_does_not_arise_does_not_count() -> None:
    result = criterion_result(museum(), "hal", "wh-circ-threshold-count")
    assert result.verdict is Verdict.NOT_APPLICABLE


def test_a_stored_answer_to_a_question_that_no_longer_arises_is_ignored() -> None:
    venue = with_answer(museum(), "hal", "circ.threshold_count_above_2cm", 5)
    assert judged(venue).verdict is Verdict.INDEPENDENT


def test_not_applicable_does_not_weigh() -> None:
    venue = with_answer(museum(), "inkom", "entrance.access_control_width", Answer(State.NOT_APPLICABLE))
    assert judged(venue).verdict is Verdict.INDEPENDENT


def test_an_estimate_never_supports_independent() -> None:
    estimate = answer("toilet.turning", 160.0, method="visual_estimate")
    venue = with_answer(museum(), "wc", "toilet.turning", estimate)
    result = criterion_result(venue, "wc", "wh-toilet-turning")
    assert (result.verdict, result.estimated, result.provisional) == (Verdict.WITH_HELP, True, True)
    assert judged(venue).verdict is Verdict.WITH_HELP


def test_an_estimate_leaves_a_no_as_it_is() -> None:
    estimate = answer("toilet.turning", 60.0, method="visual_estimate")
    result = criterion_result(with_answer(museum(), "wc", "toilet.turning", estimate), "wc", "wh-toilet-turning")
    assert (result.verdict, result.estimated) == (Verdict.NO, False)


def test_a_measurement_past_its_half_life_keeps_its_verdict_and_says_so() -> None:
    old = answer("toilet.turning", 160.0, measured_on=TODAY - timedelta(days=5 * 366))
    venue = with_answer(museum(), "wc", "toilet.turning", old)
    assert (judged(venue).verdict, judged(venue).outdated) == (Verdict.INDEPENDENT, True)
    assert criterion_result(venue, "wc", "wh-toilet-turning").outdated


def test_a_measurement_of_four_years_ago_is_not_outdated_but_a_service_of_two_years_ago_is() -> None:
    venue = with_answer(
        museum(), "wc", "toilet.turning", answer("toilet.turning", 160.0, measured_on=date(2022, 11, 24))
    )
    assert not judged(venue).outdated
    venue = with_answer(museum(), "wc", "toilet.locked", answer("toilet.locked", "nee", measured_on=date(2024, 11, 1)))
    assert judged(venue).outdated


def test_every_verdict_carries_rule_version_value_bound_distance_and_source() -> None:
    venue = with_answer(museum(), "hal", "circ.width_min", 84.0)
    result = criterion_result(venue, "hal", "wh-circ-width")
    assert (result.rule.id, result.rule_set) == ("wh-circ-width", CATALOGUE.version)
    assert [(key, found.value) for key, found in result.used] == [("circ.width_min", 84.0)]
    assert [(b.comparison, b.limit) for b in result.bounds] == [(">=", 77), ("<", 90)]
    assert [(g.gives, g.bound.comparison, g.bound.limit, g.distance) for g in result.gaps] == [
        (Verdict.INDEPENDENT, ">=", 90, 6.0)
    ]
    assert result.ground is not None
    assert (result.ground.sources, result.provisional) == (("TV-M",), False)


def test_a_verdict_on_a_proposal_is_provisional_up_to_the_venue() -> None:
    venue = with_answer(museum(), "wc", "toilet.side_left", 85.0)
    assert criterion_result(venue, "wc", "wh-toilet-side").provisional
    assert judged(venue).provisional


def test_a_no_by_a_confirmed_bound_is_firm_whatever_else_is_provisional() -> None:
    venue = with_answer(museum(), "hal", "circ.width_min", 60.0)
    hall = next(found for found in judged(venue).elements if found.element_id == "hal")
    assert (hall.verdict, hall.provisional) == (Verdict.NO, False)


def test_the_gap_of_a_combination_names_what_is_not_met_in_the_shortest_way() -> None:
    venue = with_answer(museum(), "wc", "toilet.bar_left", "vast")
    result = criterion_result(venue, "wc", "wh-toilet-bars")
    assert result.verdict is Verdict.WITH_HELP
    assert [(g.bound.field, g.bound.codes) for g in result.gaps] == [("toilet.bar_left", ("opklapbaar",))]


def test_one_element_can_be_judged_apart_from_its_routes() -> None:
    result = judge_element(CATALOGUE, museum(), "lift", group="rolstoel", today=TODAY)
    assert result.verdict is Verdict.INDEPENDENT


@pytest.mark.parametrize(
    ("venue", "named"),
    [
        (Venue("x", "kasteel"), "kasteel"),
        (Venue("x", "museum", (Element("a", "maan"),)), "maan"),
        (Venue("x", "museum", (Element("a", "circ"), Element("a", "circ"))), "same id"),
        (Venue("x", "museum", (Element("a", "venue"), Element("b", "venue"))), "two elements of kind venue"),
        (Venue("x", "museum", (Element("a", "door", parent_id="z"),)), "'z'"),
        (Venue("x", "museum", (Element("a", "door", parent_id="b"), Element("b", "lift"))), "cannot belong"),
        (Venue("x", "museum", (Element("a", "circ", {"door.type": UNKNOWN}),)), "door.type"),
        (Venue("x", "museum", (Element("a", "circ", {"circ.nothing": UNKNOWN}),)), "circ.nothing"),
        (Venue("x", "museum", (element("circ", "a", {"circ.width_min": "breed"}),)), "circ.width_min"),
        (Venue("x", "museum", (element("circ", "a", {"circ.width_min": 5000.0}),)), "circ.width_min"),
        (Venue("x", "museum", (element("circ", "a", {"circ.part": "kelder"}),)), "circ.part"),
        (Venue("x", "museum", (element("circ", "a", {"circ.threshold_count": 1.5}),)), "circ.threshold_count"),
        (Venue("x", "museum", (element("circ", "a", {"circ.channel_ramps": 1}),)), "circ.channel_ramps"),
        (
            Venue("x", "museum", (element("circ", "a", {"circ.part": answer("circ.part", "gang", method="gok")}),)),
            "gok",
        ),
        (Venue("x", "museum", (), (Route("r", "kelder", ("a",)),)), "kelder"),
        (Venue("x", "museum", (), (Route("r", "inkom", ()),)), "no legs"),
        (Venue("x", "museum", (), (Route("r", "inkom", ("vreemd",)),)), "vreemd"),
        (Venue("x", "museum", (element("venue", "a"),), (Route("r", "inkom", ("a",)),)), "cannot be a leg"),
        (Venue("x", "museum", unreachable=frozenset({"vreemd"})), "vreemd"),
    ],
)
def test_a_venue_that_does_not_fit_the_catalogue_is_refused_by_name(venue: Venue, named: str) -> None:
    with pytest.raises(VenueRefused, match=named):
        judge_venue(CATALOGUE, venue, today=TODAY)


def test_an_answer_without_value_method_or_date_is_refused() -> None:
    with pytest.raises(VenueRefused, match="method"):
        Answer(State.KNOWN, 5.0)
    with pytest.raises(VenueRefused, match="cannot carry a value"):
        Answer(State.UNKNOWN, 5.0)


def test_a_gap_never_asks_for_an_answer_to_a_question_that_does_not_arise() -> None:
    venue = with_answer(museum(), "wc-deur", "door.type", "tourniquet")
    result = criterion_result(venue, "wc-deur", "wh-door-toilet-opens")
    assert result.verdict is Verdict.NO
    assert [(g.gives, g.bound.field) for g in result.gaps] == [(Verdict.INDEPENDENT, "door.type")]


def test_the_bars_of_an_ordinary_toilet_are_not_judged_for_wheelchair_users() -> None:
    venue = with_answer(museum(), "wc", "toilet.kind", "gewoon")
    assert criterion_result(venue, "wc", "wh-toilet-bars").verdict is Verdict.NOT_APPLICABLE


def test_a_lift_that_is_too_narrow_is_no_whatever_its_depth() -> None:
    venue = with_answer(with_answer(museum(), "lift", "lift.cabin_width", 80.0), "lift", "lift.cabin_depth", UNKNOWN)
    assert criterion_result(venue, "lift", "wh-lift-cabin").verdict is Verdict.NO
