"""Proves criteria: known groups, fields within reach, sources, agreeing units, and shapes that leave nothing open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from labels.definitions import Kind
from labels.loading.draft import Draft
from labels.loading.prove_conditions import Place, codes_of, prove_condition, prove_field
from labels.loading.prove_fields import prove_sources
from labels.loading.prove_scales import prove_pair, prove_quota, prove_scale
from labels.model import Verdict
from labels.shapes import Cases, ChoiceScale, Criterion, Ground, Pair, Quota, Scale, fields_of

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


def prove_criteria(draft: Draft) -> None:
    """Note everything wrong with the criteria."""
    for criterion_id, count in Counter(criterion.id for criterion in draft.criteria).items():
        if count > 1:
            files = " and ".join(sorted({c.file for c in draft.criteria if c.id == criterion_id}))
            draft.refuse(files, f"criterion {criterion_id}", f"it occurs {count} times", "give each its own id")
    for criterion in draft.criteria:
        _prove_id(draft, criterion)
        kind = draft.kinds.get(criterion.kind)
        if kind is None:
            problem = f"its first field {criterion.fields[0]!r} belongs to no kind"
            _refuse(draft, criterion, problem, "name a field as kind.name")
            continue
        _prove_reach(draft, criterion, kind)
        _prove_verdicts(draft, criterion)
        _prove_shape(draft, criterion)


def _refuse(draft: Draft, criterion: Criterion, problem: str, remedy: str) -> None:
    draft.refuse(criterion.file, f"criterion {criterion.id}", problem, remedy)


def _prove_id(draft: Draft, criterion: Criterion) -> None:
    group = next((group for group in draft.groups if group.id == criterion.group), None)
    if group is None:
        _refuse(draft, criterion, f"no group {criterion.group!r}", "take one of groups.toml")
        return
    if not _ID.fullmatch(criterion.id) or not criterion.id.startswith(f"{group.prefix}-"):
        remedy = f"write {group.prefix}- and then small letters and figures between hyphens"
        _refuse(draft, criterion, "the id does not have its form", remedy)


def _prove_reach(draft: Draft, criterion: Criterion, kind: Kind) -> None:
    """Every field within sight, every condition alive; a part_of in the rule's own condition lets it see the whole."""
    place = Place(criterion.file, f"criterion {criterion.id}", kind, criterion.when)
    prove_condition(draft, place, criterion.when)
    for key in criterion.fields:
        if key not in fields_of(criterion.when):
            prove_field(draft, place, key)
    if isinstance(criterion.shape, Cases):
        for case in criterion.shape.cases:
            prove_condition(draft, place, case.when)
    if isinstance(criterion.shape, Scale):
        for variant in criterion.shape.variants:
            prove_condition(draft, place, variant.when)


def grounds_of(criterion: Criterion) -> Iterator[Ground]:
    """Every row of the rule that gives a verdict."""
    match criterion.shape:
        case Scale() as scale:
            yield from (band.ground for variant in scale.variants for band in variant.bands)
        case ChoiceScale() as choice:
            yield from choice.grounds.values()
        case Pair() as pair:
            yield from (*(step.ground for step in pair.steps), pair.otherwise)
        case Quota() as quota:
            yield from (quota.enough, quota.some, quota.too_few)
        case Cases() as cases:
            yield from (*(case.ground for case in cases.cases), cases.otherwise)


def _prove_verdicts(draft: Draft, criterion: Criterion) -> None:
    grounds = list(grounds_of(criterion))
    for ground in grounds:
        prove_sources(draft, criterion.file, f"criterion {criterion.id}", ground.sources)
    given = {ground.gives for ground in grounds}
    if len(given) == 1:
        _refuse(draft, criterion, f"it always gives {next(iter(given))}", "say when the verdict is another")
    elif Verdict.INDEPENDENT not in given:
        _refuse(draft, criterion, "it can never give zelfstandig", "say what would be good enough")


def _prove_shape(draft: Draft, criterion: Criterion) -> None:
    if any(key not in draft.fields for key in criterion.fields):
        return
    match criterion.shape:
        case Scale():
            prove_scale(draft, criterion, criterion.shape)
        case Pair():
            prove_pair(draft, criterion, criterion.shape)
        case Quota():
            prove_quota(draft, criterion, criterion.shape)
        case ChoiceScale():
            _prove_choices(draft, criterion, criterion.shape)
        case Cases():
            _prove_cases(draft, criterion, criterion.shape)


def _prove_choices(draft: Draft, criterion: Criterion, shape: ChoiceScale) -> None:
    field = draft.fields[shape.field]
    codes = codes_of(field)
    if field.type not in ("choice", "yes_no"):
        _refuse(draft, criterion, f"{field.key} is of type {field.type}", "judge a choice or yes and no by choices")
        return
    strange = sorted(map(str, shape.grounds.keys() - codes))
    if strange:
        _refuse(draft, criterion, f"{field.key} has no option {', '.join(strange)}", "correct it or add the option")
    left_out = sorted(map(str, codes - shape.grounds.keys()))
    if left_out:
        _refuse(draft, criterion, f"nothing is said of {', '.join(left_out)}", "give every option a verdict")


def _prove_cases(draft: Draft, criterion: Criterion, shape: Cases) -> None:
    seen: list[frozenset[object]] = []
    for number, case in enumerate(shape.cases, start=1):
        tests = frozenset(case.when)
        if any(earlier <= tests for earlier in seen):
            _refuse(draft, criterion, f"case {number} is never reached", "an earlier case holds whenever it does")
        seen.append(tests)
