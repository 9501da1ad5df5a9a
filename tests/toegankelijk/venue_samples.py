"""Venues, surveyors and entries that many tests of surveys start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from labels.answers import methods_for
from labels.catalogue import current_catalogue
from labels.definitions import VENUE_KIND
from labels.model import Answer, Value, known
from tests.toegankelijk.samples import KEYS, NOW, a_body
from toegankelijk.accounts import Grant, Principal
from toegankelijk.demo.museum import museum_entry
from toegankelijk.storage.accounts import User
from toegankelijk.surveys import ElementEntry, Recorded, SurveyEntry, record_survey
from toegankelijk.venues import VenueView, add_venue

CATALOGUE = current_catalogue()
TODAY = date(2026, 11, 23)
NIS = "99001"


@dataclass(frozen=True, slots=True)
class Scene:
    """A museum that was entered and not surveyed yet, with the surveyor of its municipality."""

    surveyor: Principal
    venue: VenueView


def a_person(session: Session, *grants: Grant, name: str = "An") -> Principal:
    """Somebody with these grants, who cannot really sign in."""
    user = User(email=f"{name.lower()}@voorbeeld.example", name=name, password_hash="-", created_at=NOW)
    session.add(user)
    session.flush()
    return Principal(user.id, user.name, user.email, grants, "csrf")


def a_venue(
    session: Session, actor: Principal, *, name: str = "Museum De Sok", nis_code: str = NIS, sector: str = ""
) -> VenueView:
    """A museum that was entered."""
    return add_venue(
        session,
        actor=actor,
        now=NOW,
        submission_key=next(KEYS),
        name=name,
        venue_type="museum",
        nis_code=nis_code,
        sector=sector,
    )


def a_scene(session: Session) -> Scene:
    """A surveyor of Voorbeeldegem and a museum there."""
    surveyor = a_person(session, Grant("surveyor", "municipality", NIS))
    a_body(session, surveyor)
    return Scene(surveyor, a_venue(session, surveyor))


def element_id(venue_id: UUID, name: str) -> str:
    """The id that a form made up for an element, always the same for the same name."""
    return str(uuid5(venue_id, name.encode("ascii", "replace").decode()))


def answered(key: str, value: Value | Answer | None, *, on: date = TODAY) -> Answer | None:
    """An answer by the usual method of its question, unless it is one already."""
    if value is None or isinstance(value, Answer):
        return value
    return known(value, method=methods_for(CATALOGUE, CATALOGUE.fields[key])[0].id, measured_on=on)


def an_element(
    venue_id: UUID,
    kind: str,
    name: str,
    values: Mapping[str, Value | Answer | None] | None = None,
    *,
    parent: str | None = None,
    floor: int | None = None,
    confirmed: frozenset[str] = frozenset(),
    on: date = TODAY,
) -> ElementEntry:
    """An element as the form sends it; `values` are keyed by question without the kind."""
    answers = {f"{kind}.{key}": answered(f"{kind}.{key}", value, on=on) for key, value in (values or {}).items()}
    return ElementEntry(
        id=str(venue_id) if kind == VENUE_KIND else element_id(venue_id, name),
        kind=kind,
        name="" if kind == VENUE_KIND else name,
        parent_id=None if parent is None else element_id(venue_id, parent),
        floor=floor,
        answers=answers,
        confirmed=frozenset(f"{kind}.{key}" for key in confirmed),
    )


def a_museum_entry(venue_id: UUID, *, on: date = TODAY) -> SurveyEntry:
    """A whole survey: two entrances, a lift, two toilets, routes to everything."""
    return museum_entry(CATALOGUE, venue_id, measured_on=on)


def record(
    session: Session,
    scene: Scene,
    entry: SurveyEntry,
    *,
    by: Principal | None = None,
    key: str = "",
    now: datetime = NOW,
) -> Recorded:
    """Hand an entry in."""
    return record_survey(
        session,
        actor=by or scene.surveyor,
        now=now,
        submission_key=key or next(KEYS),
        venue_id=scene.venue.id,
        entry=entry,
        catalogue=CATALOGUE,
    )
