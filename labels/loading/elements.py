"""Reads a file of one kind of element: the kind, its questions and the checks between their answers."""

from __future__ import annotations

from dataclasses import dataclass

from labels.definitions import Check, Field, Kind, Option, Passing
from labels.loading.conditions import read_condition
from labels.loading.entry import Entry
from labels.ranges import Range
from labels.units import FIELD_TYPES

_PASSINGS = {passing.value: passing for passing in Passing}


@dataclass(frozen=True, slots=True)
class ElementFile:
    """What one file under rules/elements says."""

    kind: Kind
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]


def read_element_file(entry: Entry) -> ElementFile:
    """The kind with its fields and checks; problems are noted in the entry."""
    head = entry.take_entry("kind")
    head.name = f"kind {head.take_text('id')}"
    kind_id = head.take_text("id")
    half_life = head.take_text("half_life")
    fields = tuple(_read_field(field, kind_id, half_life) for field in entry.take_entries("field", must=True))
    checks = tuple(_read_check(check, kind_id) for check in entry.take_entries("check"))
    kind = _read_kind(head, kind_id, tuple(field.key for field in fields))
    entry.finish()
    return ElementFile(kind, fields, checks)


def _read_kind(entry: Entry, kind_id: str, fields: tuple[str, ...]) -> Kind:
    passing = entry.take_text("passing", "all")
    if passing not in _PASSINGS:
        entry.refuse(f"passing is {passing!r}", f"write one of {', '.join(_PASSINGS)}")
    kind = Kind(
        id=kind_id,
        nl=entry.take_text("nl"),
        en=entry.take_text("en"),
        how=entry.take_text("how"),
        repeatable=entry.take_flag("repeatable", default=True),
        part_of=entry.take_names("part_of"),
        leads_to=entry.take_names("leads_to"),
        needs_parts=entry.take_names("needs_parts"),
        passing=_PASSINGS.get(passing, Passing.ALL),
        passed_when=read_condition(entry, "passed_when"),
        fields=fields,
        file=entry.file,
    )
    entry.finish()
    return kind


def _read_field(entry: Entry, kind_id: str, half_life: str) -> Field:
    key = entry.take_text("key")
    entry.name = f"field {key}"
    type_name = entry.take_text("type")
    if type_name not in FIELD_TYPES:
        entry.refuse(f"type is {type_name!r}", f"write one of {', '.join(FIELD_TYPES)}")
    sources, mark = entry.take_sources()
    field = Field(
        key=key,
        kind=kind_id,
        type=type_name if type_name in FIELD_TYPES else "text",
        unit=entry.take_text("unit") if entry.has("unit") else "",
        nl=entry.take_text("nl"),
        en=entry.take_text("en"),
        how=entry.take_text("how"),
        hard=_read_limits(entry, "hard"),
        soft=_read_limits(entry, "soft"),
        half_life=entry.take_text("half_life", half_life),
        options=tuple(_read_option(option) for option in entry.take_entries("options")),
        when=read_condition(entry, "when"),
        sources=sources,
        mark=mark,
        may_not_apply=entry.take_flag("may_not_apply"),
        required=entry.take_flag("required"),
        file=entry.file,
    )
    entry.finish()
    return field


def _read_limits(entry: Entry, key: str) -> Range | None:
    if not entry.has(key):
        return None
    limits = entry.take_entry(key)
    found = limits.take_range()
    limits.finish()
    return found


def _read_option(entry: Entry) -> Option:
    option = Option(entry.take_text("code"), entry.take_text("nl"), entry.take_text("en"))
    entry.finish()
    return option


def _read_check(entry: Entry, kind_id: str) -> Check:
    check = Check(
        id=entry.take_text("id"),
        kind=kind_id,
        when=read_condition(entry, "when"),
        must=read_condition(entry, "must", must=True),
        nl=entry.take_text("nl"),
        en=entry.take_text("en"),
    )
    entry.finish()
    return check
