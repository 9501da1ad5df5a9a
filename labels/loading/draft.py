"""A catalogue that is read but not yet proven, with lookups for the proofs; ids may still occur twice in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from labels.definitions import Check, Field, Group, Kind, Method, Module, Source, VenueType
from labels.errors import Problem
from labels.loading.basics import Issued, RuleSet
from labels.loading.elements import ElementFile
from labels.shapes import Criterion


@dataclass(frozen=True)
class Draft:
    """Everything the rule files say, and the problems found so far."""

    rule_set: RuleSet
    sources: list[Source]
    methods: list[Method]
    half_lives: list[tuple[str, int]]
    groups: list[Group]
    issued: Issued
    element_files: list[ElementFile]
    criteria: list[Criterion]
    modules: Mapping[str, Module]
    venue_types: list[VenueType]
    texts: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, file: str, entry: str, problem: str, remedy: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(file, entry, problem, remedy))

    @cached_property
    def all_fields(self) -> list[Field]:
        """The fields of every kind in the order of writing."""
        return [found for file in self.element_files for found in file.fields]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Fields by key."""
        return {found.key: found for found in self.all_fields}

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Kinds by id."""
        return {file.kind.id: file.kind for file in self.element_files}

    @cached_property
    def checks(self) -> list[tuple[str, Check]]:
        """The checks of every kind, each with its file."""
        return [(file.kind.file, check) for file in self.element_files for check in file.checks]

    @cached_property
    def source_ids(self) -> frozenset[str]:
        """The ids that a row may name as its source."""
        return frozenset(source.id for source in self.sources)
