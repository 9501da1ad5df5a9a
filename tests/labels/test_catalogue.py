"""A walk over the catalogue that comes with the product: complete, sourced, and every verdict within reach."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labels.catalogue import RULES, current_catalogue, load_catalogue
from labels.definitions import VENUE_KIND, Field
from labels.judge import judge_element
from labels.loading.prove_criteria import grounds_of
from labels.model import Answer, Element, Size, Value, Venue, Verdict
from labels.results import CriterionResult
from labels.shapes import Criterion
from labels.units import FIELD_TYPES
from tests.labels.building import CATALOGUE, TODAY, UNKNOWN, answer, judged, museum, with_answer

EXAMPLES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("examples.toml").read_text(encoding="utf-8"))
FIELDS = list(CATALOGUE.fields.values())
CRITERIA = list(CATALOGUE.criteria.values())


@dataclass(frozen=True)
class Example:
    """One set of answers and the verdict that a rule has to give for it."""

    rule: Criterion
    gives: str
    answers: Mapping[str, Value]
    part_of: str


def _examples() -> Iterator[Example]:
    for rule_id, told in EXAMPLES.items():
        rule, others, part_of = CATALOGUE.criteria[rule_id], told.get("with", {}), told.get("part_of", "")
        for case in told.get("cases", ()):
            answers = {key: _value(key, value) for key, value in case["answers"].items()}
            yield Example(rule, case["gives"], {**others, **answers}, part_of)
        for verdict in ("zelfstandig", "met_hulp", "niet"):
            for value in told.get(verdict, ()):
                yield Example(rule, verdict, {**others, told["field"]: _value(told["field"], value)}, part_of)


def _value(key: str, value: Any) -> Value:
    return (
        Size(**value) if FIELD_TYPES[CATALOGUE.fields[key].type].units == ("cm",) and isinstance(value, dict) else value
    )


def _judge(rule: Criterion, answers: Mapping[str, Answer], part_of: str) -> CriterionResult:
    def of(kind: str) -> dict[str, Answer]:
        return {key: found for key, found in answers.items() if key.startswith(f"{kind}.")}

    whole = [Element("geheel", part_of, of(part_of))] if part_of else []
    elements = (
        Element("plaats", VENUE_KIND, of(VENUE_KIND)),
        *whole,
        Element("ding", rule.kind, of(rule.kind), parent_id="geheel" if part_of else None),
    )
    venue = Venue("v", "museum", elements)
    result = judge_element(CATALOGUE, venue, "ding", group=rule.group, today=TODAY)
    return next(found for found in result.criteria if found.rule.id == rule.id)


def _answers(example: Example) -> dict[str, Answer]:
    return {key: answer(key, value) for key, value in example.answers.items()}


ALL_EXAMPLES = list(_examples())


def _name(example: Example) -> str:
    return f"{example.rule.id} {example.gives} {list(example.answers.values())[-1]}"


@pytest.mark.parametrize("example", ALL_EXAMPLES, ids=_name)
def test_example_gets_its_verdict(example: Example) -> None:
    assert _judge(example.rule, _answers(example), example.part_of).verdict == example.gives


@pytest.mark.parametrize("rule", CRITERIA, ids=lambda rule: rule.id)
def test_every_criterion_has_an_example_for_every_verdict_it_can_give(rule: Criterion) -> None:
    can_give = {ground.gives.value for ground in grounds_of(rule)}
    assert {example.gives for example in ALL_EXAMPLES if example.rule is rule} == can_give


@pytest.mark.parametrize("rule", CRITERIA, ids=lambda rule: rule.id)
def test_every_criterion_is_unknown_when_nothing_is_known(rule: Criterion) -> None:
    part_of = EXAMPLES[rule.id].get("part_of", "")
    result = _judge(rule, {}, part_of)
    assert result.verdict is Verdict.UNKNOWN
    assert result.missing


@pytest.mark.parametrize("example", ALL_EXAMPLES, ids=_name)
def test_taking_answers_away_from_an_example_never_turns_it_into_another_verdict(example: Example) -> None:
    for key in example.answers:
        found = _judge(example.rule, {**_answers(example), key: UNKNOWN}, example.part_of).verdict
        assert found in (Verdict.UNKNOWN, example.gives), key


@pytest.mark.parametrize("example", ALL_EXAMPLES, ids=_name)
def test_every_result_names_rule_version_source_mark_bound_and_way_up(example: Example) -> None:
    result = _judge(example.rule, _answers(example), example.part_of)
    assert result.rule_set == CATALOGUE.version
    assert result.ground is not None
    assert result.ground.sources
    assert result.provisional == (result.ground.mark != "V")
    assert result.used
    if result.verdict is Verdict.INDEPENDENT:
        assert result.gaps == ()
    elif example.rule.id != "wa-stairs-stride":
        assert result.gaps
        assert all(gap.gives is not result.verdict for gap in result.gaps)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_every_field_is_named_in_two_languages_explained_and_sourced(field: Field) -> None:
    assert field.nl
    assert field.en
    assert field.how.endswith(".")
    assert set(field.sources) <= CATALOGUE.sources.keys()
    assert field.half_life in CATALOGUE.half_lives
    assert field.unit in FIELD_TYPES[field.type].units


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_every_explanation_is_plain_dutch_in_short_sentences(field: Field) -> None:
    sentences = [sentence for sentence in field.how.replace("?", ".").replace("!", ".").split(".") if sentence.strip()]
    assert max(len(sentence.split()) for sentence in sentences) <= 20
    assert len(sentences) <= 4


def test_every_threshold_has_a_source_and_a_mark() -> None:
    for rule in CRITERIA:
        for ground in grounds_of(rule):
            assert set(ground.sources) <= CATALOGUE.sources.keys(), rule.id
            assert ground.mark in ("V", "M", "P"), rule.id


def test_our_own_proposals_are_never_marked_as_verified() -> None:
    for rule in CRITERIA:
        for ground in grounds_of(rule):
            assert not ("EIGEN" in ground.sources and ground.mark == "V"), rule.id


def test_every_source_is_dated_and_used() -> None:
    used = {source for field in FIELDS for source in field.sources}
    used |= {source for rule in CRITERIA for ground in grounds_of(rule) for source in ground.sources}
    assert used == CATALOGUE.sources.keys()
    assert all(source.recorded_on <= TODAY for source in CATALOGUE.sources.values())


def test_every_answer_that_a_veto_needs_is_required() -> None:
    vetoed = {key for rule in CRITERIA if rule.veto for key in rule.fields}
    assert vetoed <= CATALOGUE.required


@pytest.mark.parametrize("group", list(CATALOGUE.groups))
def test_every_verdict_and_level_of_a_venue_can_be_reached(group: str) -> None:
    narrow = {"rolstoel": (80.0, 60.0), "stappen": (75.0, 60.0)}[group]
    with_help = with_answer(museum(), "inkomdeur", "door.clear_width", narrow[0])
    no = with_answer(museum(), "inkomdeur", "door.clear_width", narrow[1])
    unknown = with_answer(museum(), "inkomdeur", "door.clear_width", UNKNOWN)
    open_no = with_answer(no, "plaats", "venue.monument", None)
    reached = {
        (found.verdict.value, found.level.value)
        for found in (judged(venue, group) for venue in (museum(), with_help, no, unknown, open_no))
    }
    assert reached == {
        ("zelfstandig", "zelfstandig"),
        ("met_hulp", "met_hulp"),
        ("niet", "informatie"),
        ("onbekend", "onbekend"),
        ("niet", "niet"),
    }


def test_the_catalogue_is_read_once_and_is_the_one_in_the_folder() -> None:
    assert current_catalogue() is current_catalogue()
    assert load_catalogue(RULES) == current_catalogue()


def test_a_museum_is_asked_about_all_that_the_first_slice_holds() -> None:
    kinds = set(CATALOGUE.venue_types["museum"].kinds)
    named = {"parking", "path", "entrance", "door", "ramp", "stairs", "lift", "desk", "circ", "toilet", VENUE_KIND}
    assert kinds == named
    assert {key for key in CATALOGUE.fields if key.endswith("threshold_count_above_2cm")} == {
        "path.threshold_count_above_2cm",
        "entrance.threshold_count_above_2cm",
        "circ.threshold_count_above_2cm",
    }
