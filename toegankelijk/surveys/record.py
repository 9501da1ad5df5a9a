"""Record a survey: append what is new, judge the venue with it, once per submission key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from labels.definitions import Catalogue
from toegankelijk.accounts import Principal
from toegankelijk.surveys.entry import SurveyEntry
from toegankelijk.surveys.views import Recorded


def record_survey(
    session: Session,
    *,
    actor: Principal,
    now: datetime,
    submission_key: str,
    venue_id: UUID,
    entry: SurveyEntry,
    catalogue: Catalogue,
) -> Recorded:
    """Append what this entry says anew, and judge the venue.

    Raises `SurveyError` with every problem at once (`problems`: tuple of `SurveyProblem`; nothing is written),
    `SurveyConflict` when the same key came with other answers, or when somebody else changed the same answers after
    `entry.based_on` (`first`, `new`: `SurveyEntry`; `differences`: tuple of `AnswerDifference`), and `NotPermitted`.
    """
    raise NotImplementedError
