"""Surveys: record what surveyors find at a venue, read what is known today and how it came about."""

from toegankelijk.errors import NotPermitted, UnknownRecord
from toegankelijk.surveys.entry import ElementEntry, RouteEntry, SurveyEntry
from toegankelijk.surveys.mistakes import SurveyConflict, SurveyError
from toegankelijk.surveys.read import current_survey, history_of
from toegankelijk.surveys.record import record_survey
from toegankelijk.surveys.views import AnswerDifference, CurrentSurvey, MeasurementView, Recorded, SurveyProblem

__all__ = [
    "AnswerDifference",
    "CurrentSurvey",
    "ElementEntry",
    "MeasurementView",
    "NotPermitted",
    "Recorded",
    "RouteEntry",
    "SurveyConflict",
    "SurveyEntry",
    "SurveyError",
    "SurveyProblem",
    "UnknownRecord",
    "current_survey",
    "history_of",
    "record_survey",
]
