"""The colours of the style sheet reach the contrast that WCAG asks, in both themes; computed, not guessed."""

from __future__ import annotations

import re

import pytest

from toegankelijk.reports.templating import STYLESHEET

TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "surface")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "link", "link-hover", "fail", "review", "good", "neutral")
      for ground in GROUNDS),
    *((ink, f"{tone}-surface", TEXT) for ink in ("ink", "ink-soft", "link", "link-hover")
      for tone in ("fail", "review", "good", "neutral")),
    ("on-brand", "brand", TEXT),
    ("brand", "paper", TEXT),
    ("paper", "fail", TEXT),
    *((shape, ground, SHAPE) for shape in ("focus", "brand", "fail", "review", "good", "neutral", "line-strong")
      for ground in GROUNDS),
    *(("focus", f"{tone}-surface", SHAPE) for tone in ("fail", "review", "good", "neutral")),
    ("brand", "bar-rest", SHAPE),
    ("fail", "bar-rest", SHAPE),
]  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """The colour tokens of a theme; the dark one overrides the light one."""
    text = STYLESHEET.read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    assert len(blocks) == 3, "light, dark and print"
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[0]))
    extra = {"light": "", "dark": blocks[1], "print": blocks[2]}[theme]
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", extra))


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_pair_of_colours_has_enough_contrast(theme: str, ink: str, ground: str, least: float) -> None:
    known = tokens(theme)

    assert contrast(known[ink], known[ground]) >= least, f"{ink} on {ground}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_focus_on_the_masthead_can_be_read(theme: str) -> None:
    ground = tokens(theme)["brand-deep"]

    assert contrast("#ffffff", ground) >= TEXT
    assert contrast(tokens(theme)["accent"], ground) >= SHAPE
    assert contrast("#14212b", tokens(theme)["accent"]) >= TEXT


def test_style_sheet_asks_nothing_of_the_network() -> None:
    text = STYLESHEET.read_text("utf-8")

    assert "url(" not in text
    assert "@import" not in text
    assert "</style" not in text


def test_style_sheet_serves_every_way_of_looking() -> None:
    text = STYLESHEET.read_text("utf-8")

    for way in ("prefers-color-scheme: dark", "forced-colors: active", "@media print", ":focus-visible"):
        assert way in text
