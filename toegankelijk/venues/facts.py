"""What is said of a venue when it is entered or corrected: checked, tidied, and given a slug."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from labels.catalogue import current_catalogue
from toegankelijk.errors import UnknownRecord, VenueError
from toegankelijk.sectors import load_sectors, usual_sector
from toegankelijk.storage.bodies import Body, find_municipality_row, get_body_row, latest_successor, search_form
from toegankelijk.storage.text import clean_line
from toegankelijk.venues.read import codes_of

NAME_MAX, STREET_MAX, LOCALITY_MAX, SLUG_MAX = 200, 200, 100, 60
# Around Belgium, to catch coordinates that are turned round or mistyped.
LATITUDES, LONGITUDES = (49.4, 51.6), (2.4, 6.5)
NAMELESS = "plaats"


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """What somebody says of a venue, as it was handed in."""

    name: str
    venue_type: str
    nis_code: str
    sector: str
    street: str
    postcode: str
    locality: str
    lat: float | None
    lon: float | None
    body_id: UUID | None

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**asdict(self), "body_id": None if self.body_id is None else str(self.body_id)}


@dataclass(frozen=True, slots=True)
class CheckedFacts:
    """What is said of a venue, fit to be stored; tells also which scopes it falls in."""

    name: str
    venue_type: str
    sector: str
    municipality: Body
    nis_codes: tuple[str, ...]
    street: str
    postcode: str
    locality: str
    lat: float | None
    lon: float | None
    body_id: UUID | None


def check_facts(session: Session, given: VenueFacts) -> CheckedFacts:
    """The facts tidied; raises `VenueError` naming the first field that cannot be accepted."""
    name = clean_line(given.name, NAME_MAX)
    if not name:
        raise VenueError("name", "name-missing", "Give the venue a name.")
    if given.venue_type not in current_catalogue().venue_types:
        known = ", ".join(current_catalogue().venue_types)
        raise VenueError("venue_type", "venue-type-unknown", f"There is no type {given.venue_type!r}; take {known}.")
    municipality = _municipality(session, given.nis_code)
    _check_location(given.lat, given.lon)
    return CheckedFacts(
        name=name,
        venue_type=given.venue_type,
        sector=_sector(given),
        municipality=municipality,
        nis_codes=codes_of(municipality),
        street=clean_line(given.street, STREET_MAX),
        postcode=_postcode(given.postcode),
        locality=clean_line(given.locality, LOCALITY_MAX),
        lat=given.lat,
        lon=given.lon,
        body_id=_body_id(session, given.body_id),
    )


def slugs_for(name: str, municipality: str) -> Iterator[str]:
    """Addresses to try for a venue of this name, the plainest first; there is always another one."""
    plain = _slug(name) or NAMELESS
    yield plain
    placed = f"{plain}-{_slug(municipality) or NAMELESS}"[: SLUG_MAX + 10]
    yield placed
    yield from (f"{placed}-{number}" for number in count(2))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", search_form(text))[:SLUG_MAX].strip("-")


def _municipality(session: Session, nis_code: str) -> Body:
    municipality = find_municipality_row(session, nis_code)
    if municipality is None:
        raise VenueError("nis_code", "municipality-unknown", f"There is no municipality with NIS code {nis_code!r}.")
    successor = latest_successor(municipality)
    if successor is not None:
        raise VenueError(
            "nis_code",
            "municipality-ended",
            f"{municipality.name} is part of {successor.name} ({successor.nis_code}) today; take that one.",
        )
    return municipality


def _body_id(session: Session, body_id: UUID | None) -> UUID | None:
    if body_id is None:
        return None
    try:
        return get_body_row(session, body_id).id
    except UnknownRecord as error:
        raise VenueError("body_id", "body-unknown", str(error)) from None


def _sector(given: VenueFacts) -> str:
    sector = given.sector or usual_sector(given.venue_type)
    known = [known.id for known in load_sectors()]
    if sector not in known:
        raise VenueError("sector", "sector-unknown", f"There is no sector {sector!r}; take one of {', '.join(known)}.")
    return sector


def _postcode(text: str) -> str:
    postcode = clean_line(text, 20)
    if postcode and re.fullmatch("[1-9][0-9]{3}", postcode) is None:
        raise VenueError("postcode", "postcode-invalid", f"{postcode!r} is no postcode: it has four digits.")
    return postcode


def _check_location(lat: float | None, lon: float | None) -> None:
    if lat is None and lon is None:
        return
    if lat is None or lon is None:
        raise VenueError("lat" if lat is None else "lon", "location-half", "Give both coordinates, or none.")
    for field, value, (least, most) in (("lat", lat, LATITUDES), ("lon", lon, LONGITUDES)):
        if not (math.isfinite(value) and least <= value <= most):
            raise VenueError(field, "location-outside", f"{field} {value} lies outside Belgium: {least} to {most}.")
