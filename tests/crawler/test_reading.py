"""What is read in the HTML of a page, and which pages say that they are not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading import MAX_LINKS, Link, Reading, read_page, says_missing

URL = "https://voorbeeld.be/nieuws/bericht"
PROSE = "De gemeenteraad keurt het plan goed en de werken beginnen in het voorjaar van volgend jaar. " * 4


def page(main: str, *, head: str = "<title>Bericht | Voorbeeld</title>", around: str = "") -> Reading:
    return read_page(f"<html><head>{head}</head><body>{around}<main><h1>Bericht</h1>{main}</main></body></html>", URL)


def test_title_heading_links_and_canonical_address_are_read() -> None:
    found = page(
        '<a href="/a?utm_source=x">Een <b>link</b></a><a href="../b"><img alt="Twee" src="x.png"></a>'
        '<a href="mailto:x@y.be">post</a><map><area href="c" title="Drie"></map><a>niets</a>',
        head='<title> Bericht\n1 </title><link rel="Canonical" href="/nieuws/bericht/">',
    )
    assert (found.title, found.heading) == ("Bericht 1", "Bericht")
    assert found.canonical_link == "https://voorbeeld.be/nieuws/bericht/"
    assert found.links == (
        Link("https://voorbeeld.be/a", "Een link"),
        Link("https://voorbeeld.be/b", "Twee"),
        Link("https://voorbeeld.be/nieuws/c", "Drie"),
    )


def test_the_base_of_a_page_changes_its_links() -> None:
    found = page('<a href="a">a</a>', head='<base href="https://voorbeeld.be/map/">')
    assert found.links == (Link("https://voorbeeld.be/map/a", "a"),)


def test_next_parts_other_languages_and_search_boxes_lead_on_but_feeds_and_other_forms_do_not() -> None:
    found = page(
        '<form action="/zoeken/"><input name="q"></form><form action="/stuur" method="post"><input></form>'
        '<form action="/kies"><select></select></form>',
        head='<link rel="next" href="?page=2"><link rel="alternate" hreflang="fr" href="/fr"><link rel="stylesheet" '
        'href="/s.css"><link rel="alternate" type="application/rss+xml" href="/feed"><link rel="preload" href="/p">',
    )
    expected = ["https://voorbeeld.be/nieuws/bericht?page=2", "https://voorbeeld.be/fr", "https://voorbeeld.be/zoeken/"]
    assert [link.url for link in found.links] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("0; url=/home", "https://voorbeeld.be/home"),
        ("0;URL='https://ander.be/x'", "https://ander.be/x"),
        ("0;/home", "https://voorbeeld.be/home"),
        ("3; url=/home", ""),
        ("5", ""),
        ("zo", ""),
    ],
)
def test_a_refresh_is_a_redirect_when_it_comes_at_once(content: str, expected: str) -> None:
    assert page("", head=f'<meta http-equiv="Refresh" content="{content}">').refresh == expected


def test_a_page_that_sends_its_readers_on_later_is_a_page_with_a_link() -> None:
    found = page("", head='<meta http-equiv="refresh" content="5; url=/verder">')
    assert (found.refresh, found.links) == ("", (Link("https://voorbeeld.be/verder"),))


def test_a_refresh_for_browsers_without_scripts_is_none_of_ours() -> None:
    head = '<noscript><meta http-equiv="refresh" content="0; url=/geen-script"></noscript>'
    assert page("", head=head).refresh == ""


def test_what_stands_around_the_content_does_not_change_its_mark() -> None:
    one = page(f"<p>{PROSE}</p>", around="<header>Vandaag 12 graden</header>")
    other = page(f"<p>{PROSE}</p><script>var t = 5</script><nav>kruimels</nav>", around="<header>Morgen 9</header>")
    assert one.main_mark
    assert one.main_mark == other.main_mark
    assert one.full_mark != other.full_mark


def test_other_text_another_picture_or_another_frame_is_other_content() -> None:
    marks = {
        page(f"<p>{PROSE}{extra}</p>").main_mark
        for extra in ("", "Meer.", '<img src="/a.png">', '<img src="/b.png">', '<iframe src="/formulier/a"></iframe>')
    }
    assert len(marks) == 5


def test_a_shell_with_little_text_has_no_mark() -> None:
    found = read_page("<html><body><div id=app></div><script>start()</script></body></html>", URL)
    assert (found.main_mark, found.full_mark) == ("", "")


@given(
    st.text(max_size=200)
    | st.sampled_from(["<?xml version='1.0' encoding='latin-1'?><html>é", "<a href='http://[", "<base href=x:>"])
)
def test_whatever_a_site_sends_can_be_read(html: str) -> None:
    assert isinstance(read_page(html, URL), Reading)


def test_a_page_of_unclosed_tags_is_read_to_its_end() -> None:
    found = read_page("<html><body>" + "<font>" * 1_500 + "<a href='/diep'>diep</a>", URL)
    assert [link.url for link in found.links] == ["https://voorbeeld.be/diep"]


def test_the_links_of_one_page_are_bounded() -> None:
    html = "".join(f"<a href='/{n}'>x</a>" for n in range(MAX_LINKS + 50))
    assert len(read_page(html, URL).links) == MAX_LINKS


@pytest.mark.parametrize(
    "title",
    [
        "Pagina niet gevonden",
        "404",
        "Fout 404 | Gemeente Voorbeeld",
        "Gemeente Voorbeeld - Pagina niet gevonden",
        "Oeps! Deze pagina bestaat niet (meer).",
        "De pagina die u zoekt, kan niet gevonden worden",
        "Page not found · Voorbeeld",
        "De gevraagde URL werd niet gevonden",
    ],
)
def test_a_page_that_says_it_is_not_there_is_believed(title: str) -> None:
    assert says_missing(Reading(title=title))
    assert says_missing(Reading(title="Gemeente Voorbeeld", heading=title.partition(" | ")[0]))


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Contact",
        "Fiets niet gevonden? Zo meldt u dat",
        "404 nieuwe woningen",
        "Paginabeheer",
        "Bestaat niet: het woord dat de raad zocht voor een pagina in het verslag en nergens vond, zegt de griffie",
    ],
)
def test_a_page_about_missing_things_is_a_page(title: str) -> None:
    assert not says_missing(Reading(title=title, heading=title))
