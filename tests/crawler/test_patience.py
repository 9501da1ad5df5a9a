"""When the scanner waits, asks again, or leaves a site alone."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from crawler.model import Reason
from crawler.patience import LONGEST_PAUSE_S, Advice, Patience, is_open, parse_window, read_retry_after

NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # half past eleven at night in Flanders


def test_an_ordinary_answer_asks_for_nothing() -> None:
    assert Patience(5.0).heard(200, None, now=NOW) == Advice()


def test_a_busy_site_gets_the_pause_that_it_asks_for_and_the_page_again() -> None:
    assert Patience(5.0).heard(429, Reason.HTTP_4XX, retry_after="30", now=NOW) == Advice(pause_s=30.0, again=True)
    assert Patience(5.0).heard(503, Reason.HTTP_5XX, now=NOW) == Advice(pause_s=5.0, again=True)


def test_the_pause_doubles_and_the_third_refusal_in_a_row_stops() -> None:
    patience = Patience(5.0)
    advice = [patience.heard(429, Reason.HTTP_4XX, now=NOW) for _ in range(3)]
    assert [one.pause_s for one in advice] == [5.0, 10.0, 0.0]
    assert [one.stop for one in advice] == [False, False, True]


def test_a_page_in_between_begins_the_count_anew() -> None:
    patience = Patience(5.0)
    for status in (403, 403, 200, 403, 403, 200):
        assert not patience.heard(status, None, now=NOW).stop


@pytest.mark.parametrize(("status", "reason"), [(403, Reason.HTTP_4XX), (200, Reason.WAF)])
def test_a_firewall_is_left_alone_after_three_refusals(status: int, reason: Reason) -> None:
    patience = Patience(5.0)
    advice = [patience.heard(status, reason, now=NOW) for _ in range(3)]
    assert [one.again for one in advice] == [False, False, False]
    assert advice[2].stop


def test_a_missing_page_is_no_refusal() -> None:
    patience = Patience(5.0)
    assert [patience.heard(404, Reason.HTTP_4XX, now=NOW).stop for _ in range(9)] == [False] * 9


def test_a_pause_that_is_too_long_leaves_the_page_for_another_scan() -> None:
    advice = Patience(5.0).heard(503, Reason.HTTP_5XX, retry_after="86400", now=NOW)
    assert advice == Advice(pause_s=LONGEST_PAUSE_S, again=False)


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert read_retry_after("120", NOW) == 120.0
    assert read_retry_after("Mon, 23 Nov 2026 22:31:00 GMT", NOW) == 60.0
    assert read_retry_after("Mon, 23 Nov 2026 22:00:00 GMT", NOW) == 0.0
    assert read_retry_after("straks", NOW) is None


def test_a_night_window_runs_past_midnight_in_local_time() -> None:
    night = (time(23, 0), time(5, 0))
    assert is_open(night, NOW)
    assert is_open(night, datetime(2026, 11, 24, 3, 59, tzinfo=UTC))
    assert not is_open(night, datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    assert not is_open((time(1, 0), time(5, 0)), NOW)
    assert is_open(None, NOW)


def test_a_window_is_read_from_two_hours() -> None:
    assert parse_window("22:00-06:00") == (time(22, 0), time(6, 0))


@pytest.mark.parametrize("text", ["22:00", "22-25", "nacht", "22:00-22:00", ""])
def test_a_window_that_holds_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_window(text)
