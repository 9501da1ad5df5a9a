"""One form per address: the laws of `canonical`, and what each kind of spelling becomes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.canonical import canonical, document_kind, is_resource, is_same_site, parameters, same_page_key
from crawler.model import Site

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
HOSTS = st.sampled_from(
    ["voorbeeld.be", "WWW.Voorbeeld.be", "münchen.example", "127.0.0.1:8090", "[::1]:80", "a_b.be."]
)
ADDRESSES = st.builds(
    lambda scheme, host, path, query, mark: f"{scheme}://{host}/{path}?{query}#{mark}",
    st.sampled_from(["http", "HTTPS", "https"]),
    HOSTS,
    st.lists(WORDS | st.sampled_from([".", "..", "%2e", "a;sid=1"]), max_size=5).map("/".join),
    st.lists(WORDS | st.sampled_from(["id=1", "utm_x=1", "a", "=", "b=%zz"]), max_size=5).map("&".join),
    WORDS,
)


@given(ADDRESSES | WORDS)
def test_the_canonical_form_is_its_own_canonical_form(url: str) -> None:
    once = canonical(url)
    assert once is None or canonical(once) == once


@given(ADDRESSES)
def test_the_canonical_form_is_ascii_without_fragment_spaces_or_credentials(url: str) -> None:
    found = canonical(url)
    assert found is not None
    assert found.isascii()
    assert not set(found) & set(' #\\"<>\n')
    assert found.startswith(("http://", "https://"))


@given(st.lists(st.sampled_from(["id=1", "id=2", "b=x", "c", "d=", "q=a+b", "pagina=2"]), max_size=6), st.randoms())
def test_the_order_of_parameters_is_irrelevant(pairs: list[str], chance: random.Random) -> None:
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    base = "https://voorbeeld.be/lijst?"
    assert canonical(base + "&".join(pairs)) == canonical(base + "&".join(shuffled))


@given(ADDRESSES, st.sampled_from(["utm_source=nieuwsbrief", "gclid=x1", "PHPSESSID=0a1b2c3d4e", "fbclid=", "_ga=1.2"]))
def test_campaign_and_session_marks_never_make_another_address(url: str, mark: str) -> None:
    head, _, _ = url.partition("#")
    assert canonical(f"{head}{'&' if '?' in head else '?'}{mark}") == canonical(f"{head}#")


@given(ADDRESSES)
def test_scheme_www_slash_and_case_do_not_change_the_page(url: str) -> None:
    found = canonical(url)
    assert found is not None
    scheme, _, rest = found.partition("://")
    path, mark, query = rest.partition("?")
    other = "http" if scheme == "https" else "https"
    assert same_page_key(found) == same_page_key(f"{scheme}://{path.upper().rstrip('/')}{mark}{query}")
    if ":" not in path.partition("/")[0].strip("[]"):
        assert same_page_key(found) == same_page_key(f"{other}://www.{path.removeprefix('www.')}{mark}{query}")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Gent.Example:80/a/../b/./c/?b=2&utm_source=x&a=1#f", "http://www.gent.example/b/c/?a=1&b=2"),
        ("https://x.be", "https://x.be/"),
        ("https://x.be/?", "https://x.be/"),
        ("https://x.be/nieuws/;jsessionid=A1B2C3D4", "https://x.be/nieuws/"),
        ("https://x.be/(S(lit3py55t21z5v55vlm25s55))/home.aspx", "https://x.be/home.aspx"),
        ("https://x.be/?sid=12", "https://x.be/?sid=12"),
        ("https://x.be/?sid=a8f0c2d4e6b81234aa", "https://x.be/"),
        ("https://x.be/?page_id=3&id=12", "https://x.be/?id=12&page_id=3"),
        ("https://x.be/index.php?nieuws", "https://x.be/index.php?nieuws"),
        ("https://x.be/?leeg=&&a", "https://x.be/?a&leeg="),
        ("https://x.be/%7euser/%C3%a9t%65", "https://x.be/~user/%C3%A9te"),
        ("https://x.be/été?q=é", "https://x.be/%C3%A9t%C3%A9?q=%C3%A9"),
        ("https://gebruiker:geheim@x.be/", "https://x.be/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("https://x.be\\a\\b", "https://x.be/a/b"),
        ("  https://x.be/a\n", "https://x.be/a"),
        ("https://x.be/../..", "https://x.be/"),
        ("https://x.be/a/..", "https://x.be/"),
    ],
)
def test_an_address_gets_its_one_form(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    "|mailto:info@x.be|tel:+3291|javascript:void(0)|ftp://x.be/|http:///x|http://x.be:99999/|http://[::1/|http://x..be/"
    "|http://x.be:0/|/nieuws|http://999.1.1.1/|data:text/html,x".split("|"),
)
def test_what_is_no_web_address_has_no_form(url: str) -> None:
    assert canonical(url) is None


@pytest.mark.parametrize(
    ("link", "expected"),
    [("?p=2", "http://x.be/a/b?p=2"), ("../z", "http://x.be/z"), ("", "http://x.be/a/b"), ("//y.be", "http://y.be/")],
)
def test_a_link_is_read_from_the_page_it_stands_on(link: str, expected: str) -> None:
    assert canonical(link, base="http://x.be/a/b") == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.x.be/Contact/", "https://x.be/contact"),
        ("https://x.be/index.php", "https://x.be"),
        ("https://x.be/nl/Default.aspx?id=3", "https://x.be/nl?id=3"),
        ("https://x.be//a//b", "https://x.be/a/b/"),
        ("https://x.be/?q=a%20b", "https://x.be/?q=a+b"),
    ],
)
def test_duplicates_meet_in_one_key(one: str, other: str) -> None:
    assert same_page_key(one) == same_page_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.be/?id=12", "https://x.be/?id=13"),
        ("https://x.be/?page_id=3", "https://x.be/"),
        ("https://x.be/?v=aB", "https://x.be/?v=Ab"),
        ("https://x.be:8443/", "https://x.be/"),
        ("https://x.be/home", "https://x.be/"),
    ],
)
def test_what_selects_content_stays_another_page(one: str, other: str) -> None:
    assert same_page_key(one) != same_page_key(other)


def test_a_site_is_its_host_with_or_without_www_and_its_extra_hosts() -> None:
    site = Site("https://www.x.be/", extra_hosts=("bibliotheek.x.be", "http://oud.be:8080"))
    own = ["http://x.be/a", "https://WWW.X.be", "https://bibliotheek.x.be/", "http://oud.be:8080/z"]
    assert [url for url in own if is_same_site(url, site)] == own
    foreign = [
        "https://loket.x.be/",
        "https://x.be:8443/",
        "http://oud.be/",
        "mailto:a@x.be",
        "https://x.be.kwaad.example/",
    ]
    assert not [url for url in foreign if is_same_site(url, site)]


def test_documents_and_other_files_are_known_by_their_path_alone() -> None:
    assert document_kind("https://x.be/folder.PDF?download=1") == "pdf"
    assert document_kind("https://x.be/verslag%2Edocx") == "docx"
    assert document_kind("https://x.be/pdf") is None
    assert document_kind("https://x.be/lees.php?bestand=a.pdf") is None
    assert is_resource("https://x.be/agenda/activiteit-1.ics")
    assert is_resource("/rss.xml")
    assert not is_resource("https://x.be/nieuws.html")
    assert not is_resource("https://x.be/folder.pdf")


def test_parameters_are_given_decoded_and_in_order() -> None:
    assert parameters("https://x.be/?a=1&b=x+y%21&nieuws") == (("a", "1"), ("b", "x y!"), ("nieuws", ""))
