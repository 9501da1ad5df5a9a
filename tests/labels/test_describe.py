"""Verdicts with their reasons in plain Dutch, every word from the catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import labels
from labels.describe import (
    describe_criterion,
    describe_destination,
    describe_element,
    describe_level,
    describe_verdict,
    format_number,
    format_value,
)
from labels.model import Level, Size, Value, Venue, Verdict
from tests.labels.building import (
    CATALOGUE,
    TODAY,
    UNKNOWN,
    answer,
    criterion_result,
    element,
    judged,
    museum,
    with_answer,
    with_element,
    with_routes,
    without_element,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [(84, "84"), (84.0, "84"), (84.5, "84,5"), (6.25, "6,25"), (0.0, "0"), (100, "100"), (1200.0, "1200")],
)
def test_numbers_have_a_decimal_comma_and_no_needless_zeros(number: float, text: str) -> None:
    assert format_number(number) == text


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("door.clear_width", 84.5, "84,5 cm"),
        ("ramp.slope_max", 8.3, "8,3 %"),
        ("stairs.count", 3, "3"),
        ("entrance.is_main", True, "ja"),
        ("entrance.is_main", False, "nee"),
        ("door.type", "schuif", "Schuifdeur"),
        ("toilet.room_dims", Size(165.0, 220.0), "165 × 220 cm"),
        ("lift.floors_served", ("0", "1", "2"), "Gelijkvloers, Verdieping 1 en Verdieping 2"),
        ("lift.floors_served", (), ""),
        ("lift.backup", "Bel aan.", "Bel aan."),
        ("lift.backup", date(2026, 1, 31), "31/1/2026"),
    ],
)
def test_values_read_as_a_visitor_would_say_them(key: str, value: Value, text: str) -> None:
    assert format_value(CATALOGUE, CATALOGUE.fields[key], value) == text


def test_every_verdict_and_level_has_a_name_and_a_sentence() -> None:
    assert describe_verdict(CATALOGUE, Verdict.UNKNOWN) == "Niet gemeten"
    assert describe_level(CATALOGUE, Level.INFORMATION) == "Informatie"
    for verdict in Verdict:
        assert describe_verdict(CATALOGUE, verdict)
        assert CATALOGUE.texts[f"verdict_long.{verdict}"].endswith(".")


def _sentences(venue: Venue, element_id: str, rule: str) -> tuple[str, ...]:
    return describe_criterion(CATALOGUE, venue, criterion_result(venue, element_id, rule))


def test_a_reason_names_element_value_and_what_would_be_better() -> None:
    venue = with_answer(museum(), "hal", "circ.width_min", 84.0)
    assert _sentences(venue, "hal", "wh-circ-width") == (
        "Gang of zaal: smalste punt binnen 84 cm.",
        "Voor 'Zelfstandig' is nodig: smalste punt binnen minstens 90 cm.",
    )


def test_a_reason_names_what_was_judged_and_not_what_made_the_question_arise() -> None:
    venue = with_answer(museum(), "lift", "lift.cabin_width", 95.0)
    assert _sentences(venue, "lift", "wh-lift-cabin")[0] == (
        "Lift: breedte van de cabine 95 cm en diepte van de cabine 140 cm."
    )


def test_the_name_a_surveyor_gave_is_used() -> None:
    hall = replace(element("circ", "hal", {"circ.width_min": 60.0}), name="Smalle gang")
    venue = with_element(museum(), hall)
    assert _sentences(venue, "hal", "wh-circ-width")[0].startswith("Smalle gang: ")


def test_an_unknown_reason_names_what_to_fill_in() -> None:
    venue = with_answer(museum(), "lift", "lift.cabin_depth", UNKNOWN)
    assert _sentences(venue, "lift", "wh-lift-cabin") == (
        "Lift: grootte van de liftcabine is niet gemeten. Nog in te vullen: diepte van de cabine.",
    )


def test_a_reason_says_when_it_is_estimated_close_outdated_or_provisional() -> None:
    old = answer("toilet.side_left", 90.0, method="visual_estimate", measured_on=TODAY - timedelta(days=3000))
    venue = with_answer(museum(), "wc", "toilet.side_left", old)
    sentences = " ".join(_sentences(venue, "wc", "wh-toilet-side"))
    for reason in ("estimated", "close", "outdated", "provisional"):
        assert CATALOGUE.texts[f"reason.{reason}"] in sentences


def test_a_question_that_does_not_count_says_so() -> None:
    assert _sentences(museum(), "hal", "wh-circ-threshold-count") == (
        "Gang of zaal: aantal drempels hoger dan 2 cm binnen telt hier niet mee.",
    )


def test_an_element_tells_what_holds_it_down_and_what_is_open() -> None:
    venue = with_answer(museum(), "wc", "toilet.front_space", 50.0)
    venue = with_answer(venue, "wc", "toilet.turning", UNKNOWN)
    result = next(found for found in judged(venue).elements if found.element_id == "wc")
    text = " ".join(describe_element(CATALOGUE, venue, result))
    assert "ruimte vóór de toiletpot 50 cm" in text
    assert "draairuimte in het toilet is niet gemeten" in text


def test_an_element_where_nothing_is_wrong_has_nothing_to_tell() -> None:
    result = next(found for found in judged(museum()).elements if found.element_id == "wc")
    assert describe_element(CATALOGUE, museum(), result) == ()


def test_a_missing_part_is_told() -> None:
    venue = without_element(museum(), "inkomdeur")
    result = next(found for found in judged(venue).elements if found.element_id == "inkom")
    assert describe_element(CATALOGUE, venue, result) == ("Inkom: Deur is nog niet ingevuld.",)


def test_a_destination_tells_the_reasons_of_its_best_route() -> None:
    venue = with_answer(museum(), "hal", "circ.width_min", 84.0)
    toilet = next(d for d in judged(venue).destinations if d.destination == "toilet")
    assert "84 cm" in " ".join(describe_destination(CATALOGUE, venue, toilet))


def test_a_destination_tells_what_has_no_route_and_what_cannot_be_reached() -> None:
    venue = with_element(museum(), replace(element("toilet", "wc2"), name="Toilet boven"))
    venue = with_element(venue, replace(element("toilet", "wc3"), name="Toilet kelder"))
    venue = replace(with_answer(venue, "wc", "toilet.kind", "gewoon"), unreachable=frozenset({"wc3"}))
    toilet = next(d for d in judged(venue).destinations if d.destination == "toilet")
    assert describe_destination(CATALOGUE, venue, toilet) == (
        "Toilet boven: nog niet gezegd hoe je er komt.",
        "Toilet kelder: er is geen weg naartoe.",
    )


def test_all_results_of_a_spoiled_museum_can_be_described_without_an_open_blank() -> None:
    venue = with_routes(museum())
    for kind in ("parking", "ramp", "stairs"):
        venue = with_element(venue, element(kind, f"een-{kind}"))
    for group in CATALOGUE.groups:
        for found in judged(venue, group).elements:
            for result in found.criteria:
                assert "{" not in " ".join(describe_criterion(CATALOGUE, venue, result))


def test_there_is_no_dutch_in_the_modules() -> None:
    words = {"niet", "voor", "een", "wordt", "deze", "vul", "meet"}
    folder = Path(labels.__file__).parent
    for file in folder.rglob("*.py"):
        text = file.read_text(encoding="utf-8").lower()
        quoted = [part for line in text.splitlines() if "*niet*" not in line for part in line.split('"')[1::2]]
        for part in quoted:
            if len(part.split()) > 3:
                assert not words & set(part.split()), f"{file.name}: {part}"
