"""Find the place in the registry of an address that somebody wants scanned from the command line."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from toegankelijk.addresses import AddressInvalid, SiteAddress, parse_site_address
from toegankelijk.errors import InputRefused, SiteNotConfirmed, UnknownMunicipality
from toegankelijk.storage.bodies import (
    Body,
    Site,
    add_body_row,
    add_site_row,
    find_municipality_row,
    find_sites_on_host,
    get_body_row,
    get_site_row,
    latest_successor,
)

# Known by hearsay alone: nobody may scan it before a person looked.
UNVERIFIED = ("from_memory", "missing")
SOURCE = "command line"
UNASSIGNED = "unassigned"


def site_for_scan(
    session: Session, *, url: str, now: datetime, body_id: UUID | None = None, nis: str | None = None
) -> UUID:
    """The site with this address: of the body or municipality if one is named, else of whoever has it.

    An unknown address is added as a candidate: of that body, or else of a body of kind `unassigned` that is named
    by its host. Raises `UnknownMunicipality` for a wrong NIS code (an old one's text names the code of today),
    `InputRefused` for what is no address, `SiteNotConfirmed` for an address that the registry has from memory only.
    """
    try:
        address = parse_site_address(url)
    except AddressInvalid as error:
        raise InputRefused("url", error.key, str(error)) from None
    body = _named_body(session, body_id, nis)
    known = _find_known(session, address, body)
    if known is None:
        owner = body or add_body_row(session, kind=UNASSIGNED, name=address.host, source=SOURCE, now=now)
        return add_site_row(session, owner, address.url, address.host, status="candidate", source=SOURCE, now=now).id
    if known.status in UNVERIFIED:
        raise SiteNotConfirmed(
            f"{known.url} of {known.body.name} is in the registry from memory only. Let a person confirm it first "
            "(the registry's page of sites to confirm)."
        )
    return known.id


def _named_body(session: Session, body_id: UUID | None, nis: str | None) -> Body | None:
    if nis is None:
        return None if body_id is None else get_body_row(session, body_id)
    municipality = current_municipality(session, nis)
    if body_id is not None and body_id != municipality.id:
        raise InputRefused("body", "body-differs", "Name a body or a municipality, not two different ones.")
    return municipality


def current_municipality(session: Session, nis: str) -> Body:
    """The existing municipality with this NIS code, or `UnknownMunicipality` saying which code to use."""
    body = find_municipality_row(session, nis)
    if body is None:
        raise UnknownMunicipality(
            f"No municipality has NIS code {nis!r}. A NIS code has five digits, 44021 for example; "
            "`toegankelijk import-registry` brings the municipalities in."
        )
    successor = latest_successor(body)
    if successor is not None:
        raise UnknownMunicipality(
            f"NIS code {nis} was {body.name} until {body.valid_to}; today it is {successor.name}: "
            f"use {successor.nis_code}."
        )
    return body


def _find_known(session: Session, address: SiteAddress, body: Body | None) -> Site | None:
    on_host = find_sites_on_host(session, address.hosts, None if body is None else body.id)
    same = [site for site in on_host if site.url and parse_site_address(site.url).key == address.key]
    if not same:
        return None
    # Where several bodies share an address, the one that may be scanned without more ado.
    site = min(same, key=lambda found: (found.status in UNVERIFIED, found.status in ("closed", "merged")))
    while site.merged_into_id is not None:
        site = get_site_row(session, site.merged_into_id)
    return site
