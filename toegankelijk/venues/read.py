"""Look venues up; everything comes out as a frozen view."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from toegankelijk.accounts import Principal
from toegankelijk.registry import Page
from toegankelijk.venues.views import VenueView


def get_venue(session: Session, venue_id: UUID) -> VenueView:
    """The venue with this id, published or not, or `UnknownRecord`."""
    raise NotImplementedError


def find_venue_by_slug(session: Session, slug: str) -> VenueView | None:
    """The venue with this (permanent) slug, published or not."""
    raise NotImplementedError


def search_venues(
    session: Session, *, text: str = "", nis_code: str = "", venue_type: str = "", page: int = 1, per_page: int = 50
) -> Page[VenueView]:
    """Published venues by part of the name, by municipality and by type, in order of name.

    A code of a municipality that has ended finds the venues of the one that carries it on.
    """
    raise NotImplementedError


def venues_to_survey(
    session: Session,
    principal: Principal,
    *,
    text: str = "",
    nis_code: str = "",
    venue_type: str = "",
    page: int = 1,
    per_page: int = 50,
) -> Page[VenueView]:
    """As `search_venues`, but the venues whose survey this person may see, published or not."""
    raise NotImplementedError


def venues_of(session: Session, body_id: UUID) -> list[VenueView]:
    """The published venues in a municipality, or of a body; those of merged predecessors too, in order of name."""
    raise NotImplementedError
