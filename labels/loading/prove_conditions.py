"""Proves that conditions are alive: their fields exist, can be read there, and the tests can turn out either way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from labels.definitions import VENUE_KIND, Field, Kind
from labels.loading.draft import Draft
from labels.ranges import Range
from labels.shapes import CodeTest, Condition, OrderTest, PartTest, RangeTest, Test
from labels.units import FIELD_TYPES

EVERYTHING = Range()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands and from which kind of element it looks around; `guard` holds there already."""

    file: str
    entry: str
    kind: Kind
    guard: Condition = ()


def prove_condition(draft: Draft, place: Place, condition: Condition) -> None:
    """Note every test that names something unknown, cannot be read here, or is always or never true."""
    for test in condition:
        if isinstance(test, PartTest):
            _prove_part_test(draft, place, test)
            continue
        field = prove_field(draft, place, test.field, condition)
        if field is not None:
            _prove_field_test(draft, place, test, field)
    for one, other in combinations(condition, 2):
        if _exclude_each_other(one, other):
            draft.refuse(place.file, place.entry, "two of its tests exclude each other", "drop one of them")


def _exclude_each_other(one: Test, other: Test) -> bool:
    """True for two ranges of a field that do not meet, and for two sets of codes without any in common."""
    if isinstance(one, RangeTest) and isinstance(other, RangeTest):
        return one.field == other.field and not one.range.meets(other.range)
    if isinstance(one, CodeTest) and isinstance(other, CodeTest) and one.wanted and other.wanted:
        return one.field == other.field and not one.codes & other.codes
    return False


def prove_field(draft: Draft, place: Place, key: str, condition: Condition = ()) -> Field | None:
    """The field, when it exists and an element of this kind can see it; a problem is noted otherwise."""
    field = draft.fields.get(key)
    if field is None:
        draft.refuse(place.file, place.entry, f"no field {key!r}", "correct the key or add the field")
        return None
    if field.kind in (place.kind.id, VENUE_KIND):
        return field
    guards = (test for test in (*place.guard, *condition) if isinstance(test, PartTest) and test.wanted)
    if any(test.kinds == {field.kind} for test in guards) and field.kind in place.kind.part_of:
        return field
    remedy = f"use a field of {place.kind.id} or venue, or add part_of = [{field.kind!r}] if it can be a part of one"
    draft.refuse(place.file, place.entry, f"a {place.kind.id} cannot see {key}", remedy)
    return None


def _prove_part_test(draft: Draft, place: Place, test: PartTest) -> None:
    for kind in sorted(test.kinds - set(place.kind.part_of)):
        remedy = f"take one of {', '.join(place.kind.part_of) or 'no kind at all'}"
        draft.refuse(place.file, place.entry, f"a {place.kind.id} is never a part of {kind!r}", remedy)
    if not test.kinds:
        draft.refuse(place.file, place.entry, "part_of names no kind", "name one or take the test out")


def _prove_field_test(draft: Draft, place: Place, test: RangeTest | CodeTest | OrderTest, field: Field) -> None:
    if isinstance(test, OrderTest):
        _prove_order_test(draft, place, test, field)
    elif isinstance(test, CodeTest):
        _prove_code_test(draft, place, test, field)
    else:
        _prove_range_test(draft, place, test, field)


def _prove_order_test(draft: Draft, place: Place, test: OrderTest, field: Field) -> None:
    other = prove_field(draft, place, test.at_most)
    if other is None:
        return
    if not (FIELD_TYPES[field.type].is_number and FIELD_TYPES[other.type].is_number and field.unit == other.unit):
        problem = f"{field.key} cannot be compared with {other.key}"
        draft.refuse(place.file, place.entry, problem, "compare two numbers of the same unit")


def _prove_range_test(draft: Draft, place: Place, test: RangeTest, field: Field) -> None:
    if not FIELD_TYPES[field.type].is_number:
        problem = f"{field.key} is of type {field.type} and has no range"
        draft.refuse(place.file, place.entry, problem, "test it with is, one_of or none_of")
        return
    hard = field.hard or EVERYTHING
    if test.range.is_empty or not test.range.meets(hard):
        problem = f"{field.key} {test.range} never holds"
        draft.refuse(place.file, place.entry, problem, f"take a range that meets its hard range ({hard})")
    elif test.range.covers(hard):
        problem = f"{field.key} {test.range} always holds"
        draft.refuse(place.file, place.entry, problem, f"narrow it within its hard range ({hard}) or take it out")


def codes_of(field: Field) -> frozenset[str | bool]:
    """Everything that may be answered to a choice or to yes and no; empty for other fields."""
    if field.type == "yes_no":
        return frozenset({True, False})
    return frozenset(option.code for option in field.options)


def _prove_code_test(draft: Draft, place: Place, test: CodeTest, field: Field) -> None:
    codes = codes_of(field)
    if not codes:
        problem = f"{field.key} is of type {field.type} and has no options"
        draft.refuse(place.file, place.entry, problem, "test it with a range")
        return
    strange = sorted(map(str, test.codes - codes))
    if strange:
        problem = f"{field.key} has no option {', '.join(strange)}"
        draft.refuse(place.file, place.entry, problem, f"take from {', '.join(sorted(map(str, codes)))}")
    elif test.codes == codes and field.type != "choices":
        outcome = "always" if test.wanted else "never"
        draft.refuse(place.file, place.entry, f"the test on {field.key} {outcome} holds", "leave some options out")
