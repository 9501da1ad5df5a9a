"""Typed ranges on the number line, and the proof that a row of them covers it without gap or overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers between two bounds; None is no bound, an open bound is not itself included."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: float) -> bool:
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        return self.high is None or value < self.high or (not self.high_open and value == self.high)

    def __str__(self) -> str:
        low = "" if self.low is None else f"{'above' if self.low_open else 'from'} {self.low:g}"
        high = "" if self.high is None else f"{'below' if self.high_open else 'up to'} {self.high:g}"
        return " ".join(part for part in (low, high) if part) or "every number"

    @property
    def is_empty(self) -> bool:
        """True when no number can lie in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def bounds(self) -> tuple[float, ...]:
        """The finite bounds."""
        return tuple(bound for bound in (self.low, self.high) if bound is not None)

    def meets(self, other: Range) -> bool:
        """True when some number lies in both."""
        return not _intersection(self, other).is_empty

    def covers(self, other: Range) -> bool:
        """True when every number of the other lies in this one."""
        low = self.low is None or (
            other.low is not None
            and (other.low > self.low or (other.low == self.low and (other.low_open or not self.low_open)))
        )
        high = self.high is None or (
            other.high is not None
            and (other.high < self.high or (other.high == self.high and (other.high_open or not self.high_open)))
        )
        return low and high

    def on_integers(self) -> Range:
        """The same set of whole numbers, written with closed bounds."""
        low = None if self.low is None else (floor(self.low) + 1 if self.low_open else ceil(self.low))
        high = None if self.high is None else (ceil(self.high) - 1 if self.high_open else floor(self.high))
        return Range(low, high)


def _intersection(one: Range, other: Range) -> Range:
    low, low_open = max(_low_key(one), _low_key(other))
    high, high_closed = min(_high_key(one), _high_key(other))
    return Range(
        None if low == float("-inf") else low,
        None if high == float("inf") else high,
        low_open,
        not high_closed,
    )


def _low_key(row: Range) -> tuple[float, bool]:
    return (float("-inf") if row.low is None else row.low, row.low_open)


def _high_key(row: Range) -> tuple[float, bool]:
    return (float("inf") if row.high is None else row.high, not row.high_open)


def tiling_faults(rows: Sequence[Range], *, integers: bool) -> list[str]:
    """What keeps the ranges, in order, from covering every number exactly once; empty when they tile the line."""
    if not rows:
        return ["there is no range at all"]
    line = [row.on_integers() for row in rows] if integers else list(rows)
    faults = [f"the range {row} holds no number" for row, tiled in zip(rows, line, strict=True) if tiled.is_empty]
    if line[0].low is not None:
        faults.append(f"nothing is said below {line[0].low:g}")
    if line[-1].high is not None:
        faults.append(f"nothing is said above {line[-1].high:g}")
    for before, after in pairwise(line):
        faults.extend(_seam_faults(before, after, integers=integers))
    return faults


def _seam_faults(before: Range, after: Range, *, integers: bool) -> list[str]:
    if before.high is None or after.low is None:
        return ["a range without bound stands in the middle; put the ranges in rising order"]
    gap_width = after.low - before.high - (1 if integers else 0)
    if gap_width > 0:
        return [f"there is a gap between {before.high:g} and {after.low:g}"]
    if gap_width < 0:
        return [f"the ranges overlap between {after.low:g} and {before.high:g}"]
    if integers or before.high_open != after.low_open:
        return []
    if before.high_open:
        return [f"there is a gap: {before.high:g} itself lies in no range"]
    return [f"the ranges overlap: {before.high:g} itself lies in two ranges"]
