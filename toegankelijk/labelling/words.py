"""The words that go with a judging, kept beside it so that it reads the same later, and the view made of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labels.definitions import Catalogue
from labels.describe import describe_destination, describe_element, element_name
from labels.model import Venue
from labels.results import GroupResult, LabelResult
from toegankelijk.labelling.views import DestinationVerdict, ElementVerdict, GroupView, ResultView
from toegankelijk.storage import labels as stored


def words_of(catalogue: Catalogue, venue: Venue, result: LabelResult) -> dict[str, Any]:
    """Per user group the names of destinations and elements, and the sentences that say why."""
    return {group.group: _group_words(catalogue, venue, group) for group in result.groups}


def _group_words(catalogue: Catalogue, venue: Venue, group: GroupResult) -> dict[str, Any]:
    venue_type = catalogue.venue_types[venue.venue_type]
    names = {destination.id: destination.nl for destination in venue_type.destinations}
    return {
        "name": catalogue.groups[group.group].nl,
        "destinations": {
            found.destination: {
                "name": names[found.destination],
                "reasons": list(describe_destination(catalogue, venue, found)),
            }
            for found in group.destinations
        },
        "elements": {
            element.element_id: {
                "name": element_name(catalogue, venue, element.element_id),
                "reasons": list(describe_element(catalogue, venue, element)),
            }
            for element in group.elements
        },
    }


def result_view(row: stored.LabelResult) -> ResultView:
    """A stored judging as readers see it."""
    result, words = row.document["result"], row.document["words"]
    return ResultView(
        id=row.id,
        venue_id=row.venue_id,
        rule_set=row.rule_set,
        judged_on=row.judged_on,
        judged_at=row.judged_at,
        is_latest=row.is_latest,
        groups=tuple(_group_view(group, words[group["group"]]) for group in result["groups"]),
        document=result,
    )


def _group_view(group: Mapping[str, Any], words: Mapping[str, Any]) -> GroupView:
    return GroupView(
        group=group["group"],
        name=words["name"],
        verdict=group["verdict"],
        level=group["level"],
        provisional=group["provisional"],
        outdated=group["outdated"],
        close_to_limit=group["close_to_limit"],
        limiting=tuple(group["limiting"]),
        unknown=tuple(group["unknown"]),
        destinations=tuple(_destination(found, words["destinations"]) for found in group["destinations"]),
        elements=tuple(_element(element, words["elements"]) for element in group["elements"]),
    )


def _destination(found: Mapping[str, Any], words: Mapping[str, Any]) -> DestinationVerdict:
    told = words[found["destination"]]
    return DestinationVerdict(
        destination=found["destination"],
        name=told["name"],
        core=found["core"],
        verdict=found["verdict"],
        provisional=found["provisional"],
        reasons=tuple(told["reasons"]),
    )


def _element(element: Mapping[str, Any], words: Mapping[str, Any]) -> ElementVerdict:
    told = words[element["element"]]
    return ElementVerdict(
        element_id=element["element"],
        kind=element["kind"],
        name=told["name"],
        verdict=element["verdict"],
        provisional=element["provisional"],
        reasons=tuple(told["reasons"]),
    )
