"""Reads what the rules stand on: the rule set itself, sources, methods, half-lives, groups, issued ids and texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from labels.definitions import Accuracy, Group, Method, Retired, Source
from labels.errors import Problem
from labels.loading.entry import Entry
from labels.model import Verdict
from labels.shapes import Ground

FORMAT = 1


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The version and date of the rules, and the ground for holding back a verdict that rests on an estimate."""

    version: str
    dated: date
    estimate_cap: Ground


@dataclass(frozen=True, slots=True)
class Issued:
    """Every id that was ever given out, and those that are out of use."""

    ids: tuple[str, ...]
    retired: tuple[Retired, ...]


def read_rule_set(entry: Entry) -> RuleSet:
    """ruleset.toml."""
    file_format = entry.take_integer("format")
    if file_format != FORMAT:
        entry.refuse(
            f"format is {file_format}", f"these programs read format {FORMAT}; take the rules that go with them"
        )
    cap = entry.take_entry("estimate_cap")
    sources, mark = cap.take_sources()
    cap.finish()
    rule_set = RuleSet(entry.take_text("version"), entry.take_date("dated"), Ground(Verdict.WITH_HELP, sources, mark))
    entry.finish()
    return rule_set


def read_sources(entry: Entry) -> list[Source]:
    """sources.toml."""
    sources = []
    for row in entry.take_entries("source", must=True):
        row.name = f"source {row.take_text('id')}"
        source = Source(
            row.take_text("id"), row.take_text("title"), row.take_date("recorded_on"), row.take_text("note", "")
        )
        sources.append(source)
        row.finish()
    entry.finish()
    return sources


def read_methods(entry: Entry) -> tuple[list[Method], list[tuple[str, int]]]:
    """methods.toml: the methods, and the half-lives in years by id."""
    methods = [_read_method(row) for row in entry.take_entries("method", must=True)]
    half_lives = []
    for row in entry.take_entries("half_life", must=True):
        row.name = f"half_life {row.take_text('id')}"
        years = row.take_integer("years")
        if years < 1:
            row.refuse(f"years is {years}", "write at least 1")
        half_lives.append((row.take_text("id"), years))
        row.finish()
    entry.finish()
    return methods, half_lives


def _read_method(entry: Entry) -> Method:
    method_id = entry.take_text("id")
    entry.name = f"method {method_id}"
    accuracy: dict[str, Accuracy] = {}
    for row in entry.take_entries("accuracy"):
        accuracy[row.take_text("unit")] = Accuracy(row.take_number("absolute", 0), row.take_number("percent", 0))
        row.finish()
    method = Method(
        id=method_id,
        nl=entry.take_text("nl"),
        en=entry.take_text("en"),
        types=entry.take_names("types", must=True),
        is_estimate=entry.take_flag("estimate"),
        accuracy=accuracy,
    )
    entry.finish()
    return method


def read_groups(entry: Entry) -> list[Group]:
    """groups.toml."""
    groups = []
    for row in entry.take_entries("group", must=True):
        row.name = f"group {row.take_text('id')}"
        groups.append(Group(row.take_text("id"), row.take_text("nl"), row.take_text("en"), row.take_text("prefix")))
        row.finish()
    entry.finish()
    return groups


def read_issued(entry: Entry) -> Issued:
    """issued.toml."""
    ids = (*entry.take_names("fields", must=True), *entry.take_names("criteria", must=True))
    retired = []
    for row in entry.take_entries("retired"):
        row.name = f"retired {row.take_text('id')}"
        retired.append(Retired(row.take_text("id"), row.take_text("successor"), row.take_date("since")))
        row.finish()
    entry.finish()
    return Issued(ids, tuple(retired))


def read_texts(data: Mapping[str, Any], file: str, problems: list[Problem]) -> dict[str, str]:
    """texts.toml, its tables flattened to `table.key`."""
    texts: dict[str, str] = {}
    for section, rows in data.items():
        if not isinstance(rows, dict):
            problems.append(Problem(file, section, "it stands outside a table", "put it below a [table] heading"))
            continue
        for key, text in rows.items():
            if isinstance(text, str) and text.strip():
                texts[f"{section}.{key}"] = text
            else:
                problems.append(Problem(file, f"{section}.{key}", f"the text is {text!r}", "write a text"))
    return texts
