"""One rule file spoiled in one way at a time: the catalogue refuses, naming file, entry, problem and remedy."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from labels.catalogue import RULES, RuleFiles, build_catalogue, load_catalogue, read_rule_files
from labels.errors import CatalogueRefused, Problem

OUT = "criteria/rolstoel-buiten.toml"
MUSEUM = "venue_types/museum.toml"
SPOILED: list[dict[str, str]] = tomllib.loads(Path(__file__).with_name("spoiled.toml").read_text(encoding="utf-8"))[
    "spoiled"
]
FILES = read_rule_files(RULES)


def _problems(changed: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong once these files hold these texts."""
    documents = {name: tomllib.loads(text) for name, text in changed.items()}
    with pytest.raises(CatalogueRefused) as refused:
        build_catalogue(RuleFiles({**FILES.documents, **documents}))
    return refused.value.problems


def _text(file: str) -> str:
    return (RULES / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case["name"])
def test_a_spoiled_rule_file_is_refused_by_file_entry_problem_and_remedy(case: dict[str, str]) -> None:
    text = _text(case["file"])
    assert case["old"] in text
    problems = _problems({case["file"]: text.replace(case["old"], case["new"]) + case.get("add", "")})
    found = [p for p in problems if case["entry"] in p.entry and case["problem"] in p.problem]
    assert found, "\n".join(map(str, problems))
    assert case.get("named_file", case["file"]) in found[0].file
    assert found[0].remedy


def test_all_problems_are_told_at_once() -> None:
    text = _text(OUT).replace("from = 300, below = 350", "from = 301, below = 350")
    problems = _problems({OUT: text.replace('field = "parking.slope"', 'field = "parking.tilt"')})
    assert {problem.entry for problem in problems} >= {"criterion wh-parking-width", "criterion wh-parking-slope"}


def test_the_message_holds_every_problem_on_its_own_line() -> None:
    text = _text(OUT).replace("below = 300,", "below = 299,")
    with pytest.raises(CatalogueRefused) as refused:
        build_catalogue(RuleFiles({**FILES.documents, OUT: tomllib.loads(text)}))
    line = f"{OUT}: criterion wh-parking-width: its bands do not tile the line: there is a gap between 299 and 300; "
    assert str(refused.value) == line + "mend the bounds of the bands"
    assert refused.value.slug == "catalogue-refused"


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(RULES, folder / "rules"))


def _problems_of_folder(rules: Path) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(rules)
    return refused.value.problems


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    rules = _copy(tmp_path)
    (rules / "groups.toml").unlink()
    assert [(p.file, p.problem) for p in _problems_of_folder(rules)] == [("groups.toml", "it is not there")]


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    rules = _copy(tmp_path)
    shutil.rmtree(rules / "venue_types")
    assert [(p.file, p.problem) for p in _problems_of_folder(rules)] == [("venue_types", "it holds no .toml files")]


def test_a_file_that_nothing_reads_is_refused(tmp_path: Path) -> None:
    rules = _copy(tmp_path)
    shutil.copy(rules / MUSEUM, rules / "museum.toml")
    assert [(p.file, p.problem) for p in _problems_of_folder(rules)] == [("museum.toml", "nothing reads it")]


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    rules = _copy(tmp_path)
    (rules / "groups.toml").write_text("[[group", encoding="utf-8")
    assert [p.file for p in _problems_of_folder(rules) if "no TOML" in p.problem] == ["groups.toml"]


def test_a_file_that_is_not_in_utf_8_is_refused(tmp_path: Path) -> None:
    rules = _copy(tmp_path)
    (rules / "groups.toml").write_bytes("é".encode("latin-1"))
    assert [p.file for p in _problems_of_folder(rules) if "cannot be read" in p.problem] == ["groups.toml"]


def test_a_venue_type_given_twice_is_refused() -> None:
    problems = _problems({"venue_types/museum2.toml": _text(MUSEUM)})
    assert any(p.entry == "venue type museum" and "occurs 2 times" in p.problem for p in problems)


def test_a_criterion_without_bands_is_refused() -> None:
    row = 'id = "wh-door-nothing"\nnl = "Niets"\nfield = "door.force"\nunit = "N"\nbetter = "lower"\nvariant = []\n'
    problems = _problems({OUT: f"{_text(OUT)}\n[[criterion]]\n{row}"})
    assert any(p.entry == "criterion wh-door-nothing" and "no bands" in p.problem for p in problems)


def _with_retired(*pairs: tuple[str, str]) -> Mapping[str, Any]:
    rows = (
        f'\n[[retired]]\nid = "{gone}"\nsuccessor = "{successor}"\nsince = 2026-11-23\n' for gone, successor in pairs
    )
    return tomllib.loads(_text("issued.toml") + "".join(rows))


def test_a_retired_id_may_point_to_a_later_one_that_is_in_use() -> None:
    issued = _with_retired(("wh-a", "wh-b"), ("wh-b", "wh-lift-key"))
    catalogue = build_catalogue(RuleFiles({**FILES.documents, "issued.toml": issued}))
    assert catalogue.retired["wh-a"].successor == "wh-b"


def test_retired_ids_that_point_to_each_other_are_refused() -> None:
    issued = _with_retired(("wh-a", "wh-b"), ("wh-b", "wh-a"))
    with pytest.raises(CatalogueRefused, match="retired wh-a: its successor 'wh-a' is not in use"):
        build_catalogue(RuleFiles({**FILES.documents, "issued.toml": issued}))
