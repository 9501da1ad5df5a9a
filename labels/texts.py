"""Which Dutch texts the rule files must hold and which blanks each may have; the words themselves are data."""

from __future__ import annotations

from collections.abc import Mapping

from labels.completeness import Lack
from labels.model import Level, State, Verdict

_FIELD = frozenset({"label"})
_NUMBER = frozenset({"label", "value", "low", "high", "unit", "limit"})

_PROBLEMS = {
    "unknown_field": frozenset[str](),
    "not_asked_here": _FIELD,
    "unknown_state": _FIELD,
    "not_applicable_refused": _FIELD,
    "value_missing": _FIELD,
    "value_with_state": _FIELD,
    "not_a_number": _NUMBER,
    "thousands": _NUMBER,
    "not_whole": _NUMBER,
    "too_fine": _NUMBER,
    "unknown_unit": _NUMBER | {"units"},
    "out_of_range": _NUMBER,
    "slope_zero": _NUMBER,
    "slope_form": _NUMBER,
    "size_form": _NUMBER,
    "not_an_option": _NUMBER,
    "too_long": _NUMBER,
    "bad_characters": _FIELD,
    "not_a_url": _NUMBER,
    "not_a_date": _NUMBER,
    "date_in_future": _NUMBER,
    "method_missing": _FIELD,
    "unknown_method": _FIELD,
    "method_does_not_fit": _FIELD | {"method"},
}
_ROUTE_PROBLEMS = (
    "unknown_destination",
    "no_legs",
    "unknown_leg",
    "part_as_leg",
    "venue_as_leg",
    "leg_twice",
    "wrong_target",
)
_REASONS = {
    "known": frozenset({"element", "facts"}),
    "measure": frozenset({"label", "value"}),
    "choice": frozenset({"label", "value"}),
    "better": frozenset({"verdict", "gap"}),
    "unknown": frozenset({"element", "criterion", "fields"}),
    "not_applicable": frozenset({"element", "criterion"}),
    "estimated": frozenset[str](),
    "close": frozenset[str](),
    "outdated": frozenset[str](),
    "provisional": frozenset[str](),
    "missing_part": frozenset({"element", "part"}),
    "no_route": frozenset({"element"}),
    "unreachable": frozenset({"element"}),
}
_COMPARISONS = {
    ">=": frozenset({"label", "limit"}),
    ">": frozenset({"label", "limit"}),
    "<=": frozenset({"label", "limit"}),
    "<": frozenset({"label", "limit"}),
    "one_of": frozenset({"label", "codes"}),
    "none_of": frozenset({"label", "codes"}),
}
_WORDS = ("yes", "no", "and", "or")

TEMPLATES: Mapping[str, frozenset[str]] = {
    **{f"verdict.{verdict}": frozenset[str]() for verdict in Verdict},
    **{f"verdict_long.{verdict}": frozenset[str]() for verdict in Verdict},
    **{f"level.{level}": frozenset[str]() for level in Level},
    **{f"level_long.{level}": frozenset[str]() for level in Level},
    **{f"state.{state}": frozenset[str]() for state in State},
    **{f"problem.{code}": blanks for code, blanks in _PROBLEMS.items()},
    "warning.unusual": _NUMBER,
    **{f"route.{code}": frozenset[str]() for code in _ROUTE_PROBLEMS},
    **{f"reason.{code}": blanks for code, blanks in _REASONS.items()},
    **{f"comparison.{code}": blanks for code, blanks in _COMPARISONS.items()},
    **{f"missing.{lack}": frozenset({"element", "label", "kind", "destination"}) for lack in Lack},
    **{f"word.{word}": frozenset[str]() for word in _WORDS},
}
