"""Look things up in the registry; everything comes out as a frozen view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from toegankelijk.registry.views import BodyRef, BodyView, HostView, Page, SiteView
from toegankelijk.storage.bodies import (
    Body,
    Host,
    Site,
    find_group_members,
    find_municipality_row,
    get_body_row,
    get_host_row,
    get_site_row,
    latest_successor,
    search_form,
)
from toegankelijk.storage.text import clean_line

Row = TypeVar("Row")

PER_PAGE_MAX, TEXT_MAX = 500, 100
TO_CONFIRM = ("candidate", "from_memory", "sourced_secondary", "missing")
# In the order in which a reader wants to see the sites of a body.
STATUS_ORDER = (
    "confirmed",
    "sourced",
    "candidate",
    "sourced_secondary",
    "from_memory",
    "missing",
    "none",
    "merged",
    "closed",
)
UNASSIGNED = "unassigned"


def find_municipality(session: Session, nis: str) -> BodyView | None:
    """The municipality with this NIS code; an old code gives the old body, with its successor filled in."""
    body = find_municipality_row(session, nis)
    return None if body is None else _body_views(session, [body])[0]


def get_body(session: Session, body_id: UUID) -> BodyView:
    """The body with this id, or `UnknownRecord`."""
    return _body_views(session, [get_body_row(session, body_id)])[0]


def search_bodies(
    session: Session, *, text: str = "", kind: str = "", province: str = "", page: int = 1, per_page: int = 50
) -> Page[BodyView]:
    """Bodies by part of the name or by code, by kind and by province, in order of name.

    Without text only bodies that exist today; with text also those that have ended, after the others.
    """
    query = select(Body)
    typed = clean_line(text, TEXT_MAX)
    wanted = search_form(typed)
    if wanted:
        code = typed.replace(".", "")
        query = query.where(
            or_(
                Body.search_name.contains(wanted, autoescape=True),
                Body.nis_code == code,
                Body.kbo == code,
                Body.ovo == code.upper(),
            )
        )
    else:
        query = query.where(Body.valid_to.is_(None))
    if kind:
        query = query.where(Body.kind == clean_line(kind, TEXT_MAX))
    if province:
        query = query.where(Body.province == clean_line(province, TEXT_MAX))
    begins = Body.search_name.startswith(wanted, autoescape=True)
    ordered = query.order_by(Body.valid_to.is_not(None), begins.desc(), Body.search_name, Body.id)
    rows, total, number, size = _page_of(session, ordered, page, per_page)
    return Page(tuple(_body_views(session, rows)), total, number, size)


def body_kinds(session: Session) -> list[str]:
    """The kinds of body that there are."""
    return list(session.scalars(select(Body.kind).distinct().order_by(Body.kind)))


def example_bodies(session: Session) -> list[BodyView]:
    """The fictitious bodies of the demonstration, whose reports are public."""
    rows = session.scalars(select(Body).where(Body.is_demo.is_(True)).order_by(Body.search_name)).all()
    return _body_views(session, rows)


def provinces(session: Session) -> list[str]:
    """The names of the provinces in which there are bodies."""
    query = select(Body.province).where(Body.province != "").distinct().order_by(Body.province)
    return list(session.scalars(query))


def get_site(session: Session, site_id: UUID) -> SiteView:
    """The site with this id, or `UnknownRecord`."""
    return _site_view(get_site_row(session, site_id))


def sites_of(session: Session, body_id: UUID) -> list[SiteView]:
    """All sites of a body, those in use first."""
    order = case({status: place for place, status in enumerate(STATUS_ORDER)}, value=Site.status)
    query = select(Site).options(joinedload(Site.body)).where(Site.body_id == body_id)
    return [_site_view(site) for site in session.scalars(query.order_by(order, Site.url, Site.id))]


def sites_to_confirm(session: Session, *, page: int = 1, per_page: int = 50) -> Page[SiteView]:
    """Sites of existing bodies that a person must look at before they may be scanned, in order of body."""
    query = (
        select(Site)
        .join(Body, Body.id == Site.body_id)
        .options(joinedload(Site.body))
        .where(Site.status.in_(TO_CONFIRM), Body.valid_to.is_(None), Body.kind != UNASSIGNED)
        .order_by(Body.search_name, Site.url, Site.id)
    )
    rows, total, number, size = _page_of(session, query, page, per_page)
    return Page(tuple(_site_view(site) for site in rows), total, number, size)


def get_host(session: Session, host_id: UUID) -> HostView:
    """The host with this id, or `UnknownRecord`."""
    return _host_view(get_host_row(session, host_id))


def hosts_of(session: Session, site_id: UUID) -> list[HostView]:
    """All hosts of a site, the main one first."""
    query = select(Host).where(Host.site_id == site_id).order_by(Host.kind != "main", Host.kind, Host.name)
    return [_host_view(host) for host in session.scalars(query)]


def hosts_to_settle(session: Session) -> list[HostView]:
    """Hosts that a scan proposed and nobody decided on yet, site by site."""
    query = select(Host).where(Host.status == "proposed").order_by(Host.site_id, Host.name)
    return [_host_view(host) for host in session.scalars(query)]


def _page_of(session: Session, query: Select[Row], page: int, per_page: int) -> tuple[Sequence[Row], int, int, int]:
    size = min(max(per_page, 1), PER_PAGE_MAX)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(max(page, 1), max(1, -(-total // size)))
    rows: Sequence[Row] = session.scalars(query.limit(size).offset((number - 1) * size)).all()
    return rows, total, number, size


def _body_views(session: Session, bodies: Sequence[Body]) -> list[BodyView]:
    groups = find_group_members(session, {body.municipality_id or body.id for body in bodies})
    return [_body_view(body, groups[body.municipality_id or body.id]) for body in bodies]


def _body_view(body: Body, members: Sequence[Body]) -> BodyView:
    successor = latest_successor(body)
    others = [other for other in members if other.id != body.id and (body.valid_to or not other.valid_to)]
    return BodyView(
        id=body.id,
        kind=body.kind,
        name=body.name,
        nis_code=body.nis_code,
        province=body.province,
        population=body.population,
        population_date=body.population_date,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        successor_id=successor.id if successor else None,
        successor_nis=successor.nis_code if successor else None,
        is_demo=body.is_demo,
        group=tuple(BodyRef(other.id, other.kind, other.name, other.nis_code) for other in others),
        kbo=body.kbo,
        ovo=body.ovo,
        lat=body.lat,
        lon=body.lon,
        source=body.source,
        source_date=body.source_date,
    )


def _site_view(site: Site) -> SiteView:
    return SiteView(
        id=site.id,
        body_id=site.body_id,
        body_name=site.body.name,
        url=site.url,
        host=site.host,
        operator=site.operator,
        status=site.status,
        source=site.source,
        source_date=site.source_date,
        note=site.note,
        merged_into_id=site.merged_into_id,
        candidate_url=site.candidate_url,
        body_has_ended=site.body.valid_to is not None,
        interval_days=site.interval_days,
    )


def _host_view(host: Host) -> HostView:
    return HostView(host.id, host.site_id, host.name, host.kind, host.status, host.found_on)
