"""How a page is built: what stays the same within a template, which kinds of content a page holds, where forms lead."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CatalogueBroken
from crawler.likeness import ALIKE, likeness
from crawler.reading import read_page
from crawler.structure import NOTHING, PLAIN, SKETCH_PARTS, Structure, read_words

URL = "https://voorbeeld.be/nieuws/bericht"


def structure(main: str, *, body: str = "", url: str = URL) -> Structure:
    frame = f'<header><nav class="hoofd"><a href="/">Thuis</a></nav></header><main class="inhoud">{main}</main>'
    return read_page(f"<title>x</title><body class='{body}'>{frame}<footer><form></form></footer>", url).structure


CARD = '<article class="kaart"><div class="kaart-kop"><h2>{}</h2></div><p>{}</p></article>'


def test_words_numbers_and_repetition_do_not_change_a_template() -> None:
    one = structure('<section class="lijst" id="a1">' + CARD.format("Een", "kort") + "</section>")
    many = "".join(CARD.format(f"Bericht {n}", "<em>lang</em> <a href='/x'>x</a>" * n) for n in range(1, 9))
    two = structure(f'<section class="lijst is-active css-1a2b3c" id="b2">{many}</section>')
    assert one.template == two.template


def test_another_build_is_another_template_and_an_extra_block_is_not() -> None:
    news = '<article class="bericht"><div class="meta"><b class="datum">1</b></div><div class="tekst"></div></article>'
    more = news.replace('<div class="tekst">', '<div class="tekst"><figure class="beeld"></figure>')
    service = (
        '<div class="dienst"><dl class="feiten"></dl><section class="stappen"></section><b class="knop"></b></div>'
    )
    assert likeness(structure(news).template, structure(more).template) >= ALIKE
    assert likeness(structure(news).template, structure(service).template) < ALIKE


def test_the_body_tells_the_kind_of_page_but_its_own_name_is_left_out() -> None:
    text = "<p>Tekst</p>"
    assert structure(text, body="soort-nieuws").template != structure(text, body="soort-dienst").template
    assert structure(text, body="soort-nieuws pagina-bericht").template == structure(text, body="soort-nieuws").template
    assert structure(text, body="post-12").template == structure(text, body="post-13").template


def test_a_page_without_any_structure_is_plain_and_one_without_html_unknown() -> None:
    assert read_page("<p>Tekst</p>", URL).structure.template != ""
    assert read_page("<table><tr><td>Tekst", URL).structure.template not in ("", PLAIN)
    assert read_page("", URL).structure == NOTHING


def test_a_sketch_is_bounded() -> None:
    large = structure("".join(f'<div class="{"abcdefghij"[n // 26]}{chr(97 + n % 26)}">x</div>' for n in range(260)))
    assert len(large.template) == SKETCH_PARTS * 6


@pytest.mark.parametrize(
    ("main", "kinds"),
    [
        ("<table><tr><th>Dag</th></tr><tr><td>ma</td></tr></table>", ("table",)),
        ("<table role=presentation><tr><th>x</th></tr><tr><td>y</td></tr></table>", ()),
        ("<table><tr><td>opmaak</td></tr><tr><td>opmaak</td></tr></table>", ()),
        ("<form method=post><input name=a></form>", ("form",)),
        ("<form><input name=a><select name=b></select></form>", ("form",)),
        ("<form><input name=q><input type=hidden name=h><input type=submit></form>", ()),
        ("<video src=film.mp4></video>", ("video",)),
        ("<iframe src='https://www.youtube-nocookie.com/embed/x'></iframe>", ("video",)),
        ("<iframe data-src='https://player.vimeo.com/video/1'></iframe>", ("video",)),
        ("<iframe src='https://www.google.com/maps/embed?pb=1'></iframe>", ("map",)),
        ("<iframe src='https://www.google.com/formulier'></iframe>", ()),
        ("<iframe src='https://nietyoutube.com/x'></iframe>", ()),
        ("<iframe src='http://[kapot'></iframe>", ()),
        ("<div class='leaflet-container'></div>", ("map",)),
        ("<div class='kaart sitemap'></div>", ()),
        ("<div class='swiper swiper-horizontal'></div>", ("carousel",)),
        ("<section aria-roledescription=Carousel></section>", ("carousel",)),
        ("<video></video><form method=post><textarea></textarea></form>", ("form", "video")),
    ],
)
def test_kinds_of_content_are_told_by_what_is_shown(main: str, kinds: tuple[str, ...]) -> None:
    assert structure(main).kinds == kinds


def test_content_of_the_frame_of_a_site_is_not_that_of_its_pages() -> None:
    page = (
        "<header><div class='slider'></div><form method=post><input></form></header><p>Tekst</p><footer><video></video>"
    )
    assert read_page(page, URL).structure.kinds == ()
    around = "<form method=post><header>Kop</header><input name=a><input name=b><p>Tekst</p></form>"
    assert read_page(around, URL).structure.kinds == ()


@pytest.mark.parametrize(
    ("main", "step"),
    [
        ("<h2>Stap 2 van 4: uw gegevens</h2>", "2/4"),
        ("<h1>Stap 1/3</h1>", "1/3"),
        ("<form method=post><p>Stap 3 van 3</p><input></form>", "3/3"),
        ("<p>Stap 3 van 3 in de hervorming.</p>", ""),
        ("<ol><li>Kies</li><li aria-current=step>Vul in</li><li>Klaar</li></ol>", "2/3"),
        ("<form method=post><input name=naam></form>", "1"),
        ("<form><input type=email><input></form>", "1"),
        ("<form><select></select><input name=zoek></form>", ""),
        ("<p>Tekst</p>", ""),
    ],
)
def test_a_step_of_a_process_is_known_by_what_it_says_or_by_its_form(main: str, step: str) -> None:
    assert structure(main).step == step


@given(
    st.text(max_size=200),
    st.lists(st.sampled_from(["<form>", "<table>", "<li aria-current=step>", "</form>", "<main>"])),
)
def test_whatever_the_html_a_structure_comes_back(text: str, tags: list[str]) -> None:
    found = structure(text + text.join(tags))
    assert found.template == PLAIN or len(found.template) % 6 == 0


@pytest.mark.parametrize("text", ["[x", "[template]\neditorial = []", "[process]\nstep = 1"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "structure.toml"
    file.write_text(text)
    with pytest.raises(CatalogueBroken, match=r"structure\.toml"):
        read_words(file)
