"""Text from pages is made safe to store, whatever it holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toegankelijk.storage.text import clean_line, clean_text


def test_nul_and_control_characters_are_removed_and_lines_stay() -> None:
    assert clean_text("a\x00b\x1b[31mc\x7f\x9fd\ne\tf", 100) == "ab[31mcd\ne\tf"


def test_half_characters_are_removed() -> None:
    assert clean_text("x\ud83dy", 100) == "xy"


def test_long_text_is_cut_with_a_mark() -> None:
    assert clean_text("a" * 50, 10) == "aaaaaaaaa…"


def test_a_line_has_no_line_ends_and_no_blanks_around_it() -> None:
    assert clean_line("  een\n\ttwee\xa0drie ", 100) == "een twee drie"


def test_a_megabyte_of_control_characters_is_bounded() -> None:
    assert clean_text("\x00" * 1_000_000 + "a", 10) == ""


@given(st.text(), st.integers(1, 50))
def test_cleaned_text_always_fits_and_can_be_encoded(text: str, limit: int) -> None:
    for cleaned in (clean_text(text, limit), clean_line(text, limit)):
        assert len(cleaned) <= limit
        assert "\x00" not in cleaned
        cleaned.encode("utf-8")


@given(st.text(), st.integers(1, 50))
def test_cleaning_twice_is_cleaning_once(text: str, limit: int) -> None:
    once = clean_text(text, limit)
    assert clean_text(once, limit) == once
