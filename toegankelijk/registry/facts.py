"""Read the reference facts of `toegankelijk/data` into plain values; a row that cannot be used stops the import."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

from toegankelijk.addresses import SiteAddress, parse_site_address
from toegankelijk.errors import ReferenceDataInvalid
from toegankelijk.storage.bodies import MUNICIPALITY_KINDS, SITE_STATUSES, search_form
from toegankelijk.storage.text import clean_line

# REFNIS begins its history on this day: it is no founding date.
HISTORY_BEGINS = date(1970, 1, 1)
MUNICIPALITY_SOURCE, MUNICIPALITY_SOURCE_DATE = "Statbel, TU_COM_REFNIS (CC BY 4.0)", "2025-01-01"
FLANDERS = "02000"
Row = dict[str, str]
Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kind of body for each kind of organisation, and which kinds are in the group of their municipality."""

    names: dict[str, str]
    in_group: frozenset[str]


@dataclass(frozen=True, slots=True)
class BodyFact:
    """One public body; `reference`, `municipality`, `successor` are keys within the reference facts."""

    reference: str
    kind: str
    name: str
    nis_code: str | None = None
    kbo: str | None = None
    ovo: str | None = None
    province: str = ""
    municipality: str | None = None
    successor: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    lat: float | None = None
    lon: float | None = None
    population: int | None = None
    population_date: date | None = None
    source: str = ""
    source_date: str = ""


