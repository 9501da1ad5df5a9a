"""The catalogue of criteria and rule titles holds what it promises, and refuses a wrong file by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import CatalogueBroken
from crawler.wcag import load_criteria, load_rule_titles, read_criteria, read_rule_titles

PRINCIPLES = '[principles]\n1 = "Waarneembaar"\n'
GOOD = """[[criterion]]
id = "1.1.1"
name_nl = "Niet-tekstuele content"
level = "A"
since_version = "2.0"
clause = "9.1.1.1"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "criteria.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_wcag_22_has_55_criteria_on_levels_a_and_aa() -> None:
    current = [criterion for criterion in load_criteria().values() if not criterion.removed_in]

    assert len(current) == 55
    assert sum(criterion.level == "A" for criterion in current) == 31
    assert sum(criterion.level == "AA" for criterion in current) == 24


def test_wcag_21_has_50_criteria_with_parsing_among_them() -> None:
    older = [criterion for criterion in load_criteria().values() if criterion.since_version != "2.2"]

    assert len(older) == 50
    assert load_criteria()["4.1.1"].removed_in == "2.2"


def test_wcag_22_added_six_criteria() -> None:
    added = {criterion.id for criterion in load_criteria().values() if criterion.since_version == "2.2"}

    assert added == {"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"}


def test_criterion_carries_its_official_name_principle_and_clause() -> None:
    criterion = load_criteria()["1.4.10"]

    assert (criterion.name_nl, criterion.level, criterion.clause) == ("Reflow", "AA", "9.1.4.10")
    assert criterion.principle_nl == "Waarneembaar"
    assert load_criteria()["1.4.4"].order < criterion.order


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PRINCIPLES + GOOD + GOOD, "1.1.1 stands there twice"),
        (PRINCIPLES + GOOD.replace('level = "A"\n', ""), "1.1.1 lacks level"),
        (PRINCIPLES + GOOD + 'naam = "x"\n', "unknown fields naam"),
        (PRINCIPLES + GOOD.replace('"A"', '"AAA"'), "level 'AAA' is not A or AA"),
        (PRINCIPLES + GOOD.replace('"2.0"', '"3.0"'), "one of 2.0, 2.1, 2.2"),
        (PRINCIPLES + GOOD.replace('"9.1.1.1"', '"9.1.1.2"'), "EN 301 549 numbers it 9.1.1.1"),
        (PRINCIPLES + GOOD.replace('id = "1.1.1"', 'id = "1.1"'), "not of the form 1.4.10"),
        (PRINCIPLES + GOOD.replace('"Niet-tekstuele content"', '""'), "not empty"),
        (PRINCIPLES + GOOD.replace('"Niet-tekstuele content"', "7"), "not empty"),
        (GOOD, "principle 1 is not in [principles]"),
        (PRINCIPLES + GOOD.replace("1.1.1", "1.2.1") + GOOD, "not in the order of WCAG"),
        ("id = ", "not valid TOML"),
    ],
)
def test_wrong_criteria_file_is_refused_by_name_and_entry(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueBroken) as refusal:
        read_criteria(write(tmp_path, text))

    assert message in str(refusal.value)
    assert "criteria.toml" in str(refusal.value)


def test_rule_titles_are_short_and_different() -> None:
    titles = load_rule_titles()

    assert titles["image-alt"] == "Afbeelding zonder tekstalternatief"
    assert max(len(title) for title in titles.values()) <= 70
    assert len(set(titles.values())) == len(titles)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[titles]\nlist = ""', "rule list has no title"),
        (f'[titles]\nlist = "{"x" * 71}"', "71 characters"),
        ('[titles]\nlist = "Fout"\nlabel = "Fout"', "label and list have the same title"),
    ],
)
def test_wrong_rule_title_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CatalogueBroken) as refusal:
        read_rule_titles(write(tmp_path, text))

    assert message in str(refusal.value)
