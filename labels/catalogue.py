"""Loads the rule files and proves them, or refuses to start with every file, entry, problem and remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from labels.definitions import Catalogue, Destination, Need, VenueType
from labels.errors import CatalogueRefused, Problem
from labels.loading.basics import read_groups, read_issued, read_methods, read_rule_set, read_sources, read_texts
from labels.loading.criteria import read_criteria_file
from labels.loading.draft import Draft
from labels.loading.elements import read_element_file
from labels.loading.entry import Entry
from labels.loading.prove_criteria import prove_criteria
from labels.loading.prove_fields import prove_fields
from labels.loading.prove_rest import prove_rest
from labels.loading.venue_types import read_modules, read_venue_type
from labels.shapes import Condition, Criterion, fields_of

RULES = Path(__file__).with_name("rules")
_SINGLE_FILES = (
    "groups.toml",
    "issued.toml",
    "methods.toml",
    "modules.toml",
    "ruleset.toml",
    "sources.toml",
    "texts.toml",
)
_FOLDERS = ("elements", "criteria", "venue_types")


@cache
def current_catalogue() -> Catalogue:
    """The catalogue that comes with the product; read and proven once."""
    return load_catalogue(RULES)


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in a folder, proven; raises CatalogueRefused with everything that is wrong with it."""
    return build_catalogue(read_rule_files(folder))


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The rule files of one folder by their name in it, and what kept some of them from being read."""

    documents: Mapping[str, Mapping[str, Any]]
    problems: tuple[Problem, ...] = ()


def read_rule_files(folder: Path) -> RuleFiles:
    """All .toml files of a folder and of the folders in it."""
    documents: dict[str, Mapping[str, Any]] = {}
    problems: list[Problem] = []
    for file in sorted(folder.rglob("*.toml")):
        name = file.relative_to(folder).as_posix()
        try:
            documents[name] = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(name, "file", f"it cannot be read ({error})", "put it there, in UTF-8"))
        except tomllib.TOMLDecodeError as error:
            problems.append(Problem(name, "file", f"it is no TOML ({error})", "mend the line named"))
    return RuleFiles(documents, tuple(problems))


def build_catalogue(files: RuleFiles) -> Catalogue:
    """The catalogue that the rule files describe, proven; raises CatalogueRefused."""
    problems = list(files.problems)
    if not problems:
        problems.extend(_missing_files(files))
    if problems:
        raise CatalogueRefused(tuple(problems))
    draft = _read_draft(files, problems)
    if not problems:
        prove_fields(draft)
        prove_criteria(draft)
        prove_rest(draft)
    if problems:
        raise CatalogueRefused(tuple(dict.fromkeys(problems)))
    return _build(draft)


def _missing_files(files: RuleFiles) -> Iterator[Problem]:
    for name in _SINGLE_FILES:
        if name not in files.documents:
            yield Problem(name, "file", "it is not there", "put it among the rule files")
    for folder in _FOLDERS:
        if not any(name.startswith(f"{folder}/") for name in files.documents):
            yield Problem(folder, "folder", "it holds no .toml files", "put the rule files there")
    for name in files.documents:
        if name not in _SINGLE_FILES and name.partition("/")[0] not in _FOLDERS:
            yield Problem(name, "file", "nothing reads it", f"put it in {', '.join(_FOLDERS)} or take it out")


def _read_draft(files: RuleFiles, problems: list[Problem]) -> Draft:
    def entry(name: str) -> Entry:
        return Entry(files.documents[name], file=name, name=name, problems=problems)

    def entries(folder: str) -> list[Entry]:
        return [entry(name) for name in sorted(files.documents) if name.startswith(f"{folder}/")]

    rule_set = read_rule_set(entry("ruleset.toml"))
    methods, half_lives = read_methods(entry("methods.toml"))
    modules = read_modules(entry("modules.toml"))
    return Draft(
        rule_set=rule_set,
        sources=read_sources(entry("sources.toml")),
        methods=methods,
        half_lives=half_lives,
        groups=read_groups(entry("groups.toml")),
        issued=read_issued(entry("issued.toml")),
        element_files=[read_element_file(found) for found in entries("elements")],
        criteria=[row for found in entries("criteria") for row in read_criteria_file(found, rule_set.version)],
        modules=modules,
        venue_types=[read_venue_type(found, modules) for found in entries("venue_types")],
        texts=read_texts(files.documents["texts.toml"], "texts.toml", problems),
        problems=problems,
    )


def _build(draft: Draft) -> Catalogue:
    criteria_of: dict[tuple[str, str], tuple[Criterion, ...]] = {}
    for criterion in draft.criteria:
        key = (criterion.kind, criterion.group)
        criteria_of[key] = (*criteria_of.get(key, ()), criterion)
    return Catalogue(
        version=draft.rule_set.version,
        dated=draft.rule_set.dated,
        sources=MappingProxyType({source.id: source for source in draft.sources}),
        methods=MappingProxyType({method.id: method for method in draft.methods}),
        half_lives=MappingProxyType(dict(draft.half_lives)),
        groups=MappingProxyType({group.id: group for group in draft.groups}),
        kinds=MappingProxyType(draft.kinds),
        modules=MappingProxyType(dict(draft.modules)),
        fields=MappingProxyType(draft.fields),
        checks=tuple(check for _, check in draft.checks),
        criteria=MappingProxyType({criterion.id: criterion for criterion in draft.criteria}),
        venue_types=MappingProxyType({venue_type.id: venue_type for venue_type in draft.venue_types}),
        retired=MappingProxyType({gone.id: gone for gone in draft.issued.retired}),
        texts=MappingProxyType(dict(draft.texts)),
        estimate_cap=draft.rule_set.estimate_cap,
        criteria_of=MappingProxyType(criteria_of),
        required=_required_fields(draft),
    )


def _required_fields(draft: Draft) -> frozenset[str]:
    """Fields said to be required, those a veto looks at, those that venue types steer by, and what decides on them."""
    wanted = {field.key for field in draft.all_fields if field.required}
    wanted.update(key for criterion in draft.criteria if criterion.veto for key in criterion.fields)
    wanted.update(key for condition in _steering(draft) for key in fields_of(condition))
    waiting = list(wanted)
    while waiting:
        for key in fields_of(draft.fields[waiting.pop()].when):
            if key not in wanted:
                wanted.add(key)
                waiting.append(key)
    return frozenset(wanted)


def _steering(draft: Draft) -> list[Condition]:
    """The conditions by which venue types choose their destinations and needs."""
    places = [(thing.where, thing.when) for venue_type in draft.venue_types for thing in _places_of(venue_type)]
    return [condition for pair in places for condition in pair]


def _places_of(venue_type: VenueType) -> tuple[Destination | Need, ...]:
    return (*venue_type.destinations, *venue_type.needs)
