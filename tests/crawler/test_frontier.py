"""In which order a crawl asks, what it parks, cuts and tells; played without a network."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.frontier import KNOWN_PER_ASKED, MAX_DOCUMENT_PAGES, Frontier
from crawler.identity import Answer, Found
from crawler.model import Reason, Site, VisitStatus
from crawler.news import CutBy, Document, News, OtherHost
from crawler.reading import Link

HOST = "https://voorbeeld.be"
SITE = Site(f"{HOST}/")


def links(*paths: str) -> list[Link]:
    return [Link(path if ":" in path else HOST + path) for path in paths]


def play(
    pages: Mapping[str, list[Link] | Answer], *, limit: int = 100, depth: int = 12, size: int = 3
) -> tuple[list[str], list[News]]:
    """Crawl a site that is a dictionary; what is not in it is gone."""
    news: list[News] = []
    frontier = Frontier(SITE, news.append, limit=limit, depth=depth)
    frontier.start(SITE.url)
    asked: list[str] = []
    while batch := frontier.next_batch(size):
        asked += [url.removeprefix(HOST) for url in batch]
        frontier.report([_answer(url, pages.get(url.removeprefix(HOST))) for url in batch])
    return asked, news


def _answer(url: str, content: list[Link] | Answer | None) -> tuple[Answer, list[Link]]:
    if content is None:
        return Answer(url, VisitStatus.SKIPPED, Reason.HTTP_4XX, http_status=404), []
    return (content, []) if isinstance(content, Answer) else (Answer(url, main_mark=f"mark of {url}"), content)


def of(kind: type, news: list[News]) -> list[News]:
    return [entry for entry in news if isinstance(entry, kind)]


def test_pages_are_asked_once_and_nearest_first() -> None:
    pages = {"/": links("/a", "/b"), "/a": links("/c", "/"), "/b": links("/c", "/a"), "/c": links("/d"), "/d": []}
    asked, _ = play(pages)
    assert (asked[0], set(asked[1:3]), asked[3:]) == ("/", {"/a", "/b"}, ["/c", "/d"])


def test_the_size_of_a_batch_changes_nothing_in_what_is_found() -> None:
    pages: dict[str, list[Link] | Answer] = {"/": links(*(f"/{n}" for n in range(9)))}
    pages |= {f"/{n}": links(f"/{n}/x", f"/{(n * 7) % 9}") for n in range(9)} | {f"/{n}/x": [] for n in range(9)}
    founds = [
        {entry.url for entry in of(Found, play(pages, size=size)[1]) if isinstance(entry, Found)} for size in (1, 4, 50)
    ]
    assert founds[0] == founds[1] == founds[2]


def test_a_second_spelling_is_only_asked_when_the_first_brings_nothing() -> None:
    asked, _ = play({"/": links("/Contact", "/contact"), "/contact": []})
    assert asked == ["/", "/contact"]
    asked, _ = play({"/": links("/Contact", "/contact"), "/Contact": []})
    assert asked == ["/", "/contact", "/Contact"]


def test_a_redirect_to_another_spelling_is_followed_to_it() -> None:
    pages = {
        "/": links("/nieuws"),
        "/nieuws": Answer(f"{HOST}/nieuws", moved_to=f"{HOST}/nieuws/"),
        "/nieuws/": links("/x"),
    }
    assert play(pages)[0] == ["/", "/nieuws", "/nieuws/", "/x"]


def test_redirects_that_go_round_are_asked_once_each() -> None:
    pages: Mapping[str, list[Link] | Answer] = {
        "/": links("/a"),
        "/a": Answer(f"{HOST}/a", moved_to=f"{HOST}/b"),
        "/b": Answer(f"{HOST}/b", moved_to=f"{HOST}/a"),
    }
    assert play(pages)[0] == ["/", "/a", "/b"]


def test_redirects_that_never_repeat_end_all_the_same() -> None:
    pages = {"/": links("/r0")} | {f"/r{n}": Answer(f"{HOST}/r{n}", moved_to=f"{HOST}/r{n + 1}") for n in range(99)}
    asked, news = play(pages, depth=6)
    assert asked[-1] == "/r5"
    assert of(CutBy, news) == [CutBy("too-deep")]


def test_the_spelling_of_the_sitemap_is_preferred() -> None:
    news: list[News] = []
    frontier = Frontier(SITE, news.append, limit=10, depth=5)
    frontier.start(SITE.url)
    frontier.report([_answer(url, links("/Contact")) for url in frontier.next_batch(1)])
    frontier.list_pages([f"{HOST}/contact/"], sitemap=f"{HOST}/sitemap.xml")
    assert frontier.next_batch(5) == [f"{HOST}/contact/"]


def test_the_home_page_is_asked_whatever_it_looks_like_and_seeds_after_it() -> None:
    home = f"{HOST}/start?sort=a&print=1"
    frontier = Frontier(Site(home), lambda _: None, limit=10, depth=5)
    frontier.start(home)
    assert frontier.next_batch(5) == [home]
    frontier.report([_answer(home, [])])
    frontier.seed([f"{HOST}/verborgen", "https://elders.be/"])
    assert frontier.next_batch(5) == [f"{HOST}/verborgen"]


def test_what_is_no_page_is_told_and_not_asked() -> None:
    asked, news = play(
        {"/": links("/folder.pdf", "/folder.pdf", "/a.ics", "https://ander.be/x", "https://www.ander.be/y")}
    )
    assert asked == ["/"]
    assert of(Document, news) == [Document(f"{HOST}/folder.pdf", f"{HOST}/")]
    assert of(OtherHost, news) == [OtherHost("ander.be", f"{HOST}/")]
    left = [entry for entry in of(Answer, news) if isinstance(entry, Answer)]
    assert [(entry.url, entry.reason) for entry in left] == [(f"{HOST}/a.ics", Reason.NOT_HTML)]


def test_links_to_a_document_are_told_with_page_and_text_until_it_is_known_to_be_everywhere() -> None:
    paths = [f"/{n}" for n in range(20)]
    folder = Link(f"{HOST}/folder.pdf", "Huisreglement")
    pages: dict[str, list[Link] | Answer] = {path: [folder] for path in paths}
    _, news = play({"/": links(*paths), **pages})
    told = [entry for entry in of(Document, news) if isinstance(entry, Document)]
    assert {(entry.url, entry.text) for entry in told} == {(folder.url, folder.text)}
    assert len({entry.page for entry in told}) == len(told) == MAX_DOCUMENT_PAGES


def test_a_second_crawl_goes_on_where_the_first_one_left() -> None:
    news: list[News] = []
    frontier = Frontier(SITE, news.append, limit=9, depth=12)
    frontier.adopt(Found(f"{HOST}/ver", f"{HOST}/sitemap.xml", "", -1), is_settled=False)
    frontier.adopt(Found(f"{HOST}/klaar", SITE.url, "Klaar", 1), is_settled=True)
    frontier.adopt(Found(SITE.url), is_settled=False)
    assert frontier.next_batch(1) == [SITE.url]
    frontier.report([_answer(SITE.url, links("/ver", "/klaar", "/nieuw"))])
    assert sorted(frontier.next_batch(5)) == [f"{HOST}/nieuw", f"{HOST}/ver"]
    assert Found(f"{HOST}/klaar", SITE.url, "Klaar", 1) in news
    assert Found(f"{HOST}/ver", f"{HOST}/sitemap.xml", "", 1) in news


def test_a_cut_address_is_counted_once_and_the_page_behind_it_asked() -> None:
    asked, news = play({"/": links("/p?print=1", "/q"), "/q": links("/p?print=1"), "/p": []})
    assert of(CutBy, news) == [CutBy("print")]
    assert sorted(asked) == ["/", "/p", "/q"]


def test_copies_of_a_page_are_not_followed() -> None:
    news: list[News] = []
    frontier = Frontier(SITE, news.append, limit=50, depth=50)
    frontier.start(SITE.url)
    asked = 0
    while batch := frontier.next_batch(5):
        asked += len(batch)
        frontier.report([(Answer(url, main_mark="leeg"), links(f"/?pagina={asked}")) for url in batch])
    assert asked == 2


def test_an_endless_chain_ends_at_the_depth() -> None:
    asked, news = play({"/" if n == 0 else f"/{n}": links(f"/{n + 1}") for n in range(40)}, depth=5)
    assert len(asked) == 6
    assert of(CutBy, news) == [CutBy("too-deep")]


def test_the_limit_bounds_what_is_asked_and_what_is_known() -> None:
    asked, news = play({"/": links(*(f"/{n}" for n in range(100)))}, limit=4)
    assert len(asked) == 4
    assert len(of(Found, news)) == 4 * KNOWN_PER_ASKED
    assert len(of(CutBy, news)) == 101 - 4 * KNOWN_PER_ASKED


def test_a_page_of_the_sitemap_gets_its_depth_when_a_link_leads_to_it() -> None:
    news: list[News] = []
    frontier = Frontier(SITE, news.append, limit=10, depth=5)
    frontier.start(SITE.url)
    frontier.list_pages([f"{HOST}/a"], sitemap=f"{HOST}/sitemap.xml")
    frontier.report([_answer(url, links("/a")) for url in frontier.next_batch(1)])
    assert of(Found, news)[-1] == Found(f"{HOST}/a", f"{HOST}/sitemap.xml", "", 1)
