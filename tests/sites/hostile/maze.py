"""A site of link traps: real pages, addresses that are no page, and addresses without end between them.

On the host `site` a crawl can come to an end when it knows traps; on the host `other` it can't, whatever it knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from tests.sites.hostile.answers import answer, computed, redirect
from tests.sites.hostile.server import Behaviour, Hosts, Request
from tests.sites.hostile.wire import BROKEN

REAL_PAGES = tuple(f"/bladzijde-{number}" for number in range(1, 13))
BROKEN_PAGES = (
    "/wire/reset",
    "/wire/hang-up",
    "/wire/garbage",
    "/wire/silent",
    "/wire/drip",
    "/wire/endless-body",
    "/wire/gzip-bomb",
    "/wire/200-megabytes",
    "/wire/false-gzip",
    "/wire/two-lengths",
    "/wire/nothing-204",
)
_ODD_LINKS = (
    "mailto:info@gemeente.example",
    "javascript:void(0)",
    "data:text/html,x",
    "file:///etc/hostname",
    "tel:+3290000000",
    "http://[::1",
    "http://",
    "//",
    "http://127.0.0.1:99999/",
    "\u202ehttp://x",
    "?",
    "#top",
)
_ENTRANCES = (
    "/kalender?maand=2024-05",
    "/agenda/2024/05",
    "/lijst",
    "/winkel",
    "/zoeken?term=fiets",
    "/map/",
    "/diep/1",
    "/terug?return=/bladzijde-1",
    f"/lang?x={'a' * 2_000}",
    "/verboden/geheim",
    "/Bladzijde-1",
    "/bladzijde-1/",
    "/bladzijde-1?utm_source=nieuws",
    "/dubbel-a",
    "/dubbel-b",
    "/zacht-1",
    "/nergens",
    "/brief.pdf",
)


def routes(hosts: Hosts) -> dict[str, Behaviour]:
    """All paths of the maze."""
    moves = _moves(hosts)
    homes = {
        "site": _page("Welkom", *REAL_PAGES, *_ENTRANCES, *moves, *BROKEN_PAGES, *_ODD_LINKS, f"{hosts.canary}/link"),
        "other": _page("Zonder einde", *REAL_PAGES, "/boom?id=0", "/dossier?id=1", "/inhoud", "/hop?n=1"),
    }
    found = {path: answer(_page(path.strip("/"), "/")) for path in REAL_PAGES}
    found |= {path: computed(make) for path, make in _ENDLESS.items()}
    found |= {path: BROKEN[path] for path in BROKEN_PAGES}
    found |= dict.fromkeys(("/dubbel-a", "/dubbel-b"), answer(_page("Twee keer hetzelfde")))
    return {
        **found,
        **moves,
        "/": computed(lambda request: answer(homes[request.listener])),
        "/robots.txt": answer("User-agent: *\nDisallow: /verboden/\nSitemap: /sitemap.xml\n", kind="text/plain"),
        "/sitemap.xml": answer(_sitemap("/sitemap.xml", *(f"/sitemap-{n}.xml" for n in range(30))), kind="text/xml"),
        "/sitemap-0.xml": answer(_sitemap("/sitemap.xml", "/sitemap-0.xml"), kind="text/xml"),
        "/sitemap-1.xml": answer(_XML_BOMB, kind="text/xml"),
        "/zacht-1": answer(_page("Pagina niet gevonden")),
        "/verboden/geheim": answer(_page("Geheim")),
        "/terug": answer(_page("Terug")),
        "/lang": answer(_page("Lang")),
    }


_XML_BOMB = (
    "<?xml version='1.0'?><!DOCTYPE urlset ["
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    + "]><urlset><url><loc>&e9;</loc></url></urlset>"
)


def _sitemap(*places: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{place}</loc></sitemap>' for place in places)}</sitemapindex>"


def _moves(hosts: Hosts) -> dict[str, Behaviour]:
    return {
        "/kring-1": redirect("/kring-2"),
        "/kring-2": redirect("/kring-1"),
        "/keten": computed(lambda request: redirect(f"/keten?{request.query}x")),
        "/naar-elders": redirect("http://gemeente.example/"),
        "/naar-binnen": redirect("http://10.255.255.1/"),
        "/naar-kanarie": redirect(f"{hosts.canary}/move"),
        "/naar-bestand": redirect("file:///etc/hostname"),
        "/naar-niets": redirect("http://[/"),
        "/verhuisd": redirect("/bladzijde-2", status="301 Moved Permanently"),
    }


def _page(title: str, *links: str) -> str:
    """A page with a text of its own: pages without one are taken for copies of each other."""
    words = " ".join(f"{title}, artikel {number} van het reglement." for number in range(12))
    anchors = "".join(f'<li><a href="{link}">{link[:60]}</a></li>' for link in links)
    return (
        f'<!doctype html><html lang="nl"><head><title>{title}</title></head><body><main><h1>{title}</h1>'
        f"<p>{words}</p></main><ul>{anchors}</ul></body></html>"
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]


def _calendar(request: Request) -> Behaviour:
    """A month with the one before and the one after it, for ever."""
    year, month = (int(part) for part in request.query.removeprefix("maand=").split("-"))
    number = year * 12 + month - 1
    near = (f"/kalender?maand={at // 12}-{at % 12 + 1:02}" for at in (number - 1, number + 1))
    return answer(_page(f"Kalender {number}", *near))


def _agenda(request: Request) -> Behaviour:
    """The same with the date in the path."""
    year, month = (int(part) for part in request.path.split("/")[2:4])
    number = year * 12 + month - 1
    near = (f"/agenda/{at // 12}/{at % 12 + 1:02}" for at in (number - 1, number + 1))
    return answer(_page(f"Agenda {number}", *near))


def _filtered(request: Request) -> Behaviour:
    """A list that offers every choice on top of those that were made, in every order."""
    chosen = set(filter(None, request.query.split("&")))
    offered = [f"{facet}={value}" for facet in ("thema", "doelgroep", "soort") for value in "abcdef"]
    links = ["/lijst?" + "&".join(sorted({*chosen, one})) for one in offered]
    return answer(_page(f"Lijst {sorted(chosen)}", *links, "/lijst?sort=naam", "/lijst?print=1", "/lijst?view=kaart"))


def _session(request: Request) -> Behaviour:
    """Every answer marks its links with another session."""
    mark = _digest(request.target, request.times)
    marks = (f";jsessionid={mark}", f"?PHPSESSID={mark}", f"?sid={mark}{mark}")
    return answer(_page("Winkel", *(f"/winkel{mark}" for mark in marks)))


def _sought(request: Request) -> Behaviour:
    """Every answer offers ten searches that nobody made."""
    words = (_digest(request.query, number) for number in range(10))
    return answer(_page(f"Zoeken {request.query}", *(f"/zoeken?term={word}" for word in words)))


def _tree(request: Request) -> Behaviour:
    """Ten new branches on every branch, with names that tell nothing."""
    names = (_digest(request.query, number) for number in range(10))
    return answer(_page(f"Tak {request.query}", *(f"/boom?id={name}" for name in names)))


def _file(request: Request) -> Behaviour:
    """A file that names the next one, without end."""
    number = int(request.query.removeprefix("id="))
    return answer(_page(f"Dossier {number}", f"/dossier?id={number + 1}"))


_ENDLESS: dict[str, Callable[[Request], Behaviour]] = {
    "/kalender": _calendar,
    "/agenda/*": _agenda,
    "/lijst": _filtered,
    "/winkel": _session,
    "/zoeken": _sought,
    "/map/": lambda _: answer(_page("Map", "map/", "../map/map/")),
    "/map/*": lambda request: answer(_page(f"Map {request.path}", "map/")),
    "/diep/*": lambda request: answer(_page(f"Diep {request.path}", f"{request.path}/{len(request.path)}")),
    "/boom": _tree,
    "/dossier": _file,
    "/hop": lambda request: redirect(f"/hop?{request.query}1"),
    "/inhoud": lambda _: answer(_page("Inhoud", *(f"/blad?id={number}" for number in range(10_000)))),
    "/blad": lambda request: answer(_page(f"Blad {request.query}")),
}
