"""Build the report on a public body from what is stored: coverage first, then failures, doubts and advice apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.model import Outcome
from crawler.wcag import Criterion, load_criteria, load_rule_titles
from toegankelijk.registry import BodyRef, BodyView, SiteView, may_scan, sites_of
from toegankelijk.reports.coverage import describe_coverage, link_to, list_pages
from toegankelijk.reports.model import (
    Attempt,
    CriterionLine,
    Example,
    GroupMember,
    MunicipalityReport,
    RuleLine,
    ScanReport,
    SiteReport,
    WebLink,
)
from toegankelijk.reports.texts import Texts, load_texts
from toegankelijk.reports.wording import safe_href, show_markup, show_text
from toegankelijk.scans import (
    CriterionTotal,
    FindingRow,
    RuleTotal,
    ScanView,
    criterion_totals,
    current_scan,
    examples_of,
    last_attempt,
    pages_of,
    rule_totals,
)

EXAMPLES_PER_RULE = 10
# A running scan whose program has ended.
BROKEN_OFF = "broken-off"


def build_municipality_report(session: Session, body: BodyView, *, now: datetime) -> MunicipalityReport:
    """The report on `body` with all its websites, from their last complete scans."""
    texts = load_texts()
    sites = sites_of(session, body.id)
    return MunicipalityReport(
        name=body.name,
        kind=texts.body_kind(body.kind).one,
        path=body_path(body),
        nis_code=body.nis_code or "",
        province=body.province,
        population=body.population,
        population_date=body.population_date,
        valid_to=body.valid_to,
        source=texts.source(body.source),
        source_date=body.source_date,
        is_demo=body.is_demo,
        group=tuple(_member(member, texts) for member in body.group),
        sites=tuple(_site_report(session, site, place, texts, now) for place, site in enumerate(sites, start=1)),
        made_at=now,
    )


def body_path(body: BodyView | BodyRef) -> str:
    """Where the page of a body is: by NIS code for a municipality, by id for any other."""
    if body.kind == "municipality" and body.nis_code:
        return f"/gemeenten/{body.nis_code}"
    return f"/organisaties/{body.id}"


def profile_criteria(profile: str) -> tuple[Criterion, ...]:
    """The success criteria of a standard profile: WCAG 2.1 keeps 4.1.1 and lacks what 2.2 added."""
    if profile.startswith("wcag21"):
        return tuple(criterion for criterion in load_criteria().values() if criterion.since_version != "2.2")
    return tuple(criterion for criterion in load_criteria().values() if not criterion.removed_in)


def _member(member: BodyRef, texts: Texts) -> GroupMember:
    return GroupMember(member.name, texts.body_kind(member.kind).one, body_path(member))


def _site_report(session: Session, site: SiteView, place: int, texts: Texts, now: datetime) -> SiteReport:
    scan = current_scan(session, site.id)
    attempt = last_attempt(session, site.id)
    words = texts.site_status(site.status)
    return SiteReport(
        anchor=f"website-{place}",
        name=show_text(site.host or site.url, 100) or words.name,
        link=WebLink(safe_href(site.url), show_text(site.url, 200)),
        status_code=site.status,
        status=words.name,
        status_explanation=words.explanation,
        may_be_scanned=may_scan(site),
        operator=site.operator,
        source=texts.source(site.source),
        source_date=site.source_date,
        scan=_scan_report(session, scan, site, place, texts) if scan else None,
        attempt=_attempt(attempt, texts, now) if attempt and (scan is None or attempt.id != scan.id) else None,
    )


def _attempt(scan: ScanView, texts: Texts, now: datetime) -> Attempt:
    state = BROKEN_OFF if scan.is_broken_off(now) else scan.state
    return Attempt(state, texts.word("scan_state", state), scan.started_at, scan.finished_at)


def _scan_report(session: Session, scan: ScanView, site: SiteView, place: int, texts: Texts) -> ScanReport:
    pages = pages_of(session, scan.id)
    rules = rule_totals(session, scan.id)
    totals = criterion_totals(session, scan.id)
    examples = examples_of(session, scan.id, limit=EXAMPLES_PER_RULE)
    lines = {
        (rule.rule, rule.outcome): _rule_line(rule, examples.get((rule.rule, rule.outcome), []), site.url, texts)
        for rule in rules
    }
    standard = frozenset(criterion.id for criterion in profile_criteria(scan.profile))
    failures = _criteria(totals, rules, lines, Outcome.FAIL, standard, f"website-{place}-fout")
    to_review = _criteria(totals, rules, lines, Outcome.CANNOT_TELL, standard, f"website-{place}-nakijken")
    certain = [rule for rule in rules if not rule.best_practice]
    return ScanReport(
        finished_at=scan.finished_at or scan.started_at,
        started_at=scan.started_at,
        profile=texts.word("profile", scan.profile),
        criteria_in_profile=len(standard),
        versions=_versions(scan, texts),
        seed=scan.seed,
        coverage=describe_coverage(
            pages, found=scan.counts.get("discovered", 0), traps=scan.traps, home=site.url, texts=texts
        ),
        pages_with_failures=sum(row.failures > 0 for row in pages),
        failure_nodes=sum(rule.nodes for rule in certain if rule.outcome == Outcome.FAIL),
        failures=failures,
        to_review=to_review,
        review_nodes=sum(rule.nodes for rule in certain if rule.outcome == Outcome.CANNOT_TELL),
        best_practices=tuple(lines[rule.rule, rule.outcome] for rule in rules if rule.best_practice),
        pages=list_pages(pages, home=site.url, texts=texts),
    )


def _rule_line(rule: RuleTotal, found: Sequence[FindingRow], home: str, texts: Texts) -> RuleLine:
    titles = load_rule_titles()
    return RuleLine(
        title=titles.get(rule.engine_rule) or titles.get(rule.rule) or texts.word("fallback", "rule"),
        outcome_code=rule.outcome,
        engine=rule.engine,
        engine_rule=rule.engine_rule,
        impact=texts.word("impact", rule.impact) if rule.impact else "",
        pages=rule.pages,
        nodes=rule.nodes,
        examples=tuple(_example(row, home) for row in found),
        more=max(0, rule.nodes - len(found)),
    )


def _example(row: FindingRow, home: str) -> Example:
    return Example(
        page=link_to(row.url, home),
        snippet=show_markup(row.snippet, 600),
        selector=show_text(" ".join((*row.path, row.selector)), 400),
        frames=tuple(show_text(frame, 200) for frame in row.frames),
        message=show_markup(row.message, 800),
    )


def _criteria(
    totals: Sequence[CriterionTotal],
    rules: Sequence[RuleTotal],
    lines: dict[tuple[str, str], RuleLine],
    outcome: Outcome,
    standard: frozenset[str],
    anchor: str,
) -> tuple[CriterionLine, ...]:
    """Criteria with this outcome, widest reach first; rules of no criterion come last, under an empty one.

    A criterion outside the standard of the scan is shown only for rules that would stand nowhere else.
    """
    wanted = [rule for rule in rules if rule.outcome == outcome and not rule.best_practice]
    found = []
    for total in (total for total in totals if total.outcome == outcome):
        inside = total.criterion in standard
        named = [rule for rule in wanted if total.criterion in rule.criteria]
        if inside or not all(standard.intersection(rule.criteria) for rule in named):
            found.append(_criterion_line(total, [lines[rule.rule, outcome] for rule in named], inside, anchor))
    found.sort(key=lambda line: (-line.pages, -line.nodes, line.id))
    loose = [lines[rule.rule, rule.outcome] for rule in wanted if not rule.criteria]
    if loose:
        pages, nodes = max(line.pages for line in loose), sum(line.nodes for line in loose)
        found.append(_criterion_line(CriterionTotal("", outcome, pages, nodes), loose, False, anchor))
    return tuple(found)


def _criterion_line(total: CriterionTotal, rules: Sequence[RuleLine], in_standard: bool, anchor: str) -> CriterionLine:
    known = load_criteria().get(total.criterion)
    return CriterionLine(
        anchor=f"{anchor}-{total.criterion.replace('.', '-') or 'overig'}",
        id=total.criterion,
        name=known.name_nl if known else "",
        level=known.level if known else "",
        clause=known.clause if known else "",
        principle=known.principle_nl if known else "",
        since_version=known.since_version if known else "",
        in_standard=in_standard,
        pages=total.pages,
        nodes=total.nodes,
        rules=tuple(rules),
    )


def _versions(scan: ScanView, texts: Texts) -> tuple[tuple[str, str], ...]:
    """Name and version of everything that judged, in a fixed order."""
    engines = scan.versions.get("engines") or scan.engines
    pairs = [
        (texts.word("part", "scanner"), str(scan.versions.get("version", ""))),
        *sorted((str(name), str(version)) for name, version in engines.items()),
        (texts.word("part", "browser"), str(scan.versions.get("browser", ""))),
        (texts.word("part", "rule_set"), scan.rule_set),
    ]
    return tuple((name, version) for name, version in pairs if version)
