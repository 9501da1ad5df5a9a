"""Fill in the pages of a survey as a browser would: every control of the form goes along, changed or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from fastapi.testclient import TestClient
from httpx2 import Response


@dataclass
class PostedForm(HTMLParser):
    """The controls of the first form in the main part of a page, with what a browser would send for them."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._in_form = self._in_main = self._done = False
        self._select = ""
        self._text = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self._in_main = self._in_main or tag == "main"
        if self._in_main and tag == "form" and not self._done:
            self._in_form = True
        if not self._in_form:
            return
        if tag == "input":
            self._take_input(known, is_checked="checked" in known)
        elif tag == "select":
            self._select, self._options = known["name"], []
        elif tag == "option":
            self._options.append((known["value"], "selected" in known))
        elif tag == "textarea":
            self._text = known["name"]
            self.values[self._text] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._in_form:
            self._in_form, self._done = False, True
        if tag == "select" and self._select:
            chosen = next((value for value, is_selected in self._options if is_selected), self._options[0][0])
            self.values[self._select] = [chosen]
            self._select = ""
        if tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.values[self._text] = [(self.values[self._text][0] + data).removeprefix("\n")]

    def _take_input(self, known: dict[str, str], *, is_checked: bool) -> None:
        if known.get("type") in ("radio", "checkbox") and not is_checked:
            return
        self.values.setdefault(known["name"], []).append(known.get("value", ""))


def controls_of(page: str) -> dict[str, list[str]]:
    """What a browser would send for the first form of a page when nobody touches it."""
    form = PostedForm()
    form.feed(page)
    return form.values


def fill_in(client: TestClient, path: str, **answers: str | list[str]) -> Response:
    """Open the form at `path`, change some controls (a `__` in a name stands for a dot) and send it."""
    return client.post(path, data=changed(client.get(path).text, **answers))


def changed(page: str, **answers: str | list[str]) -> dict[str, list[str]]:
    """The controls of a page with some of them changed."""
    return controls_of(page) | {
        name.replace("__", ".").replace("_at_", "--"): [value] if isinstance(value, str) else value
        for name, value in answers.items()
    }
