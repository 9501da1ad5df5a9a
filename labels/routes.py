"""How visitors get somewhere: a default route per target to start from, and what is wrong with the routes entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labels.definitions import VENUE_KIND, Catalogue, Destination, Kind, Passing
from labels.model import Element, Route, Venue
from labels.survey import Survey


@dataclass(frozen=True, slots=True)
class RouteProblem:
    """One thing wrong with a route as posted; `code` has a Dutch text under `route.` in the catalogue."""

    code: str
    route_id: str
    element_id: str | None = None


def propose_routes(catalogue: Catalogue, venue: Venue) -> tuple[Route, ...]:
    """A default route to every target of every destination that has none yet, by every entrance.

    It is a proposal for the surveyor to correct: the kinds that the destination passes by default, in that order,
    on the floors between entrance and target.
    """
    survey = Survey(catalogue, venue)
    destinations = catalogue.venue_types[venue.venue_type].destinations
    return tuple(
        route
        for destination in destinations
        if survey.venue_facts.holds(destination.when) is not False
        for route in _routes_to_destination(survey, destination)
    )


def _routes_to_destination(survey: Survey, destination: Destination) -> Iterator[Route]:
    reached = {route.legs[-1] for route in survey.routes_to(destination)} | survey.venue.unreachable
    for target in survey.candidates(destination):
        if target.id in reached:
            continue
        for number, legs in enumerate(_ways_to(survey, destination, target), start=1):
            yield Route(f"{destination.id}-{target.id}-{number}", destination.id, legs)


def _ways_to(survey: Survey, destination: Destination, target: Element) -> list[tuple[str, ...]]:
    """One way for every element of the kind of which a route passes just one, such as an entrance."""
    ways: dict[tuple[str, ...], None] = {}
    for gate in _gates(survey, destination, target):
        passed = [e for kind_id in destination.via for e in _passed(survey, destination, kind_id, gate, target)]
        approached = [near for leg in (*passed, target) for near in (*_approaches(survey, leg), leg)]
        ways[tuple(dict.fromkeys(element.id for element in approached))] = None
    return list(ways)


def _gates(survey: Survey, destination: Destination, target: Element) -> list[Element | None]:
    """The elements of which a route passes one: all that there are, or the target itself when it is one."""
    kinds = survey.catalogue.kinds
    if kinds[target.kind].passing is Passing.ONE:
        return [target]
    gates = [e for kind in destination.via if kinds[kind].passing is Passing.ONE for e in _of_kind(survey, kind)]
    return [*gates] or [None]


def _passed(
    survey: Survey, destination: Destination, kind_id: str, gate: Element | None, target: Element
) -> list[Element]:
    """The elements of one kind that a default route passes, apart from those that lead to another leg."""
    kind = survey.catalogue.kinds[kind_id]
    if kind.passing is Passing.ONE:
        return [gate] if gate is not None and gate.kind == kind_id and gate.id != target.id else []
    loose = [element for element in _loose(survey, kind, target) if _is_on_the_way(element, gate, target)]
    if kind.passing is Passing.FLOORS:
        return loose[:1] if _changes_floor(gate, target) and _is_first_riser(survey, destination, kind) else []
    if gate is not None and any(element.kind == kind_id for element in _approaches(survey, gate)):
        return []
    return [element for element in loose if not _is_a_target(survey, element)]


def _approaches(survey: Survey, leg: Element) -> list[Element]:
    """What is said to lead to a leg, so that it comes just before it."""
    kinds = survey.catalogue.kinds
    return [near for near in survey.leading_to(leg.id) if _is_passed(survey, kinds[near.kind], near)]


def _changes_floor(gate: Element | None, target: Element) -> bool:
    return gate is not None and None not in (gate.floor, target.floor) and gate.floor != target.floor


def _is_first_riser(survey: Survey, destination: Destination, kind: Kind) -> bool:
    """True for the first kind that changes floors and that the venue has: a lift before stairs."""
    kinds = survey.catalogue.kinds
    risers = (k for k in destination.via if kinds[k].passing is Passing.FLOORS and _of_kind(survey, k))
    return next(risers, None) == kind.id


def _loose(survey: Survey, kind: Kind, target: Element) -> list[Element]:
    """The elements of a kind that are tied to nothing and that a default route passes."""
    return [
        element
        for element in _of_kind(survey, kind.id)
        if element.parent_id is None and element.id != target.id and _is_passed(survey, kind, element)
    ]


def _is_passed(survey: Survey, kind: Kind, element: Element) -> bool:
    return survey.facts(element.id).holds(kind.passed_when) is not False


def _of_kind(survey: Survey, kind_id: str) -> list[Element]:
    found = (element for element in survey.venue.elements if element.kind == kind_id)
    return sorted(found, key=lambda element: element.id)


def _is_a_target(survey: Survey, element: Element) -> bool:
    """True for what is itself a place to go to, and so no place to pass on the way to another."""
    destinations = survey.catalogue.venue_types[survey.venue.venue_type].destinations
    facts = survey.facts(element.id)
    return any(d.kind == element.kind and facts.holds(d.where) is not False for d in destinations)


def _is_on_the_way(element: Element, gate: Element | None, target: Element) -> bool:
    if element.floor is None or target.floor is None:
        return True
    return element.floor in (target.floor, gate.floor if gate is not None else target.floor)


def destinations_without_route(catalogue: Catalogue, venue: Venue) -> tuple[str, ...]:
    """The destinations of this venue to which no route leads yet, in the order of the venue type.

    One that is not core counts only once an element for it was entered.
    """
    survey = Survey(catalogue, venue)
    return tuple(
        destination.id
        for destination in catalogue.venue_types[venue.venue_type].destinations
        if survey.venue_facts.holds(destination.when) is not False
        and (destination.core or survey.candidates(destination))
        and not any(survey.reaches(destination, route) is not False for route in survey.routes_to(destination))
    )


def elements_without_route(catalogue: Catalogue, venue: Venue) -> tuple[str, ...]:
    """The elements that no route passes or reaches, and that were not said to be unreachable; parts go with theirs."""
    survey = Survey(catalogue, venue)
    passed = {element_id for route in venue.routes for element_id in route.legs} | venue.unreachable
    return tuple(
        element.id
        for element in venue.elements
        if element.kind != VENUE_KIND and element.id not in passed and not survey.is_part(element)
    )


def route_problems(catalogue: Catalogue, venue: Venue, route: Route) -> tuple[RouteProblem, ...]:
    """What is wrong with a posted route: an unknown destination or leg, no legs, a leg twice, the wrong target."""
    destination = catalogue.venue_types[venue.venue_type].destination(route.destination)
    if destination is None:
        return (RouteProblem("unknown_destination", route.id),)
    if not route.legs:
        return (RouteProblem("no_legs", route.id),)
    survey = Survey(catalogue, venue)
    problems = [RouteProblem("unknown_leg", route.id, leg) for leg in route.legs if leg not in survey.elements]
    if problems:
        return tuple(problems)
    legs = [survey.elements[leg] for leg in route.legs]
    problems.extend(RouteProblem("part_as_leg", route.id, leg.id) for leg in legs if survey.is_part(leg))
    problems.extend(RouteProblem("venue_as_leg", route.id, leg.id) for leg in legs if leg.kind == VENUE_KIND)
    twice = {leg for leg in route.legs if route.legs.count(leg) > 1}
    problems.extend(RouteProblem("leg_twice", route.id, leg) for leg in sorted(twice))
    if survey.reaches(destination, route) is False:
        problems.append(RouteProblem("wrong_target", route.id, route.legs[-1]))
    return tuple(problems)
