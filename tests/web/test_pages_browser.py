"""Every page in a real browser: no console errors, no sideways scrolling, both themes, keyboard alone, no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from crawler.wcag import load_rule_titles
from tests.web.browsing import (
    AXE,
    NARROW,
    SMALL_TARGETS,
    WIDE,
    WIDER_THAN_SCREEN,
    Served,
    check_page,
    look,
    main_text,
    open_browser,
    press,
    serve_platform,
    sign_in,
    start_afresh,
    violations,
    wait_for,
)
from tests.web.conftest import Clock
from tests.web.seeding import ADMIN, INTER, PASSWORD, SURVEYOR, Seeded
from tests.web.venue_seeding import SeededVenues
from toegankelijk.registry import find_municipality
from toegankelijk.reports.html import render_report_file
from toegankelijk.reports.municipality import build_municipality_report

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One platform for all tests of this module; no test changes what another one looks at."""
    with serve_platform(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests of this module."""
    with open_browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(browser: Chrome) -> None:
    """Every test starts as a stranger."""
    start_afresh(browser)


STRANGER = {
    "home": "/",
    "municipalities": "/gemeenten",
    "found nothing": "/gemeenten?zoek=nergens",
    "organisations": "/organisaties",
    "report": "/gemeenten/99001",
    "scanner": "/scanner",
    "about": "/over",
    "own statement": "/toegankelijkheid",
    "sign in": "/aanmelden",
    "not public": "/gemeenten/99002",
    "not found": "/niets",
    "places": "/plaatsen",
    "no place found": "/plaatsen?zoek=nergens",
    "place": "/plaatsen/museum-de-vergeten-fiets-voorbeeld",
}
SURVEYING = {
    "list": "/opmetingen",
    "found nothing": "/opmetingen?zoek=nergens",
    "add a venue": "/opmetingen/nieuw",
    "work": "/opmetingen/{draft}",
    "work, published": "/opmetingen/{published}?gedaan=venue-published",
    "correct": "/opmetingen/{draft}/gegevens",
    "verdict": "/opmetingen/{draft}/oordeel",
    "publish, not yet": "/opmetingen/{draft}/publiceren",
    "publish": "/opmetingen/{published}/publiceren",
    "withdraw": "/opmetingen/{published}/intrekken",
    "questions about the venue": "/opmetingen/{draft}/onderdelen/{draft}",
    "questions about an entrance": "/opmetingen/{draft}/onderdelen/{entrance}",
    "questions about a door": "/opmetingen/{draft}/onderdelen/{door}?gedaan=answers-kept",
    "add an element": "/opmetingen/{draft}/onderdelen/nieuw?soort=toilet",
    "add a part": "/opmetingen/{draft}/onderdelen/nieuw?soort=door&bij={entrance}",
    "rename": "/opmetingen/{draft}/onderdelen/{door}/naam",
    "retire": "/opmetingen/{draft}/onderdelen/{entrance}/weghalen",
    "routes": "/opmetingen/{published}/wegen",
    "proposed routes": "/opmetingen/{draft}/wegen",
    "route": "/opmetingen/{draft}/wegen/inkom?doel={entrance}",
}
ADMINISTRATOR = {
    "home, signed in": "/?gedaan=signed-in",
    "overview": "/beheer",
    "sites of a body": "/beheer/organisaties/{real}/sites",
    "sites of an empty body": "/beheer/organisaties/{empty}/sites",
    "add": "/beheer/organisaties/{real}/sites/toevoegen",
    "without website": "/beheer/organisaties/{empty}/geen-website",
    "correct": "/beheer/sites/{candidate}/verbeteren",
    "confirm": "/beheer/sites/{candidate}/bevestigen",
    "close": "/beheer/sites/{candidate}/sluiten",
    "merge": "/beheer/sites/{candidate}/samenvoegen",
    "settle": "/beheer/hosts/{host}",
    "clean report": "/gemeenten/99002",
    "empty report": "/gemeenten/99003",
    "organisation": "/organisaties/{ocmw}",
}


@pytest.mark.parametrize("name", STRANGER)
def test_page_for_everybody_holds_up(browser: Chrome, served: Served, name: str) -> None:
    check_page(browser, served.url + STRANGER[name])


def test_every_page_of_management_holds_up(browser: Chrome, served: Served) -> None:
    sign_in(browser, served, ADMIN)
    ids = {name: getattr(served.ids, name) for name in Seeded.__slots__}

    for path in ADMINISTRATOR.values():
        check_page(browser, served.url + path.format(**ids))


@pytest.mark.parametrize("name", SURVEYING)
def test_page_for_surveyors_holds_up(browser: Chrome, served: Served, name: str) -> None:
    sign_in(browser, served, SURVEYOR)
    venues = served.ids.venues
    ids = {one: getattr(venues, one) for one in SeededVenues.__slots__}

    check_page(browser, served.url + SURVEYING[name].format(**ids))


@pytest.mark.parametrize("name", ["work", "questions about an entrance", "routes"])
def test_page_of_a_survey_holds_up_for_who_may_only_read(browser: Chrome, served: Served, name: str) -> None:
    sign_in(browser, served, INTER)
    venues = served.ids.venues
    ids = {one: getattr(venues, one) for one in SeededVenues.__slots__}

    check_page(browser, served.url + SURVEYING[name].format(**ids))


def test_report_file_holds_up_without_a_server(browser: Chrome, served: Served, tmp_path: Path) -> None:
    file = tmp_path / "rapport.html"
    with served.database.reading() as session:
        body = find_municipality(session, "99001")
        assert body is not None
        file.write_text(render_report_file(build_municipality_report(session, body, now=Clock().now)), "utf-8")

    check_page(browser, file.as_uri())

    fetched = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert fetched == []


def test_every_rule_of_the_engine_has_a_dutch_title(browser: Chrome, served: Served) -> None:
    browser.get(served.url)
    browser.execute_script(AXE.read_text("utf-8"))

    rules = browser.execute_script("return axe.getRules().map(rule => [rule.ruleId, rule.tags])")

    wanted = {rule for rule, tags in rules if "wcag2aaa" not in tags}
    assert len(wanted) > 90
    assert wanted - set(load_rule_titles()) == set()


def test_planted_faults_would_be_found(browser: Chrome, served: Served) -> None:
    browser.get(served.url)
    browser.execute_script(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\"><p><a href=\"/x\"></a></p>"
        "<div class=\"button\">laag</div>'); const low = document.querySelector('main').lastElementChild;"
        "Object.assign(low.style, {width: '2000px', minHeight: '0', padding: '0', border: '0'});"
    )
    look(browser, "light", NARROW)

    assert [line.partition(":")[0] for line in violations(browser)] == ["image-alt", "link-name"]
    assert browser.execute_script(WIDER_THAN_SCREEN)[0] > 0
    assert len(browser.execute_script(SMALL_TARGETS)) == 1


def test_skip_link_leads_past_the_menu(browser: Chrome, served: Served) -> None:
    browser.get(f"{served.url}/gemeenten/99001")

    press(browser, Keys.TAB, Keys.ENTER, Keys.TAB)

    focused = browser.switch_to.active_element
    assert browser.execute_script("return arguments[0].closest('main') !== null", focused)


def test_website_is_added_by_keyboard_without_script(browser: Chrome, served: Served) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    sign_in(browser, served, ADMIN)
    browser.get(f"{served.url}/beheer/organisaties/{served.ids.ocmw}/sites/toevoegen")

    browser.find_element(By.ID, "veld-url").send_keys("geen adres", Keys.ENTER)
    wait_for(browser, lambda: browser.title.startswith("Fout: "))
    assert browser.switch_to.active_element.find_element(By.TAG_NAME, "h2").text == "Er is een probleem"
    press(browser, Keys.TAB, Keys.ENTER)
    wait_for(browser, lambda: "#veld-url" in browser.current_url)
    field = browser.find_element(By.ID, "veld-url")
    field.clear()
    field.send_keys("ocmw-testerbeke.example", Keys.ENTER)

    wait_for(browser, lambda: browser.switch_to.active_element.text.startswith("De website is toegevoegd."))
    assert "https://ocmw-testerbeke.example/" in main_text(browser)


def test_page_with_errors_holds_up(browser: Chrome, served: Served) -> None:
    sign_in(browser, served, ADMIN)
    for path, click in {
        f"/beheer/organisaties/{served.ids.real}/sites/toevoegen": "main button",
        f"/beheer/sites/{served.ids.candidate}/samenvoegen": "main button",
        f"/beheer/hosts/{served.ids.host}": "main button",
    }.items():
        browser.get(served.url + path)
        browser.find_element(By.CSS_SELECTOR, click).click()
        wait_for(browser, lambda: browser.title.startswith("Fout: "))
        for theme, width in (("light", WIDE), ("dark", NARROW)):
            look(browser, theme, width)
            assert violations(browser) == []
        assert browser.execute_script(WIDER_THAN_SCREEN) == [0]
        look(browser, "light", WIDE)


def test_survey_with_errors_and_doubts_holds_up(browser: Chrome, served: Served) -> None:
    sign_in(browser, served, SURVEYOR)
    venues = served.ids.venues
    browser.get(f"{served.url}/opmetingen/{venues.draft}/onderdelen/{venues.door}")
    for name, text in {"visit_day": "ooit", "door.clear_width": "210", "door.threshold": "8 m"}.items():
        browser.find_element(By.NAME, name).clear()
        browser.find_element(By.NAME, name).send_keys(text)
    browser.find_element(By.CSS_SELECTOR, "form.survey .actions .button").click()

    wait_for(browser, lambda: browser.title.startswith("Fout: "))
    assert browser.switch_to.active_element.find_element(By.TAG_NAME, "h2").text == "Er zijn 3 problemen"
    links = [link.get_attribute("href") or "" for link in browser.find_elements(By.CSS_SELECTOR, ".note-fail li a")]
    targets = [link.partition("#")[2] for link in links]
    assert targets == ["veld-visit_day", "veld-door.threshold", "veld-door.clear_width--keep"]
    assert all(browser.find_element(By.ID, target).is_displayed() for target in targets)
    for theme, width in (("light", WIDE), ("dark", NARROW)):
        look(browser, theme, width)
        assert violations(browser) == []
    assert browser.execute_script(WIDER_THAN_SCREEN) == [0]
    assert browser.execute_script(SMALL_TARGETS) == []


def test_folded_parts_are_printed(browser: Chrome, served: Served) -> None:
    browser.get(f"{served.url}/gemeenten/99001")
    shown = "return document.querySelector('.criterion .examples').checkVisibility()"
    folded = not browser.execute_script(shown)

    look(browser, "light", 800, media="print")

    assert folded
    assert browser.execute_script(shown)
    assert not browser.find_element(By.CSS_SELECTOR, ".masthead").is_displayed()


def test_forced_colours_keep_every_part_of_the_bar_apart(browser: Chrome, served: Served) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "forced-colors", "value": "active"}]})
    browser.get(f"{served.url}/gemeenten/99001")

    fills = browser.execute_script(
        "return [...document.querySelectorAll('.bar > rect[class]')].map(part => getComputedStyle(part).fill)"
    )

    assert len(set(fills)) == len(fills) == 4


def test_reader_of_inter_signs_in_from_a_closed_report_and_gets_back_to_it(browser: Chrome, served: Served) -> None:
    browser.get(f"{served.url}/gemeenten/99002")
    browser.find_element(By.CSS_SELECTOR, "main .button").click()
    wait_for(browser, lambda: browser.title.startswith("Aanmelden"))
    browser.find_element(By.NAME, "email").send_keys(INTER)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD, Keys.ENTER)

    wait_for(browser, lambda: browser.title.startswith("Testerbeke"))
    assert "Geen fouten gevonden bij screening." in main_text(browser)
