"""From the list of addresses of a scan to what a reader is told of its coverage; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from crawler.model import Reason, VisitStatus
from toegankelijk.reports.model import BarPart, Coverage, PageLine, ReasonLine, TrapLine, WebLink
from toegankelijk.reports.texts import Texts
from toegankelijk.reports.wording import safe_href, show_address, show_text
from toegankelijk.scans import PageRow

EXAMPLES_PER_REASON = 10
_ORDER = {status: place for place, status in enumerate(("failed", "blocked", "partial", "skipped", "", "scanned"))}


def describe_coverage(
    rows: Sequence[PageRow], *, found: int, traps: Mapping[str, int], home: str, texts: Texts
) -> Coverage:
    """Counts that add up: examined + partly + missed = chosen; chosen + left out = all addresses found."""
    chosen = [row for row in rows if row.selected_by]
    left_out = [row for row in rows if not row.selected_by]
    examined = sum(row.status == VisitStatus.SCANNED for row in chosen)
    partly = sum(row.status == VisitStatus.PARTIAL for row in chosen)
    incomplete = [row for row in chosen if row.status != VisitStatus.SCANNED]
    return Coverage(
        found=max(found, len(rows)),
        chosen=len(chosen),
        examined=examined,
        partly=partly,
        missed=len(chosen) - examined - partly,
        missed_reasons=_reasons(incomplete, home, texts),
        left_out=len(left_out),
        left_out_reasons=_reasons(left_out, home, texts),
        is_sample=any(row.reason == Reason.NOT_SAMPLED for row in left_out),
        traps=tuple(
            TrapLine(texts.word("trap", name), count)
            for name, count in sorted(traps.items(), key=lambda pair: -pair[1])
            if count
        ),
        bar=_bar(len(chosen), {"done": examined, "partly": partly, "failed": len(chosen) - examined - partly}),
    )


def list_pages(rows: Iterable[PageRow], *, home: str, texts: Texts) -> tuple[PageLine, ...]:
    """The pages of the sample: those that need attention first."""
    chosen = [row for row in rows if row.selected_by]
    chosen.sort(key=lambda row: (-row.failures, _ORDER.get(row.status, 0), -row.cannot_tell, row.url))
    return tuple(
        PageLine(
            page=link_to(row.url, home),
            title=show_text(row.title, 120),
            status_code=row.status,
            status=texts.word("visit_status", row.status),
            reason=texts.reason(row.reason).name if row.reason else "",
            chosen_because=texts.word("selected_by", row.selected_by),
            failures=row.failures,
            cannot_tell=row.cannot_tell,
            visited_at=row.visited_at,
        )
        for row in chosen
    )


def link_to(url: str, home: str) -> WebLink:
    """A link to a page of a scanned site, safe to show."""
    return WebLink(safe_href(url), show_address(url, home))


def _reasons(rows: Sequence[PageRow], home: str, texts: Texts) -> tuple[ReasonLine, ...]:
    by_code: Callable[[PageRow], str] = lambda row: row.reason or ""  # noqa: E731 - one key for sorting and grouping
    lines = []
    for code, members in groupby(sorted(rows, key=by_code), key=by_code):
        group = list(members)
        words = texts.reason(code)
        lines.append(
            ReasonLine(
                code=code,
                name=words.name,
                explanation=words.explanation,
                advice=words.advice,
                count=len(group),
                examples=tuple(link_to(row.url, home) for row in group[:EXAMPLES_PER_REASON]),
                more=max(0, len(group) - EXAMPLES_PER_REASON),
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.count, line.name)))


def _bar(total: int, counts: Mapping[str, int]) -> tuple[BarPart, ...]:
    parts, start = [], 0
    for kind, count in counts.items():
        if count and total:
            parts.append(BarPart(kind, f"{100 * start / total:.2f}%", f"{100 * count / total:.2f}%"))
        start += count
    return tuple(parts)
