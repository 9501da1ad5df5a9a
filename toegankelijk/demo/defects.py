"""The known defects of the example website, as a value that a scan's findings can be held against."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FILE = Path(__file__).with_name("defects.toml")


class FoundBy(StrEnum):
    """Who can find a defect at all."""

    AXE = "axe"
    AXE_REVIEW = "axe-review"
    BEST_PRACTICE = "best-practice"
    CHECK = "check"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Defect:
    """One node of one page with a fault; `rule` is axe-core's, empty when it has none."""

    id: str
    page: str
    selector: str
    criterion: str
    rule: str
    found_by: FoundBy
    frame: str = ""
    late: bool = False


def read_defects() -> tuple[Defect, ...]:
    """All known defects, in the order of the file; a mistake in it raises TypeError or ValueError."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["defect"]
    return tuple(Defect(**{**row, "found_by": FoundBy(row["found_by"])}) for row in rows)
