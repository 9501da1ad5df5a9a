"""A scan that goes on keeps the limits of its beginning, and the machine its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from crawler.settings import ScanSettings
from toegankelijk.scan_limits import limits_to_json, with_kept_limits

FIRST = ScanSettings(pages=7, tabs=3, delay_s=0.5, viewport=(640, 480), discover_limit=9, info_url="https://a.example")
HERE = ScanSettings(
    allow=frozenset({"127.0.0.1:80"}), chromium="/c", chromedriver="/d", axe_script="/a", work_dir=Path("/w"),
    window=(time(1), time(5)),
)  # fmt: skip


def test_limits_come_back_and_what_belongs_to_the_machine_stays() -> None:
    kept = json.loads(json.dumps(limits_to_json(FIRST)))
    wanted = replace(
        FIRST, allow=HERE.allow, chromium="/c", chromedriver="/d", axe_script="/a", work_dir=Path("/w"),
        window=HERE.window,
    )  # fmt: skip
    assert with_kept_limits(HERE, kept) == wanted


@pytest.mark.parametrize(
    "kept",
    [{}, {"onbekend": 1}, {"pages": "veel"}, {"viewport": [1]}, {"viewport": 3}, {"tabs": True}, {"delay_s": None}],
)
def test_what_is_missing_or_of_another_kind_stays_as_it_is_here(kept: dict[str, object]) -> None:
    assert with_kept_limits(HERE, kept) == HERE


def test_whole_seconds_are_seconds() -> None:
    assert with_kept_limits(HERE, {"delay_s": 2}).delay_s == 2.0
