"""The output contract `toegankelijk-scan/1`: from the values of a scan to JSON, back again, and into a file."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from crawler.errors import ScanFileError
from crawler.model import (
    CONTRACT_FORMAT,
    CONTRACT_REVISION,
    Address,
    Discovery,
    Finding,
    Outcome,
    Plan,
    Reason,
    Site,
    Target,
    Versions,
    Visit,
    VisitStatus,
)
from crawler.sample_json import sample_to_json

SCHEMA = Path(__file__).parent / "schema" / "toegankelijk-scan-1.json"

_Value = TypeVar("_Value")
_Enum = TypeVar("_Enum", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ScanRecord:
    """A scan as its file tells it; visits come without `raw` and `facts`, which the contract does not carry."""

    site: str
    versions: Versions
    started_at: datetime
    finished_at: datetime
    counts: dict[str, int]
    traps: dict[str, int]
    visits: tuple[Visit, ...]


def scan_to_json(
    site: Site,
    versions: Versions,
    discovery: Discovery,
    visits: Iterable[Visit],
    *,
    started_at: datetime,
    finished_at: datetime,
    plan: Plan | None = None,
) -> dict[str, Any]:
    """The contract's object for one scan: every discovered address in exactly one state.

    `plan` adds the sample, where there is one.
    An address without a visit has the state that discovery gave it; a page that was not come to is skipped as
    `stopped`. Raises ValueError for visits that contradict discovery or themselves: a mistake of the caller.
    """
    pages = _pages(discovery, visits, finished_at)
    counts = Counter(page["status"] for page in pages)
    return {
        "format": CONTRACT_FORMAT,
        "revision": CONTRACT_REVISION,
        "scanner": versions.to_json(),
        "site": site.url,
        "started_at": _moment(started_at),
        "finished_at": _moment(finished_at),
        "addresses": {"discovered": len(pages)} | {status.value: counts[status.value] for status in VisitStatus},
        "traps": dict(discovery.traps),
        "discovery": _discovery(discovery),
        "sample": sample_to_json(plan) if plan is not None else None,
        "pages": pages,
    }


def _pages(discovery: Discovery, visits: Iterable[Visit], finished_at: datetime) -> list[dict[str, Any]]:
    made: dict[str, Visit] = {}
    for visit in visits:
        if visit.url in made:
            raise ValueError(f"two visits of {visit.url}")
        if (visit.reason is None) != (visit.status is VisitStatus.SCANNED):
            raise ValueError(f"{visit.url}: reason {visit.reason} does not go with status {visit.status}")
        made[visit.url] = visit
    known = {address.url: address for address in discovery.addresses}
    if len(known) != len(discovery.addresses):
        raise ValueError("an address was discovered twice")
    strange = sorted(made.keys() - known.keys())
    if strange:
        raise ValueError(f"a visit of an address that was not discovered: {strange[0]}")
    return [_visit_to_json(made.get(url) or _unvisited(address, finished_at)) for url, address in known.items()]


def _unvisited(address: Address, at: datetime) -> Visit:
    return Visit(
        url=address.url,
        final_url=address.duplicate_of or address.url,
        status=address.status or VisitStatus.SKIPPED,
        reason=address.reason or Reason.STOPPED,
        visited_at=at,
        title=address.title,
        http_status=address.http_status,
        duplicate_of=address.duplicate_of,
        detail=address.detail,
    )


def _visit_to_json(visit: Visit) -> dict[str, Any]:
    return {
        "url": visit.url,
        "final_url": visit.final_url,
        "status": visit.status.value,
        "reason": visit.reason.value if visit.reason else None,
        "detail": visit.detail,
        "duplicate_of": visit.duplicate_of,
        "selected_by": visit.selected_by,
        "http_status": visit.http_status,
        "visited_at": _moment(visit.visited_at),
        "title": visit.title,
        "load_ms": visit.load_ms,
        "check_ms": visit.check_ms,
        "findings": [_finding_to_json(finding) for finding in visit.findings],
    }


def _finding_to_json(finding: Finding) -> dict[str, Any]:
    target = finding.target
    return {
        "rule": finding.rule,
        "engine": finding.engine,
        "engine_rule": finding.engine_rule,
        "outcome": finding.outcome.value,
        "criteria": list(finding.criteria),
        "clauses": list(finding.clauses),
        "act": list(finding.act),
        "best_practice": finding.best_practice,
        "impact": finding.impact,
        "target": {"frames": list(target.frames), "path": list(target.path), "selector": target.selector},
        "snippet": finding.snippet,
        "message": finding.message,
    }


def _discovery(discovery: Discovery) -> dict[str, Any]:
    return {
        "complete": discovery.complete,
        "note": discovery.note,
        "crawl_delay_s": discovery.crawl_delay_s,
        "documents": list(discovery.documents),
        "external_hosts": dict(discovery.external_hosts),
    }


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; moments of a scan are aware UTC")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_scan(path: Path, data: Mapping[str, Any]) -> None:
    """Write a scan file whole or not at all; raises `ScanFileError` when the place cannot be written."""
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise ScanFileError(
            f"{path} cannot be written: {error.strerror}. Give a file in a folder that exists and that you may write"
        ) from error


def read_scan_file(path: Path) -> ScanRecord:
    """Read a scan file; raises `ScanFileError` naming file, place and remedy."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScanFileError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ScanFileError(f"{path} is no JSON: {error}. Give a file that a scan wrote with --out") from error
    try:
        return read_scan(data)
    except ScanFileError as error:
        raise ScanFileError(f"{path}: {error}") from error


