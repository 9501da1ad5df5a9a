"""What discovery reads in the HTML of a page: title, links, where it points to, and marks of its content; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from lxml import etree

from crawler.canonical import canonical
from crawler.structure import NOTHING, Structure, read_structure
from crawler.vocabulary import vocabulary

# Pages of Flemish municipalities are 20 to 400 kB of HTML; what lies beyond this is not read.
MAX_HTML = 5_000_000
# A page of menus has hundreds of links; the longest site indexes some thousands.
MAX_LINKS = 10_000
MAX_TEXT = 300
# An error page says so in a few words; a news item about missing things is longer.
MAX_MISSING_WORDS = 12
# Less text than this says nothing about identity: shells that scripts fill all look alike.
TELLING_CHARS = 200

_SILENT = frozenset({"script", "style", "template", "noscript", "head"})
_FRINGE = frozenset({"header", "footer", "nav", "aside"})
_SHOWN = {"img": "src", "iframe": "src", "frame": "src", "object": "data", "embed": "src", "video": "src"}
_LINKED = {"a": "href", "area": "href", "link": "href", "frame": "src", "form": "action"}
_RELATED = frozenset({"next", "prev", "alternate"})
_REFRESH = re.compile(r"\s*(\d+)(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?['\"]?\s*([^'\"]*)", re.IGNORECASE)
_TITLE_JOINT = re.compile(r"\s+[|\-–—·»:/]+\s+")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in its canonical form, with its text."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One page as read. `main_mark` and `full_mark` are equal for equal content (main part; whole page), "" when there
    is too little text to tell; addresses are canonical, "" when absent. `refresh` is where the page sends everybody at
    once; one that waits is a page of its own (and a failure of WCAG 2.2.1), its target is a link. `is_shell` is True
    for HTML that scripts must fill: no link to anywhere else and almost no text."""

    title: str = ""
    heading: str = ""
    canonical_link: str = ""
    refresh: str = ""
    main_mark: str = ""
    full_mark: str = ""
    links: tuple[Link, ...] = ()
    structure: Structure = NOTHING
    is_shell: bool = False


def read_page(html: str, url: str) -> Reading:
    """Read a page that was found at `url`."""
    root = _parse(html)
    if root is None:
        return Reading()
    base = _base(root, url)
    title = _squeeze(_text(root.find(".//title")))[:MAX_TEXT]
    refresh, wait_s = _refresh(root, base)
    main = _main(root)
    heading = _squeeze(_text(main.find(".//h1")) or _text(root.find(".//h1")))[:MAX_TEXT]
    return Reading(
        title=title,
        heading=heading,
        canonical_link=_rel_canonical(root, base),
        refresh=refresh if wait_s == 0 else "",
        main_mark=_mark(main, "", fringe=False),
        full_mark=_mark(root, f"{title}\n{heading}", fringe=True),
        links=(*_links(root, base), *([Link(refresh)] if refresh and wait_s else [])),
        structure=read_structure(root, main, url),
        is_shell=_is_shell(root, base, url),
    )


def says_missing(reading: Reading) -> bool:
    """True when title or main heading says, in a few words and nothing else, that there is no page here."""
    words = vocabulary()
    for text in (reading.heading, reading.title, *_TITLE_JOINT.split(reading.title)):
        plain = " ".join(re.findall(r"\w+", text.lower()))
        if plain in words.missing_whole:
            return True
        is_short = len(plain.split()) <= MAX_MISSING_WORDS
        if is_short and _has(plain, words.missing_subjects) and _has(plain, words.missing_absences):
            return True
    return False


def _has(text: str, phrases: frozenset[str]) -> bool:
    return any(f" {phrase} " in f" {text} " for phrase in phrases)


def _parse(html: str) -> Any:
    data = html[:MAX_HTML].replace("\x00", "").encode("utf-8", "replace")
    if not data.strip():
        return None
    # Unclosed tags of old pages nest thousands deep; without huge_tree the parser drops the rest of such a page.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def _base(root: Any, url: str) -> str:
    tag = root.find(".//base[@href]")
    return (canonical(tag.get("href"), base=url) or url) if tag is not None else url


