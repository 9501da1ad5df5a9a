"""Judge a venue by its current answers and keep the result with its reasons."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from labels.definitions import Catalogue
from toegankelijk.labelling.views import ResultView


def judge_and_store(session: Session, *, venue_id: UUID, catalogue: Catalogue, now: datetime) -> ResultView:
    """Judge a venue and mark the result as its latest; a judging that says nothing new keeps the one before."""
    raise NotImplementedError


def current_result(session: Session, venue_id: UUID) -> ResultView | None:
    """The latest judging of a venue; None before its first survey."""
    raise NotImplementedError
