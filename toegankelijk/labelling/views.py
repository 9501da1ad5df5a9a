"""What a reader of verdicts gets to see: a judging with its reasons in Dutch, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ElementVerdict:
    """One element for one user group; `reasons` are sentences, the decisive ones first."""

    element_id: str
    kind: str
    name: str
    verdict: str
    provisional: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DestinationVerdict:
    """One destination for one user group, by its best route; `reasons` are sentences."""

    destination: str
    name: str
    core: bool
    verdict: str
    provisional: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """The venue for one user group; `limiting` and `unknown` name the core destinations that decide or are open."""

    group: str
    name: str
    verdict: str
    level: str
    provisional: bool
    outdated: bool
    close_to_limit: bool
    limiting: tuple[str, ...]
    unknown: tuple[str, ...]
    destinations: tuple[DestinationVerdict, ...]
    elements: tuple[ElementVerdict, ...]


@dataclass(frozen=True, slots=True)
class ResultView:
    """One judging of a venue with one version of the rules; `document` is `labels.exchange.result_to_json`."""

    id: UUID
    venue_id: UUID
    rule_set: str
    judged_on: date
    judged_at: datetime
    is_latest: bool
    groups: tuple[GroupView, ...]
    document: dict[str, Any]