def _rel_canonical(root: Any, base: str) -> str:
    for tag in root.iter("link"):
        if "canonical" in (tag.get("rel") or "").lower().split() and (tag.get("href") or "").strip():
            return canonical(tag.get("href"), base=base) or ""
    return ""


def _refresh(root: Any, base: str) -> tuple[str, int]:
    """Where a page sends its readers of its own accord, and after how many seconds; "" when nowhere."""
    for tag in root.iter("meta"):
        if (tag.get("http-equiv") or "").strip().lower() != "refresh" or _is_inside(tag, "noscript"):
            continue
        found = _REFRESH.match(tag.get("content") or "")
        if found and found[2].strip():
            return canonical(found[2], base=base) or "", int(found[1][:9])
    return "", 0


def _is_inside(tag: Any, name: str) -> bool:
    return next(tag.iterancestors(name), None) is not None


def _links(root: Any, base: str) -> Iterator[Link]:
    """Links that people can follow and search boxes, each address once, in the order of the page."""
    seen: set[str] = set()
    for tag in root.iter(*_LINKED):
        target = tag.get(_LINKED[tag.tag])
        if target is None or not _leads_on(tag):
            continue
        url = canonical(target, base=base)
        if url is None or url in seen:
            continue
        seen.add(url)
        yield Link(url, _label(tag))
        if len(seen) >= MAX_LINKS:
            return


def _leads_on(tag: Any) -> bool:
    """False for a <link> that is no next part or other language, and for a form that is no search box."""
    if tag.tag == "form":
        is_get = (tag.get("method") or "get").strip().lower() == "get"
        return is_get and any((box.get("type") or "text").lower() in ("text", "search") for box in tag.iter("input"))
    if tag.tag == "link":
        rel = set((tag.get("rel") or "").lower().split())
        return bool(rel & _RELATED) and "stylesheet" not in rel and not tag.get("type")
    return True


def _label(tag: Any) -> str:
    if tag.tag == "form":
        return ""
    text = _squeeze(_text(tag)) or _squeeze(tag.get("aria-label") or tag.get("title") or "")
    if not text:
        text = _squeeze(" ".join(image.get("alt") or "" for image in tag.iter("img")))
    return text[:MAX_TEXT]


def _main(root: Any) -> Any:
    """The part of the page that is its own: main, role=main, or all of the body."""
    found = root.xpath("(//main | //*[@role='main'])[1]")
    if found:
        return found[0]
    body = root.find(".//body")
    return root if body is None else body


def _is_shell(root: Any, base: str, url: str) -> bool:
    leads = (canonical(tag.get(_LINKED[tag.tag]) or "", base=base) for tag in root.iter("a", "area", "frame"))
    if any(target not in (None, base, url) for target in leads):
        return False
    return next(root.iter("script"), None) is not None and len(_content(root, fringe=True)[0]) < TELLING_CHARS


def _mark(part: Any, heading: str, *, fringe: bool) -> str:
    """A digest of the text and of what is shown beside it; "" when there is too little text to tell pages apart."""
    text, shown = _content(part, fringe=fringe)
    if len(text) < TELLING_CHARS:
        return ""
    return blake2b("\n".join((heading, text, *shown)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _content(part: Any, *, fringe: bool) -> tuple[str, list[str]]:
    """The text of a part and what is shown beside it; without recursion, as pages nest thousands of elements deep."""
    texts: list[str] = []
    shown: list[str] = []
    skipped = _SILENT if fringe else _SILENT | _FRINGE
    walk = etree.iterwalk(part, events=("start", "end"))
    for event, tag in walk:
        if event == "end":
            if tag is not part and tag.tail:
                texts.append(tag.tail)
            continue
        if tag.tag in skipped and tag is not part:
            walk.skip_subtree()
            continue
        if tag.text:
            texts.append(tag.text)
        if tag.tag in _SHOWN:
            shown.append((tag.get(_SHOWN[tag.tag]) or "").partition("?")[0])
    return _squeeze(" ".join(texts)), shown


def _text(tag: Any) -> str:
    return "" if tag is None else "".join(tag.itertext())


def _squeeze(text: str) -> str:
    return " ".join(text.split())
