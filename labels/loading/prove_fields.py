"""Proves kinds, fields and checks: ids, units, ranges, options, methods, conditions without circles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from labels.definitions import VENUE_KIND, Field, Kind
from labels.loading.draft import Draft
from labels.loading.prove_conditions import Place, prove_condition
from labels.shapes import fields_of
from labels.units import FIELD_TYPES

_KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_COUNT_NAMES = ("_count", ".count", ".bars")


def prove_fields(draft: Draft) -> None:
    """Note everything wrong with kinds, fields and checks."""
    _prove_kinds(draft)
    _refuse_twice(draft, ((f.file, "field", f.key) for f in draft.all_fields))
    _refuse_twice(draft, ((f.file, "how", f.how) for f in draft.all_fields))
    for field in draft.all_fields:
        _prove_key(draft, field)
        _prove_unit(draft, field)
        _prove_ranges(draft, field)
        _prove_options(draft, field)
        _prove_references(draft, field)
    _refuse_circles(draft)
    _prove_checks(draft)


def _refuse_twice(draft: Draft, named: Iterable[tuple[str, str, str]]) -> None:
    rows = list(named)
    counts = Counter((what, name) for _, what, name in rows)
    for file, what, name in dict.fromkeys(rows):
        if counts[what, name] > 1:
            remedy = "give each its own" if what != "how" else "write for each question how it is measured"
            draft.refuse(file, f"{what} {name}", f"it occurs {counts[what, name]} times", remedy)


def _prove_kinds(draft: Draft) -> None:
    _refuse_twice(draft, ((file.kind.file, "kind", file.kind.id) for file in draft.element_files))
    venue = draft.kinds.get(VENUE_KIND)
    if venue is None or venue.repeatable:
        draft.refuse("elements", f"kind {VENUE_KIND}", "it is missing or repeatable", "add it with repeatable = false")
    for kind in draft.kinds.values():
        _prove_kind(draft, kind)
    for circle in _circles({kind.id: (*kind.part_of, *kind.leads_to) for kind in draft.kinds.values()}):
        kind = draft.kinds[circle]
        draft.refuse(kind.file, f"kind {circle}", "it belongs to itself in the end", "cut part_of or leads_to")


def _prove_kind(draft: Draft, kind: Kind) -> None:
    entry = f"kind {kind.id}"
    for other in (*kind.part_of, *kind.leads_to, *kind.needs_parts):
        if other not in draft.kinds:
            draft.refuse(kind.file, entry, f"no kind {other!r}", "correct its spelling or add the kind")
    for part in kind.needs_parts:
        if part in draft.kinds and kind.id not in draft.kinds[part].part_of:
            problem = f"it needs a {part}, which can be no part of it"
            draft.refuse(kind.file, entry, problem, f"add {kind.id} to part_of of {part}")
    if kind.passed_when:
        prove_condition(draft, Place(kind.file, entry, kind), kind.passed_when)


def _prove_key(draft: Draft, field: Field) -> None:
    if not _KEY.fullmatch(field.key) or not field.key.startswith(f"{field.kind}."):
        remedy = f"write {field.kind}. and then small letters, figures and underscores"
        draft.refuse(field.file, f"field {field.key}", "the key does not have the form kind.name", remedy)


def _prove_unit(draft: Draft, field: Field) -> None:
    units = FIELD_TYPES[field.type].units
    if field.unit not in units:
        wanted = " or ".join(unit or "no unit" for unit in units)
        problem = f"a {field.type} is not kept in {field.unit or 'no unit'!r}"
        draft.refuse(field.file, f"field {field.key}", problem, f"write {wanted}")
    if field.key.endswith(_COUNT_NAMES) and not FIELD_TYPES[field.type].is_count:
        problem = f"it is named as a count and is of type {field.type}"
        draft.refuse(field.file, f"field {field.key}", problem, "make it a count or give it another name")


def _prove_ranges(draft: Draft, field: Field) -> None:
    entry = f"field {field.key}"
    is_measured = FIELD_TYPES[field.type].is_number or field.type == "size"
    if not is_measured:
        if field.hard is not None or field.soft is not None:
            draft.refuse(field.file, entry, f"a {field.type} has no range", "take hard and soft out")
        return
    if field.hard is None or field.hard.low is None or field.hard.high is None:
        draft.refuse(field.file, entry, "its hard range has no two bounds", "add hard = { from = .., up_to = .. }")
        return
    if field.hard.is_empty:
        draft.refuse(field.file, entry, f"its hard range ({field.hard}) holds nothing", "put the bounds in order")
    if field.soft is not None and (field.soft.is_empty or not field.soft.meets(field.hard)):
        draft.refuse(field.file, entry, f"its soft range ({field.soft}) warns at every value", "widen it")
    elif field.soft is not None and field.soft.covers(field.hard):
        problem = f"its soft range ({field.soft}) never warns"
        draft.refuse(field.file, entry, problem, "narrow it within the hard range or take it out")


def _prove_options(draft: Draft, field: Field) -> None:
    entry = f"field {field.key}"
    codes = [option.code for option in field.options]
    if FIELD_TYPES[field.type].has_options != bool(codes) or len(codes) == 1:
        problem = f"a {field.type} with {len(codes)} options"
        draft.refuse(field.file, entry, problem, "give a choice two options or more, and other types none")
    for code, count in Counter(codes).items():
        if count > 1:
            draft.refuse(field.file, entry, f"option {code} occurs {count} times", "give each option its own code")
        if not _CODE.fullmatch(code):
            draft.refuse(field.file, entry, f"option code {code!r}", "use letters without accents, figures, _ and -")


def _prove_references(draft: Draft, field: Field) -> None:
    entry = f"field {field.key}"
    if field.half_life not in {half_life for half_life, _ in draft.half_lives}:
        draft.refuse(field.file, entry, f"no half-life {field.half_life!r}", "take one of methods.toml")
    prove_sources(draft, field.file, entry, field.sources)
    if not any(field.type in method.types for method in draft.methods):
        problem = f"no method can answer a {field.type}"
        draft.refuse(field.file, entry, problem, "add the type to a method of methods.toml")
    if field.kind in draft.kinds:
        prove_condition(draft, Place(field.file, entry, draft.kinds[field.kind]), field.when)


def prove_sources(draft: Draft, file: str, entry: str, sources: tuple[str, ...]) -> None:
    """Note sources that sources.toml does not have."""
    for source in sources:
        if source not in draft.source_ids:
            draft.refuse(file, entry, f"no source {source!r}", "take one of sources.toml or add it there")


def _refuse_circles(draft: Draft) -> None:
    asks = {field.key: fields_of(field.when) for field in draft.all_fields}
    for key in _circles(asks):
        problem = "whether it is asked depends on its own answer"
        draft.refuse(draft.fields[key].file, f"field {key}", problem, "cut the circle of conditions")


def _circles(leads_to: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The names from which following the links comes back to the name itself."""
    return [name for name in leads_to if name in _reached_from(name, leads_to)]


def _reached_from(name: str, leads_to: Mapping[str, tuple[str, ...]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(leads_to.get(name, ()))
    while waiting:
        other = waiting.pop()
        if other not in reached:
            reached.add(other)
            waiting.extend(leads_to.get(other, ()))
    return reached


def _prove_checks(draft: Draft) -> None:
    _refuse_twice(draft, ((file, "check", check.id) for file, check in draft.checks))
    for file, check in draft.checks:
        place = Place(file, f"check {check.id}", draft.kinds[check.kind])
        prove_condition(draft, place, check.when)
        prove_condition(draft, place, check.must)