@dataclass(frozen=True, slots=True)
class SiteFact:
    """The website of a body, or that none was found; `part_of` are the bodies of whose site it may be a part."""

    reference: str
    status: str
    address: SiteAddress | None
    candidate_url: str
    source: str
    source_date: str
    note: str
    part_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All bodies and sites; a body comes after the bodies that it points at."""

    bodies: tuple[BodyFact, ...]
    sites: tuple[SiteFact, ...]


def read_facts(folder: Traversable | None = None) -> Facts:
    """Read municipalities, provinces and websites; raises `ReferenceDataInvalid` naming file and line."""
    data = folder or resources.files("toegankelijk") / "data"
    kinds = _read_kinds(data)
    municipalities = dict(_read(data, "municipalities.csv", lambda row: (row["nis"], _municipality(row))))
    provinces = dict(_read(data, "provinces.csv", lambda row: (row["nis"], row)))
    organisations = dict(_read(data, "websites.csv", lambda row: (_reference(row, kinds), row)))
    sites = _read(data, "websites.csv", lambda row: _site(row, kinds))
    others = _read(data, "websites.csv", lambda row: _organisation(row, kinds, municipalities, provinces))
    bodies = [_with_numbers(fact, organisations) for fact in municipalities.values()] + _with_successors(
        others, municipalities
    )
    # Municipalities before what belongs to them, successors before what they carry on.
    bodies.sort(key=lambda fact: (fact.municipality is not None, fact.successor is not None))
    return Facts(tuple(bodies), tuple(sites))


def _read_kinds(data: Traversable) -> Kinds:
    table = tomllib.loads((data / "body_kinds.toml").read_text(encoding="utf-8"))
    return Kinds(table["kinds"], frozenset(table["in_group"]))


def _read(data: Traversable, name: str, parse: Callable[[Row], Fact | None]) -> list[Fact]:
    with (data / name).open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        facts = []
        for row in rows:
            with _told_where(name, rows.line_num):
                fact = parse(row)
            if fact is not None:
                facts.append(fact)
    return facts


@contextmanager
def _told_where(name: str, line: int) -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError, TypeError) as error:
        raise ReferenceDataInvalid(f"toegankelijk/data/{name}, line {line}: {error!r}") from error


def _municipality(row: Row) -> BodyFact:
    region = "municipality" if row["region_nis"] == FLANDERS else "brussels_municipality"
    began = date.fromisoformat(row["valid_from"])
    recent = row["population_2026"]
    population = recent or row["population_2020"]
    return BodyFact(
        reference=f"municipality:{row['nis']}",
        kind=region,
        name=clean_line(row["name"], 200),
        nis_code=row["nis"],
        province=row["province"] if row["region_nis"] == FLANDERS else "",
        successor=f"municipality:{row['merged_into']}" if row["merged_into"] else None,
        valid_from=None if began == HISTORY_BEGINS else began,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        population=int(population) if population else None,
        population_date=(date(2026, 1, 1) if recent else date(2020, 1, 1)) if population else None,
        source=MUNICIPALITY_SOURCE,
        source_date=MUNICIPALITY_SOURCE_DATE,
    )


def _reference(row: Row, kinds: Kinds) -> str:
    kind = kinds.names[row["kind"]]
    if kind in MUNICIPALITY_KINDS:
        return f"municipality:{row['nis_original']}"
    number = row["kbo"] or row["ovo"] or search_form(clean_line(row["org_name"], 60))
    return f"{kind}:{number}:{row['nis_original']}"


def _organisation(
    row: Row, kinds: Kinds, municipalities: dict[str, BodyFact], provinces: dict[str, Row]
) -> BodyFact | None:
    kind = kinds.names[row["kind"]]
    if kind in MUNICIPALITY_KINDS:
        return None
    province = provinces.get(row["nis"]) if kind == "province" else None
    ended = row["active"] == "no"
    home = None if province else municipalities.get(row["nis_original"] if ended else row["nis"])
    return BodyFact(
        reference=_reference(row, kinds),
        kind=kind,
        name=clean_line(row["org_name"], 200),
        nis_code=row["nis"] if province else None,
        kbo=row["kbo"] or None,
        ovo=row["ovo"] or None,
        province=province["name"] if province else home.province if home else "",
        municipality=home.reference if home and kind in kinds.in_group else None,
        valid_to=_end(row, home) if ended else None,
        population=int(province["population_2026"]) if province else None,
        population_date=date(2026, 1, 1) if province else None,
        source=row["source"],
        source_date=row["source_date"],
    )


def _end(row: Row, home: BodyFact | None) -> date:
    """A body ended with its municipality; else it had ended by the day on which its source said so."""
    return (home.valid_to if home else None) or date.fromisoformat(row["source_date"])


def _with_numbers(municipality: BodyFact, organisations: dict[str, Row]) -> BodyFact:
    row = organisations.get(municipality.reference)
    return replace(municipality, kbo=row["kbo"] or None, ovo=row["ovo"] or None) if row else municipality


def _with_successors(bodies: list[BodyFact], municipalities: dict[str, BodyFact]) -> list[BodyFact]:
    """An OCMW that ended with its municipality is carried on by the OCMW of the municipality that came after."""
    today = {fact.municipality: fact.reference for fact in bodies if fact.kind == "ocmw" and fact.valid_to is None}
    heirs = {fact.reference: today.get(fact.successor) for fact in municipalities.values()}
    return [
        replace(fact, successor=heirs[fact.municipality or ""]) if _ended_with_home(fact) else fact for fact in bodies
    ]


def _ended_with_home(fact: BodyFact) -> bool:
    return fact.kind == "ocmw" and fact.valid_to is not None and fact.municipality is not None


def _site(row: Row, kinds: Kinds) -> SiteFact:
    if row["status"] not in SITE_STATUSES:
        raise ValueError(f"unknown status {row['status']!r}")
    owners = (row["nis_original"], row["nis"]) if row["same_host_as_gemeente"] == "yes" else ()
    return SiteFact(
        reference=_reference(row, kinds),
        status=row["status"],
        address=parse_site_address(row["url"]) if row["url"] else None,
        candidate_url=row["candidate_url"],
        source=row["source"],
        source_date=row["source_date"],
        note=clean_line(row["note"], 1_000),
        part_of=tuple(f"municipality:{nis}" for nis in owners),
    )
