"""Pages for everybody: the lists, old municipalities, our scanner, ourselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.web.conftest import Platform
from tests.web.seeding import INTER, NOW
from toegankelijk import registry
from toegankelijk.accounts import Principal
from toegankelijk.storage.accounts import User
from toegankelijk.storage.bodies import Body


def test_home_offers_a_search_and_the_example(platform: Platform) -> None:
    page = platform.visitor().get("/").text

    assert 'action="/gemeenten"' in page
    assert '<a href="/gemeenten/99001">Voorbeeldegem</a>' in page
    assert "VOORBEELD" in page


def test_list_of_municipalities_tells_which_reports_are_open(platform: Platform) -> None:
    stranger, inter = platform.visitor().get("/gemeenten").text, platform.person(INTER).get("/gemeenten").text

    assert stranger.count("rapport nog niet openbaar") == 2
    assert "rapport nog niet openbaar" not in inter
    assert "OCMW Testerbeke" not in stranger


@pytest.mark.parametrize("text", ["leeg", "LEEGDORP", "99003", "  leegdorp "])
def test_municipality_is_found_by_part_of_its_name_or_code(platform: Platform, text: str) -> None:
    page = platform.visitor().get("/gemeenten", params={"zoek": text}).text

    assert '<a class="row-link" href="/gemeenten/99003">Leegdorp</a>' in page
    assert "Testerbeke" not in page
    assert "<strong>1 gemeente</strong>." in page


def test_search_without_result_says_so_and_keeps_what_was_typed(platform: Platform) -> None:
    page = platform.visitor().get("/gemeenten", params={"zoek": '"><script>x</script>'}).text

    assert "Niets gevonden." in page
    assert "(0 gevonden) | Toegankelijk</title>" in page
    assert "<script>" not in page
    assert '"><script>x</script>' in unescape(page)


@pytest.mark.parametrize(
    "query", ["pagina=0", "pagina=-1", "pagina=abc", "pagina=99999999999999999999", "pagina=", "provincie=Nergens",
              "soort=onbestaand", "zoek=" + "x" * 5_000, "zoek=%00", "zoek=%25_", "onbekend=1"],
)  # fmt: skip
def test_odd_question_gets_a_list_and_no_mistake(platform: Platform, query: str) -> None:
    assert platform.visitor().get(f"/organisaties?{query}").status_code == 200


def test_organisations_are_filtered_by_kind(platform: Platform) -> None:
    page = platform.visitor().get("/organisaties?soort=ocmw").text

    assert "OCMW Testerbeke" in page
    assert "Leegdorp" not in page
    assert '<option value="ocmw" selected>OCMW&#39;s</option>' in page


def test_long_list_is_shown_in_pages(platform: Platform) -> None:
    admin = Principal(_any_user(platform), "Admin", "admin@test.be", (), "")
    with platform.database.writing() as session:
        for place in range(120):
            registry.add_body(
                session, actor=admin, now=NOW, submission_key=f"many-{place:04}", kind="municipality",
                name=f"Dorp {place:03}", nis_code=f"98{place:03}",
            )  # fmt: skip

    first = platform.visitor().get("/gemeenten?zoek=Dorp").text
    last = platform.visitor().get("/gemeenten?zoek=Dorp&pagina=3").text

    assert "pagina 1 van 3" in first
    assert "/gemeenten?zoek=Dorp&amp;pagina=3" in first
    assert "Dorp 049" in first
    assert "Dorp 050" not in first
    assert "Dorp 119" in last
    assert "pagina 3 van 3" in last


def test_old_code_leads_to_the_municipality_of_today(platform: Platform) -> None:
    with platform.database.writing() as session:
        old = session.get(Body, platform.ids.empty)
        assert old is not None
        old.successor_id, old.valid_to = platform.ids.example, date(2024, 12, 31)

    answer = platform.visitor().get("/gemeenten/99003")

    assert answer.status_code == 301
    assert answer.headers["location"] == "/gemeenten/99001"


def test_municipality_has_one_address(platform: Platform) -> None:
    answer = platform.visitor().get(f"/organisaties/{platform.ids.example}")

    assert answer.status_code == 301
    assert answer.headers["location"] == "/gemeenten/99001"


def test_scanner_page_tells_who_we_are_and_how_to_hold_us_off(make_platform: Callable[..., Platform]) -> None:
    page = make_platform(public_url="https://toegankelijk.test", contact_email="scan@toegankelijk.test").visitor()

    text = page.get("/scanner").text

    assert "https://toegankelijk.test/scanner" in text
    assert "ToegankelijkScanner/1.0 (+https://toegankelijk.test/scanner)" in text
    assert "User-agent: ToegankelijkScanner\nDisallow: /" in text
    assert "mailto:scan@toegankelijk.test" in text


def test_missing_contact_address_is_admitted(platform: Platform) -> None:
    for path in ("/scanner", "/toegankelijkheid"):
        page = platform.visitor().get(path).text
        assert "nog geen contactadres ingevuld" in page
        assert "mailto:" not in page


def test_own_statement_is_a_draft_and_claims_no_status(platform: Platform) -> None:
    page = platform.visitor().get("/toegankelijkheid").text

    assert "geen officiële toegankelijkheidsverklaring" in page
    assert "Nog niet bepaald." in page


def test_health_answers_plainly(platform: Platform) -> None:
    answer = platform.visitor().get("/gezondheid")

    assert (answer.status_code, answer.text) == (200, "in orde\n")


def test_health_says_when_the_database_is_gone(platform: Platform) -> None:
    platform.database.close()
    (platform.settings.data_dir / "web.sqlite3").unlink()
    (platform.settings.data_dir / "web.sqlite3").mkdir()

    answer = platform.visitor().get("/gezondheid")

    assert answer.status_code == 503
    assert "even niet bereikbaar" in answer.text


def test_no_page_needs_a_script(platform: Platform) -> None:
    person = platform.person("admin@test.be")

    for path in ("/", "/gemeenten", "/gemeenten/99001", "/beheer", "/aanmelden", "/scanner"):
        page = person.get(path).text
        assert "<script" not in page
        assert " style=" not in page
        assert " onclick" not in page


def _any_user(platform: Platform) -> UUID:
    with platform.database.reading() as session:
        return session.scalars(select(User.id)).all()[0]
