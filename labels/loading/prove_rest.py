"""Proves what the rules stand on and what they serve: methods, groups, venue types, issued ids and texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from string import Formatter

from labels.definitions import VENUE_KIND, Destination, Method, Need, Passing, Retired, VenueType
from labels.loading.draft import Draft
from labels.loading.prove_conditions import Place, prove_condition
from labels.loading.prove_fields import prove_sources
from labels.texts import TEMPLATES
from labels.units import FIELD_TYPES

_PREFIX = re.compile(r"[a-z]{2}")


def prove_rest(draft: Draft) -> None:
    """Note everything wrong outside fields and criteria."""
    _prove_unique(draft)
    for method in draft.methods:
        _prove_method(draft, method)
    prove_sources(draft, "ruleset.toml", "estimate_cap", draft.rule_set.estimate_cap.sources)
    for group in draft.groups:
        if not _PREFIX.fullmatch(group.prefix):
            draft.refuse("groups.toml", f"group {group.id}", f"prefix {group.prefix!r}", "write two small letters")
    _prove_modules(draft)
    for venue_type in draft.venue_types:
        _prove_venue_type(draft, venue_type)
    _prove_issued(draft)
    _prove_texts(draft)


def _refuse_twice(draft: Draft, file: str, what: str, ids: Iterable[str]) -> None:
    for name, count in Counter(ids).items():
        if count > 1:
            draft.refuse(file, f"{what} {name}", f"it occurs {count} times", "give each its own")


def _prove_unique(draft: Draft) -> None:
    _refuse_twice(draft, "sources.toml", "source", (source.id for source in draft.sources))
    _refuse_twice(draft, "methods.toml", "method", (method.id for method in draft.methods))
    _refuse_twice(draft, "methods.toml", "half_life", (half_life for half_life, _ in draft.half_lives))
    _refuse_twice(draft, "groups.toml", "group", (group.id for group in draft.groups))
    _refuse_twice(draft, "groups.toml", "prefix", (group.prefix for group in draft.groups))
    _refuse_twice(draft, "venue_types", "venue type", (venue_type.id for venue_type in draft.venue_types))
    _refuse_twice(draft, "issued.toml", "id", (*draft.issued.ids, *(gone.id for gone in draft.issued.retired)))


def _prove_method(draft: Draft, method: Method) -> None:
    entry = f"method {method.id}"
    for type_name in method.types:
        if type_name not in FIELD_TYPES:
            draft.refuse("methods.toml", entry, f"no type {type_name!r}", f"take from {', '.join(FIELD_TYPES)}")
    units = {unit for name in method.types if name in FIELD_TYPES for unit in FIELD_TYPES[name].units}
    for unit, accuracy in method.accuracy.items():
        if unit not in units:
            problem = f"it has an accuracy in {unit!r}, which none of its types is kept in"
            draft.refuse("methods.toml", entry, problem, f"take from {', '.join(sorted(filter(None, units)))}")
        if accuracy.absolute < 0 or accuracy.percent < 0 or accuracy.absolute == accuracy.percent == 0:
            draft.refuse("methods.toml", entry, f"its accuracy in {unit!r} is nothing", "write absolute or percent")


# Venue types


def _prove_modules(draft: Draft) -> None:
    opened = {kind for module in draft.modules.values() for kind in module.kinds}
    for kind in sorted(opened - draft.kinds.keys()):
        draft.refuse("modules.toml", f"kind {kind}", "there is no such kind", "correct its spelling or add the kind")
    for kind in sorted(draft.kinds.keys() - opened - {VENUE_KIND}):
        draft.refuse(draft.kinds[kind].file, f"kind {kind}", "no module opens it", "add it to a module of modules.toml")


def _prove_venue_type(draft: Draft, venue_type: VenueType) -> None:
    file, entry = venue_type.file, f"venue type {venue_type.id}"
    _refuse_twice(draft, file, "destination", (destination.id for destination in venue_type.destinations))
    if not any(destination.core for destination in venue_type.destinations):
        draft.refuse(file, entry, "no destination is core", "say which destinations decide about the venue")
    for key in venue_type.required_answers:
        field = draft.fields.get(key)
        if field is None or field.kind not in venue_type.kinds:
            problem = f"it requires {key}, which is never asked there"
            draft.refuse(file, entry, problem, "correct the key or open its module")
    for destination in venue_type.destinations:
        _prove_destination(draft, venue_type, destination)
    for need in venue_type.needs:
        _prove_place(draft, venue_type, f"{entry}: need {need.kind}", need.kind)
        _prove_conditions(draft, venue_type, f"{entry}: need {need.kind}", need)


def _prove_place(draft: Draft, venue_type: VenueType, entry: str, kind: str) -> None:
    if kind not in venue_type.kinds:
        draft.refuse(venue_type.file, entry, f"no module of the type opens kind {kind!r}", "open it or take it out")


def _prove_destination(draft: Draft, venue_type: VenueType, destination: Destination) -> None:
    entry = f"venue type {venue_type.id}: destination {destination.id}"
    for kind in (destination.kind, *destination.via):
        _prove_place(draft, venue_type, entry, kind)
    known = [draft.kinds[kind] for kind in destination.via if kind in draft.kinds]
    if sum(kind.passing is Passing.ONE for kind in known) > 1:
        draft.refuse(venue_type.file, entry, "via passes one of two kinds at once", "keep one kind with passing = one")
    _prove_conditions(draft, venue_type, entry, destination)
    _refuse_twice(draft, venue_type.file, f"{entry}: via", destination.via)


def _prove_conditions(draft: Draft, venue_type: VenueType, entry: str, thing: Destination | Need) -> None:
    if thing.kind in draft.kinds:
        prove_condition(draft, Place(venue_type.file, entry, draft.kinds[thing.kind]), thing.where)
    if VENUE_KIND in draft.kinds:
        prove_condition(draft, Place(venue_type.file, entry, draft.kinds[VENUE_KIND]), thing.when)


# Permanent ids


def _prove_issued(draft: Draft) -> None:
    issued, retired = set(draft.issued.ids), {gone.id: gone for gone in draft.issued.retired}
    active = {field.key: field.file for field in draft.all_fields}
    active.update({criterion.id: criterion.file for criterion in draft.criteria})
    for name in sorted(active.keys() - issued):
        if name in retired:
            remedy = f"give it a new id, or refer to its successor {retired[name].successor}"
            draft.refuse(active[name], name, "the id is retired and cannot come back", remedy)
        else:
            draft.refuse(active[name], name, "the id was never issued", "add it to issued.toml")
    for name in sorted(issued - active.keys()):
        problem = "the id was issued and is gone"
        draft.refuse("issued.toml", name, problem, "bring it back, or move it to [[retired]] with its successor")
    for gone in draft.issued.retired:
        _prove_successor(draft, gone, retired, set(active))


def _prove_successor(draft: Draft, gone: Retired, retired: dict[str, Retired], active: set[str]) -> None:
    seen = {gone.id}
    successor = gone.successor
    while successor in retired and successor not in seen:
        seen.add(successor)
        successor = retired[successor].successor
    if successor not in active:
        problem = f"its successor {successor!r} is not in use"
        draft.refuse("issued.toml", f"retired {gone.id}", problem, "name the id that took its place")


# Texts


def _prove_texts(draft: Draft) -> None:
    for key in sorted(TEMPLATES.keys() - draft.texts.keys()):
        draft.refuse("texts.toml", key, "the text is missing", "write it in plain Dutch")
    for key in sorted(draft.texts.keys() - TEMPLATES.keys()):
        draft.refuse("texts.toml", key, "nothing shows this text", "correct the key or take it out")
    for key in sorted(draft.texts.keys() & TEMPLATES.keys()):
        for blank in sorted(_blanks(draft.texts[key]) - TEMPLATES[key]):
            allowed = ", ".join(sorted(TEMPLATES[key])) or "none"
            draft.refuse("texts.toml", key, f"no blank {{{blank}}} here", f"use {allowed}")


def _blanks(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"?"}
