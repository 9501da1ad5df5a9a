"""In a real browser, axe-core finds exactly the known defects of the example website, node by node."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from toegankelijk.demo.defects import FoundBy, read_defects
from toegankelijk.demo.site import ExampleServer, serve_example_site

AXE = Path(__file__).resolve().parents[3] / "crawler" / "_vendor" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KIND = {FoundBy.AXE: "violations", FoundBy.BEST_PRACTICE: "violations", FoundBy.AXE_REVIEW: "incomplete"}
JUDGE = """
const [rules, done] = arguments;
const marked = (target) => target.reduce((root, selector) => {
  const node = root.querySelector(selector);
  return node.contentDocument && target.length > 1 && selector !== target.at(-1) ? node.contentDocument : node;
}, document);
axe.run(document, {runOnly: rules}).then((result) => {
  const found = [];
  for (const kind of ['violations', 'incomplete'])
    for (const rule of result[kind])
      for (const node of rule.nodes) found.push({kind, rule: rule.id, node: marked(node.target)});
  window.axeFound = found;
  done(found.length);
});
"""
CLAIM = """
const [kind, rule, frame, selector] = arguments;
const root = frame ? document.querySelector(frame).contentDocument : document;
const node = root.querySelector(selector);
const at = window.axeFound.findIndex((found) => found.kind === kind && found.rule === rule && found.node === node);
if (at < 0) return false;
window.axeFound.splice(at, 1);
return true;
"""
LEFT = "return window.axeFound.map((found) => `${found.kind} ${found.rule}: ${found.node.outerHTML.slice(0, 120)}`)"
READY = "return ![...document.querySelectorAll('[data-fetch]')].some((place) => !place.querySelector('ul'))"


@pytest.fixture(scope="module")
def server() -> Iterator[ExampleServer]:
    with serve_example_site() as running:
        yield running


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1024"):
        options.add_argument(argument)
    running = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield running
    running.quit()


def inject(driver: webdriver.Chrome) -> None:
    """Put axe-core in the page and in each of its frames."""
    script = AXE.read_text("utf-8")
    driver.execute_script(script)
    for frame in driver.find_elements(By.TAG_NAME, "iframe"):
        driver.switch_to.frame(frame)
        driver.execute_script(script)
        driver.switch_to.default_content()


@pytest.mark.browser
def test_axe_core_finds_the_known_defects_and_nothing_else(driver: webdriver.Chrome, server: ExampleServer) -> None:
    missed, surplus = [], []
    for page in sorted({page.path for page in server.site.listed()} | {defect.page for defect in read_defects()}):
        driver.get(server.url + page)
        WebDriverWait(driver, 10).until(lambda browser: browser.execute_script(READY))
        inject(driver)
        driver.execute_async_script(JUDGE, RULES)
        for defect in read_defects():
            if defect.page == page and defect.rule:
                kind = KIND[defect.found_by]
                if not driver.execute_script(CLAIM, kind, defect.rule, defect.frame, defect.selector):
                    missed.append(defect.id)
        surplus += [f"{page} {left}" for left in driver.execute_script(LEFT)]
    assert (missed, surplus) == ([], [])


@pytest.mark.browser
def test_the_defects_beyond_axe_core_are_in_their_pages(driver: webdriver.Chrome, server: ExampleServer) -> None:
    for defect in read_defects():
        if not defect.rule:
            driver.get(server.url + defect.page)
            assert len(driver.find_elements(By.CSS_SELECTOR, defect.selector)) == 1, defect.id
