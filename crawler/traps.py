"""Rules that keep a crawl from going on for ever: calendars, orders and filters of a list, paths that repeat; pure.

An address that a rule cuts is counted under the rule's name and never asked. What only shows the same content in
another way (print, sort, view, return-address) is cut at once, and the address without it is worth asking instead.
What may select content is let through up to a bound.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.canonical import canonical, parameters
from crawler.vocabulary import vocabulary

# Addresses of municipal pages stay well under 300 characters; much longer ones carry state, not a page.
MAX_LENGTH = 1_000
# Deep menus end at eight or nine segments; more comes from relative links that pile up.
MAX_SEGMENTS = 14
# One segment may come back (`/nieuws/2024/nieuws`), thrice in a row or a pair twice in a row is a loop of links.
MAX_SAME_IN_A_ROW = 2
# Dates on a path whose dateless page is unknown may be the content itself (a meeting by its day): a year of months.
MAX_CALENDAR_VIEWS = 12
# Archives by month outside an agenda end by themselves; five years are kept.
MAX_ARCHIVE_MONTHS = 60
# One choice at a time out of a list of themes is a page that leads to others; combinations of choices are not.
MAX_FILTERED = 25
# Different query strings of one path beside what names the item (`id=12`), which is never bounded here.
MAX_QUERIES = 50
# So many addresses with a parameter that brought nothing new, and not one that did, before it is called idle.
MIN_IDLE = 5

PRESENTATION = ("print", "sort", "view", "return-address")

_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"{_YEAR}[-/._]{_MONTH}(?:[-/._]{_DAY})?(?:[T ].*)?|{_DAY}[-/._]{_MONTH}[-/._]{_YEAR}|{_YEAR}-?W\d\d?"
    rf"|{_MONTH}[-/._]{_YEAR}",
    re.IGNORECASE,
)
_COMPACT_DATE = re.compile(rf"{_YEAR}(?:0[1-9]|1[0-2])(?:[0-3]\d)?|1\d{{9}}(?:\d{{3}})?")
_DATED_TAIL = re.compile(
    rf"/(?:(?P<year>{_YEAR})(?:[-/](?P<part>[\w]+?)(?:[-/]{_DAY})?)?|{_DAY}-{_MONTH}-{_YEAR}|{_YEAR}-?W\d\d?)/?$",
    re.IGNORECASE,
)
_FALSE = frozenset({"0", "false", "no", "nee", "off"})


@dataclass(frozen=True, slots=True)
class Cut:
    """Why an address is not asked; `instead` is the address without what was cut, when that may be a page."""

    rule: str
    instead: str | None = None


class TrapWatch:
    """Watches the addresses of one site as they are met, each once, in an order that does not hang on the network.

    `is_known` tells whether an address has been met before.
    """

    def __init__(self, is_known: Callable[[str], bool]) -> None:
        self._is_known = is_known
        self._admitted: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        self._fruit: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])

    def check(self, url: str) -> Cut | None:
        """The rule that cuts this canonical address, None when it may be asked."""
        rule = structural_rule(url)
        if rule:
            return Cut(rule)
        cut = self._dated_path(url)
        if cut or not urlsplit(url).query:
            return cut
        for judge in (_presentation, self._dated, self._filtered, self._idle, self._varied):
            cut = judge(url)
            if cut:
                return cut
        return None

    def learn(self, url: str, *, is_new: bool) -> None:
        """Hear whether a page with one parameter differed from the page without it."""
        names = [name for name, _ in parameters(url)]
        if len(names) == 1:
            self._fruit[names[0].lower()][is_new] += 1

    def _admit(self, key: tuple[str, ...], url: str, bound: int) -> bool:
        seen = self._admitted[key]
        if url in seen or len(seen) < bound:
            seen.add(url)
            return True
        return False

    def _dated_path(self, url: str) -> Cut | None:
        path = urlsplit(url).path
        found = _DATED_TAIL.search(path)
        if found is None or not _is_month(found["part"]):
            return None
        words = vocabulary()
        prefix = path[: found.start()]
        above = [unquote(segment).lower() for segment in prefix.split("/")]
        if not words.traps_agenda & set(above):
            is_bare_year = found["year"] and not found["part"]
            return (
                None if is_bare_year or self._admit(("archive", prefix), url, MAX_ARCHIVE_MONTHS) else Cut("calendar")
            )
        while above and above[-1] in words.traps_span:
            above.pop()
            prefix = prefix.rpartition("/")[0]
        if self._is_known(canonical(prefix or "/", base=url) or ""):
            return Cut("calendar")
        return None if self._admit(("dates", prefix), url, MAX_CALENDAR_VIEWS) else Cut("calendar")

    def _dated(self, url: str) -> Cut | None:
        names = {name for name, value in parameters(url) if _is_moment(name.lower(), value.lower())}
        if not names or {name.lower() for name in names} <= vocabulary().traps_year:
            return None
        if self._is_known(without(url, names)):
            return Cut("calendar")
        return None if self._admit(("dates", _path_of(url)), url, MAX_CALENDAR_VIEWS) else Cut("calendar")

    def _filtered(self, url: str) -> Cut | None:
        words = vocabulary()
        names = {name for name, _ in parameters(url)}
        chosen = {
            n for n in names if n.lower() in words.traps_filter or n.lower().startswith(words.traps_filter_prefixes)
        }
        if not chosen:
            return None
        if len(chosen) > 1 and self._is_known(without(url, names)):
            return Cut("filter")
        return None if self._admit(("filter", _path_of(url)), url, MAX_FILTERED) else Cut("filter")

    def _idle(self, url: str) -> Cut | None:
        names = {name for name, _ in parameters(url) if self._is_idle(name.lower())}
        return Cut("idle-parameter") if names and self._is_known(without(url, names)) else None

    def _is_idle(self, name: str) -> bool:
        nothing, something = self._fruit.get(name, (0, 0))
        return nothing >= MIN_IDLE and not something

    def _varied(self, url: str) -> Cut | None:
        fixed = {name for name, value in parameters(url) if _is_identifier(name.lower(), value)}
        rest = without(url, fixed)
        if not urlsplit(rest).query:
            return None
        item = "&".join(f"{name}={value}" for name, value in parameters(url) if name in fixed)
        return None if self._admit(("query", _path_of(url), item), url, MAX_QUERIES) else Cut("parameter-variety")


def structural_rule(url: str) -> str | None:
    """The rule that an address breaks by its shape alone: `too-long`, `too-deep`, `path-repeat`."""
    if len(url) > MAX_LENGTH:
        return "too-long"
    segments = [segment.lower() for segment in urlsplit(url).path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return "too-deep"
    return "path-repeat" if _repeats(segments) else None


def without(url: str, names: Collection[str]) -> str:
    """The address without these parameters (names as `parameters` gives them)."""
    head, _, query = url.partition("?")
    kept = [part for part in query.split("&") if part and _name(part) not in names]
    return f"{head}?{'&'.join(kept)}" if kept else head


def _repeats(segments: list[str]) -> bool:
    for length in range(1, len(segments) // 2 + 1):
        times = MAX_SAME_IN_A_ROW + 1 if length == 1 else 2
        for start in range(len(segments) - length * times + 1):
            block = segments[start : start + length]
            if segments[start : start + length * times] == block * times and not all(map(str.isdigit, block)):
                return True
    return False


def _presentation(url: str) -> Cut | None:
    rules: dict[str, str] = {}
    for name, value in parameters(url):
        rule = _presentation_rule(name.lower(), value.lower())
        if rule:
            rules[name] = rule
    if not rules:
        return None
    rule = next(rule for rule in PRESENTATION if rule in rules.values())
    return Cut(rule, without(url, rules))


def _presentation_rule(name: str, value: str) -> str | None:
    words = vocabulary()
    if name in words.traps_print:
        return None if value in _FALSE else "print"
    if name in words.traps_look and value in words.traps_looks:
        return "print" if value in words.traps_print else "view"
    if name in words.traps_sort or value in ("asc", "desc"):
        return "sort"
    return "return-address" if name in words.traps_return_address else None


def _is_moment(name: str, value: str) -> bool:
    words = vocabulary()
    if _DATE.fullmatch(value):
        return True
    if name not in words.traps_date:
        return False
    if _COMPACT_DATE.fullmatch(value) or (name in words.traps_year and re.fullmatch(_YEAR, value)):
        return True
    return name in words.traps_date_part and (value in words.traps_months or re.fullmatch(r"\d\d?", value) is not None)


def _is_month(part: str | None) -> bool:
    if part is None:
        return True
    return re.fullmatch(_MONTH, part) is not None or part.lower() in vocabulary().traps_months


def _is_identifier(name: str, value: str) -> bool:
    return not value or name.endswith(("id", "id]")) or name in vocabulary().traps_identifier


def _path_of(url: str) -> str:
    return urlsplit(url).path.lower().rstrip("/")


def _name(part: str) -> str:
    return unquote(part.partition("=")[0].replace("+", " "))
