"""The registry of public bodies and their websites: look up, correct, confirm, close, merge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from toegankelijk.accounts import Principal
from toegankelijk.errors import RegistryError, UnknownRecord

__all__ = ["RegistryError", "UnknownRecord"]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class BodyRef:
    """Another body of the same group, enough to link to it."""

    id: UUID
    kind: str
    name: str
    nis_code: str | None = None


@dataclass(frozen=True, slots=True)
class BodyView:
    """A public body. `group` holds the other bodies of its municipality: the municipality first, then by name.

    A body that has ended has `valid_to`; `successor_*` name the body that exists today (two hops if need be).
    """

    id: UUID
    kind: str
    name: str
    nis_code: str | None
    province: str
    population: int | None
    population_date: date | None
    valid_from: date | None
    valid_to: date | None
    successor_id: UUID | None
    successor_nis: str | None
    is_demo: bool
    group: tuple[BodyRef, ...] = ()
    kbo: str | None = None
    ovo: str | None = None
    lat: float | None = None
    lon: float | None = None
    source: str = ""
    source_date: str = ""


@dataclass(frozen=True, slots=True)
class SiteView:
    """A website of a body. `candidate_url` is an unverified hint: never show it as a fact."""

    id: UUID
    body_id: UUID
    body_name: str
    url: str
    host: str
    operator: str
    status: str
    source: str
    source_date: str
    note: str
    merged_into_id: UUID | None
    candidate_url: str = ""
    body_has_ended: bool = False
    interval_days: int | None = None


@dataclass(frozen=True, slots=True)
class HostView:
    """A host name of a website: its main one, an alias, a subdomain, or an e-service on another host."""

    id: UUID
    site_id: UUID
    name: str
    kind: str
    status: str
    found_on: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page (numbered from 1) of a list."""

    items: tuple[Item, ...]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))


def may_scan(site: SiteView) -> bool:
    """Whether the scanner may visit: a person confirmed the site, or a source named it and its body still exists."""
    if not site.url or site.merged_into_id is not None:
        return False
    return site.status == "confirmed" or (site.status == "sourced" and not site.body_has_ended)


def find_municipality(session: Session, nis: str) -> BodyView | None:
    """The municipality with this NIS code; an old code gives the old body, with its successor filled in."""
    raise NotImplementedError


def get_body(session: Session, body_id: UUID) -> BodyView:
    """The body with this id, or `UnknownRecord`."""
    raise NotImplementedError


def search_bodies(
    session: Session, *, text: str = "", kind: str = "", province: str = "", page: int = 1, per_page: int = 50
) -> Page[BodyView]:
    """Existing bodies by part of the name or by code, by kind and by province, in order of name."""
    raise NotImplementedError


def get_site(session: Session, site_id: UUID) -> SiteView:
    """The site with this id, or `UnknownRecord`."""
    raise NotImplementedError


def sites_of(session: Session, body_id: UUID) -> list[SiteView]:
    """All sites of a body, those in use first."""
    raise NotImplementedError


def sites_to_confirm(session: Session, *, page: int = 1, per_page: int = 50) -> Page[SiteView]:
    """Sites of existing bodies that a person must look at before they may be scanned."""
    raise NotImplementedError


def hosts_of(session: Session, site_id: UUID) -> list[HostView]:
    """All hosts of a site."""
    raise NotImplementedError


def hosts_to_settle(session: Session) -> list[HostView]:
    """Hosts that a scan proposed and nobody decided on yet."""
    raise NotImplementedError


def add_body(
    session: Session,
    *,
    actor: Principal,
    now: datetime,
    submission_key: str,
    kind: str,
    name: str,
    nis_code: str | None = None,
    province: str = "",
    municipality_id: UUID | None = None,
    is_demo: bool = False,
) -> BodyView:
    """Add a body by hand."""
    raise NotImplementedError


def add_site(
    session: Session,
    *,
    actor: Principal,
    now: datetime,
    submission_key: str,
    body_id: UUID,
    url: str,
    operator: str = "",
    source: str = "",
    note: str = "",
) -> SiteView:
    """Add a site of a body as a candidate; it is scanned once it has been confirmed."""
    raise NotImplementedError


def correct_site(
    session: Session,
    *,
    actor: Principal,
    now: datetime,
    submission_key: str,
    site_id: UUID,
    url: str,
    operator: str = "",
    note: str = "",
) -> SiteView:
    """Correct a site; another address makes it a candidate, to be confirmed again."""
    raise NotImplementedError


def confirm_site(session: Session, *, actor: Principal, now: datetime, submission_key: str, site_id: UUID) -> SiteView:
    """Say that this is the site of the body, so that it may be scanned."""
    raise NotImplementedError


def close_site(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, site_id: UUID, note: str = ""
) -> SiteView:
    """Say that the site does not exist any more; its scans stay."""
    raise NotImplementedError


def merge_sites(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, site_id: UUID, into_id: UUID
) -> SiteView:
    """Say that a site is part of another one; gives the one that stays."""
    raise NotImplementedError


def mark_without_website(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, body_id: UUID, note: str = ""
) -> SiteView:
    """Say that a body has no website."""
    raise NotImplementedError


def settle_host(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, host_id: UUID, decision: str
) -> HostView:
    """Decide on a found host: `alias`, `subdomain` or `e_service` confirms it as such, `rejected` sets it aside."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    bodies_added: int
    bodies_changed: int
    sites_added: int


def import_reference_data(session: Session, now: datetime) -> Imported:
    """Bring in the bodies and sites of `toegankelijk/data`; a second time changes nothing that people corrected."""
    raise NotImplementedError
