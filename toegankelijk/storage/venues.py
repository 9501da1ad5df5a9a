"""Tables and queries of venues: the place, its elements, and the routes that visitors take to its destinations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

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
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    legs: Mapped[list[RouteLeg]] = relationship(order_by="RouteLeg.place", cascade="all, delete-orphan")


class RouteLeg(Table):
    """One element that a route passes; the last one is the target."""

    __tablename__ = "route_leg"

    route_id: Mapped[UUID] = mapped_column(ForeignKey("route.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    element_id: Mapped[UUID] = mapped_column(ForeignKey("venue_element.id"), index=True)


def get_venue_row(session: Session, venue_id: UUID) -> Venue:
    """The venue with this id, or `UnknownRecord`."""
    venue = session.get(Venue, venue_id)
    if venue is None:
        raise UnknownRecord(f"There is no venue {venue_id}.")
    return venue
