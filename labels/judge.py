"""Answers and rules become verdicts: criterion, element, route (worst leg), destination (best route), venue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

from labels.check import check_venue
from labels.completeness import is_complete
from labels.definitions import VENUE_KIND, Catalogue, Destination
from labels.facts import Facts
from labels.model import Answer, Element, Level, Route, Venue, Verdict, best_of, worst_of
from labels.outcomes import NOT_ASKED, Outcome, judge_shape, unknown
from labels.results import CriterionResult, DestinationResult, ElementResult, GroupResult, LabelResult, RouteResult
from labels.shapes import Criterion
from labels.survey import Survey, oldest_days


def judge_venue(catalogue: Catalogue, venue: Venue, *, today: date) -> LabelResult:
    """The venue judged for every group; raises VenueRefused when it does not fit the catalogue."""
    check_venue(catalogue, venue)
    survey = Survey(catalogue, venue)
    has_all = cache(lambda: is_complete(catalogue, survey))
    groups = tuple(_Judge(catalogue, survey, group, today).judge(has_all) for group in catalogue.groups)
    return LabelResult(venue.id, catalogue.version, today, groups)


def judge_element(catalogue: Catalogue, venue: Venue, element_id: str, *, group: str, today: date) -> ElementResult:
    """One element with its parts for one group, apart from how it is reached; raises VenueRefused and KeyError."""
    check_venue(catalogue, venue)
    return _Judge(catalogue, Survey(catalogue, venue), group, today).judge_element(element_id)


class _Judge:
    """Judges one venue for one group; every element once, however many routes pass it."""

    def __init__(self, catalogue: Catalogue, survey: Survey, group: str, today: date) -> None:
        self._catalogue = catalogue
        self._survey = survey
        self._group = group
        self._estimates = frozenset(method.id for method in catalogue.methods.values() if method.is_estimate)
        self._oldest = oldest_days(catalogue, today)
        self._elements: dict[str, ElementResult] = {}

    def judge(self, has_all: Callable[[], bool]) -> GroupResult:
        """The result of the group; `has_all` tells whether everything about the venue is known and told."""
        venue_type = self._catalogue.venue_types[self._survey.venue.venue_type]
        destinations = tuple(
            result for d in venue_type.destinations if (result := self._judge_destination(d)) is not None
        )
        elements = tuple(
            self.judge_element(element.id)
            for element in sorted(self._survey.venue.elements, key=lambda element: element.id)
            if element.kind != VENUE_KIND and not self._survey.is_part(element)
        )
        core = [result for result in destinations if result.core]
        verdict = _venue_verdict(core)
        return GroupResult(
            group=self._group,
            verdict=verdict,
            level=_level(verdict, core, has_all),
            destinations=destinations,
            elements=elements,
            limiting=_names(core, verdict),
            unknown=_names(core, Verdict.UNKNOWN),
            provisional=_provisional_worst([(result.verdict, result.provisional) for result in core], verdict),
            outdated=any(leg.outdated for leg in _legs_that_count(core)),
            close_to_limit=any(leg.close_to_limit for leg in _legs_that_count(core)),
        )

    def _judge_destination(self, destination: Destination) -> DestinationResult | None:
        """The destination by its best route; None when the venue has no such thing, or none that is not core."""
        has_it = self._survey.venue_facts.holds(destination.when)
        if has_it is False:
            return None
        routes = tuple(
            self._judge_route(destination, route)
            for route in self._survey.routes_to(destination)
            if self._survey.reaches(destination, route) is not False
        )
        targets = {route.legs[-1].element_id for route in routes}
        candidates = self._survey.candidates(destination)
        if not (destination.core or candidates):
            return None
        without = [element.id for element in candidates if element.id not in targets]
        unreachable = tuple(element_id for element_id in without if element_id in self._survey.venue.unreachable)
        open_ends = tuple(element_id for element_id in without if element_id not in unreachable)
        verdict = best_of(
            [
                *(route.verdict for route in routes),
                *(Verdict.UNKNOWN for _ in open_ends),
                *(Verdict.NO for _ in unreachable),
            ]
        )
        if has_it is None or not (routes or without):
            verdict = Verdict.UNKNOWN
        best = next((route for route in _best_first(routes) if route.verdict is verdict), None)
        return DestinationResult(
            destination=destination.id,
            core=destination.core,
            verdict=verdict,
            best=best,
            routes=routes,
            without_route=open_ends,
            unreachable=unreachable,
            missing=self._survey.venue_facts.open_keys_of(destination.when),
            provisional=_provisional_best(routes, verdict),
        )

    def _judge_route(self, destination: Destination, route: Route) -> RouteResult:
        legs = tuple(self.judge_element(element_id) for element_id in route.legs)
        verdicts = [leg.verdict for leg in legs]
        if self._survey.reaches(destination, route) is None:
            verdicts.append(Verdict.UNKNOWN)
        verdict = worst_of(verdicts)
        return RouteResult(
            route_id=route.id,
            verdict=verdict,
            legs=legs,
            limiting=tuple(leg.element_id for leg in legs if leg.verdict is verdict),
            unknown=tuple(leg.element_id for leg in legs if leg.unknown or leg.missing_parts),
            provisional=_provisional_worst([(leg.verdict, leg.provisional) for leg in legs], verdict),
        )

    def judge_element(self, element_id: str) -> ElementResult:
        """One element with its parts, judged once and remembered."""
        result = self._elements.get(element_id)
        if result is None:
            result = self._elements[element_id] = self._judge_element(self._survey.elements[element_id])
        return result

    def _judge_element(self, element: Element) -> ElementResult:
        facts = self._survey.facts(element.id)
        criteria = tuple(
            self._judge_criterion(rule, facts)
            for rule in self._catalogue.criteria_of.get((element.kind, self._group), ())
        )
        parts = tuple(self.judge_element(part.id) for part in self._survey.parts_of(element.id))
        missing_parts = self._survey.missing_parts(element) if self._matters(element.kind) else ()
        vetoes = [result for result in criteria if result.rule.veto]
        weighing: list[CriterionResult | ElementResult] = [*vetoes, *parts]
        verdict = worst_of([*(thing.verdict for thing in weighing), *(Verdict.UNKNOWN for _ in missing_parts)])
        return ElementResult(
            element_id=element.id,
            kind=element.kind,
            verdict=verdict,
            criteria=criteria,
            parts=parts,
            missing_parts=missing_parts,
            limiting=(
                *(result for result in vetoes if result.verdict is verdict),
                *(found for part in parts if part.verdict is verdict for found in part.limiting),
            ),
            unknown=(
                *(result for result in vetoes if result.verdict is Verdict.UNKNOWN),
                *(found for part in parts for found in part.unknown),
            ),
            provisional=_provisional_worst([(thing.verdict, thing.provisional) for thing in weighing], verdict),
            outdated=any(thing.outdated for thing in weighing),
            close_to_limit=any(thing.close_to_limit for thing in weighing),
        )

    def _matters(self, kind: str) -> bool:
        """True when a part of this kind that was not entered would have been judged for this group."""
        needs = self._catalogue.kinds[kind].needs_parts
        return any(rule.veto for part in needs for rule in self._catalogue.criteria_of.get((part, self._group), ()))

    def _judge_criterion(self, rule: Criterion, facts: Facts) -> CriterionResult:
        outcome = _outcome(rule, facts)
        verdict, ground = outcome.verdict, outcome.ground
        if ground is None:
            return CriterionResult(rule, facts.element.id, verdict, None, (), (), (), outcome.missing)
        used = facts.known_answers(rule.fields)
        estimated = verdict is Verdict.INDEPENDENT and any(answer.method in self._estimates for _, answer in used)
        return CriterionResult(
            rule=rule,
            element_id=facts.element.id,
            verdict=Verdict.WITH_HELP if estimated else verdict,
            ground=self._catalogue.estimate_cap if estimated else ground,
            bounds=outcome.bounds,
            gaps=outcome.gaps,
            used=used,
            missing=(),
            close_to_limit=bool(outcome.limits) and self._survey.is_close(used, outcome.limits),
            estimated=estimated,
            outdated=any(self._is_outdated(key, answer) for key, answer in used),
        )

    def _is_outdated(self, key: str, answer: Answer) -> bool:
        """True when the answer is older than what it describes usually stays the same."""
        half_life = self._catalogue.fields[key].half_life
        return answer.measured_on is not None and answer.measured_on < self._oldest[half_life]


def _outcome(rule: Criterion, facts: Facts) -> Outcome:
    applies = facts.holds(rule.when) if rule.when else True
    if applies is False:
        return NOT_ASKED
    if applies is None:
        return unknown(facts.open_keys_of(rule.when))
    return judge_shape(rule.shape, facts)


def _venue_verdict(core: list[DestinationResult]) -> Verdict:
    """The worst core destination; a venue of which nothing could be judged is unknown."""
    verdict = worst_of(result.verdict for result in core)
    return Verdict.UNKNOWN if verdict is Verdict.NOT_APPLICABLE else verdict


def _level(verdict: Verdict, core: list[DestinationResult], has_all: Callable[[], bool]) -> Level:
    """A *niet* of which everything is known and told still lets visitors choose for themselves."""
    if verdict is not Verdict.NO or any(result.verdict is Verdict.UNKNOWN for result in core):
        return Level(verdict.value)
    return Level.INFORMATION if has_all() else Level.NO


def _names(core: list[DestinationResult], verdict: Verdict) -> tuple[str, ...]:
    return tuple(result.destination for result in core if result.verdict is verdict)


def _legs_that_count(core: list[DestinationResult]) -> Iterable[ElementResult]:
    return (leg for result in core if result.best is not None for leg in result.best.legs)


def _best_first(routes: tuple[RouteResult, ...]) -> list[RouteResult]:
    """Routes with a firm verdict before provisional ones, short before long; the id settles the rest."""
    return sorted(routes, key=lambda route: (route.provisional, len(route.legs), route.route_id))


def _provisional_worst(things: list[tuple[Verdict, bool]], verdict: Verdict) -> bool:
    """A *niet* is firm as soon as one thing fails firmly; any other verdict as long as nothing in it is provisional."""
    if verdict is Verdict.NO:
        return all(provisional for found, provisional in things if found is verdict)
    return any(provisional for found, provisional in things if found is not Verdict.NOT_APPLICABLE)


def _provisional_best(routes: tuple[RouteResult, ...], verdict: Verdict) -> bool:
    """A *niet* is firm when every route fails firmly; any other verdict as soon as one route gives it firmly."""
    same = [route.provisional for route in routes if route.verdict is verdict]
    if verdict is Verdict.NO:
        return any(same)
    return bool(same) and all(same)
