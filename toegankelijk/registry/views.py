"""What a reader of the registry gets to see: frozen values, none of them tied to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of reference facts did."""

    bodies_added: int
    bodies_changed: int
    sites_added: int
