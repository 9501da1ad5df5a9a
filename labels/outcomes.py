"""One shape of rule against the answers of one element: a verdict, the row that gives it, and what is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from labels.facts import Facts, Reading
from labels.model import Size, State, Value, Verdict, rank_of
from labels.ranges import Range
from labels.results import Gap
from labels.shapes import (
    Band,
    Bound,
    Cases,
    ChoiceScale,
    Code,
    CodeTest,
    Combine,
    Condition,
    Ground,
    Pair,
    PairStep,
    PartTest,
    Quota,
    QuotaRow,
    RangeTest,
    Scale,
    Shape,
    Test,
    Variant,
    fields_of,
)

_NO_LIMITS: Mapping[str, tuple[float, ...]] = {}


class Outcome(NamedTuple):
    """A verdict with its row; `limits` are the numbers per field at which it would change, `missing` open fields."""

    verdict: Verdict
    ground: Ground | None = None
    bounds: tuple[Bound, ...] = ()
    gaps: tuple[Gap, ...] = ()
    limits: Mapping[str, tuple[float, ...]] = _NO_LIMITS
    missing: tuple[str, ...] = ()


NOT_ASKED = Outcome(Verdict.NOT_APPLICABLE)


def judge_shape(shape: Shape, facts: Facts) -> Outcome:
    """What the rule says of this element; unknown whenever an unknown answer could change the verdict."""
    match shape:
        case Scale():
            return _judge_scale(shape, facts)
        case ChoiceScale():
            return _judge_choice(shape, facts)
        case Pair():
            return _judge_pair(shape, facts)
        case Quota():
            return _judge_quota(shape, facts)
        case Cases():
            return _judge_cases(shape, facts)


def unknown(missing: Iterable[str]) -> Outcome:
    """The outcome while these fields have no answer."""
    return Outcome(Verdict.UNKNOWN, missing=tuple(dict.fromkeys(missing)))


def _without_value(keys: Sequence[str], facts: Facts) -> Outcome | None:
    """The outcome when one of the fields has no value, None when all have one."""
    readings = [facts.read(key) for key in keys]
    if any(reading.state is State.NOT_APPLICABLE for reading in readings):
        return NOT_ASKED
    open_keys = [key for key, reading in zip(keys, readings, strict=True) if reading.state is not State.KNOWN]
    if open_keys:
        return unknown(found for key in open_keys for found in facts.open_keys(key))
    return None


def _number(reading: Reading) -> float:
    return _as_number(reading.value)


def _as_number(value: Value | None) -> float:
    if isinstance(value, int | float):
        return value
    raise TypeError(f"a number was expected, not {value!r}")


# Ranges


def _judge_scale(shape: Scale, facts: Facts) -> Outcome:
    if shape.combine is Combine.BEST:
        outcomes = [_judge_field(shape, key, facts) for key in shape.fields]
        weighing = [outcome for outcome in outcomes if outcome.verdict is not Verdict.NOT_APPLICABLE]
        return max(weighing, key=lambda outcome: rank_of(outcome.verdict), default=NOT_ASKED)
    if shape.combine is Combine.SUM:
        without = _without_value(shape.fields, facts)
        if without is not None:
            return without
        values = (_number(facts.read(key)) for key in shape.fields)
        total = sum(factor * value for factor, value in zip(shape.factors, values, strict=True))
        return _judge_number(shape, "", round(total, 6), facts)
    return _judge_field(shape, shape.fields[0], facts)


def _judge_field(shape: Scale, key: str, facts: Facts) -> Outcome:
    reading = facts.read(key)
    if reading.state is not State.KNOWN:
        return _without_value((key,), facts) or NOT_ASKED
    return _judge_number(shape, key, _number(reading), facts)


def _judge_number(shape: Scale, key: str, value: float, facts: Facts) -> Outcome:
    possible = _possible_variants(shape, facts)
    if not possible:
        return NOT_ASKED
    bands = [_band_of(variant, value) for variant in possible]
    if any(band.ground.gives is not bands[0].ground.gives for band in bands):
        return unknown(found for variant in shape.variants for found in facts.open_keys_of(variant.when))
    band, variant = bands[0], possible[0]
    if not key:
        return Outcome(band.ground.gives, band.ground)
    bounds = band.ground.bounds if len(shape.fields) == 1 else bounds_of(key, band.range)
    return Outcome(
        band.ground.gives, band.ground, bounds, _gaps_on_scale(key, value, band, variant), {key: variant.limits}
    )


def _possible_variants(shape: Scale, facts: Facts) -> list[Variant]:
    """The variants that hold or may hold; none when what they depend on does not arise."""
    if shape.by is not None and facts.read(shape.by).state is State.NOT_APPLICABLE:
        return []
    possible = []
    for variant in shape.variants:
        holds = facts.holds(variant.when)
        if holds is not False:
            possible.append(variant)
        if holds:
            break
    return possible


def _band_of(variant: Variant, value: float) -> Band:
    for band in variant.bands:
        if value in band.range:
            return band
    raise ValueError(f"no band holds {value}")


def bounds_of(key: str, span: Range) -> tuple[Bound, ...]:
    """What a number has to fulfil to lie in the range."""
    bounds = []
    if span.low is not None:
        bounds.append(Bound(key, ">" if span.low_open else ">=", span.low))
    if span.high is not None:
        bounds.append(Bound(key, "<" if span.high_open else "<=", span.high))
    return tuple(bounds)


def _gaps_on_scale(key: str, value: float, current: Band, variant: Variant) -> tuple[Gap, ...]:
    if current.ground.gives is Verdict.INDEPENDENT:
        return ()
    rank = rank_of(current.ground.gives)
    better = [band for band in variant.bands if rank_of(band.ground.gives) > rank]
    gaps = [_gap_to(key, value, band.range, band.ground.gives) for band in better]
    nearest = min(gaps, key=lambda gap: (rank_of(gap.gives), abs(gap.distance or 0)), default=None)
    return () if nearest is None else (nearest,)


def _gap_to(key: str, value: float, span: Range, gives: Verdict) -> Gap:
    """The bound of the range that the value has to reach, and the way to go."""
    if span.low is not None and value <= span.low:
        return Gap(gives, Bound(key, ">" if span.low_open else ">=", span.low), round(span.low - value, 2))
    high = value if span.high is None else span.high
    return Gap(gives, Bound(key, "<" if span.high_open else "<=", high), round(high - value, 2))


# Choices


def _judge_choice(shape: ChoiceScale, facts: Facts) -> Outcome:
    reading = facts.read(shape.field)
    if reading.state is not State.KNOWN or not isinstance(reading.value, str | bool):
        return _without_value((shape.field,), facts) or NOT_ASKED
    ground = shape.grounds[reading.value]
    return Outcome(ground.gives, ground, ground.bounds, _gaps_on_choice(shape, ground))


def _gaps_on_choice(shape: ChoiceScale, current: Ground) -> tuple[Gap, ...]:
    better = {ground.gives for ground in shape.grounds.values() if rank_of(ground.gives) > rank_of(current.gives)}
    if not better:
        return ()
    next_better = min(better, key=rank_of)
    codes = tuple(code for code, ground in shape.grounds.items() if ground.gives is next_better)
    return (Gap(next_better, Bound(shape.field, "one_of", codes=codes)),)


# Width and depth


def _judge_pair(shape: Pair, facts: Facts) -> Outcome:
    if len(shape.fields) == 1:
        value = facts.read(shape.fields[0]).value
        if isinstance(value, Size):
            return _pair_outcome(shape, value.width, value.depth)
        return _without_value(shape.fields, facts) or NOT_ASKED
    width, depth = (facts.read(key) for key in shape.fields)
    if width.state is State.KNOWN and depth.state is State.KNOWN:
        return _pair_outcome(shape, _number(width), _number(depth))
    if State.NOT_APPLICABLE in (width.state, depth.state):
        return NOT_ASKED
    at_best = _pair_outcome(shape, _or_endless(width), _or_endless(depth))
    if at_best.verdict is shape.otherwise.gives and at_best.ground is shape.otherwise:
        return at_best
    return _without_value(shape.fields, facts) or NOT_ASKED


def _or_endless(reading: Reading) -> float:
    return _number(reading) if reading.state is State.KNOWN else float("inf")


def _pair_outcome(shape: Pair, width: float, depth: float) -> Outcome:
    limits = _pair_limits(shape)
    reached = next((step for step in shape.steps if _fits(shape, step, width, depth)), None)
    ground = shape.otherwise if reached is None else reached.ground
    better = [step for step in shape.steps if rank_of(step.ground.gives) > rank_of(ground.gives)]
    gaps = _pair_gaps(shape, better[-1], width, depth) if better else ()
    return Outcome(ground.gives, ground, ground.bounds, gaps, limits)


def _fits(shape: Pair, step: PairStep, width: float, depth: float) -> bool:
    if width >= step.width and depth >= step.depth:
        return True
    return shape.either_way and depth >= step.width and width >= step.depth


def _pair_gaps(shape: Pair, step: PairStep, width: float, depth: float) -> tuple[Gap, ...]:
    width_key, depth_key = shape.fields[0], shape.fields[-1]
    wanted = ((width_key, width, step.width), (depth_key, depth, step.depth))
    return tuple(
        Gap(step.ground.gives, Bound(key, ">=", limit), round(limit - value, 2))
        for key, value, limit in wanted
        if value < limit
    )


def _pair_limits(shape: Pair) -> Mapping[str, tuple[float, ...]]:
    if len(shape.fields) == 1:
        return _NO_LIMITS
    widths = tuple(step.width for step in shape.steps)
    return {shape.fields[0]: widths, shape.fields[1]: tuple(step.depth for step in shape.steps)}


# Counts by table


def needed_count(rows: Sequence[QuotaRow], total: int) -> int:
    """How many the table asks for a total; whole numbers throughout, so that no rounding error moves a bound."""
    row = next(row for row in rows if total in row.at)
    part = (total - row.after) * row.add
    return row.base + (-(-part // row.per) if row.rounding == "up" else part // row.per)


def _judge_quota(shape: Quota, facts: Facts) -> Outcome:
    without = _without_value((shape.field, shape.by), facts)
    if without is not None:
        return without
    count = int(_number(facts.read(shape.field)))
    needed = needed_count(shape.rows, int(_number(facts.read(shape.by))))
    if count >= needed:
        return Outcome(shape.enough.gives, shape.enough, (Bound(shape.field, ">=", needed),))
    gap_to_enough = Gap(shape.enough.gives, Bound(shape.field, ">=", needed), needed - count)
    if count >= shape.minimum:
        return Outcome(shape.some.gives, shape.some, (Bound(shape.field, ">=", shape.minimum),), (gap_to_enough,))
    next_count = min(shape.minimum, needed)
    gives = shape.enough.gives if needed <= shape.minimum else shape.some.gives
    gap = Gap(gives, Bound(shape.field, ">=", next_count), next_count - count)
    return Outcome(shape.too_few.gives, shape.too_few, (Bound(shape.field, "<", next_count),), (gap,))


# Combinations


def _judge_cases(shape: Cases, facts: Facts) -> Outcome:
    possible: list[Ground] = []
    undecided: list[Condition] = []
    for case in shape.cases:
        holds = facts.holds(case.when)
        if holds is None:
            undecided.append(case.when)
        if holds is not False:
            possible.append(case.ground)
        if holds:
            break
    else:
        possible.append(shape.otherwise)
    if any(ground.gives is not possible[0].gives for ground in possible):
        return unknown(key for condition in undecided for key in facts.open_keys_of(condition))
    ground = possible[-1]
    return Outcome(ground.gives, ground, ground.bounds, _gaps_in_cases(shape, ground, facts), shape.limits)


def _gaps_in_cases(shape: Cases, current: Ground, facts: Facts) -> tuple[Gap, ...]:
    """What the next better verdict asks in the way that changes the fewest answers."""
    rank = rank_of(current.gives)
    ways: list[tuple[Verdict, list[Test]]] = []
    for case in shape.cases:
        unmet = [test for test in case.when if facts.passes(test) is not True]
        if rank_of(case.ground.gives) > rank and _can_be_met(unmet, facts):
            ways.append((case.ground.gives, unmet))
    if not ways:
        return ()
    gives, unmet = min(ways, key=lambda way: (rank_of(way[0]), len(way[1])))
    return tuple(gap for test in unmet for gap in _gaps_of_test(test, facts, gives))


def _can_be_met(unmet: Sequence[Test], facts: Facts) -> bool:
    """False when the element is no part of what is asked, or a question would not arise even after the changes."""
    changed = set(fields_of(tuple(unmet)))
    return all(
        not isinstance(test, PartTest)
        and (
            facts.read(test.field).state is not State.NOT_APPLICABLE
            or bool(changed.intersection(facts.deciding_keys(test.field)))
        )
        for test in unmet
    )


def _gaps_of_test(test: Test, facts: Facts, gives: Verdict) -> list[Gap]:
    if isinstance(test, RangeTest):
        value = facts.read(test.field).value
        if isinstance(value, int | float):
            return [_gap_to(test.field, value, test.range, gives)]
    return [Gap(gives, bound) for bound in bounds_of_test(test)]


def bounds_of_test(test: Test) -> tuple[Bound, ...]:
    """What the answers have to fulfil to pass a test."""
    if isinstance(test, RangeTest):
        return bounds_of(test.field, test.range)
    if isinstance(test, CodeTest):
        codes: tuple[Code, ...] = tuple(sorted(test.codes, key=str))
        return (Bound(test.field, "one_of" if test.wanted else "none_of", codes=codes),)
    return ()
