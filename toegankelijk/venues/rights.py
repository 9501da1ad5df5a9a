"""Who may see, fill in and decide on the survey of a venue: pure functions of grants and place."""

from __future__ import annotations

from typing import Protocol

from toegankelijk.accounts import Principal
from toegankelijk.errors import NotPermitted

SEES_SURVEYS = ("surveyor", "reviewer", "inter", "admin")
SURVEYS = ("surveyor", "admin")
REVIEWS = ("reviewer", "admin")


class Place(Protocol):
    """What a scope is about: the sector of a venue and the codes of its municipality; a `VenueView` is one."""

    @property
    def sector(self) -> str: ...

    @property
    def nis_codes(self) -> tuple[str, ...]: ...


def may_see_survey(principal: Principal | None, venue: Place) -> bool:
    """Whether somebody may read answers and verdicts that are not published: surveyors, reviewers, Inter, admins."""
    return _has_one_of(principal, SEES_SURVEYS, venue)


def may_survey(principal: Principal | None, venue: Place) -> bool:
    """Whether somebody may enter a venue and answers about it: surveyors and admins."""
    return _has_one_of(principal, SURVEYS, venue)


def may_review(principal: Principal | None, venue: Place) -> bool:
    """Whether somebody may decide on a survey of others: reviewers and admins."""
    return _has_one_of(principal, REVIEWS, venue)


def may_publish(principal: Principal | None, venue: Place) -> bool:
    """Whether somebody may publish a venue or take it off: who may survey it or review it."""
    return may_survey(principal, venue) or may_review(principal, venue)


def require(is_allowed: bool, principal: Principal, what: str) -> None:
    """Raises `NotPermitted` unless it is allowed; `what` completes "may not"."""
    if not is_allowed:
        raise NotPermitted(f"{principal.email} may not {what}: no grant of this account covers it.")


def _has_one_of(principal: Principal | None, roles: tuple[str, ...], venue: Place) -> bool:
    if principal is None:
        return False
    scopes = [("sector", venue.sector), *(("municipality", code) for code in venue.nis_codes)]
    return any(principal.has(role, scope=scope) for role in roles for scope in scopes)
