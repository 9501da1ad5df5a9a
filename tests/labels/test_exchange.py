"""Answers survive a trip through JSON, and results say everything that a page or an API has to show."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.errors import VenueRefused
from labels.exchange import answer_to_json, read_answer, result_to_json
from labels.judge import judge_venue
from labels.model import Answer, State, known
from tests.labels.building import CATALOGUE, TODAY, UNKNOWN, museum, with_answer
from tests.labels.random_venues import answers_to


@given(data=st.data(), key=st.sampled_from(sorted(CATALOGUE.fields)))
def test_every_answer_comes_back_the_same(data: st.DataObject, key: str) -> None:
    field = CATALOGUE.fields[key]
    given_answer = data.draw(answers_to(field))
    stored = json.loads(json.dumps(answer_to_json(given_answer)))
    assert read_answer(field, stored) == given_answer


def test_a_reference_to_the_measurement_is_kept() -> None:
    stored = answer_to_json(known(84.0, method="tape", measured_on=date(2026, 11, 1), reference="m-17"))
    assert stored["reference"] == "m-17"
    assert read_answer(CATALOGUE.fields["door.clear_width"], stored).reference == "m-17"


def test_a_date_survives() -> None:
    assert answer_to_json(Answer(State.KNOWN, date(2026, 1, 31), "observed", TODAY))["value"] == "2026-01-31"


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("door.clear_width", None),
        ("door.clear_width", []),
        ("door.clear_width", {}),
        ("door.clear_width", {"state": "misschien"}),
        ("door.clear_width", {"state": "known"}),
        ("door.clear_width", {"state": "known", "value": "84", "method": "tape", "measured_on": "2026-11-01"}),
        ("door.clear_width", {"state": "known", "value": True, "method": "tape", "measured_on": "2026-11-01"}),
        ("door.clear_width", {"state": "known", "value": 84, "measured_on": "2026-11-01"}),
        ("door.clear_width", {"state": "known", "value": 84, "method": "tape", "measured_on": "1 november"}),
        ("toilet.room_dims", {"state": "known", "value": 84, "method": "tape", "measured_on": "2026-11-01"}),
        ("lift.backup", {"state": "known", "value": {"a": 1}, "method": "observed", "measured_on": "2026-11-01"}),
    ],
)
def test_a_stored_answer_that_cannot_be_read_names_its_field(key: str, data: Any) -> None:
    with pytest.raises(VenueRefused, match=r"door\.clear_width|toilet\.room_dims|lift\.backup|known answer"):
        read_answer(CATALOGUE.fields[key], data)


def test_a_result_in_json_holds_every_verdict_with_its_reasons() -> None:
    venue = with_answer(museum(), "hal", "circ.width_min", 84.0)
    venue = with_answer(venue, "zaal", "circ.turning_min", UNKNOWN)
    data = json.loads(json.dumps(result_to_json(judge_venue(CATALOGUE, venue, today=TODAY))))
    assert (data["rule_set"], data["judged_on"], data["venue"]) == (CATALOGUE.version, "2026-11-23", "m1")
    group = next(found for found in data["groups"] if found["group"] == "rolstoel")
    assert (group["verdict"], group["level"], group["unknown"]) == ("onbekend", "onbekend", ["tentoonstelling"])
    hall = next(found for found in group["elements"] if found["element"] == "hal")
    assert hall["limiting"] == ["wh-circ-width"]
    width = next(found for found in hall["criteria"] if found["rule"] == "wh-circ-width")
    assert width["verdict"] == "met_hulp"
    assert width["values"]["circ.width_min"]["value"] == 84.0
    assert width["bounds"][0] == {"field": "circ.width_min", "comparison": ">=", "limit": 77}
    assert width["next_better"] == [
        {"gives": "zelfstandig", "field": "circ.width_min", "comparison": ">=", "limit": 90, "distance": 6.0}
    ]
    assert (width["sources"], width["mark"], width["provisional"]) == (["TV-M"], "V", False)
    room = next(found for found in group["elements"] if found["element"] == "zaal")
    turning = next(found for found in room["criteria"] if found["rule"] == "wh-circ-turning")
    assert (turning["verdict"], turning["missing"], turning["mark"]) == ("onbekend", ["circ.turning_min"], None)
    toilet = next(found for found in group["destinations"] if found["destination"] == "toilet")
    assert toilet["routes"][0]["limiting"] == ["hal"]
