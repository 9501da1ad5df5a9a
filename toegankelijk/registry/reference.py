"""Bring the reference facts into the registry: what is new is added, what people changed stays."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from toegankelijk.registry.facts import BodyFact, SiteFact, read_facts
from toegankelijk.registry.views import Imported
from toegankelijk.storage.bodies import Body, Host, Site, search_form
from toegankelijk.storage.bulk import chunked
from toegankelijk.storage.schema import new_id

_LINKS = {"municipality": "municipality_id", "successor": "successor_id"}
_PLAIN = tuple(field.name for field in fields(BodyFact) if field.name not in _LINKS)


def import_reference_data(session: Session, now: datetime) -> Imported:
    """Bring in the bodies and sites of `toegankelijk/data`.

    May be repeated at any time: facts about bodies are brought up to date, sites that are there stay as they are,
    whatever people made of them. A page on the site of the body's municipality becomes a site merged into that one.
    """
    facts = read_facts()
    added, changed = _import_bodies(session, facts.bodies, now)
    body_ids = dict(session.execute(select(Body.reference, Body.id).where(Body.reference.is_not(None))).all())
    return Imported(added, changed, _import_sites(session, facts.sites, body_ids, now))


def _import_bodies(session: Session, facts: tuple[BodyFact, ...], now: datetime) -> tuple[int, int]:
    known = {body.reference: body for body in session.scalars(select(Body).where(Body.reference.is_not(None)))}
    ids = {fact.reference: known[fact.reference].id if fact.reference in known else new_id() for fact in facts}
    wanted = [_body_values(fact, ids) for fact in facts]
    new = [{**values, "created_at": now} for values in wanted if values["reference"] not in known]
    different = [
        values for values in wanted if values["reference"] in known and _differs(known[values["reference"]], values)
    ]
    for rows in chunked(new):
        session.execute(insert(Body), list(rows))
    if different:
        session.execute(update(Body), different)
    return len(new), len(different)


def _body_values(fact: BodyFact, ids: dict[str, UUID]) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(fact, name) for name in _PLAIN}
    for name, column in _LINKS.items():
        target = getattr(fact, name)
        values[column] = None if target is None else ids[target]
    return {"id": ids[fact.reference], "search_name": search_form(fact.name), **values}


def _differs(body: Body, values: dict[str, Any]) -> bool:
    return any(getattr(body, name) != value for name, value in values.items())


def _import_sites(
    session: Session, facts: tuple[SiteFact, ...], body_ids: dict[str | None, UUID], now: datetime
) -> int:
    known = dict(session.execute(select(Site.reference, Site.id).where(Site.reference.is_not(None))).all())
    hosts = {fact.reference: fact.address.host.removeprefix("www.") for fact in facts if fact.address}
    ids = {fact.reference: known.get(fact.reference) or new_id() for fact in facts}
    # Sites that others are merged into come first.
    new = sorted((fact for fact in facts if fact.reference not in known), key=lambda fact: bool(fact.part_of))
    rows = [
        _site_values(fact, ids[fact.reference], body_ids[fact.reference], _whole(fact, hosts, ids), now) for fact in new
    ]
    for chunk in chunked(rows):
        session.execute(insert(Site), list(chunk))
    mains = [_main_host(row, now) for row in rows if row["host"]]
    for chunk in chunked(mains):
        session.execute(insert(Host), list(chunk))
    return len(rows)


def _whole(fact: SiteFact, hosts: dict[str, str], ids: dict[str, UUID]) -> UUID | None:
    """The site that this one is a part of: its municipality's, on the same host."""
    own = hosts.get(fact.reference)
    return next((ids[owner] for owner in fact.part_of if hosts.get(owner) == own), None)


def _site_values(fact: SiteFact, site_id: UUID, body_id: UUID, whole: UUID | None, now: datetime) -> dict[str, Any]:
    return {
        "id": site_id,
        "reference": fact.reference,
        "body_id": body_id,
        "url": fact.address.url if fact.address else "",
        "host": fact.address.host if fact.address else "",
        "candidate_url": fact.candidate_url,
        "operator": "",
        "status": "merged" if whole else fact.status,
        "source": fact.source,
        "source_date": fact.source_date,
        "note": fact.note,
        "merged_into_id": whole,
        "created_at": now,
        "changed_at": now,
    }


def _main_host(site: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "site_id": site["id"],
        "name": site["host"],
        "kind": "main",
        "status": "confirmed",
        "found_on": "",
        "created_at": now,
        "settled_at": now,
    }
