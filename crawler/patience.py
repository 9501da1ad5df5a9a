"""When to wait and when to stop on a site that does not want to be asked just now; pure, fed with each answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawler.model import Reason

LOCAL_TIME = ZoneInfo("Europe/Brussels")
# So many refusals in a row and the site is left alone (monitoring study, rule R09: stop, do not hammer).
REFUSALS_TO_STOP = 3
# A site may ask for a longer pause than this; then the page is left for another scan.
LONGEST_PAUSE_S = 300.0

_BUSY = frozenset({429, 503})
_FORBIDDEN = frozenset({403, 406, 451})


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do after an answer: pause so many seconds, ask the same page again, or stop with the whole site."""

    pause_s: float = 0.0
    again: bool = False
    stop: bool = False


class Patience:
    """Counts the refusals of one site. `back_off_s` is the first pause when the site names none; it doubles."""

    def __init__(self, back_off_s: float) -> None:
        self._back_off_s = back_off_s
        self._refusals = 0

    def heard(self, status: int | None, reason: Reason | None, *, retry_after: str = "", now: datetime) -> Advice:
        """Advice after one answer with HTTP `status`, judged as `reason`; `retry_after` is that header's text."""
        busy = status in _BUSY
        if not (busy or status in _FORBIDDEN or reason is Reason.WAF):
            self._refusals = 0
            return Advice()
        self._refusals += 1
        if self._refusals >= REFUSALS_TO_STOP:
            return Advice(stop=True)
        pause_s = self._back_off_s * 2 ** (self._refusals - 1)
        if busy:
            asked_s = read_retry_after(retry_after, now)
            pause_s = max(pause_s, asked_s or 0.0)
        return Advice(pause_s=min(pause_s, LONGEST_PAUSE_S), again=busy and pause_s <= LONGEST_PAUSE_S)


def read_retry_after(text: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3: a number or a date); None when unreadable."""
    text = text.strip()
    if text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def parse_window(text: str) -> tuple[time, time]:
    """The hours in `22:00-06:00`, local time in Flanders; raises `ValueError` for anything else."""
    begin, _, end = text.partition("-")
    window = (time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
    if window[0] == window[1]:
        raise ValueError("a window that begins when it ends holds no time")
    return window


def is_open(window: tuple[time, time] | None, now: datetime) -> bool:
    """True when `now` lies in a window of local time in Flanders; a window may run past midnight, None is always."""
    if window is None:
        return True
    begin, end = window
    moment = now.astimezone(LOCAL_TIME).time()
    return begin <= moment < end if begin <= end else moment >= begin or moment < end
