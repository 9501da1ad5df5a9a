"""Read what is known of a venue today, and how an answer came about."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from labels.definitions import Catalogue
from toegankelijk.surveys.views import CurrentSurvey, MeasurementView


def current_survey(session: Session, venue_id: UUID, *, catalogue: Catalogue) -> CurrentSurvey:
    """The current answers of a venue, or `UnknownRecord`."""
    raise NotImplementedError


def history_of(session: Session, venue_id: UUID, *, element_id: str, field: str) -> list[MeasurementView]:
    """Every answer that one field of one element ever had, the newest first."""
    raise NotImplementedError
