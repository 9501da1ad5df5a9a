"""Dutch words for stored codes, read once from `data/texts_nl.toml` and proven complete."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from toegankelijk.errors import TextsIncomplete

TEXTS_FILE = Path(__file__).parent.parent / "data" / "texts_nl.toml"
WORD_TABLES = (
    "visit_status",
    "trap",
    "selected_by",
    "impact",
    "profile",
    "scan_state",
    "part",
    "month",
    "pattern",
    "choice",
    "floor",
    "sent",
    "host_kind",
    "host_status",
    "host_decision",
    "notice",
    "problem",
    "source",
    "fallback",
)


@dataclass(frozen=True, slots=True)
class ReasonText:
    """Why a page was not examined: its name in a list, what happened, what the owner can do."""

    name: str
    explanation: str
    advice: str


@dataclass(frozen=True, slots=True)
class StatusText:
    """Where a website stands in the registry."""

    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class KindText:
    """A kind of public body: one of them, several of them."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What a page says when something went wrong."""

    title: str
    explanation: str
    advice: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All tables of the file."""

    words: Mapping[str, Mapping[str, str]]
    reasons: Mapping[str, ReasonText]
    site_statuses: Mapping[str, StatusText]
    body_kinds: Mapping[str, KindText]
    errors: Mapping[str, ErrorText]

    def word(self, table: str, code: str | None) -> str:
        """The Dutch for a code: its own entry, that of its family (before the colon), or the table's `other`."""
        entries = self.words[table]
        own = entries.get(code or "") or entries.get((code or "").partition(":")[0])
        return own or entries.get("other") or self.words["fallback"]["unknown"]

    def source(self, name: str) -> str:
        """A source in Dutch; one that a person typed comes back as it is."""
        return self.words["source"].get(name, name)

    def pattern(self, name: str, **values: str | int) -> str:
        """A sentence with its gaps filled."""
        return self.words["pattern"][name].format(**values)

    def reason(self, code: str | None) -> ReasonText:
        """The texts of a reason; one that this version does not know is said to be unknown."""
        unknown = self.words["fallback"]
        return self.reasons.get(code or "") or ReasonText(
            unknown["reason"], unknown["reason_explanation"], unknown["reason_advice"]
        )

    def site_status(self, code: str) -> StatusText:
        """The texts of a website's status."""
        unknown = self.words["fallback"]
        return self.site_statuses.get(code) or StatusText(unknown["unknown"], unknown["site_status_explanation"])

    def error(self, code: str) -> ErrorText:
        """The texts for an HTTP status or a kind of refusal; those of 400 or 500 where it has none of its own."""
        return self.errors.get(code) or self.errors["500" if code.startswith("5") else "400"]

    def body_kind(self, code: str) -> KindText:
        """What a kind of body is called."""
        return self.body_kinds.get(code) or self.body_kinds["other"]


@cache
def load_texts() -> Texts:
    """The texts of this version; raises `TextsIncomplete` naming the entry that is missing or empty."""
    return read_texts(TEXTS_FILE)


def read_texts(path: Path) -> Texts:
    """Read and prove a file of texts."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TextsIncomplete(f"{path.name} is not valid TOML: {error}") from error
    for table in (*WORD_TABLES, "reason", "site_status", "body_kind", "error"):
        if not document.get(table):
            raise TextsIncomplete(f"{path.name}: table [{table}] is missing or empty")
    words = {table: _words(path, table, document[table]) for table in WORD_TABLES}
    reasons = {
        code: ReasonText(**_fields(path, f"reason.{code}", row, ("name", "explanation", "advice")))
        for code, row in document["reason"].items()
    }
    statuses = {
        code: StatusText(**_fields(path, f"site_status.{code}", row, ("name", "explanation")))
        for code, row in document["site_status"].items()
    }
    kinds = {
        code: KindText(**_fields(path, f"body_kind.{code}", row, ("one", "many")))
        for code, row in document["body_kind"].items()
    }
    errors = {
        code: ErrorText(**_fields(path, f"error.{code}", row, ("title", "explanation", "advice")))
        for code, row in document["error"].items()
    }
    return Texts(words, reasons, statuses, kinds, errors)


def _words(path: Path, table: str, rows: Mapping[str, Any]) -> Mapping[str, str]:
    return _fields(path, table, rows, tuple(rows))


def _fields(path: Path, entry: str, row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    wrong = [name for name in names if not isinstance(row.get(name), str) or not row[name].strip()]
    if wrong:
        raise TextsIncomplete(f"{path.name}: [{entry}] has no text for {', '.join(wrong)}")
    surplus = sorted(set(row) - set(names))
    if surplus:
        raise TextsIncomplete(f"{path.name}: [{entry}] has unknown fields {', '.join(surplus)}")
    return {name: row[name] for name in names}
