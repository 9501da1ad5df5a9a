"""What a venue looks like after an entry: pure, with what is wrong about how its elements and routes hang together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from labels.definitions import VENUE_KIND, Catalogue
from labels.model import Element, Route, Venue
from labels.routes import route_problems
from toegankelijk.surveys.checks import ELEMENTS_MAX
from toegankelijk.surveys.entry import ElementEntry, SurveyEntry
from toegankelijk.surveys.known import KnownVenue
from toegankelijk.surveys.views import SurveyProblem


def venue_after(catalogue: Catalogue, known: KnownVenue, entry: SurveyEntry) -> Venue:
    """The venue with the elements, answers and routes that the entry leads to.

    Parts of an element that is taken away go with it; what leads to it stays, leading nowhere. Routes that pass
    what is gone are gone too, unless the entry brings its own.
    """
    elements = {element.id: element for element in known.venue.elements}
    for posted in entry.elements:
        elements[posted.id] = _merged(elements.get(posted.id), posted)
    gone = _gone(catalogue, elements, entry.retired)
    kept = {key: element for key, element in elements.items() if key not in gone}
    return replace(
        known.venue,
        elements=tuple(_detached(element, gone) for element in kept.values()),
        routes=_routes_after(known.venue.routes, entry, kept),
        unreachable=_unreachable_after(known.venue.unreachable, entry, kept),
    )


def structure_problems(catalogue: Catalogue, after: Venue, entry: SurveyEntry) -> Iterator[SurveyProblem]:
    """What is wrong with parents, numbers of elements, routes and what cannot be reached."""
    elements = {element.id: element for element in after.elements}
    broken = tuple(problem for element in after.elements for problem in _parent_problems(catalogue, element, elements))
    yield from broken
    yield from _number_problems(catalogue, after)
    for element_id in sorted((entry.unreachable or frozenset()) - elements.keys()):
        explanation = f"There is no element {element_id!r} at this venue."
        yield SurveyProblem(element_id, "unreachable", "element-unknown", explanation)
    if not broken:
        yield from _route_problems(catalogue, after, entry)


def _merged(before: Element | None, posted: ElementEntry) -> Element:
    answers = dict(before.answers) if before is not None else {}
    for field, answer in posted.answers.items():
        if answer is None:
            answers.pop(field, None)
        else:
            answers[field] = answer
    if posted.kind == VENUE_KIND:
        return Element(posted.id, VENUE_KIND, answers)
    return Element(posted.id, posted.kind, answers, posted.name, posted.parent_id, posted.floor)


def _gone(catalogue: Catalogue, elements: Mapping[str, Element], retired: frozenset[str]) -> frozenset[str]:
    gone = set(retired)
    grows = True
    while grows:
        parts = {
            key
            for key, element in elements.items()
            if key not in gone and element.parent_id in gone and _is_part(catalogue, element, elements)
        }
        gone |= parts
        grows = bool(parts)
    return frozenset(gone)


def _is_part(catalogue: Catalogue, element: Element, elements: Mapping[str, Element]) -> bool:
    kind, parent = catalogue.kinds.get(element.kind), elements.get(element.parent_id or "")
    return kind is not None and parent is not None and parent.kind in kind.part_of


def _detached(element: Element, gone: frozenset[str]) -> Element:
    return replace(element, parent_id=None) if element.parent_id in gone else element


def _routes_after(before: tuple[Route, ...], entry: SurveyEntry, kept: Mapping[str, Element]) -> tuple[Route, ...]:
    if entry.routes is None:
        return tuple(route for route in before if all(leg in kept for leg in route.legs))
    ids = {(route.destination, route.legs): route.id for route in before}
    wanted = dict.fromkeys((route.destination, route.legs) for route in entry.routes)
    return tuple(
        Route(ids.get((destination, legs), f"new-{number}"), destination, legs)
        for number, (destination, legs) in enumerate(wanted)
    )


def _unreachable_after(before: frozenset[str], entry: SurveyEntry, kept: Mapping[str, Element]) -> frozenset[str]:
    wanted = before if entry.unreachable is None else entry.unreachable
    return wanted.intersection(kept)


def _parent_problems(
    catalogue: Catalogue, element: Element, elements: Mapping[str, Element]
) -> Iterator[SurveyProblem]:
    if element.parent_id is None:
        return
    parent, kind = elements.get(element.parent_id), catalogue.kinds.get(element.kind)
    if parent is None:
        explanation = f"There is no element {element.parent_id!r} at this venue."
        yield SurveyProblem(element.id, "parent_id", "parent-unknown", explanation)
    elif kind is None or parent.kind not in (*kind.part_of, *kind.leads_to):
        explanation = f"A {element.kind} cannot belong or lead to a {parent.kind}."
        yield SurveyProblem(element.id, "parent_id", "parent-refused", explanation)
    elif _is_own_ancestor(element, elements):
        explanation = f"Element {element.id} would belong to itself, over others."
        yield SurveyProblem(element.id, "parent_id", "parent-circle", explanation)


def _is_own_ancestor(element: Element, elements: Mapping[str, Element]) -> bool:
    seen = set()
    above = elements.get(element.parent_id or "")
    while above is not None and above.id not in seen:
        if above.id == element.id:
            return True
        seen.add(above.id)
        above = elements.get(above.parent_id or "")
    return False


def _number_problems(catalogue: Catalogue, after: Venue) -> Iterator[SurveyProblem]:
    if len(after.elements) > ELEMENTS_MAX:
        yield SurveyProblem("", "elements", "too-many-elements", f"At most {ELEMENTS_MAX} elements fit in a venue.")
    for kind_id, number in Counter(element.kind for element in after.elements).items():
        kind = catalogue.kinds.get(kind_id)
        if kind is not None and not kind.repeatable and number > 1:
            yield SurveyProblem("", "kind", "kind-not-repeatable", f"A venue has one {kind_id}.")


def _route_problems(catalogue: Catalogue, after: Venue, entry: SurveyEntry) -> Iterator[SurveyProblem]:
    """What is wrong with the routes of the entry; the key is that of the Dutch text in the catalogue."""
    for route in after.routes if entry.routes is not None else ():
        for problem in route_problems(catalogue, after, route):
            way = f"{route.destination}: {' > '.join(route.legs)}"
            explanation = f"Route to {way} cannot be: {problem.code.replace('_', ' ')}."
            yield SurveyProblem(problem.element_id or "", "routes", f"route.{problem.code}", explanation)
    for element_id in sorted(after.unreachable & {route.legs[-1] for route in after.routes if route.legs}):
        explanation = f"Element {element_id} has a route, and is said to be unreachable."
        yield SurveyProblem(element_id, "unreachable", "unreachable-has-route", explanation)
