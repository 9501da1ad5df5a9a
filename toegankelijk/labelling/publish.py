"""Publish a venue when nothing required is missing, and take it off again with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from labels.completeness import Missing, missing_required
from labels.consistency import Contradiction, find_contradictions
from labels.definitions import Catalogue
from labels.model import Venue
from toegankelijk.accounts import Principal
from toegankelijk.errors import PlatformError, VenueError
from toegankelijk.labelling.judge import store_judging
from toegankelijk.labelling.measured import read_measured
from toegankelijk.storage.text import clean_text
from toegankelijk.storage.venues import get_venue_row
from toegankelijk.venues import VenueView, get_venue, may_publish
from toegankelijk.venues.rights import require
from toegankelijk.venues.submitting import change_venue_once

REASON_MAX = 4_000


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
    """Show a venue to everybody, judged anew; one that is published already stays so since the first time.

    Raises `PublishRefused` with everything that is missing (`missing`: `labels.completeness.Missing`) and every
    contradiction (`contradictions`: `labels.consistency.Contradiction`), and `NotPermitted`.
    """

    def write() -> UUID:
        require(may_publish(actor, get_venue(session, venue_id)), actor, "publish this venue")
        venue = get_venue_row(session, venue_id, lock=True)
        measured = read_measured(session, venue_id, catalogue=catalogue)
        _refuse_unfinished(catalogue, measured.venue)
        store_judging(session, measured, catalogue=catalogue, now=now)
        if venue.published_at is None:
            venue.published_at, venue.published_by_id = now, actor.user_id
        return venue.id

    change_venue_once(
        session,
        actor=actor,
        now=now,
        submission_key=submission_key,
        action="venue-published",
        content={"venue_id": str(venue_id)},
        write=write,
    )
    return get_venue(session, venue_id)


def unpublish(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, venue_id: UUID, reason: str
) -> VenueView:
    """Take a venue off the public pages; raises `VenueError` ("reason", "reason-missing") without a reason."""

    def write() -> UUID:
        require(may_publish(actor, get_venue(session, venue_id)), actor, "take this venue off the public pages")
        venue = get_venue_row(session, venue_id, lock=True)
        if not clean_text(reason, REASON_MAX).strip():
            raise VenueError("reason", "reason-missing", "Say why the venue is taken off the public pages.")
        if venue.published_at is None:
            raise VenueError("venue_id", "venue-not-published", "This venue is not published.")
        venue.published_at = venue.published_by_id = None
        return venue.id

    change_venue_once(
        session,
        actor=actor,
        now=now,
        submission_key=submission_key,
        action="venue-unpublished",
        content={"venue_id": str(venue_id), "reason": reason},
        write=write,
    )
    return get_venue(session, venue_id)


def _refuse_unfinished(catalogue: Catalogue, venue: Venue) -> None:
    missing = missing_required(catalogue, venue)
    contradictions = find_contradictions(catalogue, venue)
    if missing or contradictions:
        raise PublishRefused(
            f"The venue cannot be published: {len(missing)} required things are missing, and {len(contradictions)} "
            "answers contradict each other. Complete the survey first.",
            missing,
            contradictions,
        )
