"""What axe-core's tags mean: success criteria and clauses, level AAA left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.checks.axe import clauses_of, criteria_of, engine_script, script_version
from crawler.errors import EngineMissing
from crawler.settings import ScanSettings


def test_tags_name_criteria_and_clauses_of_level_a_and_aa() -> None:
    tags = ["cat.color", "wcag2aa", "wcag143", "wcag1410", "TTv5", "EN-301-549", "EN-9.1.4.3", "EN-9.1.4.10"]
    assert criteria_of(tags) == ("1.4.3", "1.4.10")
    assert clauses_of(tags) == ("9.1.4.3", "9.1.4.10")


def test_criteria_of_level_aaa_are_left_out() -> None:
    tags = ["wcag2a", "wcag211", "wcag213", "EN-9.2.1.1", "EN-9.2.1.3"]
    assert criteria_of(tags) == ("2.1.1",)
    assert clauses_of(tags) == ("9.2.1.1",)


def test_the_engine_is_the_one_that_set_up_fetched_and_not_the_wrappers_own() -> None:
    major, minor, _ = script_version(engine_script(ScanSettings())).split(".")
    assert (int(major), int(minor)) >= (4, 14)


def test_a_missing_engine_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="make demo"):
        engine_script(ScanSettings(axe_script=str(tmp_path / "axe.min.js")))


def test_a_script_that_is_not_the_engine_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "axe.min.js"
    script.write_text("alert(1)")
    with pytest.raises(EngineMissing, match="not an axe-core script"):
        script_version(script)
