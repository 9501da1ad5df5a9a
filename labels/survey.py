"""One venue laid out for judging: elements by id with their parts, facts, routes and candidates per destination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from labels.definitions import VENUE_KIND, Catalogue, Destination
from labels.facts import Facts
from labels.model import Answer, Element, Route, Venue

_DAYS_PER_YEAR = 365.25


class Survey:
    """An index over a venue that fits the catalogue; it adds nothing and decides nothing."""

    def __init__(self, catalogue: Catalogue, venue: Venue) -> None:
        self.catalogue = catalogue
        self.venue = venue
        self.elements = {element.id: element for element in venue.elements}
        self._children: dict[str, list[Element]] = {}
        for element in sorted(venue.elements, key=lambda element: element.id):
            if element.parent_id is not None:
                self._children.setdefault(element.parent_id, []).append(element)
        self._facts: dict[str, Facts] = {}
        venue_element = next((e for e in venue.elements if e.kind == VENUE_KIND), Element("", VENUE_KIND))
        self.venue_facts = Facts(catalogue.fields, venue_element)
        self._facts[venue_element.id] = self.venue_facts

    def facts(self, element_id: str) -> Facts:
        """The facts of an element, with its parent's and the venue's within reach."""
        facts = self._facts.get(element_id)
        if facts is None:
            element = self.elements[element_id]
            parent = self.facts(element.parent_id) if element.parent_id is not None else None
            facts = Facts(self.catalogue.fields, element, parent=parent, venue=self.venue_facts)
            self._facts[element_id] = facts
        return facts

    def is_part(self, element: Element) -> bool:
        """True when the element belongs to its parent and is judged with it."""
        if element.parent_id is None:
            return False
        return self.elements[element.parent_id].kind in self.catalogue.kinds[element.kind].part_of

    def parts_of(self, element_id: str) -> list[Element]:
        """The elements that belong to this one, by id."""
        return [child for child in self._children.get(element_id, ()) if self.is_part(child)]

    def leading_to(self, element_id: str) -> list[Element]:
        """The elements that lead to this one without being a part of it, by id."""
        return [child for child in self._children.get(element_id, ()) if not self.is_part(child)]

    def missing_parts(self, element: Element) -> tuple[str, ...]:
        """The kinds of parts that this element must have and that were not entered."""
        present = {part.kind for part in self.parts_of(element.id)}
        return tuple(kind for kind in self.catalogue.kinds[element.kind].needs_parts if kind not in present)

    def routes_to(self, destination: Destination) -> list[Route]:
        """The routes entered for a destination, by id."""
        routes = (route for route in self.venue.routes if route.destination == destination.id)
        return sorted(routes, key=lambda route: route.id)

    def reaches(self, destination: Destination, route: Route) -> bool | None:
        """Whether the last leg is what the destination asks for; None when an unknown answer decides."""
        target = self.elements[route.legs[-1]]
        return target.kind == destination.kind and self.facts(target.id).holds(destination.where)

    def candidates(self, destination: Destination) -> list[Element]:
        """The elements that are, or may turn out to be, what the destination asks for, by id."""
        found = (
            element
            for element in self.venue.elements
            if element.kind == destination.kind and self.facts(element.id).holds(destination.where) is not False
        )
        return sorted(found, key=lambda element: element.id)

    def is_close(self, used: Sequence[tuple[str, Answer]], limits: Mapping[str, tuple[float, ...]]) -> bool:
        """True when a limit lies within the accuracy of the method: measure again before relying on it."""
        return any(self._is_near(key, answer, limits[key]) for key, answer in used if key in limits)

    def _is_near(self, key: str, answer: Answer, limits: tuple[float, ...]) -> bool:
        accuracy = self.catalogue.methods[answer.method].accuracy.get(self.catalogue.fields[key].unit)
        if accuracy is None or isinstance(answer.value, bool) or not isinstance(answer.value, int | float):
            return False
        off_by = accuracy.around(answer.value)
        return any(abs(round(limit - answer.value, 6)) <= off_by for limit in limits)


def oldest_days(catalogue: Catalogue, today: date) -> dict[str, date]:
    """Per half-life the day before which an answer is older than what it describes usually stays the same."""
    return {
        half_life: today - timedelta(days=round(years * _DAYS_PER_YEAR))
        for half_life, years in catalogue.half_lives.items()
    }
