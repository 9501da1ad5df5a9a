"""Pages of one template are found together, whatever the order in which they are given."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.likeness import groups_alike, likeness
from crawler.reading import read_page
from crawler.structure import PLAIN, SKETCH_PARTS
from tests.sites.municipal_site.site import Site

BASE = "https://voorbeeld.be"


def sketch(*parts: int) -> str:
    return "".join(f"{part:06x}" for part in sorted(parts)) or PLAIN


@pytest.mark.parametrize(("pages", "seed"), [(40, 1), (100, 7)])
def test_the_templates_of_a_municipal_site_are_told_apart(pages: int, seed: int) -> None:
    site = Site(pages, seed)
    sketches = {path: read_page(site.html(path, BASE), BASE + path).structure.template for path in site.pages}
    groups = groups_alike(sketches)
    template = {path: page.template for path, page in site.pages.items()}
    pure = sum(Counter(template[path] for path in group).most_common(1)[0][1] for group in groups)
    together: defaultdict[str, list[int]] = defaultdict(list)
    for group in groups:
        for name, number in Counter(template[path] for path in group).items():
            together[name].append(number)
    assert pure / pages >= 0.95
    assert sum(max(numbers) for numbers in together.values()) / pages >= 0.95


def test_what_every_page_has_tells_no_templates_apart() -> None:
    frame = tuple(range(1, 30))
    pages = {f"/a{n}": sketch(*frame, 100, 101, 102, 103) for n in range(6)}
    pages |= {f"/b{n}": sketch(*frame, 200, 201, 202, 203) for n in range(6)}
    assert [len(group) for group in groups_alike(pages)] == [6, 6]


def test_two_large_sketches_are_compared_as_far_as_both_are_known() -> None:
    shared = range(0, 1000, 2)
    one, other = sketch(*sorted(shared)[:SKETCH_PARTS]), sketch(*sorted({*shared, 1, 3})[:SKETCH_PARTS])
    assert likeness(one, other) > 0.95
    assert likeness(one, one) == 1.0
    assert likeness(one, sketch(*range(1, 2 * SKETCH_PARTS, 2))) < 0.05


def test_a_page_without_a_sketch_is_in_no_group() -> None:
    assert groups_alike({"/a": "", "/b": PLAIN, "/c": PLAIN}) == (("/b", "/c"),)


PARTS = st.sets(st.integers(0, 40), max_size=12).map(lambda parts: sketch(*parts))


@given(st.dictionaries(st.sampled_from([f"/{n}" for n in range(30)]), PARTS), st.integers(0, 99))
def test_groups_hold_each_page_once_and_do_not_hang_on_the_order(pages: dict[str, str], seed: int) -> None:
    groups = groups_alike(pages)
    shuffled = list(pages.items())
    random.Random(seed).shuffle(shuffled)
    assert groups_alike(dict(shuffled)) == groups
    assert sorted(name for group in groups for name in group) == sorted(pages)
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)
