"""Builds venues for the tests: a museum where everything is good, and ways to change one answer of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from labels.answers import methods_for
from labels.catalogue import current_catalogue
from labels.judge import judge_venue
from labels.model import Answer, Element, Route, State, Value, Venue, known
from labels.results import CriterionResult, GroupResult

TODAY = date(2026, 11, 23)
CATALOGUE = current_catalogue()
UNKNOWN = Answer(State.UNKNOWN)

GOOD: Mapping[str, Value] = {
    "venue.existing_building": False,
    "venue.monument": False,
    "venue.levels": "lift",
    "venue.has_desk": True,
    "parking.total": 40,
    "parking.reserved_count": 3,
    "parking.layout": "dwars",
    "parking.width": 360.0,
    "parking.length": 600.0,
    "path.start": "straat",
    "path.width_min": 160.0,
    "path.threshold_max": 0.0,
    "path.steps_no_alternative": 0,
    "path.channel_ramps": False,
    "path.slope_max": 1.5,
    "entrance.is_main": True,
    "entrance.is_alternative": False,
    "entrance.steps": 0,
    "entrance.threshold_max": 0.0,
    "entrance.access_control_width": 100.0,
    "door.type": "schuif",
    "door.clear_width": 100.0,
    "door.threshold": 0.0,
    "door.turning_front": 160.0,
    "door.turning_behind": 160.0,
    "ramp.type": "vast",
    "ramp.height": 20.0,
    "ramp.slope_max": 5.0,
    "ramp.width": 130.0,
    "ramp.landing_top": 150.0,
    "ramp.landing_bottom": 150.0,
    "stairs.count": 0,
    "stairs.riser_max": 16.0,
    "stairs.equal": True,
    "stairs.handrails": "beide",
    "lift.type": "personenlift",
    "lift.cabin_width": 110.0,
    "lift.cabin_depth": 140.0,
    "lift.door_width": 90.0,
    "lift.landing_space": 150.0,
    "lift.key_needed": False,
    "desk.height_low": 75.0,
    "circ.part": "gang",
    "circ.width_min": 150.0,
    "circ.threshold_max": 0.0,
    "circ.steps_no_alternative": 0,
    "circ.channel_ramps": False,
    "circ.turning_min": 160.0,
    "toilet.kind": "aangepast",
    "toilet.location": "in_gebouw",
    "toilet.locked": "nee",
    "toilet.turning": 160.0,
    "toilet.front_space": 130.0,
    "toilet.side_left": 95.0,
    "toilet.side_right": 40.0,
    "toilet.bars": 2,
    "toilet.bar_left": "opklapbaar",
    "toilet.bar_right": "vast",
}


def answer(key: str, value: Value | Answer, *, method: str = "", measured_on: date = TODAY) -> Answer:
    """An answer by the usual method of its field, unless it is one already."""
    if isinstance(value, Answer):
        return value
    usual = methods_for(CATALOGUE, CATALOGUE.fields[key])[0].id
    return known(value, method=method or usual, measured_on=measured_on)


def element(
    kind: str,
    element_id: str,
    changes: Mapping[str, Value | Answer] | None = None,
    *,
    parent: str | None = None,
    floor: int | None = None,
    good: bool = True,
) -> Element:
    """An element with good answers, changed where the test says so."""
    base = {key: value for key, value in GOOD.items() if key.startswith(f"{kind}.")} if good else {}
    values: dict[str, Value | Answer] = {**base, **(changes or {})}
    answers = {key: answer(key, value) for key, value in values.items()}
    return Element(element_id, kind, answers, parent_id=parent, floor=floor)


def museum() -> Venue:
    """A museum with a lift, where every group can do everything without help."""
    elements = (
        element("venue", "plaats"),
        element("path", "pad"),
        element("entrance", "inkom", floor=0),
        element("door", "inkomdeur", parent="inkom"),
        element("desk", "balie", floor=0),
        element("circ", "hal", floor=0),
        element("lift", "lift"),
        element("circ", "zaal", {"circ.part": "tentoonstelling"}, floor=1),
        element("toilet", "wc", floor=0),
        element("door", "wc-deur", {"door.type": "draaideur_vleugel", "door.opens": "buiten"}, parent="wc"),
    )
    routes = (
        Route("r1", "inkom", ("pad", "inkom")),
        Route("r2", "balie", ("pad", "inkom", "hal", "balie")),
        Route("r3", "tentoonstelling", ("pad", "inkom", "hal", "lift", "zaal")),
        Route("r4", "toilet", ("pad", "inkom", "hal", "wc")),
    )
    return Venue("m1", "museum", elements, routes)


def with_element(venue: Venue, changed: Element) -> Venue:
    """The venue with one element put in the place of the one with the same id, or added."""
    others = tuple(e for e in venue.elements if e.id != changed.id)
    return replace(venue, elements=(*others, changed))


def without_element(venue: Venue, element_id: str) -> Venue:
    """The venue without one element; routes are left as they are."""
    return replace(venue, elements=tuple(e for e in venue.elements if e.id != element_id))


def with_answer(venue: Venue, element_id: str, key: str, value: Value | Answer | None) -> Venue:
    """The venue with one answer changed, or taken away when the value is None."""
    old = next(e for e in venue.elements if e.id == element_id)
    answers = {k: a for k, a in old.answers.items() if k != key}
    if value is not None:
        answers[key] = answer(key, value)
    return with_element(venue, replace(old, answers=answers))


def with_routes(venue: Venue, *routes: Route) -> Venue:
    """The venue with these routes instead of its own for the same destinations."""
    told = {route.destination for route in routes}
    return replace(venue, routes=(*(r for r in venue.routes if r.destination not in told), *routes))


def judged(venue: Venue, group: str = "rolstoel") -> GroupResult:
    """The result of the venue for one group."""
    return judge_venue(CATALOGUE, venue, today=TODAY).group(group)


def verdict_of(venue: Venue, destination: str, group: str = "rolstoel") -> str:
    """The verdict of one destination."""
    found = next(d for d in judged(venue, group).destinations if d.destination == destination)
    return found.verdict.value


def criterion_result(venue: Venue, element_id: str, rule: str) -> CriterionResult:
    """The result of one rule on one element, or on a part of it."""
    group = CATALOGUE.criteria[rule].group
    waiting = [*judged(venue, group).elements]
    while waiting:
        found = waiting.pop()
        if found.element_id == element_id:
            return next(result for result in found.criteria if result.rule.id == rule)
        waiting.extend(found.parts)
    raise KeyError(element_id)
