"""Which addresses a crawl leaves alone, and that what may select content is let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.canonical import canonical
from crawler.traps import (
    MAX_ARCHIVE_MONTHS,
    MAX_CALENDAR_VIEWS,
    MAX_FILTERED,
    MAX_LENGTH,
    MAX_QUERIES,
    MAX_SEGMENTS,
    MIN_IDLE,
    Cut,
    TrapWatch,
    structural_rule,
    without,
)

HOST = "https://voorbeeld.be"


def watch(*known: str) -> TrapWatch:
    paths = {f"{HOST}{path}" for path in known}
    return TrapWatch(paths.__contains__)


def check(path: str, *known: str) -> Cut | None:
    url = canonical(f"{HOST}{path}")
    assert url is not None
    return watch(*known).check(url)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?id=12",
        "/?page_id=3",
        "/index.php?id=12&L=1",
        "/index.php?Itemid=34&id=12&option=com_content&view=article",
        "/nieuws?page=2",
        "/nieuws/2024/05/12-nieuwe-speeltuin",
        "/nieuws/2024",
        "/producten?categorie=afval",
        "/raad/verslag?datum=2026-11-30",
        "/bibliotheek/printen",
        "/nieuws/nieuws/bericht",
        "/nl/a/b/c/d/e/f/g/h",
        "/archief?jaar=2019",
        "/zoeken?q=paspoort",
        "/straat/12/12/12",
    ],
)
def test_what_may_be_content_is_asked(path: str) -> None:
    assert check(path, "/") is None


@pytest.mark.parametrize(
    ("path", "rule", "instead"),
    [
        ("/product/?print=1", "print", "/product/"),
        ("/product/?format=print&id=3", "print", "/product/?id=3"),
        ("/nieuws?sorteer=datum", "sort", "/nieuws"),
        ("/nieuws?field=titel&richting=desc", "sort", "/nieuws?field=titel"),
        ("/nieuws?order=titel&page=2", "sort", "/nieuws?page=2"),
        ("/nieuws?weergave=raster", "view", "/nieuws"),
        ("/login?destination=%2Fnieuws", "return-address", "/login"),
        ("/bericht?replytocom=81", "return-address", "/bericht"),
    ],
)
def test_another_view_of_a_page_is_cut_and_the_page_itself_asked_instead(path: str, rule: str, instead: str) -> None:
    assert check(path) == Cut(rule, HOST + instead)


@pytest.mark.parametrize(
    "path",
    [
        "/agenda?maand=2026-12",
        "/agenda?month=12&year=2026",
        "/agenda?maand=december",
        "/agenda?datum=30-11-2026",
        "/agenda?tribe-bar-date=2026-11-01",
        "/agenda?ts=1795996800",
        "/agenda?week=2026-W48",
        "/agenda/2026",
        "/agenda/2026-11",
        "/agenda/2026/11/30",
        "/agenda/maand/2026-11",
        "/agenda/2026/november/",
        "/agenda/30-11-2026",
    ],
)
def test_a_calendar_beside_its_agenda_is_cut_from_the_first_month(path: str) -> None:
    assert check(path, "/agenda") == Cut("calendar")


def test_dates_without_an_agenda_are_let_through_for_a_year_of_months() -> None:
    guard = watch()
    days = [f"{HOST}/raad/verslag?datum={2000 + year}-01-01" for year in range(MAX_CALENDAR_VIEWS + 3)]
    assert [guard.check(url) for url in days] == [None] * MAX_CALENDAR_VIEWS + [Cut("calendar")] * 3
    assert guard.check(days[0]) is None


def test_an_archive_by_month_ends_at_its_bound() -> None:
    guard = watch("/nieuws")
    months = [f"{HOST}/nieuws/{1950 + n // 12}/{n % 12 + 1:02d}" for n in range(MAX_ARCHIVE_MONTHS + 5)]
    assert [cut for cut in map(guard.check, months) if cut] == [Cut("calendar")] * 5


def test_filters_are_followed_one_at_a_time_and_up_to_a_bound() -> None:
    guard = watch("/producten")
    assert guard.check(f"{HOST}/producten?thema=wonen&type=premie") == Cut("filter")
    found = [guard.check(f"{HOST}/producten?f%5B0%5D=thema%3A{n}") for n in range(MAX_FILTERED + 2)]
    assert found == [None] * MAX_FILTERED + [Cut("filter")] * 2


def test_item_numbers_are_never_bounded_but_the_queries_beside_them_are() -> None:
    guard = watch("/")
    assert not any(guard.check(f"{HOST}/index.php?id={n}&lang=nl") for n in range(3_000))
    found = [guard.check(f"{HOST}/zoek?q=woord{n}") for n in range(MAX_QUERIES + 1)]
    assert found == [None] * MAX_QUERIES + [Cut("parameter-variety")]


def test_a_parameter_that_never_brings_anything_is_left_alone_after_some_tries() -> None:
    guard = watch("/nieuws/a")
    for number in range(MIN_IDLE):
        assert guard.check(f"{HOST}/nieuws/a?reactie=x{number}") is None
        guard.learn(f"{HOST}/nieuws/a?reactie=x{number}", is_new=False)
    assert guard.check(f"{HOST}/nieuws/a?reactie=nieuw") == Cut("idle-parameter")
    assert guard.check(f"{HOST}/elders?reactie=nieuw") is None


def test_a_parameter_that_once_brought_something_is_never_idle() -> None:
    guard = watch("/nieuws")
    guard.learn(f"{HOST}/nieuws?toon=1", is_new=True)
    for number in range(MIN_IDLE * 2):
        guard.learn(f"{HOST}/nieuws?toon=x{number}", is_new=False)
    assert guard.check(f"{HOST}/nieuws?toon=meer") is None


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/" + "x" * MAX_LENGTH, "too-long"),
        ("/" + "/".join(f"map{n}" for n in range(MAX_SEGMENTS + 1)), "too-deep"),
        ("/a/a/a", "path-repeat"),
        ("/nl/contact/nl/contact", "path-repeat"),
        ("/x/a/b/c/A/B/C/y", "path-repeat"),
    ],
)
def test_an_address_of_an_impossible_shape_is_cut(path: str, rule: str) -> None:
    assert structural_rule(HOST + path) == rule
    assert check(path) == Cut(rule)


@given(st.lists(st.text("abc", min_size=1, max_size=2), min_size=1, max_size=5), st.integers(3, 20))
def test_a_path_that_keeps_growing_by_the_same_links_always_ends(step: list[str], times: int) -> None:
    assert structural_rule(f"{HOST}/{'/'.join(step * times)}") is not None


@given(st.lists(st.sampled_from(["id=1", "print=1", "sort=a", "maand=2026-11", "thema=b", "q=c"]), max_size=5))
def test_the_same_address_is_judged_alike_each_time(pairs: list[str]) -> None:
    url = canonical(f"{HOST}/lijst?{'&'.join(pairs)}")
    assert url is not None
    guard = watch("/lijst")
    assert guard.check(url) == guard.check(url)


def test_parameters_are_taken_out_by_their_decoded_name() -> None:
    assert without(f"{HOST}/?a=1&f%5B0%5D=x&b", {"f[0]"}) == f"{HOST}/?a=1&b"
    assert without(f"{HOST}/?a=1", {"a"}) == f"{HOST}/"
