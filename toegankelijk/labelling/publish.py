"""Publish a venue when nothing required is missing, and take it off again with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from labels.completeness import Missing
from labels.consistency import Contradiction
from labels.definitions import Catalogue
from toegankelijk.accounts import Principal
from toegankelijk.errors import PlatformError
from toegankelijk.venues import VenueView


class PublishRefused(PlatformError):
    """A venue cannot be published yet; `missing` and `contradictions` say what has to be entered or mended first."""

    slug = "publish-refused"

    def __init__(
        self, explanation: str, missing: tuple[Missing, ...], contradictions: tuple[Contradiction, ...] = ()
    ) -> None:
        self.missing = missing
        self.contradictions = contradictions
        super().__init__(explanation)


def publish(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, venue_id: UUID, catalogue: Catalogue
) -> VenueView:
    """Show a venue to everybody.

    Raises `PublishRefused` with everything that is missing (`missing`: `labels.completeness.Missing`) and every
    contradiction (`contradictions`: `labels.consistency.Contradiction`), and `NotPermitted`.
    """
    raise NotImplementedError


def unpublish(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, venue_id: UUID, reason: str
) -> VenueView:
    """Take a venue off the public pages; raises `VenueError` ("reason", "reason-missing") without a reason."""
    raise NotImplementedError
