"""What a reader of surveys gets to see: the current answers, the history of one, and what recording did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from labels.completeness import Completeness
from labels.consistency import Contradiction
from labels.model import Answer, Venue
from toegankelijk.labelling import ResultView


@dataclass(frozen=True, slots=True)
class SurveyProblem:
    """One thing that cannot be recorded: `element_id` and `field` say where (empty for the survey as a whole)."""

    element_id: str
    field: str
    key: str
    explanation: str


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """An answer that two sendings disagree on; None where one of them has no answer."""

    element_id: str
    field: str
    first: Answer | None
    new: Answer | None


@dataclass(frozen=True, slots=True)
class CurrentSurvey:
    """Everything that is known of a venue today, as the form, the judge and the public page need it.

    `venue` holds the elements in use, in order; the element with the venue's own id carries the questions about the
    venue as a whole. `measured_on` is the day of the newest visit. `set_aside` are (element, field) of answers that
    the catalogue of today no longer takes: they are kept, and not judged.
    """

    venue_id: UUID
    venue: Venue
    version: int
    measured_on: date | None
    completeness: Completeness
    contradictions: tuple[Contradiction, ...]
    set_aside: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MeasurementView:
    """One answer in the history of a field; `answer` is None where it was taken back."""

    key: int
    answer: Answer | None
    unit: str
    source: str
    recorded_at: datetime
    recorded_by: str
    visit_id: UUID
    visited_on: date


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a survey did; a repeat of the same form gives the same once more, and writes nothing."""

    venue_id: UUID
    visit_id: UUID
    appended: int
    result: ResultView
