"""Read a sitemap: XML, XML in gzip, or a plain list of addresses; bounded, for it comes from a stranger; pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

# The protocol allows 50,000 entries a file.
MAX_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The page addresses and the further sitemaps that a file names, as written; `is_cut` when bounds left some out."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    is_cut: bool = False


def read_sitemap(body: bytes, *, max_bytes: int) -> Sitemap:
    """Read one file; what is no sitemap gives an empty one."""
    data, is_cut = _unpacked(body, max_bytes)
    head = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<"):
        return _read_list(data, is_cut)
    if head[:15].lower().startswith((b"<!doctype html", b"<html")):
        return Sitemap()
    pages: list[str] = []
    sitemaps: list[str] = []
    for place, address in _entries(data):
        if len(pages) + len(sitemaps) >= MAX_ENTRIES:
            is_cut = True
            break
        (sitemaps if place == "sitemap" else pages).append(address)
    return Sitemap(tuple(pages), tuple(sitemaps), is_cut)


def _unpacked(body: bytes, max_bytes: int) -> tuple[bytes, bool]:
    if not body.startswith(b"\x1f\x8b"):
        return body[:max_bytes], len(body) > max_bytes
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        data = unpacker.decompress(body, max_bytes)
    except zlib.error:
        return b"", True
    return data, bool(unpacker.unconsumed_tail)


def _read_list(data: bytes, is_cut: bool) -> Sitemap:
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    pages = [line for line in lines if line.startswith(("http://", "https://"))]
    return Sitemap(tuple(pages[:MAX_ENTRIES]), (), is_cut or len(pages) > MAX_ENTRIES)


def _entries(data: bytes) -> Iterator[tuple[str, str]]:
    """(`url` or `sitemap`, address) in the order of the file, in constant memory; a broken file gives what it holds."""
    events = etree.iterparse(BytesIO(data), events=("end",), recover=True, resolve_entities=False, no_network=True)
    try:
        for _, tag in events:
            place = etree.QName(tag).localname if isinstance(tag.tag, str) else ""
            if place not in ("url", "sitemap"):
                continue
            address = next((part.text for part in tag if _is_location(part) and part.text), "").strip()
            tag.clear()
            while tag.getprevious() is not None:
                del tag.getparent()[0]
            if address:
                yield place, address
    except etree.XMLSyntaxError:
        return


def _is_location(part: etree._Element) -> bool:
    return isinstance(part.tag, str) and etree.QName(part).localname == "loc"
