"""What stands before a page: a firewall's challenge, a login, a consent wall; decided from the page's facts; pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.canonical import same_page_key
from crawler.errors import CatalogueBroken
from crawler.model import Reason

FILE = Path(__file__).with_name("walls.toml")
KINDS = ("challenge", "login", "consent")
# A page has more words than this beside what stands before it; a wall has next to nothing beside itself.
MAX_WORDS_BESIDE = 40
# A challenge is a short page; a news item about firewalls is longer.
MAX_CHALLENGE_WORDS = 150

Facts = Mapping[str, Any]


def wall_before(facts: Facts, asked: str) -> Reason | None:
    """The reason why what was loaded is not the page that was asked for, or None.

    `facts` are those that the page's script gives: url, title, heading, words (visible), overlays (text, and the
    number of words beside it), passwords (visible fields), links.
    """
    if is_challenge(facts):
        return Reason.WAF
    if _is_login_instead(facts, asked):
        return Reason.LOGIN
    if _is_consent_wall(facts):
        return Reason.CONSENT
    return None


def is_challenge(facts: Facts) -> bool:
    """True for the page that a firewall shows to whom it takes for a robot."""
    is_short = facts["words"] <= MAX_CHALLENGE_WORDS
    return is_short and _speaks_of("challenge", facts["title"], facts["heading"])


def consent_state(facts: Facts) -> str:
    """`banner` when something about consent lies over the page, `""` when nothing of the kind was seen."""
    return "banner" if _consent_overlays(facts) else ""


def _is_login_instead(facts: Facts, asked: str) -> bool:
    """A page at which one signs in, shown in the place of another; a login page that was asked for is a page."""
    if same_page_key(facts["url"]) == same_page_key(asked):
        return False
    path = urlsplit(facts["url"]).path.replace("-", " ").replace("/", " ")
    return bool(facts["passwords"]) and _speaks_of("login", facts["title"], facts["heading"], path)


def _is_consent_wall(facts: Facts) -> bool:
    if overlays := _consent_overlays(facts):
        return any(overlay["beside"] <= MAX_WORDS_BESIDE for overlay in overlays)
    is_short = facts["words"] <= MAX_CHALLENGE_WORDS
    return is_short and _speaks_of("consent", facts["heading"]) and facts["links"] == []


def _consent_overlays(facts: Facts) -> list[Mapping[str, Any]]:
    return [overlay for overlay in facts["overlays"] if _speaks_of("consent", overlay["text"])]


def _speaks_of(kind: str, *texts: str) -> bool:
    plain = " ".join(f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} " for text in texts)
    return any(f" {phrase} " in plain for phrase in phrases()[kind])


@cache
def phrases() -> Mapping[str, tuple[str, ...]]:
    """The phrases of walls.toml by kind; raises `CatalogueBroken`, naming the file, when one is missing."""
    return read_phrases(FILE)


def read_phrases(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Read a file of phrases; every kind must be a list of lower-case texts."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueBroken(f"{path}: {error}") from error
    for kind in KINDS:
        words = data.get(kind)
        if not isinstance(words, list) or not words or any(word != str(word).lower().strip() for word in words):
            raise CatalogueBroken(f"{path}: {kind} must be a list of texts in lower case")
    return {kind: tuple(data[kind]) for kind in KINDS}
