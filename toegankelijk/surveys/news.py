"""Which answers of an entry are new: pure comparisons with what is known, and with what its form was made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from labels.model import Answer, Venue
from toegankelijk.surveys.entry import ElementEntry, SurveyEntry
from toegankelijk.surveys.views import AnswerDifference

Answers = Mapping[tuple[str, str], Answer]


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer to append; None takes the present one back."""

    element_id: str
    field: str
    answer: Answer | None


def answers_of(venue: Venue) -> dict[tuple[str, str], Answer]:
    """All answers of a venue by element and field."""
    return {(element.id, field): answer for element in venue.elements for field, answer in element.answers.items()}


def find_news(entry: SurveyEntry, current: Answers, base: Answers) -> tuple[NewAnswer, ...]:
    """What has to be appended. What the form left as it was in `base` stays as it is now, whoever changed it."""
    return tuple(
        NewAnswer(element.id, field, answer)
        for element, field, answer in _posted(entry)
        if _is_news(answer, current.get((element.id, field)), base.get((element.id, field)), field in element.confirmed)
    )


def find_clashes(entry: SurveyEntry, current: Answers, base: Answers) -> tuple[AnswerDifference, ...]:
    """Answers that this entry changes and that somebody else has changed to something else since `base`."""
    clashes = []
    for element, field, answer in _posted(entry):
        now, before = current.get((element.id, field)), base.get((element.id, field))
        if not (_agree(now, before) or _agree(answer, before) or _agree(answer, now)):
            clashes.append(AnswerDifference(element.id, field, now, answer))
    return tuple(clashes)


def _posted(entry: SurveyEntry) -> Iterator[tuple[ElementEntry, str, Answer | None]]:
    for element in entry.elements:
        for field, answer in element.answers.items():
            yield element, field, answer


def _is_news(answer: Answer | None, current: Answer | None, base: Answer | None, is_confirmed: bool) -> bool:
    if answer is not None and current is not None and _agree(answer, current):
        return is_confirmed and answer.measured_on != current.measured_on
    return not _agree(answer, current) and (_agree(current, base) or not _agree(answer, base))


def _agree(one: Answer | None, other: Answer | None) -> bool:
    """Whether two answers say the same, on whatever day and by whatever measurement."""
    if one is None or other is None:
        return one is other
    return (one.state, one.value, one.method) == (other.state, other.value, other.method)
