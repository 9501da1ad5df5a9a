"""Which documents of a site stand for its services: the most linked one, and one for each type of service; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from crawler.frontier import MAX_DOCUMENT_PAGES
from crawler.model import Choice, Clause, ClauseState, Discovery, DocumentLink
from crawler.roles import Named, Role, how_fit, name_address

ANY = "e:document"


def choose_documents(
    discovery: Discovery, services: Sequence[Role], *, pages: Mapping[str, Named]
) -> tuple[tuple[Choice, ...], tuple[Clause, ...]]:
    """The documents that stand for the site, and what became of each wish; documents are listed, not visited.

    `services` are the types of service that the site has pages for; `pages` holds the names of all pages.
    """
    links: defaultdict[str, list[DocumentLink]] = defaultdict(list)
    for link in sorted(discovery.document_links, key=lambda entry: (entry.url, entry.page, entry.text)):
        links[link.url].append(link)
    by_rank = sorted(discovery.documents, key=lambda url: (-len(links[url]), url))
    chosen: dict[str, str] = {}
    clauses = []
    for role in services:
        want = f"e:{role.id}"
        fits = {url: fit for url in by_rank if url not in chosen and (fit := _fit(url, links[url], role, pages))}
        best = min(fits, key=lambda url: (fits[url], by_rank.index(url)), default=None)
        clauses.append(_clause(want, best))
        if best is not None:
            chosen[best] = want
    most = next((url for url in by_rank if url not in chosen), next(iter(chosen), None))
    clauses.append(_clause(ANY, most))
    if most is not None:
        chosen.setdefault(most, ANY)
    return tuple(Choice(url, why) for url, why in chosen.items()), tuple(clauses)


def _fit(url: str, links: Sequence[DocumentLink], role: Role, pages: Mapping[str, Named]) -> int | None:
    """How well a document fits a service: 1 by its own name or a link to it, 2 by a page that links it, None not."""
    if any(how_fit(name_address(url, link.text), role) for link in links or [DocumentLink(url, "")]):
        return 1
    if len(links) >= MAX_DOCUMENT_PAGES:
        return None
    return 2 if any(link.page in pages and how_fit(pages[link.page], role) for link in links) else None


def _clause(want: str, url: str | None) -> Clause:
    if url is None:
        return Clause(want, ClauseState.NOT_FOUND)
    return Clause(want, ClauseState.MET, (url,))
