"""Reads conditions: lists of tests on other answers that have to hold together."""

from __future__ import annotations

from labels.loading.entry import Entry
from labels.shapes import Code, CodeTest, Condition, OrderTest, PartTest, RangeTest, Test


def read_condition(entry: Entry, key: str, *, must: bool = False) -> Condition:
    """The condition under `key`; empty, so always true, when it is left out."""
    tests = (_read_test(test) for test in entry.take_entries(key, must=must))
    return tuple(test for test in tests if test is not None)


def _read_test(entry: Entry) -> Test | None:
    test = _read_part_test(entry) if not entry.has("field") else _read_field_test(entry, entry.take_text("field"))
    entry.finish()
    return test


def _read_part_test(entry: Entry) -> Test | None:
    for key, wanted in (("part_of", True), ("not_part_of", False)):
        if entry.has(key):
            return PartTest(frozenset(entry.take_names(key)), wanted)
    entry.refuse("the test names no field", "add field, or part_of or not_part_of")
    return None


def _read_field_test(entry: Entry, field: str) -> Test | None:
    if entry.has_range():
        return RangeTest(field, entry.take_range())
    if entry.has("at_most"):
        return OrderTest(field, entry.take_text("at_most"))
    if entry.has("is"):
        return CodeTest(field, read_codes(entry, "is"))
    for key, wanted in (("one_of", True), ("none_of", False)):
        if entry.has(key):
            return CodeTest(field, read_codes(entry, key), wanted)
    entry.refuse("the test asks nothing of its field", "add a range, is, one_of, none_of or at_most")
    return None


def read_codes(entry: Entry, key: str) -> frozenset[Code]:
    """One code or a list of them: option codes, or true and false."""
    given = [entry.take_any(key)] if key == "is" else list(entry.take_list(key, must=True))
    codes = frozenset(code for code in given if isinstance(code, str | bool))
    if not codes or len(codes) != len(given):
        entry.refuse(f"{key} is {given!r}", "write each option code once, or true or false")
    return codes
