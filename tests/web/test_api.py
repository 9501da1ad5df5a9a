"""The interface for programs: it does what its description says, whatever is asked of it, with one shape of refusal."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import one_of
from schemathesis import Case, GenerationMode

from labels.catalogue import current_catalogue
from tests.web.conftest import Platform
from tests.web.seeding import SURVEYOR

EXAMPLES = 300
ANYTHING = list(HealthCheck)


@pytest.fixture
def visitor(platform: Platform) -> TestClient:
    return platform.visitor()


@pytest.fixture
def venue(platform: Platform, visitor: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = visitor.get(f"/api/v1/venues/{platform.ids.venues.published}").json()
    return found


def test_list_holds_published_venues_alone(platform: Platform, visitor: TestClient) -> None:
    answer = visitor.get("/api/v1/venues").json()

    assert [one["id"] for one in answer["items"]] == [str(platform.ids.venues.published)]
    assert (answer["total"], answer["page"], answer["pages"], answer["per_page"]) == (1, 1, 1, 25)
    item = answer["items"][0]
    assert item["municipality"] == {"name": "Voorbeeldegem", "nis_code": "99001"}
    assert item["page"] == f"http://127.0.0.1:8000/plaatsen/{platform.ids.venues.published_slug}"
    assert item["is_example"] is True
    assert [one["group"] for one in item["verdicts"]] == list(current_catalogue().groups)


@pytest.mark.parametrize(
    ("query", "total"),
    [("text=fiets", 1), ("text=klok", 0), ("municipality=99001", 1), ("municipality=99002", 0),
     ("venue_type=museum", 1), ("venue_type=kasteel", 0), ("page=7", 1)],
)  # fmt: skip
def test_list_is_searched(visitor: TestClient, query: str, total: int) -> None:
    assert visitor.get(f"/api/v1/venues?{query}").json()["total"] == total


def test_venue_has_answers_with_unit_free_values_state_method_and_day(venue: dict[str, Any]) -> None:
    answers = {key: answer for element in venue["elements"] for key, answer in element["answers"].items()}

    assert (
        answers["path.width_min"].items() >= {"state": "known", "method": "tape", "measured_on": "2026-11-23"}.items()
    )
    assert {answer["state"] for answer in answers.values()} > {"known"}
    assert {element["kind"] for element in venue["elements"]} >= {"venue", "entrance", "door", "toilet", "lift"}


def test_every_verdict_names_its_rule_version_value_bound_and_distance(venue: dict[str, Any]) -> None:
    group = next(one for one in venue["result"]["groups"] if one["group"] == "rolstoel")
    lift = next(one for one in group["elements"] if one["kind"] == "lift")
    door = next(one for one in lift["criteria"] if one["rule"] == "wh-lift-door")

    assert door["rule_set"] == current_catalogue().version
    assert door["verdict"] == "met_hulp"
    assert door["values"]["lift.door_width"]["value"] == 89.5
    assert door["next_better"] == [
        {"field": "lift.door_width", "comparison": ">=", "limit": 90.0, "codes": None, "gives": "zelfstandig",
         "distance": 0.5}
    ]  # fmt: skip


def test_routes_name_elements_of_the_venue(venue: dict[str, Any]) -> None:
    ids = {element["id"] for element in venue["elements"]}

    assert venue["routes"]
    assert all(set(route["legs"]) <= ids for route in venue["routes"])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/venues/3ae487ce-0e8f-4916-b407-b02761599ee1", 404, "not-found"),
        ("/api/v1/niets", 404, "not-found"),
        ("/api/v1/venues/geen-id", 422, "invalid"),
        ("/api/v1/venues?page=0", 422, "invalid"),
        ("/api/v1/venues?per_page=1000", 422, "invalid"),
        ("/api/v1/venues?municipality=gent", 422, "invalid"),
        ("/api/v1/venues?text=" + "x" * 200, 422, "invalid"),
    ],
)
def test_refusal_has_one_shape(visitor: TestClient, path: str, status: int, code: str) -> None:
    answer = visitor.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().keys() == {"status", "error", "message"}
    assert (answer.json()["status"], answer.json()["error"]) == (status, code)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_refused_parameter_is_named(visitor: TestClient) -> None:
    assert "per_page" in visitor.get("/api/v1/venues?per_page=0").json()["message"]


def test_interface_is_read_only(platform: Platform) -> None:
    person = platform.person(SURVEYOR)

    answer = person.delete(f"/api/v1/venues/{platform.ids.venues.published}")

    assert (answer.status_code, answer.json()["error"]) == (405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]


def test_mistake_of_ours_is_told_in_the_same_shape(platform: Platform) -> None:
    def broken() -> None:
        raise RuntimeError("geheim detail")

    platform.app.add_api_route("/api/v1/kapot", broken)

    answer = platform.visitor().get("/api/v1/kapot")

    assert answer.json() == {
        "status": 500, "error": "broken", "message": "Something went wrong on our side. Try again later."
    }  # fmt: skip


def test_description_holds_the_interface_and_no_page(visitor: TestClient) -> None:
    paths = visitor.get("/api/openapi.json").json()["paths"]

    assert {path: set(operations) for path, operations in paths.items()} == {
        "/api/v1/venues": {"get"},
        "/api/v1/venues/{venue_id}": {"get"},
    }


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_asked_is_answered_as_described(platform: Platform, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", platform.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    asked = []

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=ANYTHING)
    @given(case=one_of(*(operation.as_strategy(generation_mode=mode) for operation in operations)))
    def ask(case: Case) -> None:
        asked.append(case.call_and_validate().status_code)

    ask()

    assert len(asked) >= EXAMPLES
    assert all(status < 500 for status in asked)
    assert (422 in asked) if mode is GenerationMode.NEGATIVE else (200 in asked)
