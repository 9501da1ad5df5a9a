"""Which pages are built alike: how much two template sketches share, and the groups that follow from it; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.structure import HASH_BYTES, PLAIN, SKETCH_PARTS

# Two pages that share this part of what their templates gave them are of one template.
ALIKE = 0.6
# One block more or less on a page of few parts makes no other template: this many parts are always taken as shared.
SLACK = 2
# What nearly every page has is the frame of the site and tells no templates apart ...
FRAME_SHARE = 0.9
# ... once there are enough pages to know.
MIN_PAGES = 10


@dataclass(frozen=True, slots=True)
class _Sketch:
    """The parts of a page that a sketch tells, and the largest hash up to which it tells all of them."""

    parts: frozenset[int]
    known_to: int


def likeness(one: str, other: str) -> float:
    """The share of their parts that two sketches have in common, up to 1; an estimate for large pages."""
    return _likeness(_read(one, frozenset()), _read(other, frozenset()))


def groups_alike(sketches: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Groups of names whose sketches are alike, large groups first, names sorted; those without a sketch are left out.

    The order of `sketches` has no part in it: the commonest sketch leads, and each other one joins the first leader
    that it is like.
    """
    known = {name: sketch for name, sketch in sketches.items() if sketch}
    count = Counter(known.values())
    frame = _frame(count)
    leaders: dict[str, _Sketch] = {}
    leader_of: dict[str, str] = {}
    for text in sorted(count, key=lambda entry: (-count[entry], entry)):
        own = _read(text, frame)
        alike = (leader for leader, sketch in leaders.items() if _are_alike(own, sketch))
        leader_of[text] = next(alike, text)
        if leader_of[text] == text:
            leaders[text] = own
    members: dict[str, list[str]] = {leader: [] for leader in leaders}
    for name in sorted(known):
        members[leader_of[known[name]]].append(name)
    return tuple(sorted((tuple(names) for names in members.values()), key=lambda names: (-len(names), names)))


def _frame(count: Counter[str]) -> frozenset[int]:
    """The parts that nearly all pages have."""
    pages = count.total()
    if pages < MIN_PAGES:
        return frozenset()
    having: Counter[int] = Counter()
    for text, number in count.items():
        having.update(dict.fromkeys(_hashes(text), number))
    return frozenset(part for part, number in having.items() if number >= FRAME_SHARE * pages)


def _are_alike(one: _Sketch, other: _Sketch) -> bool:
    few, many = sorted((len(one.parts), len(other.parts)))
    if few + SLACK < ALIKE * (many + SLACK) and many < SKETCH_PARTS:
        return False
    return _likeness(one, other) >= ALIKE


def _likeness(one: _Sketch, other: _Sketch) -> float:
    bound = min(one.known_to, other.known_to)
    first, second = (sketch.parts if sketch.known_to == bound else _up_to(bound, sketch) for sketch in (one, other))
    return (len(first & second) + SLACK) / (len(first | second) + SLACK)


def _up_to(bound: int, sketch: _Sketch) -> frozenset[int]:
    return frozenset(part for part in sketch.parts if part <= bound)


def _read(text: str, frame: frozenset[int]) -> _Sketch:
    """A sketch without the frame of its site; a full one tells nothing beyond its largest hash."""
    hashes = _hashes(text)
    return _Sketch(hashes - frame, max(hashes) if len(hashes) >= SKETCH_PARTS else 1 << (8 * HASH_BYTES))


def _hashes(text: str) -> frozenset[int]:
    width = 2 * HASH_BYTES
    starts = range(0, len(text), width) if text != PLAIN else ()
    return frozenset(int(text[at : at + width], 16) for at in starts)
