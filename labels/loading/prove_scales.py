"""Proves the shapes that are made of numbers: bands that tile the line, steps that shrink, tables without holes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from labels.definitions import Field
from labels.loading.draft import Draft
from labels.model import rank_of
from labels.outcomes import needed_count
from labels.ranges import Range, tiling_faults
from labels.shapes import Band, Combine, Criterion, Pair, PairStep, Quota, RangeTest, Scale, Variant
from labels.units import FIELD_TYPES

_ANY = Range()


def _refuse(draft: Draft, criterion: Criterion, problem: str, remedy: str) -> None:
    draft.refuse(criterion.file, f"criterion {criterion.id}", problem, remedy)


def _prove_numbers(draft: Draft, criterion: Criterion, keys: Sequence[str], unit: str) -> list[Field]:
    """The fields, when they are numbers kept in the unit of the rule; problems are noted."""
    fields = [draft.fields[key] for key in keys]
    for field in fields:
        if not FIELD_TYPES[field.type].is_number:
            _refuse(
                draft, criterion, f"{field.key} is of type {field.type}, not a number", "judge it by choices or cases"
            )
        elif field.unit != unit:
            problem = f"it is in {unit or 'no unit'!r} and {field.key} in {field.unit or 'no unit'!r}"
            _refuse(draft, criterion, problem, "write the numbers in the unit of the field")
    return fields


# Ranges


def prove_scale(draft: Draft, criterion: Criterion, shape: Scale) -> None:
    """Note bands with gaps, overlaps, dead rows or verdicts out of order, and variants that leave a case open."""
    fields = _prove_numbers(draft, criterion, shape.fields, shape.unit)
    if not all(FIELD_TYPES[field.type].is_number for field in fields):
        return
    if not shape.variants:
        _refuse(draft, criterion, "it has no bands", "add bands, or variants with bands")
    is_count = all(FIELD_TYPES[field.type].is_count for field in fields)
    for variant in shape.variants:
        _prove_bands(draft, criterion, shape, variant.bands, is_count=is_count)
        if shape.combine is not Combine.SUM:
            _refuse_dead_bands(draft, criterion, variant.bands, fields)
    if shape.by is not None:
        _prove_by(draft, criterion, shape.by, shape.variants)
    else:
        _prove_variants(draft, criterion, shape.variants)


def _prove_bands(draft: Draft, criterion: Criterion, shape: Scale, bands: Sequence[Band], *, is_count: bool) -> None:
    for fault in tiling_faults([band.range for band in bands], integers=is_count):
        _refuse(draft, criterion, f"its bands do not tile the line: {fault}", "mend the bounds of the bands")
    for one, other in pairwise(bands):
        if one.ground.gives is other.ground.gives:
            problem = f"the bands {one.range} and {other.range} give the same verdict"
            _refuse(draft, criterion, problem, "make them one band")
    ranks = [rank_of(band.ground.gives) for band in bands]
    if not _keeps_direction(ranks, shape.better):
        problem = f"its verdicts do not get better {_WORDING[shape.better]}"
        _refuse(draft, criterion, problem, "correct the verdicts, or better")


_WORDING = {"higher": "as the number rises", "lower": "as the number falls", "between": "towards the middle"}


def _keeps_direction(ranks: list[int], better: str) -> bool:
    if better == "between":
        top = ranks.index(max(ranks)) if ranks else 0
        return _is_rising(ranks[: top + 1]) and _is_rising(ranks[top:][::-1])
    return _is_rising(ranks if better == "higher" else ranks[::-1])


def _is_rising(ranks: list[int]) -> bool:
    return all(one <= other for one, other in pairwise(ranks))


def _refuse_dead_bands(draft: Draft, criterion: Criterion, bands: Sequence[Band], fields: Sequence[Field]) -> None:
    for band in bands:
        if not any(band.range.meets(field.hard or _ANY) for field in fields):
            problem = f"the band {band.range} is never reached within the hard range of {fields[0].key}"
            _refuse(draft, criterion, problem, "widen the hard range or drop the band")


def _prove_by(draft: Draft, criterion: Criterion, by: str, variants: Sequence[Variant]) -> None:
    field = draft.fields[by]
    if not FIELD_TYPES[field.type].is_number:
        _refuse(draft, criterion, f"by names {by} of type {field.type}", "name a field that is a number")
        return
    spans = [test.range for variant in variants for test in variant.when if isinstance(test, RangeTest)]
    for fault in tiling_faults(spans, integers=FIELD_TYPES[field.type].is_count):
        _refuse(draft, criterion, f"its ranges of {by} do not tile the line: {fault}", "mend the bounds under at")


def _prove_variants(draft: Draft, criterion: Criterion, variants: Sequence[Variant]) -> None:
    if variants and variants[-1].when:
        problem = "nothing is said when no condition of a variant holds"
        _refuse(draft, criterion, problem, "add a last variant without condition")
    for number, variant in enumerate(variants[:-1], start=1):
        if not variant.when:
            problem = f"variant {number} has no condition, so later ones are never reached"
            _refuse(draft, criterion, problem, "give it a condition or move it to the end")


# Width and depth


def prove_pair(draft: Draft, criterion: Criterion, shape: Pair) -> None:
    """Note steps that do not shrink with their verdicts, dead steps and fields that are no width and depth."""
    fields = [draft.fields[key] for key in shape.fields]
    wanted = "size" if len(fields) == 1 else "length"
    for field in fields:
        if field.type != wanted or field.unit != shape.unit:
            problem = f"{field.key} is a {field.type} in {field.unit or 'no unit'!r}, the pair in {shape.unit!r}"
            _refuse(draft, criterion, problem, "name one size or two lengths in the unit of the rule")
    _prove_steps(draft, criterion, shape)
    for step in shape.steps:
        for field, size in zip((fields[0], fields[-1]), (step.width, step.depth), strict=True):
            if not Range(low=size).meets(field.hard or _ANY):
                _refuse(
                    draft, criterion, f"{field.key} never reaches {size:g}", "widen its hard range or lower the step"
                )


def _prove_steps(draft: Draft, criterion: Criterion, shape: Pair) -> None:
    for one, other in pairwise(shape.steps):
        if not (one.width >= other.width and one.depth >= other.depth) or _size(one) == _size(other):
            problem = f"{other.width:g} x {other.depth:g} is not smaller than {one.width:g} x {one.depth:g}"
            _refuse(draft, criterion, problem, "write the steps from large to small")
    ranks = [rank_of(ground.gives) for ground in (*(step.ground for step in shape.steps), shape.otherwise)]
    if any(one <= other for one, other in pairwise(ranks)):
        _refuse(draft, criterion, "a smaller size gives no worse verdict", "let the verdict fall with the size")


def _size(step: PairStep) -> tuple[float, float]:
    return step.width, step.depth


# Counts by table


def prove_quota(draft: Draft, criterion: Criterion, shape: Quota) -> None:
    """Note tables with holes, needs that fall as the total rises, and verdicts out of order."""
    fields = [draft.fields[key] for key in (shape.field, shape.by)]
    for field in fields:
        if not FIELD_TYPES[field.type].is_count:
            _refuse(draft, criterion, f"{field.key} is of type {field.type}", "a table counts whole things")
            return
    for fault in tiling_faults([row.at for row in shape.rows], integers=True):
        _refuse(draft, criterion, f"its table does not tile the line: {fault}", "mend the bounds under at")
        return
    if any(row.per < 1 for row in shape.rows) or shape.minimum < 1:
        _refuse(draft, criterion, "per and minimum have to be 1 at least", "correct the table")
        return
    total_range = fields[1].hard or _ANY
    _prove_needs(draft, criterion, shape, total_range)
    if not _verdicts_fall(shape):
        _refuse(draft, criterion, "fewer places give no worse verdict", "let the verdict fall with the number")


def _verdicts_fall(shape: Quota) -> bool:
    return rank_of(shape.enough.gives) > rank_of(shape.some.gives) > rank_of(shape.too_few.gives)


def _prove_needs(draft: Draft, criterion: Criterion, shape: Quota, totals: Range) -> None:
    ends = sorted({int(bound) for row in shape.rows for bound in row.at.on_integers().bounds} | set(_ends(totals)))
    needs = [(end, needed_count(shape.rows, end)) for end in ends if end in totals]
    for (low, fewer), (high, more) in pairwise(needs):
        if fewer > more:
            problem = f"{high} asks for {more} where {low} asks for {fewer}"
            _refuse(draft, criterion, problem, "let the number asked rise with the total")
    if any(needed < 0 for _, needed in needs):
        _refuse(draft, criterion, "it asks for fewer than none", "correct base, add, per or after")


def _ends(span: Range) -> tuple[int, ...]:
    return tuple(int(bound) for bound in span.bounds)
