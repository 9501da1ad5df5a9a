"""Reads the types of venue: the modules of questions they open, their destinations and what they cannot do without."""

from __future__ import annotations

from collections.abc import Mapping

from labels.definitions import VENUE_KIND, Destination, Module, Need, VenueType
from labels.loading.conditions import read_condition
from labels.loading.entry import Entry


def read_modules(entry: Entry) -> dict[str, Module]:
    """The modules of questions with the kinds of elements that each opens, by id."""
    modules: dict[str, Module] = {}
    for row in entry.take_entries("module", must=True):
        module_id = row.take_text("id")
        row.name = f"module {module_id}"
        if module_id in modules:
            row.refuse("there are two modules with this id", "give each its own")
        modules[module_id] = Module(
            module_id, row.take_text("nl"), row.take_text("en"), row.take_names("kinds", must=True)
        )
        row.finish()
    entry.finish()
    return modules


def read_venue_type(entry: Entry, modules: Mapping[str, Module]) -> VenueType:
    """One type of venue; problems are noted in the entry."""
    type_id = entry.take_text("id")
    entry.name = f"venue type {type_id}"
    module_ids = entry.take_names("modules", must=True)
    for module_id in module_ids:
        if module_id not in modules:
            entry.refuse(f"no module {module_id!r}", "take one of modules.toml or add it there")
    kinds = dict.fromkeys(kind for module_id in module_ids if module_id in modules for kind in modules[module_id].kinds)
    destinations = tuple(_read_destination(row) for row in entry.take_entries("destination", must=True))
    needs = (
        *(Need(d.kind, d.when, d.where) for d in destinations if d.core),
        *(_read_need(row) for row in entry.take_entries("need")),
    )
    venue_type = VenueType(
        id=type_id,
        nl=entry.take_text("nl"),
        en=entry.take_text("en"),
        modules=module_ids,
        kinds=(VENUE_KIND, *kinds),
        destinations=destinations,
        needs=needs,
        required_answers=entry.take_names("required_answers"),
        file=entry.file,
    )
    entry.finish()
    return venue_type


def _read_destination(entry: Entry) -> Destination:
    destination_id = entry.take_text("id")
    destination = Destination(
        id=destination_id,
        nl=entry.take_text("nl"),
        en=entry.take_text("en"),
        kind=entry.take_text("kind"),
        core=entry.take_flag("core"),
        where=read_condition(entry, "where"),
        when=read_condition(entry, "when"),
        via=entry.take_names("via"),
    )
    entry.finish()
    return destination


def _read_need(entry: Entry) -> Need:
    need = Need(entry.take_text("kind"), read_condition(entry, "when"), read_condition(entry, "where"))
    entry.finish()
    return need
