"""Change the registry: every change is made once per submission key, by somebody, at a time, and leaves a trace."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toegankelijk.accounts import Principal
from toegankelijk.addresses import AddressInvalid, SiteAddress, parse_site_address
from toegankelijk.errors import RegistryError, SubmissionConflict, UnknownRecord
from toegankelijk.registry.read import get_body, get_host, get_site
from toegankelijk.registry.views import BodyView, HostView, SiteView
from toegankelijk.storage.bodies import (
    Body,
    Site,
    add_body_row,
    add_site_row,
    find_municipality_row,
    find_sites_on_host,
    get_body_row,
    get_host_row,
    get_site_row,
    set_main_host,
)
from toegankelijk.storage.text import clean_line, clean_text
from toegankelijk.storage.trail import add_event, is_submission_key, write_once

Row = TypeVar("Row")

OPERATOR_MAX, SOURCE_MAX, NOTE_MAX, NAME_MAX = 200, 300, 4_000, 200
INTERVAL_MAX_DAYS = 366
NOT_IN_USE = ("missing", "none", "closed", "merged")
DECISIONS = ("alias", "subdomain", "e_service", "rejected")

# Reports are public: they say that a person entered a fact, never who; the trail keeps the name for the administrators.
ENTERED = "entered by hand"


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
    """Add a body that exists today; `municipality_id` puts it in the group of a municipality."""

    def write() -> UUID:
        if not re.fullmatch(r"[a-z][a-z_]{1,38}[a-z]", kind):
            raise RegistryError("kind", "kind-invalid", f"{kind!r} is no kind of body.")
        shown_name = _required(name, "name", NAME_MAX)
        if nis_code is not None:
            _check_new_nis(session, nis_code)
        if municipality_id is not None:
            get_body_row(session, municipality_id)
        return add_body_row(
            session,
            kind=kind,
            name=shown_name,
            nis_code=nis_code,
            province=clean_line(province, 60),
            municipality_id=municipality_id,
            source=ENTERED,
            is_demo=is_demo,
            now=now,
        ).id

    content = {
        "kind": kind,
        "name": name,
        "nis_code": nis_code,
        "province": province,
        "municipality_id": _text(municipality_id),
        "is_demo": is_demo,
    }
    return get_body(session, _once(session, actor, now, submission_key, "body-added", content, write))


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
    """Add a site of a body as a candidate: it is scanned once somebody has confirmed it."""

    def write() -> UUID:
        body = _body(session, body_id)
        address = _parse_url(url)
        _refuse_double(session, address, body)
        return add_site_row(
            session,
            body,
            address.url,
            address.host,
            status="candidate",
            operator=clean_line(operator, OPERATOR_MAX),
            source=clean_line(source, SOURCE_MAX) or ENTERED,
            note=clean_text(note, NOTE_MAX),
            now=now,
        ).id

    content = {"body_id": str(body_id), "url": url, "operator": operator, "source": source, "note": note}
    return get_site(session, _once(session, actor, now, submission_key, "site-added", content, write))


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
    """Correct address, operator and note of a site; another address makes it a candidate, to be confirmed again."""

    def write() -> UUID:
        site = _site(session, site_id)
        address = _parse_url(url)
        if not site.url or parse_site_address(site.url).url != address.url:
            _refuse_double(session, address, site.body, but=site)
            site.url, site.host, site.status = address.url, address.host, "candidate"
            site.merged_into_id = None
            set_main_host(session, site, now=now)
        site.operator = clean_line(operator, OPERATOR_MAX)
        site.note = clean_text(note, NOTE_MAX)
        site.changed_at = now
        return site.id

    content = {"site_id": str(site_id), "url": url, "operator": operator, "note": note}
    return get_site(session, _once(session, actor, now, submission_key, "site-corrected", content, write))


def confirm_site(session: Session, *, actor: Principal, now: datetime, submission_key: str, site_id: UUID) -> SiteView:
    """Say that this is a site of the body, so that it may be scanned; also opens a closed or merged one again."""

    def write() -> UUID:
        site = _site(session, site_id)
        if not site.url:
            raise RegistryError("url", "url-missing", "Give the site an address before confirming it.")
        site.status, site.merged_into_id, site.changed_at = "confirmed", None, now
        return site.id

    content = {"site_id": str(site_id)}
    return get_site(session, _once(session, actor, now, submission_key, "site-confirmed", content, write))


def close_site(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, site_id: UUID, note: str = ""
) -> SiteView:
    """Say that the site is not there any more; its scans stay."""

    def write() -> UUID:
        site = _site(session, site_id)
        site.status, site.merged_into_id, site.changed_at = "closed", None, now
        site.note = clean_text(note, NOTE_MAX) or site.note
        return site.id

    content = {"site_id": str(site_id), "note": note}
    return get_site(session, _once(session, actor, now, submission_key, "site-closed", content, write))


def merge_sites(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, site_id: UUID, into_id: UUID
) -> SiteView:
    """Say that a site is part of another one; gives the one that stays."""

    def write() -> UUID:
        site, stays = _site(session, site_id), _site(session, into_id, field="into_id")
        if stays.id == site.id:
            raise RegistryError("into_id", "merge-with-itself", "A site cannot be merged into itself.")
        if stays.status in NOT_IN_USE:
            raise RegistryError("into_id", "merge-into-unused", "Merge into a site that is in use.")
        for part in session.scalars(select(Site).where(Site.merged_into_id == site.id)):
            part.merged_into_id = stays.id
        site.status, site.merged_into_id, site.changed_at = "merged", stays.id, now
        return stays.id

    content = {"site_id": str(site_id), "into_id": str(into_id)}
    return get_site(session, _once(session, actor, now, submission_key, "sites-merged", content, write))


def mark_without_website(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, body_id: UUID, note: str = ""
) -> SiteView:
    """Say that a body has no website; refused while it has one that is in use."""

    def write() -> UUID:
        body = _body(session, body_id)
        sites = list(session.scalars(select(Site).where(Site.body_id == body.id).order_by(Site.id)))
        if any(site.status not in NOT_IN_USE for site in sites):
            raise RegistryError("body_id", "site-in-use", "Close the sites of this body first.")
        kept = clean_text(note, NOTE_MAX)
        blank = next((site for site in sites if site.status in ("missing", "none")), None)
        if blank is None:
            return add_site_row(session, body, "", "", status="none", source=ENTERED, note=kept, now=now).id
        blank.status, blank.changed_at, blank.note = "none", now, kept or blank.note
        return blank.id

    content = {"body_id": str(body_id), "note": note}
    return get_site(session, _once(session, actor, now, submission_key, "marked-without-website", content, write))


def set_interval(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, site_id: UUID, days: int | None
) -> SiteView:
    """Say after how many days without a complete scan a site is overdue; None for never."""

    def write() -> UUID:
        site = _site(session, site_id)
        if days is not None and not 1 <= days <= INTERVAL_MAX_DAYS:
            raise RegistryError("days", "interval-range", f"Take 1 to {INTERVAL_MAX_DAYS} days.")
        site.interval_days, site.changed_at = days, now
        return site.id

    content = {"site_id": str(site_id), "days": days}
    return get_site(session, _once(session, actor, now, submission_key, "interval-set", content, write))


def settle_host(
    session: Session, *, actor: Principal, now: datetime, submission_key: str, host_id: UUID, decision: str
) -> HostView:
    """Decide on a found host: `alias`, `subdomain` or `e_service` confirms it as such, `rejected` sets it aside."""

    def write() -> UUID:
        host = _known(lambda: get_host_row(session, host_id), "host_id", "host-unknown")
        if decision not in DECISIONS:
            raise RegistryError("decision", "decision-invalid", f"Decide one of {', '.join(DECISIONS)}.")
        if host.kind == "main":
            raise RegistryError("host_id", "host-is-main", "The main host of a site is settled by its address.")
        host.status = "rejected" if decision == "rejected" else "confirmed"
        host.kind = host.kind if decision == "rejected" else decision
        host.settled_at = now
        return host.id

    content = {"host_id": str(host_id), "decision": decision}
    return get_host(session, _once(session, actor, now, submission_key, "host-settled", content, write))


def _once(
    session: Session,
    actor: Principal,
    now: datetime,
    key: str,
    action: str,
    content: dict[str, Any],
    write: Callable[[], UUID],
) -> UUID:
    def write_and_trace() -> dict[str, Any]:
        changed = write()
        add_event(
            session,
            now=now,
            actor_id=actor.user_id,
            action=action,
            subject_kind=action.split("-", 1)[0],
            subject_id=str(changed),
            detail={name: _bounded(value) for name, value in content.items()},
        )
        return {"id": str(changed)}

    if not is_submission_key(key):
        raise RegistryError("submission_key", "submission-key-invalid", "Send the form's own key with it.")
    try:
        result = write_once(
            session, key=key, actor_id=actor.user_id, action=action, content=content, now=now, write=write_and_trace
        )
    except SubmissionConflict as error:
        raise RegistryError("submission_key", error.slug, str(error)) from None
    return UUID(result["id"])


def _bounded(value: Any) -> Any:
    return clean_text(value, NOTE_MAX) if isinstance(value, str) else value


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _required(text: str, field: str, limit: int) -> str:
    kept = clean_line(text, limit)
    if not kept:
        raise RegistryError(field, f"{field}-missing", f"Give a {field}.")
    return kept


def _check_new_nis(session: Session, nis_code: str) -> None:
    if not re.fullmatch(r"\d{5}", nis_code):
        raise RegistryError("nis_code", "nis-invalid", f"{nis_code!r} is no NIS code: it has five digits.")
    if find_municipality_row(session, nis_code) is not None:
        raise RegistryError("nis_code", "nis-taken", f"There is already a municipality with NIS code {nis_code}.")


def _parse_url(text: str) -> SiteAddress:
    try:
        return parse_site_address(text)
    except AddressInvalid as error:
        raise RegistryError("url", error.key, str(error)) from None


def _refuse_double(session: Session, address: SiteAddress, body: Body, *, but: Site | None = None) -> None:
    for site in find_sites_on_host(session, address.hosts, body.id):
        if site is not but and parse_site_address(site.url).key == address.key:
            raise RegistryError("url", "url-known", f"{body.name} already has the site {site.url} ({site.status}).")


def _body(session: Session, body_id: UUID) -> Body:
    return _known(lambda: get_body_row(session, body_id), "body_id", "body-unknown")


def _site(session: Session, site_id: UUID, *, field: str = "site_id") -> Site:
    return _known(lambda: get_site_row(session, site_id), field, "site-unknown")


def _known(find: Callable[[], Row], field: str, key: str) -> Row:
    try:
        return find()
    except UnknownRecord as error:
        raise RegistryError(field, key, str(error)) from None
