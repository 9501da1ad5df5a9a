"""Finds answers of one element that cannot all be true."""

from __future__ import annotations

from dataclasses import dataclass

from labels.definitions import Catalogue
from labels.facts import Facts
from labels.model import State, Venue
from labels.shapes import Condition, fields_of
from labels.survey import Survey


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A check that failed: its id, the element, the fields concerned and a Dutch sentence."""

    check_id: str
    element_id: str
    fields: tuple[str, ...]
    text: str


def find_contradictions(catalogue: Catalogue, venue: Venue) -> tuple[Contradiction, ...]:
    """Every check of the catalogue that the known answers of an element break; unknown answers break none."""
    survey = Survey(catalogue, venue)
    return tuple(
        Contradiction(check.id, element.id, fields_of((*check.when, *check.must)), check.nl)
        for element in venue.elements
        for check in catalogue.checks
        if check.kind == element.kind and _is_broken(survey.facts(element.id), check.when, check.must)
    )


def _is_broken(facts: Facts, when: Condition, must: Condition) -> bool:
    known = [test for test in must if all(facts.read(key).state is State.KNOWN for key in fields_of((test,)))]
    return facts.holds(when) is True and any(facts.passes(test) is False for test in known)
