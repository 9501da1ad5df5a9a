"""Look venues up; everything comes out as a frozen view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from toegankelijk.accounts import Grant, Principal
from toegankelijk.registry import Page
from toegankelijk.storage.accounts import User
from toegankelijk.storage.bodies import (
    Body,
    find_line_ids,
    find_municipality_ids,
    find_municipality_row,
    get_body_row,
    latest_successor,
    search_form,
)
from toegankelijk.storage.labels import find_latest_verdicts
from toegankelijk.storage.text import clean_line
from toegankelijk.storage.venues import Venue, get_venue_row
from toegankelijk.venues.rights import SEES_SURVEYS
from toegankelijk.venues.views import GroupVerdict, VenueView

Row = TypeVar("Row")

PER_PAGE_MAX, TEXT_MAX, WORDS_MAX = 500, 100, 8


def get_venue(session: Session, venue_id: UUID) -> VenueView:
    """The venue with this id, published or not, or `UnknownRecord`."""
    return _venue_views(session, [get_venue_row(session, venue_id)])[0]


def find_venue_by_slug(session: Session, slug: str) -> VenueView | None:
    """The venue with this (permanent) slug, published or not."""
    venue = session.scalar(_with_bodies().where(Venue.slug == clean_line(slug, TEXT_MAX)))
    return None if venue is None else _venue_views(session, [venue])[0]


def search_venues(
    session: Session, *, text: str = "", nis_code: str = "", venue_type: str = "", page: int = 1, per_page: int = 50
) -> Page[VenueView]:
    """Published venues by words of name and place, by municipality and by type, in order of name.

    A code of a municipality that has ended finds the venues of the one that carries it on.
    """
    wanted = and_(Venue.published_at.is_not(None), _fits(session, text, nis_code, venue_type))
    return _page_of(session, wanted, page, per_page)


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
    wanted = and_(_within(session, principal), _fits(session, text, nis_code, venue_type))
    return _page_of(session, wanted, page, per_page)


def venues_of(session: Session, body_id: UUID) -> list[VenueView]:
    """The published venues in a municipality, or of a body; those of merged predecessors too, in order of name."""
    line = find_line_ids(session, get_body_row(session, body_id))
    theirs = or_(Venue.municipality_id.in_(line), Venue.body_id.in_(line))
    query = _with_bodies().where(Venue.published_at.is_not(None), theirs)
    return _venue_views(session, session.scalars(_by_name(query)).all())


def codes_of(municipality: Body) -> tuple[str, ...]:
    """The NIS code of a municipality today, then its own where it has ended."""
    today = latest_successor(municipality)
    codes = [body.nis_code for body in (today, municipality) if body is not None and body.nis_code is not None]
    return tuple(dict.fromkeys(codes))


def _fits(session: Session, text: str, nis_code: str, venue_type: str) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [true()]
    for word in search_form(clean_line(text, TEXT_MAX)).split()[:WORDS_MAX]:
        in_place = Venue.municipality.has(Body.search_name.contains(word, autoescape=True))
        wanted.append(or_(Venue.search_name.contains(word, autoescape=True), in_place))
    if nis_code:
        wanted.append(Venue.municipality_id.in_(_municipality_today(session, nis_code)))
    if venue_type:
        wanted.append(Venue.venue_type == clean_line(venue_type, TEXT_MAX))
    return and_(*wanted)


def _municipality_today(session: Session, nis_code: str) -> set[UUID]:
    body = find_municipality_row(session, nis_code)
    return set() if body is None else find_line_ids(session, latest_successor(body) or body)


def _within(session: Session, principal: Principal) -> ColumnElement[bool]:
    """What `may_see_survey` says of each venue, as a condition on the table."""
    grants = {grant for grant in principal.grants if grant.role in SEES_SURVEYS}
    return or_(false(), *(_covered(session, grant) for grant in grants))


def _covered(session: Session, grant: Grant) -> ColumnElement[bool]:
    match grant.scope_kind:
        case "all":
            return true()
        case "sector":
            return Venue.sector == grant.scope_value
        case "municipality":
            return Venue.municipality_id.in_(find_municipality_ids(session, grant.scope_value))
        case _:
            return false()


def _with_bodies() -> Select[Venue]:
    return select(Venue).options(joinedload(Venue.municipality), joinedload(Venue.body))


def _by_name(query: Select[Venue]) -> Select[Venue]:
    return query.order_by(Venue.search_name, Venue.id)


def _page_of(session: Session, wanted: ColumnElement[bool], page: int, per_page: int) -> Page[VenueView]:
    size = min(max(per_page, 1), PER_PAGE_MAX)
    total = session.scalar(select(func.count()).select_from(Venue).where(wanted)) or 0
    number = min(max(page, 1), max(1, -(-total // size)))
    query = _by_name(_with_bodies().where(wanted)).limit(size).offset((number - 1) * size)
    return Page(tuple(_venue_views(session, session.scalars(query).all())), total, number, size)


def _venue_views(session: Session, venues: Sequence[Venue]) -> list[VenueView]:
    verdicts = find_latest_verdicts(session, [venue.id for venue in venues])
    publishers = {venue.published_by_id for venue in venues} - {None}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(publishers))).all())
    return [
        _venue_view(
            venue,
            tuple(
                GroupVerdict(row.group, row.verdict, row.level, row.provisional, row.outdated, row.close_to_limit)
                for row in verdicts.get(venue.id, ())
            ),
            names.get(venue.published_by_id, "") if venue.published_by_id else "",
        )
        for venue in venues
    ]


def _venue_view(venue: Venue, verdicts: tuple[GroupVerdict, ...], published_by: str) -> VenueView:
    municipality = latest_successor(venue.municipality) or venue.municipality
    return VenueView(
        id=venue.id,
        slug=venue.slug,
        name=venue.name,
        venue_type=venue.venue_type,
        sector=venue.sector,
        municipality_id=municipality.id,
        municipality_name=municipality.name,
        nis_codes=codes_of(venue.municipality),
        body_id=venue.body_id,
        body_name="" if venue.body is None else venue.body.name,
        street=venue.street,
        postcode=venue.postcode,
        locality=venue.locality,
        lat=venue.lat,
        lon=venue.lon,
        is_demo=venue.is_demo,
        created_at=venue.created_at,
        changed_at=venue.changed_at,
        published_at=venue.published_at,
        published_by=published_by,
        verdicts=verdicts,
    )
