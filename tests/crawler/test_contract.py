"""The file that a scan writes: one state per address, counts that add up, a schema that says the same."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from crawler.contract import SCHEMA, read_scan, read_scan_file, scan_to_json, write_scan
from crawler.errors import ScanFileError
from crawler.law import SampleKind
from crawler.model import (
    Address,
    Choice,
    Clause,
    ClauseState,
    Discovery,
    Finding,
    Outcome,
    Plan,
    Process,
    Reason,
    Site,
    Target,
    Versions,
    Visit,
    VisitStatus,
)
from crawler.traps import PRESENTATION

HOST = "https://voorbeeld.be"
AT = datetime(2026, 11, 23, 9, 30, 1, 250_000, tzinfo=UTC)
VERSIONS = Versions("0.1.0", {"axe-core": "4.14.1"}, "Chromium 156", "wcag22-aa")
FINDING = Finding(
    rule="afbeelding-zonder-alternatief",
    engine="axe-core",
    engine_rule="image-alt",
    outcome=Outcome.FAIL,
    criteria=("1.1.1",),
    clauses=("9.1.1.1",),
    act=("23a2a8",),
    best_practice=False,
    impact="critical",
    target=Target(("#kaart",), ("x-kader",), "img"),
    snippet="<img>",
    message="Element has no alt",
)
SCANNED = Visit(f"{HOST}/", f"{HOST}/", VisitStatus.SCANNED, None, AT, title="Welkom", load_ms=10, findings=(FINDING,))
FAILED = Visit(f"{HOST}/a", f"{HOST}/a", VisitStatus.FAILED, Reason.TIMEOUT_WALL, AT, detail="90 s")
DISCOVERY = Discovery(
    (
        Address(f"{HOST}/"),
        Address(f"{HOST}/a"),
        Address(f"{HOST}/b"),
        Address(f"{HOST}/c", status=VisitStatus.SKIPPED, reason=Reason.DUPLICATE_OF, duplicate_of=f"{HOST}/"),
    ),
    documents=(f"{HOST}/folder.pdf",),
    external_hosts={"loket.example": f"{HOST}/"},
    traps={"calendar": 553},
    crawl_delay_s=2.0,
)
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def written(
    discovery: Discovery = DISCOVERY, visits: tuple[Visit, ...] = (SCANNED, FAILED), plan: Plan | None = None
) -> dict[str, Any]:
    return scan_to_json(Site(f"{HOST}/"), VERSIONS, discovery, visits, started_at=AT, finished_at=AT, plan=plan)


def changed(place: str, value: object) -> dict[str, Any]:
    """The example with one value replaced (`del` removes it)."""
    data = json.loads(json.dumps(written()))
    *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    at = data
    for part in path:
        at = at[part]
    if value == "del":
        del at[last]
    else:
        at[last] = value
    return data


def test_the_schema_is_a_schema_and_the_output_obeys_it() -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)
    VALIDATOR.validate(written())
    VALIDATOR.validate(json.loads(json.dumps(written())))


def test_the_schema_knows_every_reason_state_and_outcome_and_no_other() -> None:
    parts = VALIDATOR.schema["$defs"]
    assert parts["reason"]["enum"] == [reason.value for reason in Reason]
    assert parts["page"]["properties"]["status"]["enum"] == [status.value for status in VisitStatus]
    assert parts["finding"]["properties"]["outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert parts["addresses"]["required"] == ["discovered", *(status.value for status in VisitStatus)]


def test_the_documentation_names_every_key_reason_and_trap() -> None:
    text = (SCHEMA.parents[2] / "docs" / "scan-json.md").read_text(encoding="utf-8")
    parts = VALIDATOR.schema["$defs"]
    keys = [*VALIDATOR.schema["properties"], *parts["page"]["properties"], *parts["finding"]["properties"]]
    keys += [key for part in ("sample", "clause", "process") for key in parts[part]["properties"]]
    keys += [
        *parts["discovery"]["properties"],
        *(state.value for state in ClauseState),
        *(reason.value for reason in Reason),
        *PRESENTATION,
    ]
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_the_sample_is_written_with_what_it_does_not_hold() -> None:
    plan = Plan(
        DISCOVERY,
        (Choice(f"{HOST}/", "a:home"),),
        kind="full",
        seed=23,
        clauses=(
            Clause("a:home", ClauseState.MET, (f"{HOST}/",)),
            Clause("b:appointment", ClauseState.ELSEWHERE, beside=(f"{HOST}/a",)),
        ),
        documents=(Choice(f"{HOST}/folder.pdf", "e:document"),),
        processes=(Process(f"{HOST}/", 2, 3), Process(f"{HOST}/a", 3, 3), Process(f"{HOST}/b", 1)),
    )
    data = written(plan=plan)
    VALIDATOR.validate(data)
    assert data["sample"] == {
        "kind": "full",
        "seed": 23,
        "clauses": [
            {"id": "a:home", "state": "met", "wanted": 1, "pages": [f"{HOST}/"], "beside": []},
            {"id": "b:appointment", "state": "elsewhere", "wanted": 1, "pages": [], "beside": [f"{HOST}/a"]},
        ],
        "documents": [{"url": f"{HOST}/folder.pdf", "selected_by": "e:document"}],
        "processes": [
            {"page": f"{HOST}/", "step": 2, "steps": 3, "further_steps": "not-reached"},
            {"page": f"{HOST}/a", "step": 3, "steps": 3, "further_steps": "none"},
            {"page": f"{HOST}/b", "step": 1, "steps": None, "further_steps": "not-reached"},
        ],
    }
    assert read_scan(data) == read_scan(written())
    assert written(plan=Plan(DISCOVERY, ()))["sample"] is None


def test_the_schema_knows_the_kinds_and_clauses_of_a_sample() -> None:
    parts = VALIDATOR.schema["$defs"]
    assert parts["sample"]["properties"]["kind"]["enum"] == [kind.value for kind in SampleKind]
    assert sorted(parts["clause"]["properties"]["state"]["enum"]) == sorted(state.value for state in ClauseState)


def test_every_discovered_address_is_there_once_and_the_counts_add_up() -> None:
    data = written()
    assert [page["url"] for page in data["pages"]] == [address.url for address in DISCOVERY.addresses]
    assert data["addresses"] == {"discovered": 4, "scanned": 1, "partial": 0, "failed": 1, "skipped": 2, "blocked": 0}
    assert data["traps"] == {"calendar": 553}
    assert [page["reason"] for page in data["pages"]] == [None, "timeout-wall", "stopped", "duplicate-of"]


def test_a_finding_is_written_as_the_contract_says() -> None:
    assert written()["pages"][0]["findings"] == [
        {
            "rule": "afbeelding-zonder-alternatief",
            "engine": "axe-core",
            "engine_rule": "image-alt",
            "outcome": "fail",
            "criteria": ["1.1.1"],
            "clauses": ["9.1.1.1"],
            "act": ["23a2a8"],
            "best_practice": False,
            "impact": "critical",
            "target": {"frames": ["#kaart"], "path": ["x-kader"], "selector": "img"},
            "snippet": "<img>",
            "message": "Element has no alt",
        }
    ]


@pytest.mark.parametrize(
    ("visits", "words"),
    [
        ((SCANNED, SCANNED), "two visits"),
        ((replace(SCANNED, url=f"{HOST}/vreemd"),), "not discovered"),
        ((replace(SCANNED, reason=Reason.STOPPED),), "does not go with"),
        ((replace(FAILED, reason=None),), "does not go with"),
        ((replace(SCANNED, visited_at=AT.replace(tzinfo=None)),), "no time zone"),
    ],
)
def test_visits_that_contradict_the_rest_are_a_mistake(visits: tuple[Visit, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        written(visits=visits)


def test_an_address_discovered_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        written(Discovery((Address(f"{HOST}/"), Address(f"{HOST}/"))), ())


STATES = st.one_of(
    st.just((VisitStatus.SCANNED, None)),
    st.tuples(st.sampled_from([s for s in VisitStatus if s is not VisitStatus.SCANNED]), st.sampled_from(Reason)),
)


@given(st.lists(STATES, max_size=8), st.integers(0, 3))
def test_what_is_written_is_valid_and_reads_back_equal(
    states: list[tuple[VisitStatus, Reason | None]], unvisited: int
) -> None:
    visits = tuple(
        replace(SCANNED, url=f"{HOST}/{n}", status=status, reason=reason) for n, (status, reason) in enumerate(states)
    )
    addresses = tuple(Address(visit.url) for visit in visits) + tuple(Address(f"{HOST}/x{n}") for n in range(unvisited))
    data = written(Discovery(addresses, traps={"print": 2}), visits)
    VALIDATOR.validate(data)
    record = read_scan(json.loads(json.dumps(data)))
    assert record.visits[: len(visits)] == visits
    assert record.counts == data["addresses"]
    assert sum(record.counts.values()) == 2 * len(addresses)
    assert (record.site, record.versions, record.traps) == (f"{HOST}/", VERSIONS, {"print": 2})
    assert (record.started_at, record.finished_at) == (AT, AT)


def test_unknown_keys_are_ignored() -> None:
    data = changed("nieuw", {"later": 1})
    data["pages"][0]["nieuw"] = data["pages"][0]["findings"][0]["nieuw"] = [1]
    VALIDATOR.validate(data)
    assert read_scan(data) == read_scan(written())


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("format", "toegankelijk-scan/2"),
        ("addresses.scanned", 2),
        ("addresses.blocked", "del"),
        ("pages", {}),
        ("pages.1", "tekst"),
        ("pages.0.status", "geweldig"),
        ("pages.0.reason", "stopped"),
        ("pages.1.reason", None),
        ("pages.1.reason", "zomaar"),
        ("pages.0.url", "del"),
        ("pages.0.load_ms", True),
        ("pages.0.visited_at", "gisteren"),
        ("pages.0.visited_at", "2026-11-23T09:30:00"),
        ("pages.0.findings.0.outcome", "pass"),
        ("pages.0.findings.0.criteria", [1]),
        ("pages.0.findings.0.target", None),
        ("scanner.engines", []),
    ],
)
def test_a_wrong_place_is_named(place: str, value: object) -> None:
    data = changed(place, value)
    with pytest.raises(ScanFileError) as caught:
        read_scan(data)
    named = place.partition(".")[0] if place.startswith("addresses") else "".join(_place(place))
    assert named in str(caught.value)
    if place not in ("addresses.scanned", "pages.0.visited_at"):
        assert not VALIDATOR.is_valid(data)


def _place(place: str) -> list[str]:
    parts = place.split(".")
    return [f"[{part}]" if part.isdigit() else f"{'.' if n else ''}{part}" for n, part in enumerate(parts)]


@pytest.mark.parametrize("data", [None, [], "tekst", 5, {}])
def test_what_is_no_scan_at_all_is_said_so(data: object) -> None:
    with pytest.raises(ScanFileError):
        read_scan(data)


def test_a_scan_file_is_written_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "scan.json"
    path.write_text("oud")
    write_scan(path, written())
    assert read_scan_file(path) == read_scan(written())
    assert [entry.name for entry in tmp_path.iterdir()] == ["scan.json"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_place_that_cannot_be_written_is_a_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    for path in (tmp_path / "geen" / "scan.json", tmp_path):
        with pytest.raises(ScanFileError, match=f"{path} cannot be written: .*Give a file in a folder"):
            write_scan(path, written())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_a_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ScanFileError, match="Permission denied"):
        write_scan(tmp_path / "scan.json", written())


def test_a_file_that_cannot_be_read_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "scan.json"
    with pytest.raises(ScanFileError, match=r"scan\.json cannot be read"):
        read_scan_file(path)
    path.write_text("{")
    with pytest.raises(ScanFileError, match=r"scan\.json is no JSON"):
        read_scan_file(path)
    path.write_text(json.dumps(changed("pages.0.url", "del")))
    with pytest.raises(ScanFileError, match=r"scan\.json: pages\[0\]\.url is missing"):
        read_scan_file(path)
