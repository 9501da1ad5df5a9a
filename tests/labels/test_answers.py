"""Posted text becomes typed answers, or problems that name field, mistake and remedy; nothing odd gets through."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.answers import MAX_TEXT, FieldProblem, Posted, methods_for, parse_answer, parse_form, parse_value, units_for
from labels.check import fits_field
from labels.definitions import Field
from labels.model import Mark, Size, State, Value
from labels.typed_numbers import Mistyped, parse_number
from tests.labels.building import CATALOGUE, TODAY

VISIT = date(2026, 11, 20)


def _field(key: str) -> Field:
    return CATALOGUE.fields[key]


def _other(field_type: str) -> Field:
    """A field of a type that the catalogue does not ask for yet."""
    return Field(
        "x.y", "x", field_type, "", "Vraag", "Question", "Meet.", None, None, "dienst", (), (), (), Mark.PROPOSAL,
        may_not_apply=False, required=False, file="",
    )  # fmt: skip


def _value(key: str, text: str | tuple[str, ...], unit: str = "") -> Value | FieldProblem:
    return parse_value(CATALOGUE, _field(key), text, unit=unit, today=TODAY)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("84", "", 84.0),
        ("84,5", "", 84.5),
        ("84.5", "", 84.5),
        (" 84,5 cm ", "", 84.5),
        ("84,50", "", 84.5),
        ("84cm", "", 84.0),
        ("0,845 m", "", 84.5),
        ("845 mm", "", 84.5),
        ("845 MM", "", 84.5),
        ("0,9", "m", 90.0),
        ("900", "mm", 90.0),
        ("90 cm", "m", 90.0),
        ("+90", "", 90.0),
        ("90\u00a0cm", "", 90.0),
    ],
)
def test_a_length_is_read_with_comma_and_in_other_units(text: str, unit: str, expected: float) -> None:
    assert _value("door.clear_width", text, unit) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("8", "out_of_range"),
        ("8 cm", "out_of_range"),
        ("8 m", "out_of_range"),
        ("401", "out_of_range"),
        ("-84", "out_of_range"),
        ("\u221284", "out_of_range"),
        ("999999999", "out_of_range"),
        ("breed", "not_a_number"),
        ("", "value_missing"),
        ("   ", "value_missing"),
        ("84,5,5", "not_a_number"),
        ("8 4", "not_a_number"),
        ("84-90", "not_a_number"),
        ("1:12", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("٨٤", "not_a_number"),
        ("0x54", "unknown_unit"),
        ("1e2", "unknown_unit"),
        ("84 duim", "unknown_unit"),
        ("84,55", "too_fine"),
        ("1.200", "thousands"),
        ("9" * 10, "unknown_unit"),
        ("9" * 5000, "unknown_unit"),
        ("<script>", "not_a_number"),
    ],
)
def test_a_length_that_cannot_be_is_refused_with_its_reason(text: str, code: str) -> None:
    found = _value("door.clear_width", text)
    assert isinstance(found, FieldProblem)
    expected = {code, "not_a_number"} if code == "unknown_unit" else {code}
    assert found.code in expected
    assert (found.field, found.part) == ("door.clear_width", "value")
    assert "Vrije breedte van de deur" in found.text


def test_a_door_of_8_cm_is_refused_with_the_range_that_is_possible() -> None:
    found = _value("door.clear_width", "8")
    assert isinstance(found, FieldProblem)
    assert found.text == "Vrije breedte van de deur: 8 cm kan niet. Vul een waarde in van 30 tot 400 cm."


def test_a_long_text_is_not_repeated_whole() -> None:
    found = _value("door.clear_width", "x" * 5000)
    assert isinstance(found, FieldProblem)
    assert len(found.text) < 200


@pytest.mark.parametrize(("text", "expected"), [("1 200", 1200.0), ("1200", 1200.0), ("12 m", 1200.0)])
def test_thousands_may_be_written_with_a_space(text: str, expected: float) -> None:
    assert _value("parking.length", text) == expected


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("8,3", "", 8.3),
        ("8,3 %", "", 8.3),
        ("6,25%", "", 6.25),
        ("1:12", "", 8.3),
        ("1 : 12", "", 8.3),
        ("1/12", "", 8.3),
        ("1:16", "", 6.2),
        ("1:20", "", 5.0),
        ("1:12,5", "", 8.0),
        ("12", "1:n", 8.3),
        ("4,8°", "", 8.4),
        ("4,8 graden", "", 8.4),
        ("4,8", "°", 8.4),
        ("0", "", 0.0),
        ("0°", "", 0.0),
    ],
)
def test_a_slope_is_read_as_percentage_as_ratio_and_in_degrees(text: str, unit: str, expected: float) -> None:
    assert _value("ramp.slope_max", text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("1:0", "", "slope_zero"),
        ("1:0,0", "", "slope_zero"),
        ("0", "1:n", "slope_zero"),
        ("-3", "1:n", "slope_zero"),
        ("2:12", "", "slope_form"),
        ("0:12", "", "slope_form"),
        ("1:", "", "slope_form"),
        ("1:-12", "", "slope_form"),
        ("steil", "", "slope_form"),
        ("90°", "", "slope_form"),
        ("-5°", "", "slope_form"),
        ("8 cm", "", "slope_form"),
        ("8", "cm", "slope_form"),
        ("89°", "", "out_of_range"),
        ("1:1", "", "out_of_range"),
        ("61", "", "out_of_range"),
        ("-1", "", "out_of_range"),
        ("8.333", "", "thousands"),
        ("8,333", "", "too_fine"),
    ],
)
def test_a_slope_that_cannot_be_is_refused_with_its_reason(text: str, unit: str, code: str) -> None:
    found = _value("ramp.slope_max", text, unit)
    assert isinstance(found, FieldProblem)
    assert found.code == code


def test_one_in_twelve_and_one_in_sixteen_meet_the_bounds_that_regulations_write_for_them() -> None:
    assert parse_number("1:12", field_type="slope", unit="%") == 8.3
    found = parse_number("1:16", field_type="slope", unit="%")
    assert not isinstance(found, Mistyped)
    assert found <= 6.25


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("stairs.count", "12", 12),
        ("stairs.count", "12,0", 12),
        ("parking.distance_entrance", "0,2 km", 200.0),
        ("parking.distance_entrance", "25 m", 25.0),
        ("door.force", "25 N", 25.0),
        ("door.force", "25 newton", 25.0),
        ("lift.max_load", "630 kg", 630.0),
        ("lift.max_load", "1 ton", 1000.0),
        ("door.type", "schuif", "schuif"),
        ("entrance.is_main", "yes", True),
        ("entrance.is_main", "Ja", True),
        ("entrance.is_main", "nee", False),
        ("entrance.is_main", "no", False),
        ("lift.floors_served", ("2", "0", "2", ""), ("0", "2")),
        ("lift.floors_served", "1", ("1",)),
        ("toilet.room_dims", "165 x 220", Size(165.0, 220.0)),
        ("toilet.room_dims", "165 × 220 cm", Size(165.0, 220.0)),
        ("toilet.room_dims", "1,65 m x 2,2 m", Size(165.0, 220.0)),
        ("toilet.room_dims", ("165", "220"), Size(165.0, 220.0)),
        ("lift.backup", " Bel 0000.\r\nWacht even. ", "Bel 0000.\nWacht even."),
        ("lift.backup", "cafe\u0301", "café"),
    ],
)
def test_every_type_of_question_is_read(key: str, text: str | tuple[str, ...], expected: Value) -> None:
    found = _value(key, text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("stairs.count", "1,5", "not_whole"),
        ("stairs.count", "12 stuks", "unknown_unit"),
        ("door.type", "gordijn", "not_an_option"),
        ("door.type", ("schuif", "klap"), "not_an_option"),
        ("entrance.is_main", "misschien", "not_an_option"),
        ("lift.floors_served", ("0", "99"), "not_an_option"),
        ("lift.floors_served", (), "value_missing"),
        ("lift.floors_served", ("",), "value_missing"),
        ("toilet.room_dims", "165", "size_form"),
        ("toilet.room_dims", "165 x", "size_form"),
        ("toilet.room_dims", "1 x 2 x 3", "size_form"),
        ("toilet.room_dims", ("165", "5"), "out_of_range"),
        ("toilet.room_dims", ("", "165"), "size_form"),
        ("lift.backup", "x" * (MAX_TEXT + 1), "too_long"),
        ("lift.backup", "a\x00b", "bad_characters"),
        ("lift.backup", "a\ud800b", "bad_characters"),
    ],
)
def test_every_type_of_question_refuses_what_it_cannot_hold(key: str, text: str | tuple[str, ...], code: str) -> None:
    found = _value(key, text)
    assert isinstance(found, FieldProblem)
    assert found.code == code


@pytest.mark.parametrize("text", ["https://museum.example/toegankelijk", "http://museum.example"])
def test_a_web_address_is_kept(text: str) -> None:
    assert parse_value(CATALOGUE, _other("url"), text, today=TODAY) == text


@pytest.mark.parametrize(
    "text",
    [
        "museum.example",
        "javascript:alert(1)",
        "https://",
        "https://a b.be",
        "https://jan:geheim@a.be",
        "http://[",
        "x\x00",
    ],
)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    assert isinstance(parse_value(CATALOGUE, _other("url"), text, today=TODAY), FieldProblem)


@pytest.mark.parametrize("text", ["2026-01-31", "31/01/2026", "31-1-2026", "31.1.2026", " 31/1/2026 "])
def test_a_date_is_read_in_the_usual_ways(text: str) -> None:
    assert parse_value(CATALOGUE, _other("date"), text, today=TODAY) == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2026", "not_a_date"),
        ("gisteren", "not_a_date"),
        ("1/2/26", "not_a_date"),
        ("2026-1", "not_a_date"),
        ("٣١/01/2026", "not_a_date"),
        ("24/11/2026", "date_in_future"),
    ],
)
def test_what_is_no_date_or_lies_ahead_is_refused(text: str, code: str) -> None:
    found = parse_value(CATALOGUE, _other("date"), text, today=TODAY)
    assert isinstance(found, FieldProblem)
    assert found.code == code


def _posted(key: str, posted: Posted) -> tuple[State | None, list[tuple[str, str]], int]:
    parsed = parse_answer(CATALOGUE, _field(key), posted, measured_on=VISIT, today=TODAY)
    state = None if parsed.answer is None else parsed.answer.state
    return state, [(p.part, p.code) for p in parsed.problems], len(parsed.warnings)


def test_an_answer_keeps_value_method_and_day() -> None:
    posted = Posted("84,5", method="tape", measured_on="19/11/2026")
    parsed = parse_answer(CATALOGUE, _field("door.clear_width"), posted, measured_on=VISIT, today=TODAY)
    assert parsed.answer is not None
    assert (parsed.answer.value, parsed.answer.method, parsed.answer.measured_on) == (84.5, "tape", date(2026, 11, 19))


def test_an_answer_without_a_day_is_of_the_visit() -> None:
    parsed = parse_answer(
        CATALOGUE, _field("door.clear_width"), Posted("84", method="tape"), measured_on=VISIT, today=TODAY
    )
    assert parsed.answer is not None
    assert parsed.answer.measured_on == VISIT


@pytest.mark.parametrize(
    ("key", "posted", "expected"),
    [
        ("door.clear_width", Posted(), (None, [], 0)),
        ("door.clear_width", Posted("", method="tape"), (None, [], 0)),
        ("door.clear_width", Posted("84", method="tape"), (State.KNOWN, [], 0)),
        ("door.clear_width", Posted("84", "known", method="tape"), (State.KNOWN, [], 0)),
        ("door.clear_width", Posted("210", method="tape"), (State.KNOWN, [], 1)),
        ("door.clear_width", Posted("", "unknown"), (State.UNKNOWN, [], 0)),
        ("door.clear_width", Posted("", "could_not_enter"), (State.COULD_NOT_ENTER, [], 0)),
        ("door.clear_width", Posted("", "known", method="tape"), (None, [("value", "value_missing")], 0)),
        ("door.clear_width", Posted("84", "unknown"), (None, [("state", "value_with_state")], 0)),
        ("door.clear_width", Posted("84", "misschien"), (None, [("state", "unknown_state")], 0)),
        ("door.clear_width", Posted("", "not_applicable"), (None, [("state", "not_applicable_refused")], 0)),
        ("entrance.access_control_width", Posted("", "not_applicable"), (State.NOT_APPLICABLE, [], 0)),
        ("door.clear_width", Posted("84"), (None, [("method", "method_missing")], 0)),
        ("door.clear_width", Posted("84", method="gok"), (None, [("method", "unknown_method")], 0)),
        ("door.clear_width", Posted("84", method="counted"), (None, [("method", "method_does_not_fit")], 0)),
        ("door.clear_width", Posted("8"), (None, [("value", "out_of_range"), ("method", "method_missing")], 0)),
        (
            "door.clear_width",
            Posted("84", method="tape", measured_on="morgen"),
            (None, [("measured_on", "not_a_date")], 0),
        ),
        (
            "door.clear_width",
            Posted("84", method="tape", measured_on="1/1/2027"),
            (None, [("measured_on", "date_in_future")], 0),
        ),
    ],
)
def test_state_value_method_and_day_go_together(
    key: str, posted: Posted, expected: tuple[State | None, list[tuple[str, str]], int]
) -> None:
    assert _posted(key, posted) == expected


def test_a_form_gives_its_good_answers_and_all_its_problems() -> None:
    posted = {
        "door.clear_width": Posted("84", method="tape"),
        "door.threshold": Posted("hoog", method="tape"),
        "door.colour": Posted("rood"),
        "lift.type": Posted("personenlift", method="observed"),
        "door.force": Posted(),
    }
    form = parse_form(CATALOGUE, "door", posted, measured_on=VISIT, today=TODAY)
    assert list(form.answers) == ["door.clear_width"]
    assert [(p.field, p.code) for p in form.problems] == [
        ("door.threshold", "not_a_number"),
        ("door.colour", "unknown_field"),
        ("lift.type", "not_asked_here"),
    ]


def test_every_field_has_a_usual_method_and_its_own_unit_first() -> None:
    for field in CATALOGUE.fields.values():
        assert methods_for(CATALOGUE, field)
        assert (units_for(field) or ("",))[0] == field.unit
    assert methods_for(CATALOGUE, _field("ramp.slope_max"))[0].id == "digital_level"
    assert units_for(_field("ramp.slope_max")) == ("%", "1:n", "°")
    assert units_for(_field("door.clear_width")) == ("cm", "m", "mm")


@given(
    key=st.sampled_from(sorted(CATALOGUE.fields)),
    text=st.one_of(
        st.text(max_size=30), st.from_regex(r"-?[0-9]{0,5}[.,:/ x]?[0-9]{0,4} ?(cm|m|mm|%|°|kg)?", fullmatch=True)
    ),
    unit=st.sampled_from(["", "cm", "m", "%", "1:n", "°", "x"]),
)
def test_whatever_is_typed_becomes_a_fitting_value_or_a_problem_in_dutch(key: str, text: str, unit: str) -> None:
    field = CATALOGUE.fields[key]
    found = parse_value(CATALOGUE, field, text, unit=unit, today=TODAY)
    if isinstance(found, FieldProblem):
        assert found.text.startswith(field.nl)
        assert "{" not in found.text.replace(text[:40], "")
    else:
        assert fits_field(field, found)
