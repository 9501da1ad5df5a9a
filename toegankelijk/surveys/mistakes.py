"""Mistakes of surveys that carry more than a text: the problems found, or both sendings of one form."""

from __future__ import annotations

from toegankelijk.errors import PlatformError
from toegankelijk.surveys.entry import SurveyEntry
from toegankelijk.surveys.views import AnswerDifference, SurveyProblem


class SurveyError(PlatformError):
    """A survey that cannot be recorded as it was handed in; `problems` names each element and field."""

    slug = "survey-refused"

    def __init__(self, problems: tuple[SurveyProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.explanation for problem in problems))


class SurveyConflict(PlatformError):
    """Two sendings disagree: the same form came twice with other answers, or two people changed the same answer.

    `first` is what was recorded first (None when it came from another form), `new` what was handed in now; nothing
    of `new` was written.
    """

    slug = "survey-conflict"

    def __init__(
        self,
        explanation: str,
        *,
        first: SurveyEntry | None,
        new: SurveyEntry,
        differences: tuple[AnswerDifference, ...],
    ) -> None:
        self.first = first
        self.new = new
        self.differences = differences
        super().__init__(explanation)
