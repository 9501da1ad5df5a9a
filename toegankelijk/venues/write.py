"""Enter and correct venues; every write counts once per submission key, and is audited."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from toegankelijk.accounts import Principal
from toegankelijk.venues.views import VenueView


def add_venue(
    session: Session,
    *,
    actor: Principal,
    now: datetime,
    submission_key: str,
    name: str,
    venue_type: str,
    nis_code: str,
    sector: str = "",
    street: str = "",
    postcode: str = "",
    locality: str = "",
    lat: float | None = None,
    lon: float | None = None,
    body_id: UUID | None = None,
    is_demo: bool = False,
) -> VenueView:
    """Enter a venue, unpublished; without a sector it gets the usual one of its type.

    Raises `VenueError` (`field`, `key`) for bad input, and `NotPermitted` when the actor may not survey there.
    """
    raise NotImplementedError


def correct_venue(
    session: Session,
    *,
    actor: Principal,
    now: datetime,
    submission_key: str,
    venue_id: UUID,
    name: str,
    venue_type: str,
    nis_code: str,
    sector: str = "",
    street: str = "",
    postcode: str = "",
    locality: str = "",
    lat: float | None = None,
    lon: float | None = None,
    body_id: UUID | None = None,
) -> VenueView:
    """Correct what is said of a venue; the slug stays. The type is fixed once something was measured.

    Raises as `add_venue`; the actor must be allowed to survey where the venue is and where it goes.
    """
    raise NotImplementedError
