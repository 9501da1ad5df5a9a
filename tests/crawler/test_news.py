"""What passes between discovery and its child process survives the passage."""

from __future__ import annotations

import pytest

from crawler.identity import Answer, Found
from crawler.model import Reason, Site, VisitStatus
from crawler.news import CrawlDelay, CutBy, Document, End, News, OtherHost, Remark, Robots, from_line, to_line
from crawler.order import Order, order_for
from crawler.settings import USER_AGENT_TOKEN, ScanSettings


@pytest.mark.parametrize(
    "news",
    [
        Found("https://x.be/", "https://x.be/é", "Lees\nmeer", -1),
        Answer("https://x.be/", title="Welkom", heading="é", main_mark="a", full_mark="b", http_status=200),
        Answer("https://x.be/a", VisitStatus.SKIPPED, Reason.HTTP_4XX, "HTTP 404", 404),
        Answer("https://x.be/b", template="-", kinds=("table", "map"), step="1/3", is_shell=True),
        Document("https://x.be/a.pdf", "https://x.be/", "Folder"),
        Robots("https://x.be", 200, "User-agent: *\nDisallow: /é"),
        Robots("https://y.be"),
        OtherHost("y.be", "https://x.be/"),
        CutBy("calendar"),
        CrawlDelay(2.5),
        Remark("stopped"),
        End(is_complete=False),
    ],
)
def test_each_fact_is_one_line_and_comes_back_equal(news: News) -> None:
    line = to_line(news)
    assert "\n" not in line
    assert from_line(line) == news


def test_an_order_comes_back_equal() -> None:
    settings = ScanSettings(allow=frozenset({"127.0.0.1:80"}))
    order = order_for(Site("http://127.0.0.1/", extra_hosts=("b.be",)), settings, ["http://127.0.0.1/a"])
    assert Order.from_line(order.to_line()) == order


def test_a_stranger_is_asked_one_at_a_time_with_a_pause_whatever_the_settings() -> None:
    order = order_for(Site("https://x.be/"), ScanSettings(delay_s=0.0), [])
    assert (order.delay_s, order.concurrency) == (1.0, 1)
    assert order.user_agent.startswith("Mozilla/5.0 ")
    assert f"{USER_AGENT_TOKEN}/1.0 (+https://" in order.user_agent


def test_a_host_of_the_allow_list_is_asked_at_the_pace_of_the_settings() -> None:
    allow = frozenset({"127.0.0.1:8000"})
    site = Site("http://127.0.0.1:8000/")
    assert order_for(site, ScanSettings(delay_s=0.0, allow=allow), []).concurrency > 1
    slow = order_for(site, ScanSettings(delay_s=0.2, allow=allow), [])
    assert (slow.delay_s, slow.concurrency) == (0.2, 1)
