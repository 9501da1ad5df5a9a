"""Enter and correct venues; every write counts once per submission key, and is audited."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from labels.definitions import VENUE_KIND
from toegankelijk.accounts import Principal
from toegankelijk.errors import VenueError
from toegankelijk.storage.bodies import search_form
from toegankelijk.storage.bulk import insert_missing
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.surveys import CurrentAnswers
from toegankelijk.storage.venues import Venue, VenueElement, get_venue_row
from toegankelijk.venues.facts import CheckedFacts, VenueFacts, check_facts, slugs_for
from toegankelijk.venues.read import get_venue
from toegankelijk.venues.rights import may_survey, require
from toegankelijk.venues.submitting import change_venue_once
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
    given = VenueFacts(name, venue_type, nis_code, sector, street, postcode, locality, lat, lon, body_id)

    def write() -> UUID:
        facts = check_facts(session, given)
        require(may_survey(actor, facts), actor, f"enter a venue in {facts.municipality.name}")
        return _insert(session, facts, is_demo=is_demo, now=now)

    content = {**given.to_json(), "is_demo": is_demo}
    venue_id = change_venue_once(
        session,
        actor=actor,
        now=now,
        submission_key=submission_key,
        action="venue-added",
        content=content,
        write=write,
    )
    return get_venue(session, venue_id)


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
    """Correct what is said of a venue; the slug stays. The type is fixed once something was recorded of it.

    Raises as `add_venue`; the actor must be allowed to survey where the venue is and where it goes.
    """
    given = VenueFacts(name, venue_type, nis_code, sector, street, postcode, locality, lat, lon, body_id)

    def write() -> UUID:
        require(may_survey(actor, get_venue(session, venue_id)), actor, "correct this venue")
        venue = get_venue_row(session, venue_id, lock=True)
        facts = check_facts(session, given)
        require(may_survey(actor, facts), actor, f"move a venue to {facts.municipality.name}, {facts.sector}")
        if facts.venue_type != venue.venue_type and session.get(CurrentAnswers, venue_id) is not None:
            raise VenueError("venue_type", "venue-type-fixed", "The type cannot change once the venue was surveyed.")
        for column, value in _columns(facts).items():
            setattr(venue, column, value)
        venue.changed_at = now
        return venue.id

    content = {"venue_id": str(venue_id), **given.to_json()}
    change_venue_once(
        session,
        actor=actor,
        now=now,
        submission_key=submission_key,
        action="venue-corrected",
        content=content,
        write=write,
    )
    return get_venue(session, venue_id)


def _insert(session: Session, facts: CheckedFacts, *, is_demo: bool, now: datetime) -> UUID:
    """Add the venue under the first free slug, with the element that stands for it as a whole."""
    venue_id = new_id()
    for slug in slugs_for(facts.name, facts.municipality.name):
        row = {
            "id": venue_id,
            "slug": slug,
            **_columns(facts),
            "is_demo": is_demo,
            "created_at": now,
            "changed_at": now,
        }
        insert_missing(session, Venue, [row])
        if session.get(Venue, venue_id) is not None:
            break
    session.add(VenueElement(id=venue_id, venue_id=venue_id, kind=VENUE_KIND, name="", place=0, created_at=now))
    session.flush()
    return venue_id


def _columns(facts: CheckedFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "search_name": search_form(facts.name),
        "venue_type": facts.venue_type,
        "sector": facts.sector,
        "municipality_id": facts.municipality.id,
        "body_id": facts.body_id,
        "street": facts.street,
        "postcode": facts.postcode,
        "locality": facts.locality,
        "lat": facts.lat,
        "lon": facts.lon,
    }
