"""What the pages for looking after the registry show: typed, with every word already chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from toegankelijk.registry import BodyView, HostView, SiteView, get_site, may_scan, sites_of
from toegankelijk.reports.model import WebLink
from toegankelijk.reports.texts import load_texts
from toegankelijk.reports.wording import safe_href, show_text
from toegankelijk.web.forms import Form
from toegankelijk.web.view import Pager

OUT_OF_USE = ("closed", "merged", "none")
DECISIONS = ("subdomain", "e_service", "alias", "rejected")


@dataclass(frozen=True, slots=True)
class SiteItem:
    """A website in a list, with what may be done to it; `hint` is an address that nobody has checked."""

    id: UUID
    body_id: UUID
    body_name: str
    name: str
    link: WebLink
    hint: str
    status: str
    explanation: str
    operator: str
    source: str
    source_date: str
    note: str
    may_be_confirmed: bool
    may_be_closed: bool
    may_be_merged: bool


@dataclass(frozen=True, slots=True)
class HostItem:
    """A host name that waits for a decision."""

    id: UUID
    name: str
    kind: str
    site_name: str
    body_id: UUID
    body_name: str
    found_on: WebLink


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """Everything that waits for a person."""

    sites: tuple[SiteItem, ...]
    pager: Pager
    hosts: tuple[HostItem, ...]


@dataclass(frozen=True, slots=True)
class BodySitesPage:
    """The websites of one body."""

    body_id: UUID
    body_name: str
    report_path: str
    sites: tuple[SiteItem, ...]
    may_be_without_website: bool


@dataclass(frozen=True, slots=True)
class BodyFormPage:
    """A form about a body."""

    body_id: UUID
    body_name: str
    form: Form


@dataclass(frozen=True, slots=True)
class SiteFormPage:
    """A form about a website; `choices` are the websites that it may be merged into."""

    site: SiteItem
    form: Form
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HostFormPage:
    """A form about a host name, with the possible decisions."""

    host: HostItem
    form: Form
    choices: tuple[tuple[str, str], ...]


def site_item(site: SiteView) -> SiteItem:
    """A website as the lists and forms show it."""
    words = load_texts().site_status(site.status)
    return SiteItem(
        id=site.id,
        body_id=site.body_id,
        body_name=site.body_name,
        name=show_text(site.host or site.url, 100) or words.name,
        link=WebLink(safe_href(site.url), show_text(site.url, 200)),
        hint=show_text(site.candidate_url, 200),
        status=words.name,
        explanation=words.explanation,
        operator=site.operator,
        source=load_texts().source(site.source),
        source_date=site.source_date,
        note=site.note,
        may_be_confirmed=bool(site.url) and site.status != "confirmed",
        may_be_closed=bool(site.url) and site.status not in OUT_OF_USE,
        may_be_merged=bool(site.url) and site.status != "merged",
    )


def site_items(sites: Iterable[SiteView]) -> tuple[SiteItem, ...]:
    """Several websites."""
    return tuple(site_item(site) for site in sites)


def host_item(session: Session, host: HostView) -> HostItem:
    """A host name with the website and the body that it was found for."""
    site = get_site(session, host.site_id)
    return HostItem(
        id=host.id,
        name=show_text(host.name, 253),
        kind=load_texts().word("host_kind", host.kind),
        site_name=show_text(site.host or site.url, 100),
        body_id=site.body_id,
        body_name=site.body_name,
        found_on=WebLink(safe_href(host.found_on), show_text(host.found_on, 200)),
    )


def host_choices() -> tuple[tuple[str, str], ...]:
    """The possible decisions on a host."""
    return tuple((decision, load_texts().word("host_decision", decision)) for decision in DECISIONS)


def merge_choices(session: Session, site: SiteView, body: BodyView) -> tuple[tuple[str, str], ...]:
    """The websites in use of this body and of its group, for a choice."""
    owners = [body.id, *(member.id for member in body.group)]
    found = [other for owner in owners for other in sites_of(session, owner)]
    return tuple(
        (str(other.id), f"{other.url} ({other.body_name})")
        for other in found
        if other.id != site.id and _is_used(other)
    )


def _is_used(site: SiteView) -> bool:
    return bool(site.url) and (may_scan(site) or site.status not in OUT_OF_USE)
