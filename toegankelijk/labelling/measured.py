"""The current answers of a venue as the label machinery takes them, apart from what the rules of today refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from labels import model
from labels.check import fits_field
from labels.definitions import VENUE_KIND, Catalogue
from labels.errors import VenueRefused
from labels.exchange import read_answer
from toegankelijk.storage.surveys import CurrentAnswers
from toegankelijk.storage.venues import get_venue_row


@dataclass(frozen=True, slots=True)
class Measured:
    """A venue with its current answers; `set_aside` are (element, field) that the catalogue does not take any more."""

    venue: model.Venue
    version: int
    set_aside: tuple[tuple[str, str], ...] = ()


def read_measured(session: Session, venue_id: UUID, *, catalogue: Catalogue) -> Measured:
    """What is known of a venue today, or `UnknownRecord`; before the first survey only that it is there."""
    venue = get_venue_row(session, venue_id)
    current = session.get(CurrentAnswers, venue_id)
    if current is None:
        whole = model.Element(str(venue_id), VENUE_KIND)
        return Measured(model.Venue(str(venue_id), venue.venue_type, (whole,)), 0)
    return measured_from(catalogue, str(venue_id), venue.venue_type, current.document, version=current.version)


def measured_from(
    catalogue: Catalogue, venue_id: str, venue_type: str, document: Mapping[str, Any], *, version: int
) -> Measured:
    """The venue that a document of current answers describes."""
    set_aside: list[tuple[str, str]] = []
    elements = tuple(_element(catalogue, entry, set_aside) for entry in document["elements"])
    routes = tuple(model.Route(entry["id"], entry["destination"], tuple(entry["legs"])) for entry in document["routes"])
    venue = model.Venue(venue_id, venue_type, elements, routes, frozenset(document["unreachable"]))
    return Measured(venue, version, tuple(set_aside))


def _element(catalogue: Catalogue, entry: Mapping[str, Any], set_aside: list[tuple[str, str]]) -> model.Element:
    answers: dict[str, model.Answer] = {}
    for field, data in entry["answers"].items():
        answer = read_stored_answer(catalogue, entry["kind"], field, data)
        if answer is None:
            set_aside.append((entry["id"], field))
        else:
            answers[field] = answer
    return model.Element(entry["id"], entry["kind"], answers, entry["name"], entry["parent"], entry["floor"])


def read_stored_answer(catalogue: Catalogue, kind: str, key: str, data: Any) -> model.Answer | None:
    """A stored answer; None when its question, its method or its value is not of this catalogue."""
    field = catalogue.fields.get(key)
    if field is None or field.kind != kind:
        return None
    try:
        answer = read_answer(field, data)
    except VenueRefused:
        return None
    if answer.value is None:
        return answer
    return answer if answer.method in catalogue.methods and fits_field(field, answer.value) else None
