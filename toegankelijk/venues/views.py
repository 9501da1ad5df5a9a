"""What a reader of venues gets to see: frozen values, none of them tied to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """What the latest judging says for one user group, with words of `labels.model.Verdict` and `Level`."""

    group: str
    verdict: str
    level: str
    provisional: bool
    outdated: bool
    close_to_limit: bool


@dataclass(frozen=True, slots=True)
class VenueView:
    """A place that is open to visitors.

    `nis_codes` are those of its municipality: today's first, then the one it was entered under when that has ended.
    `verdicts` come from the latest judging, in the order of the catalogue; empty before the first survey.
    """

    id: UUID
    slug: str
    name: str
    venue_type: str
    sector: str
    municipality_id: UUID
    municipality_name: str
    nis_codes: tuple[str, ...]
    body_id: UUID | None
    body_name: str
    street: str
    postcode: str
    locality: str
    lat: float | None
    lon: float | None
    is_demo: bool
    created_at: datetime
    changed_at: datetime
    published_at: datetime | None
    published_by: str
    verdicts: tuple[GroupVerdict, ...] = ()

    @property
    def is_published(self) -> bool:
        """Whether everybody may see it."""
        return self.published_at is not None

    @property
    def nis_code(self) -> str:
        """The code of its municipality today."""
        return self.nis_codes[0] if self.nis_codes else ""
