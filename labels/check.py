"""Refuses a venue that does not fit the catalogue, naming the element and the field, before it is judged."""

from __future__ import annotations

from datetime import date

from labels.definitions import VENUE_KIND, Catalogue, Field
from labels.errors import VenueRefused
from labels.model import Answer, Element, Route, Size, State, Value, Venue
from labels.units import FIELD_TYPES


def check_venue(catalogue: Catalogue, venue: Venue) -> None:
    """Raises VenueRefused when the venue names anything the catalogue or the venue itself does not have."""
    if venue.venue_type not in catalogue.venue_types:
        raise VenueRefused(f"venue {venue.id}: no venue type {venue.venue_type!r}; take one of the catalogue")
    elements = {element.id: element for element in venue.elements}
    if len(elements) != len(venue.elements):
        raise VenueRefused(f"venue {venue.id}: two elements have the same id; give each its own")
    if sum(element.kind == VENUE_KIND for element in venue.elements) > 1:
        raise VenueRefused(f"venue {venue.id}: there are two elements of kind venue; keep one")
    for element in venue.elements:
        _check_element(catalogue, element, elements)
    for route in venue.routes:
        _check_route(catalogue, venue, route, elements)
    for element_id in venue.unreachable - elements.keys():
        raise VenueRefused(f"venue {venue.id}: unreachable element {element_id!r} is not among its elements")


def _check_element(catalogue: Catalogue, element: Element, elements: dict[str, Element]) -> None:
    kind = catalogue.kinds.get(element.kind)
    if kind is None:
        raise VenueRefused(f"element {element.id}: no kind {element.kind!r}; take one of the catalogue")
    if element.parent_id is not None:
        parent = elements.get(element.parent_id)
        if parent is None:
            raise VenueRefused(f"element {element.id}: parent {element.parent_id!r} is not among the venue's elements")
        if parent.kind not in (*kind.part_of, *kind.leads_to):
            raise VenueRefused(f"element {element.id}: a {element.kind} cannot belong to a {parent.kind}")
    for key, answer in element.answers.items():
        field = catalogue.fields.get(key)
        if field is None or field.kind != element.kind:
            raise VenueRefused(f"element {element.id}: a {element.kind} has no field {key!r}")
        _check_answer(catalogue, element, field, answer)


def _check_answer(catalogue: Catalogue, element: Element, field: Field, answer: Answer) -> None:
    if answer.state is not State.KNOWN or answer.value is None:
        return
    if not fits_field(field, answer.value):
        raise VenueRefused(f"element {element.id}: {field.key} cannot be {answer.value!r}; it is of type {field.type}")
    if answer.method not in catalogue.methods:
        raise VenueRefused(f"element {element.id}: {field.key}: no method {answer.method!r}; take one of the catalogue")


def fits_field(field: Field, value: Value) -> bool:
    """Whether a value is of the field's type, within its hard range and among its options."""
    if FIELD_TYPES[field.type].is_number:
        return _is_number(value, field)
    if isinstance(value, Size):
        return field.type == "size" and all(_is_number(side, field) for side in (value.width, value.depth))
    if isinstance(value, bool):
        return field.type == "yes_no"
    if isinstance(value, tuple):
        return field.type == "choices" and all(field.option(code) is not None for code in value)
    if isinstance(value, str):
        return field.type in ("text", "url") or (field.type == "choice" and field.option(value) is not None)
    return isinstance(value, date) and field.type == "date"


def _is_number(value: Value, field: Field) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if FIELD_TYPES[field.type].is_count and value != int(value):
        return False
    return field.hard is None or value in field.hard


def _check_route(catalogue: Catalogue, venue: Venue, route: Route, elements: dict[str, Element]) -> None:
    if catalogue.venue_types[venue.venue_type].destination(route.destination) is None:
        raise VenueRefused(f"route {route.id}: a {venue.venue_type} has no destination {route.destination!r}")
    if not route.legs:
        raise VenueRefused(f"route {route.id}: it has no legs; name at least the destination itself")
    for element_id in route.legs:
        if element_id not in elements:
            raise VenueRefused(f"route {route.id}: leg {element_id!r} is not among the venue's elements")
        if elements[element_id].kind == VENUE_KIND:
            raise VenueRefused(f"route {route.id}: the venue itself cannot be a leg")