def read_scan(data: object) -> ScanRecord:
    """The values of a contract object; unknown keys are ignored. Raises `ScanFileError` naming the wrong place."""
    whole = _Place("", data)
    if whole.get("format", str) != CONTRACT_FORMAT:
        raise ScanFileError(f"format: {CONTRACT_FORMAT} is read here, not {whole.get('format', str)!r}")
    scanner = whole.at("scanner")
    finished_at = whole.moment("finished_at")
    visits = tuple(_read_page(page, finished_at) for page in whole.each("pages"))
    return ScanRecord(
        site=whole.get("site", str),
        versions=Versions(
            scanner=scanner.get("version", str),
            engines=scanner.get("engines", dict),
            browser=scanner.get("browser", str),
            profile=scanner.get("profile", str),
        ),
        started_at=whole.moment("started_at"),
        finished_at=finished_at,
        counts=_counts(whole.get("addresses", dict), visits),
        traps=whole.get("traps", dict),
        visits=visits,
    )


def _counts(told: dict[str, Any], visits: tuple[Visit, ...]) -> dict[str, int]:
    found = Counter(visit.status for visit in visits)
    counts = {"discovered": len(visits)} | {status.value: found[status] for status in VisitStatus}
    if any(told.get(name) != count for name, count in counts.items()):
        raise ScanFileError(f"addresses: the counts do not fit the pages, which give {counts}")
    return counts


def _read_page(page: _Place, finished_at: datetime) -> Visit:
    status = page.one_of("status", VisitStatus)
    reason = None if page.find("reason", str) is None else page.one_of("reason", Reason)
    if (reason is None) != (status is VisitStatus.SCANNED):
        raise ScanFileError(f"{page.name}.reason: {reason} does not go with status {status}")
    return Visit(
        url=page.get("url", str),
        final_url=page.get("final_url", str),
        status=status,
        reason=reason,
        visited_at=page.moment("visited_at") if page.find("visited_at", str) else finished_at,
        title=page.get("title", str),
        http_status=page.find("http_status", int),
        load_ms=page.get("load_ms", int),
        check_ms=page.get("check_ms", int),
        selected_by=page.find("selected_by", str) or "",
        duplicate_of=page.find("duplicate_of", str),
        detail=page.find("detail", str) or "",
        findings=tuple(_read_finding(finding) for finding in page.each("findings")),
    )


def _read_finding(finding: _Place) -> Finding:
    target = finding.at("target")
    return Finding(
        rule=finding.get("rule", str),
        engine=finding.get("engine", str),
        engine_rule=finding.get("engine_rule", str),
        outcome=finding.one_of("outcome", Outcome),
        criteria=finding.texts("criteria"),
        clauses=finding.texts("clauses"),
        act=finding.texts("act"),
        best_practice=finding.get("best_practice", bool),
        impact=finding.find("impact", str),
        target=Target(target.texts("frames"), target.texts("path"), target.get("selector", str)),
        snippet=finding.get("snippet", str),
        message=finding.get("message", str),
    )


class _Place:
    """An object somewhere in a scan file, read key by key; what is wrong is named by its place."""

    def __init__(self, name: str, value: object) -> None:
        self.name = name
        if not isinstance(value, dict):
            raise ScanFileError(f"{name or 'the file'}: an object is needed here")
        self._value: dict[str, Any] = value

    def find(self, key: str, kind: type[_Value]) -> _Value | None:
        """The value of a key that may be null or missing."""
        value = self._value.get(key)
        if value is not None and type(value) is not kind:
            raise ScanFileError(f"{self._under(key)}: {kind.__name__} is needed here, not {str(value)[:60]!r}")
        return value

    def get(self, key: str, kind: type[_Value]) -> _Value:
        """The value of a key that must be there."""
        value = self.find(key, kind)
        if value is None:
            raise ScanFileError(f"{self._under(key)} is missing")
        return value

    def at(self, key: str) -> _Place:
        """The object under a key."""
        return _Place(self._under(key), self.get(key, dict))

    def each(self, key: str) -> list[_Place]:
        """The objects in the list under a key."""
        return [_Place(f"{self._under(key)}[{n}]", value) for n, value in enumerate(self.get(key, list))]

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under a key."""
        values = self.get(key, list)
        if not all(isinstance(value, str) for value in values):
            raise ScanFileError(f"{self._under(key)}: a list of texts is needed here")
        return tuple(values)

    def one_of(self, key: str, kind: type[_Enum]) -> _Enum:
        """The member of a closed list under a key."""
        value = self.get(key, str)
        try:
            return kind(value)
        except ValueError:
            allowed = ", ".join(member.value for member in kind)
            raise ScanFileError(f"{self._under(key)}: {value!r} is none of {allowed}") from None

    def moment(self, key: str) -> datetime:
        """The moment under a key, in UTC."""
        value = self.get(key, str)
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise ScanFileError(f"{self._under(key)}: {value!r} is no ISO 8601 moment") from None
        if at.tzinfo is None:
            raise ScanFileError(f"{self._under(key)}: {value!r} has no time zone")
        return at.astimezone(UTC)

    def _under(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key
