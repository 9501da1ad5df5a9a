"""Look at the platform with a real browser: serve it, start Chromium, press keys, prove what holds of every page."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

import crawler
from tests.web.conftest import Clock
from tests.web.seeding import PASSWORD, Seeded, seed
from toegankelijk.config import Settings
from toegankelijk.storage.session import Database
from toegankelijk.web.app import create_app

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
  .filter(node => !inClosed(node) && node.checkVisibility() && !node.matches(':disabled'))
  .filter(node => { if (node.type !== 'radio') return true;
    const chosen = [...document.getElementsByName(node.name)].find(one => one.checked);
    if (chosen) return chosen === node;
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
    + 'input:not([type=hidden]):not([type=radio]):not([type=checkbox]),.choice label,.text-button,'
    + 'select,textarea,.skip')]
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
        listener.listen()  # who comes before the server is up waits instead of being refused
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", ids, database)
        finally:
            server.should_exit = True
            thread.join()
            database.close()


@contextmanager
def open_browser(profile: Path) -> Iterator[Chrome]:
    """A Chromium with a fresh profile until the block ends."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def start_afresh(browser: Chrome) -> None:
    """A stranger on a wide, light screen, with script allowed."""
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
