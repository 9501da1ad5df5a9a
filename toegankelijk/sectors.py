"""The sectors of venues: what they are called, and which types of venue are usually in them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from toegankelijk.errors import ReferenceDataInvalid

FILE = "sectors.toml"


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector, to which a grant can be limited; `venue_types` are in it unless somebody says else of a venue."""

    id: str
    nl: str
    venue_types: tuple[str, ...]


@cache
def load_sectors() -> tuple[Sector, ...]:
    """The sectors that come with the product, in the order of the file; read once."""
    return read_sectors(resources.files("toegankelijk") / "data" / FILE)


def read_sectors(file: Traversable) -> tuple[Sector, ...]:
    """The sectors of a file; raises `ReferenceDataInvalid` naming the entry that cannot be used."""
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))["sector"]
        sectors = tuple(Sector(entry["id"], entry["nl"], tuple(entry["venue_types"])) for entry in entries)
    except (KeyError, TypeError, ValueError) as error:
        raise ReferenceDataInvalid(f"{file.name}: {error!r}; every [[sector]] has id, nl and venue_types") from error
    _refuse_doubles(file.name, "sector", [sector.id for sector in sectors])
    _refuse_doubles(file.name, "venue type", [type_id for sector in sectors for type_id in sector.venue_types])
    return sectors


def usual_sector(venue_type: str) -> str:
    """The id of the sector that a type of venue is usually in; empty when there is none."""
    return next((sector.id for sector in load_sectors() if venue_type in sector.venue_types), "")


def _refuse_doubles(file: str, what: str, ids: list[str]) -> None:
    doubles = sorted({found for found in ids if ids.count(found) > 1})
    if doubles:
        raise ReferenceDataInvalid(f"{file}: {what} {', '.join(doubles)} is there twice; keep one")
