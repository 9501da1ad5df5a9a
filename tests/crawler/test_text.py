"""Text of websites leaves the crawler bounded and harmless, whatever a page says."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.model import (
    Address,
    Choice,
    Discovery,
    DocumentLink,
    Finding,
    Outcome,
    PageFacts,
    Plan,
    Target,
    Visit,
    VisitStatus,
)
from crawler.text import URL_MAX, clean_line, clean_text, printable, tidy_plan, tidy_visit

URL = "https://voorbeeld.example/"
NASTY = "<script>\x00\x1b[31m\x9b\ud83d\u202e"
HARMFUL = {"\x00", "\x1b", "\x9b", "\ud83d", "\u202e", "\u2066"}

texts = st.text(st.characters(codec=None), max_size=50).map(lambda text: NASTY + text)


def all_texts(value: Any) -> list[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for field in fields(value) for text in all_texts(getattr(value, field.name))]
    return [text for entry in value for text in all_texts(entry)] if isinstance(value, tuple) else []


def a_visit(text: str) -> Visit:
    target = Target((text,) * 100, (text,), text)
    finding = Finding("label", "axe", "label", Outcome.FAIL, (), (), (), False, None, target, text, text)
    facts = PageFacts(text, text, (text,) * 9_000, (text,), (text,), (text,), notes=(text,))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Visit(
        URL, URL + text, VisitStatus.SCANNED, None, at, title=text, detail=text, findings=(finding,), facts=facts
    )


def a_plan(text: str) -> Plan:
    address = Address(URL, title=text, link_text=text, heading=text, detail=text)
    found = Discovery((address,), document_links=(DocumentLink(URL, URL, text),), note=text)
    return Plan(found, (Choice(URL, "home"),))


def assert_harmless(value: Any) -> None:
    for text in all_texts(value):
        assert not HARMFUL & set(text)
        assert len(text) <= URL_MAX
        text.encode("utf-8")


@given(texts)
def test_all_text_of_a_visit_is_harmless(text: str) -> None:
    visit = tidy_visit(a_visit(text))
    assert_harmless(visit)
    assert visit.title.startswith("<script>")
    assert len(visit.findings[0].target.frames) == 50
    assert tidy_visit(visit) == visit


@given(texts)
def test_all_text_of_a_plan_is_harmless(text: str) -> None:
    plan = tidy_plan(a_plan(text))
    assert_harmless(plan)
    assert tidy_plan(plan) == plan


def test_megabytes_of_text_are_cut() -> None:
    much = NASTY + "€" * 1_000_000
    assert_harmless(tidy_visit(a_visit(much)))
    assert_harmless(tidy_plan(a_plan(much)))


def test_nul_and_control_characters_are_removed_and_lines_stay() -> None:
    assert clean_text("a\x00b\x1b[31mc\x7f\x9fd\ne\tf", 100) == "ab[31mcd\ne\tf"


def test_half_characters_are_removed() -> None:
    assert clean_text("x\ud83dy", 100) == "xy"


def test_marks_that_turn_the_order_of_text_around_are_made_visible() -> None:
    assert clean_text("pay\u202eexe.fdp\u202c", 100) == "pay\ufffdexe.fdp\ufffd"


def test_long_text_is_cut_with_a_mark() -> None:
    assert clean_text("a" * 50, 10) == "aaaaaaaaa…"


def test_a_line_has_no_line_ends_and_no_blanks_around_it() -> None:
    assert clean_line("  een\n\ttwee\xa0drie ", 100) == "een twee drie"


def test_a_megabyte_of_control_characters_is_bounded() -> None:
    assert clean_text("\x00" * 1_000_000 + "a", 10) == ""


def test_a_terminal_gets_one_line_without_what_steers_it() -> None:
    assert printable("a\x1b[2Jb\r\nc\u202ed\x9b\ud83d€") == "a?[2Jb  c?d??€"
    assert len(printable("a" * 10_000)) == 500


@given(st.text(st.characters(codec=None)), st.integers(1, 50))
def test_cleaned_text_always_fits_and_can_be_encoded(text: str, limit: int) -> None:
    for cleaned in (clean_text(text, limit), clean_line(text, limit), printable(text, limit)):
        assert len(cleaned) <= limit
        assert not HARMFUL & set(cleaned)
        cleaned.encode("utf-8")


@given(st.text(st.characters(codec=None)), st.integers(1, 50))
def test_cleaning_twice_is_cleaning_once(text: str, limit: int) -> None:
    for clean in (clean_text, clean_line):
        once = clean(text, limit)
        assert clean(once, limit) == once
