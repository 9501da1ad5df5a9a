"""Reads a file of criteria of one user group; each row has one of five shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from labels.loading.conditions import read_codes, read_condition
from labels.loading.entry import Entry
from labels.model import Mark, Verdict
from labels.outcomes import bounds_of, bounds_of_test
from labels.shapes import (
    Band,
    Bound,
    Case,
    Cases,
    ChoiceScale,
    Code,
    Combine,
    Condition,
    Criterion,
    Ground,
    Pair,
    PairStep,
    Quota,
    QuotaRow,
    RangeTest,
    Scale,
    Shape,
    Variant,
    fields_of,
    fields_of_shape,
)

_GIVES = {verdict.value: verdict for verdict in Verdict if verdict not in (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)}
_BETTER = ("higher", "lower", "between")
_ROUNDINGS = ("up", "down")
_NO_GROUND = Ground(Verdict.NO, (), Mark.PROPOSAL)
_NO_SHAPE = Scale(("",), Combine.ONLY, (1,), None, (), "higher", "")


def read_criteria_file(entry: Entry, version: str) -> tuple[Criterion, ...]:
    """The criteria of one file in the order of writing; problems are noted in the entry."""
    group = entry.take_text("group")
    criteria = tuple(_read_criterion(row, group, version) for row in entry.take_entries("criterion", must=True))
    entry.finish()
    return criteria


def _read_criterion(entry: Entry, group: str, version: str) -> Criterion:
    criterion_id = entry.take_text("id")
    entry.name = f"criterion {criterion_id}"
    nl = entry.take_text("nl")
    veto = entry.take_flag("veto")
    when = read_condition(entry, "when")
    shapes = [key for key in _READERS if entry.has(key)]
    if len(shapes) != 1:
        entry.refuse(
            f"it has {len(shapes)} shapes ({', '.join(shapes) or 'none'})",
            f"keep exactly one of {', '.join(_READERS)}",
        )
    shape = _READERS[shapes[0]](entry) if shapes else _NO_SHAPE
    fields = tuple(dict.fromkeys((*fields_of_shape(shape), *fields_of(when))))
    entry.finish()
    return Criterion(
        criterion_id, group, fields[0].partition(".")[0], nl, veto, when, shape, fields, version, entry.file
    )


def _read_ground(entry: Entry) -> Ground:
    gives = entry.take_text("gives")
    if gives not in _GIVES:
        entry.refuse(f"gives is {gives!r}", f"write one of {', '.join(_GIVES)}")
    sources, mark = entry.take_sources()
    return Ground(_GIVES.get(gives, Verdict.NO), sources, mark)


# Ranges


def _read_scale(entry: Entry) -> Scale:
    fields, combine, factors = _read_subject(entry)
    better = entry.take_text("better")
    if better not in _BETTER:
        entry.refuse(f"better is {better!r}", f"write one of {', '.join(_BETTER)}")
    by = entry.take_text("by") if entry.has("by") else None
    if entry.has("bands") and by is not None:
        entry.refuse("by is given with one row of bands", "give a variant with its own at for each range of that field")
    return Scale(
        fields=fields,
        combine=combine,
        factors=factors,
        by=by,
        variants=_read_variants(entry, fields, by),
        better=better,
        unit=_read_unit(entry),
    )


def _read_unit(entry: Entry) -> str:
    return entry.take_text("unit") if entry.has("unit") else ""


def _read_subject(entry: Entry) -> tuple[tuple[str, ...], Combine, tuple[float, ...]]:
    if entry.has("best_of"):
        fields = entry.take_names("best_of")
        return fields or ("",), Combine.BEST, (1,) * len(fields)
    if entry.has("sum_of"):
        terms = [_read_term(term) for term in entry.take_entries("sum_of")]
        return tuple(field for field, _ in terms) or ("",), Combine.SUM, tuple(times for _, times in terms)
    return (entry.take_text("field"),), Combine.ONLY, (1,)


def _read_term(entry: Entry) -> tuple[str, float]:
    term = entry.take_text("field"), entry.take_number("times")
    entry.finish()
    return term


def _read_variants(entry: Entry, fields: tuple[str, ...], by: str | None) -> tuple[Variant, ...]:
    if entry.has("bands"):
        return (_read_bands(entry, fields, ()),)
    variants = []
    for row in entry.take_entries("variant"):
        variants.append(_read_bands(row, fields, read_condition(row, "when") if by is None else _read_at(row, by)))
        row.finish()
    return tuple(variants)


def _read_at(entry: Entry, by: str) -> Condition:
    at = entry.take_entry("at")
    condition = (RangeTest(by, at.take_range()),)
    at.finish()
    return condition


def _read_bands(entry: Entry, fields: tuple[str, ...], when: Condition) -> Variant:
    key = fields[0] if len(fields) == 1 else ""
    bands = tuple(_read_band(row, key) for row in entry.take_entries("bands", must=True))
    return Variant(when, bands, tuple(sorted({bound for band in bands for bound in band.range.bounds})))


def _read_band(entry: Entry, field: str) -> Band:
    span = entry.take_range()
    ground = _read_ground(entry)
    entry.finish()
    return Band(span, replace(ground, bounds=bounds_of(field, span) if field else ()))


# Choices


def _read_choices(entry: Entry) -> ChoiceScale:
    field = entry.take_text("field")
    grounds: dict[Code, Ground] = {}
    for row in entry.take_entries("choices"):
        codes = read_codes(row, "codes")
        ground = _read_ground(row)
        row.finish()
        for code in sorted(codes, key=str):
            if code in grounds:
                row.refuse(f"{code!r} has a verdict already", "name every code once")
            same = tuple(sorted(codes, key=str))
            grounds[code] = replace(ground, bounds=(Bound(field, "one_of", codes=same),))
    return ChoiceScale(field, grounds)


# Width and depth


def _read_pair(entry: Entry) -> Pair:
    fields = entry.take_names("pair", must=True)
    if len(fields) not in (1, 2):
        entry.refuse(f"pair names {len(fields)} fields", "name a width and a depth, or one field of type size")
    steps: list[PairStep] = []
    otherwise: Ground | None = None
    for row in entry.take_entries("steps", must=True):
        if otherwise is not None:
            row.refuse(
                "it comes after the step for all smaller sizes, so it is never reached", "move that one to the end"
            )
        if row.has("at_least"):
            steps.append(_read_step(row, fields))
        else:
            otherwise = _read_ground(row)
        row.finish()
    if otherwise is None:
        entry.refuse("nothing is said of smaller sizes", "add a last step without at_least")
    return Pair(
        fields or ("",), tuple(steps), otherwise or _NO_GROUND, entry.take_flag("either_way"), _read_unit(entry)
    )


def _read_step(entry: Entry, fields: tuple[str, ...]) -> PairStep:
    sizes = [size for size in entry.take_list("at_least") if isinstance(size, int | float)]
    if len(sizes) != 2:
        entry.refuse(f"at_least is {sizes!r}", "write two numbers: width and depth")
        sizes = [0, 0]
    keys = (fields or ("",))[0], (fields or ("",))[-1]
    bounds = tuple(Bound(key, ">=", size) for key, size in zip(keys, sizes, strict=True))
    return PairStep(sizes[0], sizes[1], replace(_read_ground(entry), bounds=bounds))


# Counts by table


def _read_quota(entry: Entry) -> Quota:
    quota = entry.take_entry("quota")
    rows = tuple(_read_quota_row(row) for row in quota.take_entries("rows", must=True))
    grounds = {key: _read_below(quota, key) for key in ("enough", "some", "too_few")}
    shape = Quota(
        field=quota.take_text("field"),
        by=quota.take_text("by"),
        rows=rows,
        enough=grounds["enough"],
        minimum=quota.take_integer("minimum", 1),
        some=grounds["some"],
        too_few=grounds["too_few"],
    )
    quota.finish()
    return shape


def _read_below(entry: Entry, key: str) -> Ground:
    below = entry.take_entry(key)
    ground = _read_ground(below)
    below.finish()
    return ground


def _read_quota_row(entry: Entry) -> QuotaRow:
    at = entry.take_entry("at")
    rounding = entry.take_text("rounding", "up")
    if rounding not in _ROUNDINGS:
        entry.refuse(f"rounding is {rounding!r}", "write up or down")
    row = QuotaRow(
        at=at.take_range(),
        base=entry.take_integer("base", 0),
        add=entry.take_integer("add", 0),
        per=entry.take_integer("per", 1),
        after=entry.take_integer("after", 0),
        rounding=rounding,
    )
    at.finish()
    entry.finish()
    return row


# Combinations


def _read_cases(entry: Entry) -> Cases:
    cases: list[Case] = []
    otherwise: Ground | None = None
    for row in entry.take_entries("case"):
        if otherwise is not None:
            row.refuse("it comes after the case without condition, so it is never reached", "move that case to the end")
        when = read_condition(row, "when")
        ground = _read_ground(row)
        row.finish()
        if when:
            cases.append(Case(when, replace(ground, bounds=tuple(b for test in when for b in bounds_of_test(test)))))
        else:
            otherwise = ground
    if otherwise is None:
        entry.refuse("nothing is said of other answers", "add a last case without condition")
    return Cases(tuple(cases), otherwise or _NO_GROUND, _limits_in(cases))


def _limits_in(cases: list[Case]) -> Mapping[str, tuple[float, ...]]:
    limits: dict[str, set[float]] = {}
    for case in cases:
        for test in case.when:
            if isinstance(test, RangeTest):
                limits.setdefault(test.field, set()).update(test.range.bounds)
    return {field: tuple(sorted(numbers)) for field, numbers in limits.items()}


_READERS: Mapping[str, Callable[[Entry], Shape]] = {
    "bands": _read_scale,
    "variant": _read_scale,
    "choices": _read_choices,
    "pair": _read_pair,
    "quota": _read_quota,
    "case": _read_cases,
}
