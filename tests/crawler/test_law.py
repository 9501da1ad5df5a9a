"""What the law asks, with the evidence for it; how large a sample is."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CatalogueBroken
from crawler.law import FILE, STEPS, SampleKind, law, read_law


def test_every_statement_about_the_law_says_where_it_stands_and_how_sure_it_is() -> None:
    clauses = law().clauses
    assert set("abcdefg") <= clauses.keys()
    assert all("annex I, 3." in clause.place for clause in clauses.values())
    assert [clause.id for clause in clauses.values() if not clause.source] == ["if-existing"]
    assert clauses["if-existing"].evidence == "M"
    assert {kind.evidence for kind in law().kinds.values()} == {"I"}


def test_only_the_full_sample_asks_everything() -> None:
    kinds = law().kinds
    assert kinds[SampleKind.FULL].steps == STEPS
    assert kinds[SampleKind.FULL].documents
    assert not kinds[SampleKind.LIGHT].documents
    assert kinds[SampleKind.SIMPLIFIED].clauses == ("a", "c")


@given(st.integers(0, 20_000), st.integers(1, 2_000))
def test_a_sample_is_as_large_as_its_kind_says_and_no_larger_than_the_site(found: int, asked: int) -> None:
    kinds = law().kinds
    assert kinds[SampleKind.LIGHT].size(found, asked=asked) == min(10, found)
    assert kinds[SampleKind.FULL].size(found, asked=asked) == min(asked, found)
    root = max(12, min(60, math.ceil(math.sqrt(found))))
    assert kinds[SampleKind.SIMPLIFIED].size(found, asked=asked) == min(root, found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "light"', 'id = "zwaar"'),
        ('evidence = "V"', 'evidence = "Z"'),
        ('source = "quoted in public sampling tools"', 'source = ""'),
        ('"templates"', '"sjablonen"'),
        ("pages = 10", "paginas = 10"),
        ('asks = "random', 'vraagt = "random'),
        ("[[kind]]", "[[kind"),
    ],
)
def test_a_broken_law_file_is_named(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "law.toml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueBroken, match=r"law\.toml"):
        read_law(file)
