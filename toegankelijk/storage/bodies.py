"""Tables and queries of the registry: public bodies, their websites, and the hosts of a website."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toegankelijk.storage.schema import Table, new_id, one_of

SITE_STATUSES = (
    "sourced",
    "sourced_secondary",
    "from_memory",
    "missing",
    "candidate",
    "confirmed",
    "closed",
    "merged",
    "none",
)
HOST_KINDS = ("main", "alias", "subdomain", "e_service")
HOST_STATUSES = ("proposed", "confirmed", "rejected")


class Body(Table):
    """A public body, existing or past. `municipality_id` ties OCMW and agencies to their municipality."""

    __tablename__ = "body"
    __table_args__ = (Index(None, "kind", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str | None] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(200), index=True)
    nis_code: Mapped[str | None] = mapped_column(String(5), index=True)
    kbo: Mapped[str | None] = mapped_column(String(10), index=True)
    ovo: Mapped[str | None] = mapped_column(String(20))
    province: Mapped[str] = mapped_column(String(60), default="")
    municipality_id: Mapped[UUID | None] = mapped_column(ForeignKey("body.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("body.id"), index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    population: Mapped[int | None]
    population_date: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300), default="")
    source_date: Mapped[str] = mapped_column(String(10), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    successor: Mapped[Body | None] = relationship(foreign_keys=successor_id, remote_side="Body.id")


class Site(Table):
    """A website of a body, or the knowledge that there is none (`url` empty)."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint(one_of("status", SITE_STATUSES), name="status"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str | None] = mapped_column(String(100), unique=True)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"), index=True)
    url: Mapped[str] = mapped_column(String(2000), default="")
    host: Mapped[str] = mapped_column(String(253), default="", index=True)
    candidate_url: Mapped[str] = mapped_column(String(2000), default="")
    operator: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(20), index=True)
    source: Mapped[str] = mapped_column(String(300), default="")
    source_date: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"), index=True)
    interval_days: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    body: Mapped[Body] = relationship()


class Host(Table):
    """A host name that belongs, or may belong, to a website; `found_on` is the page that first named it."""

    __tablename__ = "host"
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint(one_of("kind", HOST_KINDS), name="kind"),
        CheckConstraint(one_of("status", HOST_STATUSES), name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(253))
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), index=True)
    found_on: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
