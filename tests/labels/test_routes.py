"""Default routes to start from, and what is told about routes that are missing or wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labels.model import Route, Venue
from labels.routes import destinations_without_route, elements_without_route, propose_routes, route_problems
from tests.labels.building import CATALOGUE, UNKNOWN, element, museum, verdict_of, with_answer, with_element


def _bare() -> Venue:
    return replace(museum(), routes=())


def _proposed(venue: Venue) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for route in propose_routes(CATALOGUE, venue):
        found.setdefault(route.destination, []).append(route.legs)
    return found


def test_every_destination_gets_a_route_by_path_entrance_and_hall_and_a_lift_to_another_floor() -> None:
    assert _proposed(_bare()) == {
        "inkom": [("pad", "inkom")],
        "balie": [("pad", "inkom", "hal", "balie")],
        "tentoonstelling": [("pad", "inkom", "hal", "lift", "zaal")],
        "toilet": [("pad", "inkom", "hal", "wc")],
    }


def test_the_proposed_routes_give_the_same_verdict_as_the_ones_a_surveyor_made() -> None:
    venue = replace(_bare(), routes=propose_routes(CATALOGUE, _bare()))
    assert verdict_of(venue, "tentoonstelling") == "zelfstandig"
    assert elements_without_route(CATALOGUE, venue) == ()
    assert destinations_without_route(CATALOGUE, venue) == ()


def test_there_is_a_route_by_every_entrance() -> None:
    venue = with_element(_bare(), element("entrance", "zij", floor=0))
    proposed = _proposed(venue)
    assert proposed["inkom"] == [("pad", "inkom"), ("pad", "zij")]
    assert proposed["toilet"] == [("pad", "inkom", "hal", "wc"), ("pad", "zij", "hal", "wc")]


def test_a_path_that_leads_to_one_entrance_is_taken_to_that_one_only() -> None:
    venue = with_element(_bare(), element("entrance", "zij", floor=0))
    venue = with_element(venue, element("path", "zijpad", parent="zij"))
    assert _proposed(venue)["inkom"] == [("pad", "inkom"), ("zijpad", "zij")]
    assert _proposed(venue)["toilet"] == [("pad", "inkom", "hal", "wc"), ("zijpad", "zij", "hal", "wc")]


def test_a_ramp_comes_just_before_what_it_leads_to() -> None:
    venue = with_element(_bare(), element("ramp", "helling", parent="inkom"))
    venue = with_element(venue, element("ramp", "zaalhelling", parent="zaal"))
    assert _proposed(venue)["inkom"] == [("pad", "helling", "inkom")]
    assert _proposed(venue)["tentoonstelling"] == [("pad", "helling", "inkom", "hal", "lift", "zaalhelling", "zaal")]


def test_a_path_from_the_parking_is_not_the_way_from_the_street() -> None:
    venue = with_element(_bare(), element("path", "parkingpad", {"path.start": "parking"}))
    assert _proposed(venue)["inkom"] == [("pad", "inkom")]
    assert elements_without_route(CATALOGUE, replace(venue, routes=museum().routes)) == ("parkingpad",)


def test_stairs_are_proposed_only_where_there_is_no_lift() -> None:
    venue = with_element(_bare(), element("stairs", "trap"))
    assert "trap" not in _proposed(venue)["tentoonstelling"][0]
    venue = replace(venue, elements=tuple(e for e in venue.elements if e.id != "lift"))
    assert _proposed(venue)["tentoonstelling"] == [("pad", "inkom", "hal", "trap", "zaal")]


def test_a_corridor_on_a_floor_that_is_not_passed_is_left_out() -> None:
    venue = with_element(_bare(), element("circ", "kelder", floor=-1))
    assert "kelder" not in _proposed(venue)["toilet"][0]


def test_one_room_is_not_the_way_to_another_room() -> None:
    venue = with_element(_bare(), element("circ", "zaal2", {"circ.part": "tentoonstelling"}, floor=1))
    assert _proposed(venue)["tentoonstelling"] == [
        ("pad", "inkom", "hal", "lift", "zaal"),
        ("pad", "inkom", "hal", "lift", "zaal2"),
    ]


def test_no_route_is_proposed_where_one_exists_nor_to_what_is_unreachable() -> None:
    venue = with_element(museum(), element("toilet", "wc2"))
    assert [route.legs for route in propose_routes(CATALOGUE, venue)] == [("pad", "inkom", "hal", "wc2")]
    assert propose_routes(CATALOGUE, replace(venue, unreachable=frozenset({"wc2"}))) == ()


def test_no_route_is_proposed_to_a_desk_that_is_not_there() -> None:
    assert "balie" not in _proposed(with_answer(_bare(), "plaats", "venue.has_desk", False))


def test_a_room_of_which_the_kind_is_unknown_gets_a_route_as_it_may_be_a_destination() -> None:
    venue = with_answer(_bare(), "zaal", "circ.part", UNKNOWN)
    assert _proposed(venue)["tentoonstelling"] == [("pad", "inkom", "hal", "lift", "zaal")]


def test_without_an_entrance_the_route_begins_with_what_there_is() -> None:
    venue = Venue("x", "museum", (element("venue", "v"), element("toilet", "wc")))
    assert _proposed(venue) == {"toilet": [("wc",)]}


def test_destinations_and_elements_without_a_route_are_listed() -> None:
    assert destinations_without_route(CATALOGUE, _bare()) == ("inkom", "balie", "tentoonstelling", "toilet")
    assert set(elements_without_route(CATALOGUE, _bare())) == {"pad", "inkom", "balie", "hal", "lift", "zaal", "wc"}


def test_a_destination_that_is_not_core_is_listed_once_it_was_entered() -> None:
    assert destinations_without_route(CATALOGUE, museum()) == ()
    venue = with_element(museum(), element("parking", "plek"))
    assert destinations_without_route(CATALOGUE, venue) == ("parking",)


@pytest.mark.parametrize(
    ("route", "code", "element_id"),
    [
        (Route("r", "kelder", ("pad",)), "unknown_destination", None),
        (Route("r", "inkom", ()), "no_legs", None),
        (Route("r", "inkom", ("pad", "vreemd")), "unknown_leg", "vreemd"),
        (Route("r", "inkom", ("inkomdeur", "inkom")), "part_as_leg", "inkomdeur"),
        (Route("r", "inkom", ("plaats", "inkom")), "venue_as_leg", "plaats"),
        (Route("r", "inkom", ("pad", "pad", "inkom")), "leg_twice", "pad"),
        (Route("r", "inkom", ("pad", "hal")), "wrong_target", "hal"),
        (Route("r", "tentoonstelling", ("pad", "hal")), "wrong_target", "hal"),
    ],
)
def test_a_wrong_route_is_told_by_code_and_element(route: Route, code: str, element_id: str | None) -> None:
    found = route_problems(CATALOGUE, museum(), route)
    assert [(problem.code, problem.element_id) for problem in found] == [(code, element_id)]
    assert CATALOGUE.texts[f"route.{code}"]


def test_a_good_route_has_no_problems() -> None:
    for route in museum().routes:
        assert route_problems(CATALOGUE, museum(), route) == ()
