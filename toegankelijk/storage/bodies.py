"""Tables and queries of the registry: public bodies, their websites, and the hosts of a website."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from toegankelijk.errors import UnknownRecord
from toegankelijk.storage.bulk import insert_missing
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
MUNICIPALITY_KINDS = ("municipality", "brussels_municipality")
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


def get_body_row(session: Session, body_id: UUID) -> Body:
    """The body with this id, or `UnknownRecord`."""
    body = session.get(Body, body_id)
    if body is None:
        raise UnknownRecord(f"There is no body {body_id}.")
    return body


def get_site_row(session: Session, site_id: UUID, *, lock: bool = False) -> Site:
    """The site with this id, or `UnknownRecord`; with `lock` whoever else asks it so waits."""
    # a lock that rows below the site can still be added under
    site = session.get(Site, site_id, with_for_update={"key_share": True} if lock else None)
    if site is None:
        raise UnknownRecord(f"There is no site {site_id}.")
    return site


def get_host_row(session: Session, host_id: UUID) -> Host:
    """The host with this id, or `UnknownRecord`."""
    host = session.get(Host, host_id)
    if host is None:
        raise UnknownRecord(f"There is no host {host_id}.")
    return host


def find_municipality_row(session: Session, nis: str) -> Body | None:
    """The municipality with this NIS code, existing or past; the existing one first where both have had it."""
    if not (nis.isascii() and nis.isdecimal()):
        return None
    query = select(Body).where(Body.nis_code == nis, Body.kind.in_(MUNICIPALITY_KINDS))
    return session.scalar(query.order_by(Body.valid_to.is_not(None), Body.valid_to.desc()).limit(1))


def latest_successor(body: Body) -> Body | None:
    """The body that carries on today for one that has ended, over as many mergers as it took; None without one."""
    seen = {body.id}
    latest = body
    while latest.successor is not None and latest.successor.id not in seen:
        latest = latest.successor
        seen.add(latest.id)
    return None if latest is body else latest


def find_line_ids(session: Session, body: Body) -> set[UUID]:
    """The ids of a body and of all bodies that it carries on today, over as many mergers as there were."""
    line, newest = {body.id}, {body.id}
    while newest:
        newest = set(session.scalars(select(Body.id).where(Body.successor_id.in_(newest)))) - line
        line |= newest
    return line


def find_municipality_ids(session: Session, nis: str) -> set[UUID]:
    """The municipalities where something in the municipality with this code lies.

    A code of today also covers the municipalities that were merged into it; an old code covers that one alone.
    """
    query = select(Body).where(Body.nis_code == nis, Body.kind.in_(MUNICIPALITY_KINDS))
    return {
        body_id
        for body in session.scalars(query)
        for body_id in (find_line_ids(session, body) if body.valid_to is None else {body.id})
    }


def find_sites_on_host(session: Session, hosts: Collection[str], body_id: UUID | None = None) -> Sequence[Site]:
    """The sites on these hosts, oldest first, of one body or of any."""
    query = select(Site).where(Site.host.in_(hosts))
    if body_id is not None:
        query = query.where(Site.body_id == body_id)
    return session.scalars(query.order_by(Site.id)).all()


def find_group_members(session: Session, municipality_ids: Collection[UUID]) -> Mapping[UUID, list[Body]]:
    """Per municipality the bodies of its group: itself first, then the others by name."""
    members: dict[UUID, list[Body]] = {municipality_id: [] for municipality_id in municipality_ids}
    query = select(Body).where(Body.id.in_(members) | Body.municipality_id.in_(members))
    for body in session.scalars(query.order_by(Body.municipality_id.is_not(None), Body.search_name, Body.id)):
        members[body.municipality_id or body.id].append(body)
    return members


def find_host_names(session: Session, site_id: UUID) -> frozenset[str]:
    """The names of all hosts that are known of a site, whatever was decided of them."""
    return frozenset(session.scalars(select(Host.name).where(Host.site_id == site_id)))


def add_proposed_hosts(session: Session, site: Site, found: Mapping[str, tuple[str, str]], *, now: datetime) -> None:
    """Propose hosts (name -> kind, page that names it) for a site; a host that is known stays as it is."""
    rows = [
        {
            "id": new_id(),
            "site_id": site.id,
            "name": name,
            "kind": kind,
            "status": "proposed",
            "found_on": found_on,
            "created_at": now,
        }
        for name, (kind, found_on) in sorted(found.items())
    ]
    insert_missing(session, Host, rows)


def add_body_row(
    session: Session,
    *,
    kind: str,
    name: str,
    now: datetime,
    nis_code: str | None = None,
    province: str = "",
    municipality_id: UUID | None = None,
    source: str = "",
    is_demo: bool = False,
) -> Body:
    """Add a body that exists today."""
    body = Body(
        id=new_id(),
        kind=kind,
        name=name,
        search_name=search_form(name),
        nis_code=nis_code,
        province=province,
        municipality_id=municipality_id,
        source=source,
        source_date=f"{now:%Y-%m-%d}",
        is_demo=is_demo,
        created_at=now,
    )
    session.add(body)
    session.flush()
    return body


def add_site_row(
    session: Session,
    body: Body,
    url: str,
    host: str,
    *,
    status: str,
    now: datetime,
    operator: str = "",
    source: str = "",
    note: str = "",
) -> Site:
    """Add a site of a body, with its main host."""
    site = Site(
        id=new_id(),
        body=body,
        url=url,
        host=host,
        status=status,
        operator=operator,
        source=source,
        source_date=f"{now:%Y-%m-%d}",
        note=note,
        created_at=now,
        changed_at=now,
    )
    session.add(site)
    session.flush()
    if host:
        set_main_host(session, site, now=now)
    return site


def set_main_host(session: Session, site: Site, *, now: datetime) -> None:
    """Make the site's host its main one; the one before stays as an alias."""
    for host in session.scalars(select(Host).where(Host.site_id == site.id)):
        if host.name == site.host:
            host.kind, host.status, host.settled_at = "main", "confirmed", now
        elif host.kind == "main":
            host.kind = "alias"
    insert_missing(
        session,
        Host,
        [
            {
                "id": new_id(),
                "site_id": site.id,
                "name": site.host,
                "kind": "main",
                "status": "confirmed",
                "found_on": "",
                "created_at": now,
                "settled_at": now,
            }
        ],
    )


def search_form(text: str) -> str:
    """The text as names are searched: lower case, without accents, the same on every database."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
