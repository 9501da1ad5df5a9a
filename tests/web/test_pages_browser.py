"""Every page in a real browser: no console errors, no sideways scrolling, both themes, keyboard alone, no script."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

import crawler
from crawler.wcag import load_rule_titles
from tests.web.conftest import Clock
from tests.web.seeding import ADMIN, INTER, PASSWORD, Seeded, seed
from toegankelijk.config import Settings
from toegankelijk.registry import find_municipality
from toegankelijk.reports.html import render_report_file
from toegankelijk.reports.municipality import build_municipality_report
from toegankelijk.storage.session import Database
from toegankelijk.web.app import create_app

pytestmark = [pytest.mark.browser]

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
WIDE, NARROW = 1280, 320
AXE = Path(crawler.__file__).parent / "_vendor" / "axe-core" / "axe.min.js"
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {rules: {'target-size': {enabled: true}},
  runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], resultTypes: ['violations']})
  .then(result => done(result.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | '))))
  .catch(error => done(['' + error]));
"""
STOPS = """
const inClosed = node => { const box = node.closest('details:not([open])');
  return box && !(node.matches('summary') && node.parentElement === box
    && !box.parentElement.closest('details:not([open])')); };
const seen = new Set();
return [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]')]
  .filter(node => !inClosed(node) && node.checkVisibility())
  .filter(node => { if (node.type !== 'radio') return true;
    if (seen.has(node.name)) return false; seen.add(node.name); return true; });
"""
FOCUS = """
const node = document.activeElement, style = getComputedStyle(node), box = node.getBoundingClientRect();
return {node, outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
  shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
    && box.left < innerWidth, what: node.outerHTML.slice(0, 120)};
"""
TO_THE_TOP = "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');"
SMALL_TARGETS = """
return [...document.querySelectorAll('.button,.menu a,.menu button,.text-link,.pager a,.contents a,.foot a,summary,'
    + 'input:not([type=hidden]):not([type=radio]),select,textarea,.skip')]
  .filter(node => node.checkVisibility() && node.getBoundingClientRect().height < 43.9)
  .map(node => node.outerHTML.slice(0, 120));
"""
WIDER_THAN_SCREEN = """
const root = document.documentElement;
return [root.scrollWidth - root.clientWidth, ...[...document.querySelectorAll('body *')]
  .filter(node => !node.closest('.table-scroll, .visually-hidden, svg') && node.checkVisibility()
    && node.getBoundingClientRect().right > root.clientWidth + 1)
  .map(node => node.outerHTML.slice(0, 120))];
"""
OPEN_ALL = "document.querySelectorAll('details').forEach(box => { box.open = true; });"


@dataclass(frozen=True, slots=True)
class Served:
    """A running platform."""

    url: str
    ids: Seeded
    database: Database


@contextmanager
def serve_platform(folder: Path) -> Iterator[Served]:
    """Serve a seeded platform on a free loopback port until the block ends."""
    database = Database(f"sqlite:///{folder / 'browser.sqlite3'}")
    database.migrate()
    ids = seed(database)
    app = create_app(Settings(data_dir=folder), database, clock=Clock())
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", ids, database)
        finally:
            server.should_exit = True
            thread.join()
            database.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One platform for all tests of this module; no test changes what another one looks at."""
    with serve_platform(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One Chromium with a fresh profile for all tests of this module."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def fresh(browser: Chrome) -> None:
    """Every test starts as a stranger on a wide, light screen, with script allowed."""
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    look(browser, "light", WIDE)
    browser.get_log("browser")


def look(browser: Chrome, theme: str, width: int, media: str = "") -> None:
    features = [{"name": "prefers-color-scheme", "value": theme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def wait_for(browser: Chrome, condition: Callable[[], bool]) -> None:
    """Wait until a page that is on its way has come: a key or a click does not wait for it."""
    WebDriverWait(browser, 20, ignored_exceptions=[WebDriverException]).until(lambda _: condition())


def main_text(browser: Chrome) -> str:
    return browser.find_element(By.TAG_NAME, "main").text


def sign_in(browser: Chrome, served: Served, email: str) -> None:
    browser.get(f"{served.url}/aanmelden")
    browser.find_element(By.NAME, "email").send_keys(email)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD, Keys.ENTER)
    wait_for(browser, lambda: "Je bent aangemeld." in main_text(browser))


def violations(browser: Chrome) -> list[str]:
    browser.execute_script(AXE.read_text("utf-8"))
    found: list[str] = browser.execute_async_script(RUN_AXE)
    return found


def console(browser: Chrome) -> list[str]:
    """What the browser complained of; that the page itself was refused or missing is no complaint."""
    return [
        line["message"]
        for line in browser.get_log("browser")
        if "the server responded with a status" not in line["message"]
    ]


def press(browser: Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def tab_stops(browser: Chrome, count: int) -> list[dict[str, Any]]:
    """Where the focus comes by pressing Tab, from the top of the page."""
    browser.execute_script(TO_THE_TOP)
    stops = []
    for _ in range(count):
        press(browser, Keys.TAB)
        stops.append(browser.execute_script(FOCUS))
    return stops


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


def check_page(browser: Chrome, url: str) -> None:
    """All that must hold of a page."""
    browser.get(url)
    assert browser.execute_script("return document.documentElement.lang") == "nl-BE"
    assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1
    for theme in ("light", "dark"):
        look(browser, theme, WIDE)
        assert violations(browser) == [], theme
    browser.execute_script(OPEN_ALL)
    assert violations(browser) == [], "dark, everything unfolded"
    look(browser, "light", NARROW)
    assert violations(browser) == [], "light, narrow, everything unfolded"
    assert browser.execute_script(WIDER_THAN_SCREEN) == [0]
    assert browser.execute_script(SMALL_TARGETS) == []
    check_keyboard(browser, url)
    assert console(browser) == []


def check_keyboard(browser: Chrome, url: str) -> None:
    look(browser, "light", WIDE)
    browser.get(url)
    expected = browser.execute_script(STOPS)
    stops = tab_stops(browser, len(expected))
    assert [stop["node"] for stop in stops] == expected, [stop["what"] for stop in stops]
    assert [stop["what"] for stop in stops if stop["outline"] < 3 or not stop["shown"]] == []


@pytest.mark.parametrize("name", STRANGER)
def test_page_for_everybody_holds_up(browser: Chrome, served: Served, name: str) -> None:
    check_page(browser, served.url + STRANGER[name])


def test_every_page_of_management_holds_up(browser: Chrome, served: Served) -> None:
    sign_in(browser, served, ADMIN)
    ids = {name: getattr(served.ids, name) for name in Seeded.__slots__}

    for path in ADMINISTRATOR.values():
        check_page(browser, served.url + path.format(**ids))


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
