"""Text from websites is data: bounded, and without what steers a terminal or what no encoding accepts; pure."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.model import Address, Discovery, Finding, PageFacts, Plan, Target, Visit

URL_MAX = 4_000
TITLE_MAX = 300
DETAIL_MAX = 1_000
NOTE_MAX = 4_000
SELECTOR_MAX = 2_000
SNIPPET_MAX = 4_000
MESSAGE_MAX = 4_000
WORD_MAX = 200
LIST_MAX = 5_000
NESTING_MAX = 50
ELLIPSIS = "…"

# C0 without tab, newline and return; delete and C1; surrogates, which no encoding accepts.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Marks that make the text after them read in another order than it stands: seen, they do no harm.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SEEN = "\N{REPLACEMENT CHARACTER}"
_BLANK = re.compile(r"\s")
_BLANKS = re.compile(r"\s+")


def clean_text(text: str, limit: int) -> str:
    """The text without unstorable characters, cut to `limit` characters with an ellipsis where it was longer."""
    # Bounded first: a page may hand over megabytes, of which only the start is looked at.
    kept = _REORDERING.sub(_SEEN, _UNWANTED.sub("", text[: limit * 2 + 100]))
    return kept if len(kept) <= limit else kept[: limit - 1] + ELLIPSIS


def clean_line(text: str, limit: int) -> str:
    """As `clean_text`, on one line without blanks around it."""
    words = _UNWANTED.sub("", _BLANKS.sub(" ", text[: limit * 4 + 200])).split()
    return clean_text(" ".join(words), limit)


def printable(text: str, limit: int = 500) -> str:
    """The text on one line for a terminal: what cannot be seen, or steers, is a question mark."""
    return "".join(character if character.isprintable() else "?" for character in _BLANK.sub(" ", text[:limit]))


def tidy_plan(plan: Plan) -> Plan:
    """The plan with all text of the site cleaned and bounded; addresses are in canonical form already."""
    found = plan.discovery
    tidy = replace(found, addresses=tuple(map(_tidy_address, found.addresses)), note=clean_text(found.note, NOTE_MAX))
    return replace(plan, discovery=_with_tidy_documents(tidy))


def _with_tidy_documents(found: Discovery) -> Discovery:
    links = (replace(link, text=clean_line(link.text, TITLE_MAX)) for link in found.document_links)
    return replace(found, document_links=tuple(links))


def _tidy_address(address: Address) -> Address:
    return replace(
        address,
        title=clean_line(address.title, TITLE_MAX),
        link_text=clean_line(address.link_text, TITLE_MAX),
        heading=clean_line(address.heading, TITLE_MAX),
        detail=clean_text(address.detail, DETAIL_MAX),
    )


def tidy_visit(visit: Visit) -> Visit:
    """The visit with all text of the page cleaned and bounded; `url` is ours, `raw` stays as it is."""
    return replace(
        visit,
        final_url=visit.url if visit.final_url == visit.url else clean_text(visit.final_url, URL_MAX),
        title=clean_line(visit.title, TITLE_MAX),
        detail=clean_text(visit.detail, DETAIL_MAX),
        findings=tuple(map(_tidy_finding, visit.findings)),
        facts=None if visit.facts is None else _tidy_facts(visit.facts),
    )


def _tidy_finding(finding: Finding) -> Finding:
    return replace(
        finding,
        target=tidy_target(finding.target),
        snippet=clean_text(finding.snippet, SNIPPET_MAX),
        message=clean_text(finding.message, MESSAGE_MAX),
    )


def tidy_target(target: Target) -> Target:
    """The place of a node with bounded selectors, and not endlessly nested."""
    return Target(
        frames=tuple(clean_text(frame, SELECTOR_MAX) for frame in target.frames[:NESTING_MAX]),
        path=tuple(clean_text(host, SELECTOR_MAX) for host in target.path[:NESTING_MAX]),
        selector=clean_text(target.selector, SELECTOR_MAX),
    )


def _tidy_facts(facts: PageFacts) -> PageFacts:
    return replace(
        facts,
        language=clean_line(facts.language, 35),
        generator=clean_line(facts.generator, WORD_MAX),
        links=_tidy_list(facts.links),
        hosts=_tidy_list(facts.hosts),
        documents=_tidy_list(facts.documents),
        outline=_tidy_list(facts.outline),
        notes=_tidy_list(facts.notes),
    )


def _tidy_list(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean_text(text, URL_MAX) for text in texts[:LIST_MAX])
