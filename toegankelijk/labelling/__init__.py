"""Labelling: judge venues with the rules, keep every result, publish."""

from toegankelijk.errors import NotPermitted
from toegankelijk.labelling.judge import current_result, get_result, judge_and_store, results_of, store_judging
from toegankelijk.labelling.measured import Measured, measured_from, read_measured, read_stored_answer
from toegankelijk.labelling.publish import PublishRefused, publish, unpublish
from toegankelijk.labelling.views import DestinationVerdict, ElementVerdict, GroupView, ResultView

__all__ = [
    "DestinationVerdict",
    "ElementVerdict",
    "GroupView",
    "Measured",
    "NotPermitted",
    "PublishRefused",
    "ResultView",
    "current_result",
    "get_result",
    "judge_and_store",
    "measured_from",
    "publish",
    "read_measured",
    "read_stored_answer",
    "results_of",
    "store_judging",
    "unpublish",
]
