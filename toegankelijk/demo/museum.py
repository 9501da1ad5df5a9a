"""The example museum: read what a surveyor would type, and enter, survey and publish it as anybody would."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from labels.answers import Posted, methods_for, parse_form
from labels.definitions import VENUE_KIND, Catalogue
from labels.model import Answer
from toegankelijk.accounts import Principal
from toegankelijk.days import day_in_flanders
from toegankelijk.errors import PlatformError
from toegankelijk.labelling import publish
from toegankelijk.surveys import ElementEntry, RouteEntry, SurveyEntry, record_survey
from toegankelijk.venues import VenueView, add_venue, venues_to_survey

Form = Mapping[str, Any]


class ExampleRefused(PlatformError):
    """The example museum holds an answer that the questions of today do not take; the text names it."""

    slug = "example-refused"


def prepare_museum(
    session: Session, surveyor: Principal, *, nis_code: str, now: datetime, catalogue: Catalogue
) -> VenueView:
    """Enter, survey and publish the museum; a second time finds what is there and changes nothing."""
    there = venues_to_survey(session, surveyor, nis_code=nis_code).items
    if there:
        return there[0]
    venue = add_venue(
        session,
        actor=surveyor,
        now=now,
        submission_key="demo-museum",
        nis_code=nis_code,
        is_demo=True,
        **_read_form()["venue"],
    )
    record_survey(
        session,
        actor=surveyor,
        now=now,
        submission_key="demo-museum-survey",
        venue_id=venue.id,
        entry=museum_entry(catalogue, venue.id, measured_on=day_in_flanders(now)),
        catalogue=catalogue,
    )
    return publish(
        session,
        actor=surveyor,
        now=now,
        submission_key="demo-museum-published",
        venue_id=venue.id,
        catalogue=catalogue,
    )


def museum_entry(catalogue: Catalogue, venue_id: UUID, *, measured_on: date) -> SurveyEntry:
    """What the surveyor of the example museum hands in; raises `ExampleRefused` for an answer that is refused."""
    form = _read_form()
    ids = {element["id"]: str(uuid5(venue_id, element["id"])) for element in form["element"]}
    whole = ElementEntry(
        str(venue_id), VENUE_KIND, answers=_parse(catalogue, VENUE_KIND, form["whole"], measured_on=measured_on)
    )
    return SurveyEntry(
        measured_on=measured_on,
        elements=(whole, *(_element(catalogue, element, ids, measured_on) for element in form["element"])),
        routes=tuple(
            RouteEntry(route["destination"], tuple(ids[leg] for leg in route["legs"])) for route in form["route"]
        ),
        note=form["survey"]["note"],
    )


@cache
def _read_form() -> Form:
    return tomllib.loads((resources.files("toegankelijk") / "demo" / "museum.toml").read_text(encoding="utf-8"))


def _element(catalogue: Catalogue, element: Form, ids: Mapping[str, str], measured_on: date) -> ElementEntry:
    parent = element.get("part_of") or element.get("leads_to")
    return ElementEntry(
        id=ids[element["id"]],
        kind=element["kind"],
        name=element["name"],
        parent_id=None if parent is None else ids[parent],
        floor=element.get("floor"),
        answers=_parse(catalogue, element["kind"], element["answers"], measured_on=measured_on),
    )


def _parse(catalogue: Catalogue, kind: str, typed: Form, *, measured_on: date) -> Mapping[str, Answer]:
    posted = {f"{kind}.{name}": _posted(catalogue, f"{kind}.{name}", value) for name, value in typed.items()}
    parsed = parse_form(catalogue, kind, posted, measured_on=measured_on, today=measured_on)
    if parsed.problems:
        told = "; ".join(f"{problem.field}: {problem.text}" for problem in parsed.problems)
        raise ExampleRefused(f"demo/museum.toml: {told}")
    return parsed.answers


def _posted(catalogue: Catalogue, key: str, typed: Any) -> Posted:
    """What the form would send: the usual method of the question, unless something else was said."""
    told = typed if isinstance(typed, dict) else {"value": typed}
    if "state" in told:
        return Posted(state=told["state"])
    field = catalogue.fields.get(key)
    usual = "" if field is None else methods_for(catalogue, field)[0].id
    value = tuple(told["value"]) if isinstance(told["value"], list) else told["value"]
    return Posted(value, unit=told.get("unit", ""), method=told.get("method", usual))
