"""The sectors: each type of venue is in one, and a file that cannot be used is refused by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from labels.catalogue import current_catalogue
from toegankelijk.days import day_in_flanders
from toegankelijk.errors import ReferenceDataInvalid
from toegankelijk.sectors import load_sectors, read_sectors, usual_sector

ENTRY = '[[sector]]\nid = "a"\nnl = "A"\nvenue_types = ["museum"]\n'


def test_every_type_of_venue_is_usually_in_one_sector() -> None:
    known = {sector.id for sector in load_sectors()}
    assert {usual_sector(venue_type) for venue_type in current_catalogue().venue_types} <= known
    assert usual_sector("museum") == "cultuur"
    assert usual_sector("kasteel") == ""


def test_sectors_name_types_of_venue_that_exist() -> None:
    named = {venue_type for sector in load_sectors() for venue_type in sector.venue_types}
    assert named <= set(current_catalogue().venue_types)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (ENTRY + ENTRY, "sector a is there twice"),
        (ENTRY + ENTRY.replace('id = "a"', 'id = "b"'), "venue type museum is there twice"),
        ('[[sector]]\nid = "a"\n', "nl"),
        ("sector = 3", "every"),
        ("", "sector"),
        ("[[sector]", "sectors.toml"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "sectors.toml"
    file.write_text(content)
    with pytest.raises(ReferenceDataInvalid, match=r"sectors\.toml") as caught:
        read_sectors(file)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 1, 22, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 1, 23, 0, tzinfo=UTC), date(2026, 12, 2)),
    ],
)
def test_a_day_begins_at_midnight_in_flanders(moment: datetime, day: date) -> None:
    assert day_in_flanders(moment) == day
