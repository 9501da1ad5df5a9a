"""Labelling: judge venues with the rules, keep every result, publish."""

from toegankelijk.errors import NotPermitted
from toegankelijk.labelling.judge import current_result, judge_and_store
from toegankelijk.labelling.publish import PublishRefused, publish, unpublish
from toegankelijk.labelling.views import DestinationVerdict, ElementVerdict, GroupView, ResultView

__all__ = [
    "DestinationVerdict",
    "ElementVerdict",
    "GroupView",
    "NotPermitted",
    "PublishRefused",
    "ResultView",
    "current_result",
    "judge_and_store",
    "publish",
    "unpublish",
]
