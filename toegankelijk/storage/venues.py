"""Tables and queries of venues: the place, its elements, and the routes that visitors take to its destinations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from toegankelijk.errors import UnknownRecord
from toegankelijk.storage.bodies import Body
from toegankelijk.storage.schema import Table, new_id


class Venue(Table):
    """A place that is open to visitors. `slug` is permanent; `municipality_id` says where, `body_id` whose."""

    __tablename__ = "venue"
    __table_args__ = (CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="location"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(200), index=True)
    venue_type: Mapped[str] = mapped_column(String(40), index=True)
    sector: Mapped[str] = mapped_column(String(40), index=True)
    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"), index=True)
    body_id: Mapped[UUID | None] = mapped_column(ForeignKey("body.id"), index=True)
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(4), default="")
    locality: Mapped[str] = mapped_column(String(100), default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)

    municipality: Mapped[Body] = relationship(foreign_keys=municipality_id)
    body: Mapped[Body | None] = relationship(foreign_keys=body_id)


class VenueElement(Table):
    """One thing in or around a venue. The element with the venue's own id stands for the venue as a whole."""

    __tablename__ = "venue_element"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200), default="")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue_element.id"), index=True)
    floor: Mapped[int | None]
    place: Mapped[int]
    is_unreachable: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Route(Table):
    """A way to a destination. It does not change: another way is another row, and this one is retired."""

    __tablename__ = "route"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), index=True)
    destination: Mapped[str] = mapped_column(String(40))
    place: Mapped[int]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    legs: Mapped[list[RouteLeg]] = relationship(order_by="RouteLeg.place", cascade="all, delete-orphan")


class RouteLeg(Table):
    """One element that a route passes; the last one is the target."""

    __tablename__ = "route_leg"

    route_id: Mapped[UUID] = mapped_column(ForeignKey("route.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    element_id: Mapped[UUID] = mapped_column(ForeignKey("venue_element.id"), index=True)


def get_venue_row(session: Session, venue_id: UUID, *, lock: bool = False) -> Venue:
    """The venue with this id, or `UnknownRecord`; with `lock` nobody else can change it meanwhile."""
    query = select(Venue).where(Venue.id == venue_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    venue = session.scalar(query)
    if venue is None:
        raise UnknownRecord(f"There is no venue {venue_id}.")
    return venue


def find_elements(session: Session, venue_id: UUID) -> Sequence[VenueElement]:
    """All elements of a venue, the retired ones too, in the order they were added."""
    query = select(VenueElement).where(VenueElement.venue_id == venue_id)
    return session.scalars(query.order_by(VenueElement.place, VenueElement.id)).all()


def find_foreign_ids(session: Session, venue_id: UUID, element_ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids belong to elements of other venues, or to other venues themselves."""
    elements = select(VenueElement.id).where(VenueElement.id.in_(element_ids), VenueElement.venue_id != venue_id)
    venues = select(Venue.id).where(Venue.id.in_(element_ids), Venue.id != venue_id)
    return {*session.scalars(elements), *session.scalars(venues)}


def find_routes(session: Session, venue_id: UUID) -> Sequence[Route]:
    """The routes of a venue that are in use, with their legs, in the order they were added."""
    query = select(Route).options(selectinload(Route.legs))
    in_use = query.where(Route.venue_id == venue_id, Route.retired_at.is_(None))
    return session.scalars(in_use.order_by(Route.place, Route.id)).all()
