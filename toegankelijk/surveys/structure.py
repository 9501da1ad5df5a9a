"""Keep the elements and routes of a venue as a survey left them: add, change, retire; nothing is removed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from labels import model
from toegankelijk.storage.schema import new_id
from toegankelijk.storage.venues import Route, RouteLeg, VenueElement, find_elements, find_routes


def keep_structure(session: Session, venue_id: UUID, after: model.Venue, *, now: datetime) -> None:
    """Bring the rows of a venue's elements and routes to what `after` says."""
    _keep_elements(session, venue_id, after, now)
    _keep_routes(session, venue_id, after.routes, now)


def _keep_elements(session: Session, venue_id: UUID, after: model.Venue, now: datetime) -> None:
    rows = {row.id: row for row in find_elements(session, venue_id)}
    next_place = 1 + max((row.place for row in rows.values()), default=0)
    wanted = {UUID(element.id): element for element in after.elements}
    for place, (element_id, element) in enumerate(
        ((element_id, element) for element_id, element in wanted.items() if element_id not in rows), start=next_place
    ):
        rows[element_id] = VenueElement(
            id=element_id, venue_id=venue_id, kind=element.kind, place=place, created_at=now
        )
        session.add(rows[element_id])
    # Parents have to be there before anything points at them.
    session.flush()
    for element_id, row in rows.items():
        if element_id in wanted:
            _describe(row, wanted[element_id], is_unreachable=str(element_id) in after.unreachable)
        elif row.retired_at is None:
            row.retired_at = now
    session.flush()


def _describe(row: VenueElement, element: model.Element, *, is_unreachable: bool) -> None:
    row.name, row.floor = element.name, element.floor
    row.parent_id = None if element.parent_id is None else UUID(element.parent_id)
    row.is_unreachable, row.retired_at = is_unreachable, None


def _keep_routes(session: Session, venue_id: UUID, routes: tuple[model.Route, ...], now: datetime) -> None:
    there = {str(row.id): row for row in find_routes(session, venue_id)}
    wanted = {route.id for route in routes}
    for route_id, row in there.items():
        if route_id not in wanted:
            row.retired_at = now
    for place, route in enumerate(routes):
        if route.id in there:
            there[route.id].place = place
            continue
        row = Route(id=new_id(), venue_id=venue_id, destination=route.destination, place=place, created_at=now)
        row.legs = [RouteLeg(place=number, element_id=UUID(leg)) for number, leg in enumerate(route.legs)]
        session.add(row)
    session.flush()
