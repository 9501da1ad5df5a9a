"""What judging yields: a verdict per criterion, element, route, destination and group, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from labels.model import Answer, Level, Mark, Verdict
from labels.shapes import Bound, Criterion, Ground


@dataclass(frozen=True, slots=True)
class Gap:
    """What the next better verdict asks: the bound to reach, and how far the number has to rise (+) or fall (-)."""

    gives: Verdict
    bound: Bound
    distance: float | None = None


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One rule applied to one element.

    `ground` is the row that gave the verdict (None when there is none to give), `bounds` what that row asks,
    `gaps` what the next better verdict asks, `used` the answers looked at, `missing` the fields without one.
    """

    rule: Criterion
    element_id: str
    verdict: Verdict
    ground: Ground | None
    bounds: tuple[Bound, ...]
    gaps: tuple[Gap, ...]
    used: tuple[tuple[str, Answer], ...]
    missing: tuple[str, ...]
    close_to_limit: bool = False
    estimated: bool = False
    outdated: bool = False

    @property
    def rule_set(self) -> str:
        """The version of the rules that this verdict was given with."""
        return self.rule.rule_set

    @property
    def provisional(self) -> bool:
        """True when the verdict stands on a threshold that no named source confirms."""
        return self.ground is not None and self.ground.mark is not Mark.VERIFIED


@dataclass(frozen=True, slots=True)
class ElementResult:
    """One element with its parts. `limiting` are the veto criteria that hold the verdict down, `unknown` the open ones.

    `missing_parts` are kinds of parts that the element must have and that were not entered.
    """

    element_id: str
    kind: str
    verdict: Verdict
    criteria: tuple[CriterionResult, ...]
    parts: tuple[ElementResult, ...]
    missing_parts: tuple[str, ...]
    limiting: tuple[CriterionResult, ...]
    unknown: tuple[CriterionResult, ...]
    provisional: bool
    outdated: bool
    close_to_limit: bool


@dataclass(frozen=True, slots=True)
class RouteResult:
    """One way to a destination: its worst leg decides, and `limiting` names the legs that do."""

    route_id: str
    verdict: Verdict
    legs: tuple[ElementResult, ...]
    limiting: tuple[str, ...]
    unknown: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class DestinationResult:
    """One destination: its best route decides. `without_route` could be targets but nobody said how to get there;

    `unreachable` are targets of which it was established that there is no way.
    """

    destination: str
    core: bool
    verdict: Verdict
    best: RouteResult | None
    routes: tuple[RouteResult, ...]
    without_route: tuple[str, ...]
    unreachable: tuple[str, ...]
    missing: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A venue for one user group: the worst core destination decides; those that fail and those unknown are named."""

    group: str
    verdict: Verdict
    level: Level
    destinations: tuple[DestinationResult, ...]
    elements: tuple[ElementResult, ...]
    limiting: tuple[str, ...]
    unknown: tuple[str, ...]
    provisional: bool
    outdated: bool
    close_to_limit: bool


@dataclass(frozen=True, slots=True)
class LabelResult:
    """A venue judged for every group with one version of the rules on one day."""

    venue_id: str
    rule_set: str
    judged_on: date
    groups: tuple[GroupResult, ...]

    def group(self, group_id: str) -> GroupResult:
        """The result of one group; KeyError when the rules do not know it."""
        for result in self.groups:
            if result.group == group_id:
                return result
        raise KeyError(group_id)
