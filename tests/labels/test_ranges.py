"""Typed ranges: membership, meeting, covering, and the proof that a row of them tiles the line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.ranges import Range, tiling_faults

NUMBERS = st.integers(-20, 20).map(lambda number: number / 2)
RANGES = st.builds(
    Range,
    low=st.none() | NUMBERS,
    high=st.none() | NUMBERS,
    low_open=st.booleans(),
    high_open=st.booleans(),
)


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        (Range(1, 2), (1, 1.5, 2), (0.9, 2.1)),
        (Range(1, 2, low_open=True, high_open=True), (1.1, 1.9), (1, 2)),
        (Range(low=1), (1, 1e9), (0.9,)),
        (Range(high=1), (-1e9, 1), (1.1,)),
        (Range(), (-1e9, 0, 1e9), ()),
    ],
)
def test_open_bounds_are_out_and_closed_ones_in(
    span: Range, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    assert all(number in span for number in inside)
    assert not any(number in span for number in outside)


@given(one=RANGES, other=RANGES, number=NUMBERS)
def test_a_number_in_both_shows_that_two_ranges_meet(one: Range, other: Range, number: float) -> None:
    if number in one and number in other:
        assert one.meets(other)
        assert other.meets(one)


@given(one=RANGES, other=RANGES, number=NUMBERS)
def test_a_range_that_covers_another_holds_all_its_numbers(one: Range, other: Range, number: float) -> None:
    if one.covers(other) and number in other:
        assert number in one


@given(span=RANGES, number=NUMBERS)
def test_an_empty_range_holds_nothing(span: Range, number: float) -> None:
    if span.is_empty:
        assert number not in span


@given(span=RANGES, number=st.integers(-10, 10))
def test_written_for_whole_numbers_it_holds_the_same_whole_numbers(span: Range, number: int) -> None:
    assert (number in span) == (number in span.on_integers())


@given(cuts=st.lists(NUMBERS, min_size=1, max_size=5, unique=True), closed=st.data())
def test_ranges_cut_at_some_numbers_tile_the_line(cuts: list[float], closed: st.DataObject) -> None:
    line = sorted(cuts)
    sides = [closed.draw(st.booleans()) for _ in line]
    rows = [Range(high=line[0], high_open=sides[0])]
    rows += [
        Range(low, high, low_open=not low_closed, high_open=high_open)
        for (low, high), (low_closed, high_open) in zip(pairwise(line), pairwise(sides), strict=True)
    ]
    rows.append(Range(low=line[-1], low_open=not sides[-1]))
    assert tiling_faults(rows, integers=False) == []


@given(rows=st.lists(RANGES, min_size=1, max_size=4), number=NUMBERS)
def test_when_no_fault_is_found_every_number_lies_in_exactly_one_range(rows: list[Range], number: float) -> None:
    if not tiling_faults(rows, integers=False):
        assert sum(number in row for row in rows) == 1


@given(rows=st.lists(RANGES, min_size=1, max_size=4), number=st.integers(-10, 10))
def test_when_no_fault_is_found_every_whole_number_lies_in_exactly_one_range(rows: list[Range], number: int) -> None:
    if not tiling_faults(rows, integers=True):
        assert sum(number in row for row in rows) == 1


def test_no_ranges_at_all_is_a_fault() -> None:
    assert tiling_faults([], integers=False) == ["there is no range at all"]


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Range(1, 2, high_open=True), "from 1 below 2"),
        (Range(low=1, low_open=True), "above 1"),
        (Range(high=2.5), "up to 2.5"),
        (Range(), "every number"),
    ],
)
def test_a_range_reads_as_it_is_written(span: Range, text: str) -> None:
    assert str(span) == text
