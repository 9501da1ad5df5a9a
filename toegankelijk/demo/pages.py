"""The pages of the example website: from an address to what it answers, without a network."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from toegankelijk.demo.pdf import write_pdf

FOLDER = Path(__file__).parent
# Months are always those of one year, so that a scan of today and one of next year meet the same site.
FIRST_MONTH = (2026, 3)
REDIRECTS = {"/home": "/", "/index.html": "/", "/contacteer-ons/": "/contact/"}
UNLISTED = ("/contact/bedankt/", "/intern/")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ROBOTS = "User-agent: *\nDisallow: /intern/\nSitemap: {origin}/sitemap.xml\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers; `location` is set for redirects only."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""

    @property
    def etag(self) -> str:
        """Changes with the content alone."""
        return f'"{hashlib.blake2b(self.body, digest_size=8).hexdigest()}"'


@dataclass(frozen=True, slots=True)
class Listed:
    """A page as the site's own lists show it."""

    path: str
    title: str


class ExampleSite:
    """The whole site; every page is a file under `pages/`, and its folder is its address."""

    def __init__(self, origin: str) -> None:
        """`origin` is scheme, host and port, for the sitemap and robots.txt."""
        self.origin = origin
        self._pages = Environment(
            loader=FileSystemLoader(FOLDER / "pages"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        self.paths = _page_paths(FOLDER / "pages")
        self._fixed = {**_assets(), **_documents(), **self._for_machines()}

    def listed(self) -> list[Listed]:
        """The pages that the site shows to visitors and search engines, in order of address."""
        return [Listed(path, self._title(path)) for path in self.paths if not path.startswith(UNLISTED)]

    def answer(self, target: str, *, method: str = "GET") -> Answer:
        """What a request for this path and query gets; unknown addresses get a page with status 404."""
        parts = urlsplit(target)
        if method == "POST":
            return self._accept(parts.path)
        if parts.path in self._fixed:
            return self._fixed[parts.path]
        if parts.path in REDIRECTS:
            return Answer(status=301, location=REDIRECTS[parts.path])
        if f"{parts.path}/" in self.paths:
            return Answer(status=301, location=f"{parts.path}/")
        if parts.path in self.paths:
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            return _html(self._template(parts.path).render(self._values(parts.path, query)))
        return _html(self._pages.get_template("_niet-gevonden.html").render(), status=404)

    def _accept(self, path: str) -> Answer:
        if path == "/contact/":
            return Answer(status=303, location="/contact/bedankt/")
        return Answer(status=405, content_type="text/plain; charset=utf-8")

    def _values(self, path: str, query: Mapping[str, str]) -> dict[str, object]:
        if path == "/agenda/":
            return _month(query.get("maand", ""))
        if path == "/zoeken/":
            word = query.get("q", "").strip()[:100]
            return {"query": word, "results": self._search(word) if word else []}
        if path == "/sitemap/":
            return {"pages": self.listed()}
        return {}

    def _search(self, word: str) -> list[Listed]:
        return [page for page in self.listed() if word.lower() in _source(page.path).lower()]

    def _template(self, path: str) -> Template:
        return self._pages.get_template(f"{path.strip('/')}/index.html".lstrip("/"))

    def _title(self, path: str) -> str:
        template = self._template(path)
        values = {**_month(""), "query": ""}
        return "".join(template.blocks["title"](template.new_context(values))).strip()

    def _for_machines(self) -> dict[str, Answer]:
        addresses = "".join(f"<url><loc>{self.origin}{page.path}</loc></url>" for page in self.listed())
        sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{addresses}</urlset>'
        return {
            "/robots.txt": Answer(ROBOTS.format(origin=self.origin).encode(), "text/plain; charset=utf-8"),
            "/sitemap.xml": Answer(f'<?xml version="1.0" encoding="UTF-8"?>{sitemap}'.encode(), "application/xml"),
            "/favicon.ico": Answer((FOLDER / "assets" / "wapen.svg").read_bytes(), TYPES[".svg"]),
        }


def _html(text: str, *, status: int = 200) -> Answer:
    return Answer(text.encode(), status=status)


def _page_paths(folder: Path) -> tuple[str, ...]:
    found = (file.parent.relative_to(folder).as_posix() for file in folder.rglob("index.html"))
    return tuple(sorted("/" if path == "." else f"/{path}/" for path in found))


@lru_cache(maxsize=64)
def _source(path: str) -> str:
    template = (FOLDER / "pages" / path.strip("/") / "index.html").read_text("utf-8")
    return re.sub(r"<[^>]*>|\{[%{#].*?[%}#]\}", " ", template)


def _assets() -> dict[str, Answer]:
    files = (FOLDER / "assets").iterdir()
    found = {f"/assets/{file.name}": Answer(file.read_bytes(), TYPES[file.suffix]) for file in files}
    for part in (FOLDER / "pages" / "deel").iterdir():
        found[f"/deel/{part.stem}"] = _html(part.read_text("utf-8"))
    return found


def _documents() -> dict[str, Answer]:
    files = sorted((FOLDER / "documents").iterdir())
    return {
        f"/documenten/{file.stem}.pdf": Answer(write_pdf(file.read_text("utf-8").splitlines()), "application/pdf")
        for file in files
    }


def _month(text: str) -> dict[str, object]:
    match = re.fullmatch(r"(\d{4})-(\d{2})", text)
    year, month = (int(match[1]), int(match[2])) if match else FIRST_MONTH
    if not (1900 <= year <= 2999 and 1 <= month <= 12):
        year, month = FIRST_MONTH
    number = year * 12 + month - 1
    neighbours = [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in (number - 1, number + 1)]
    return {"year": year, "month": month, "previous": neighbours[0], "next": neighbours[1]}
