"""Scans as the platform keeps them: begin, record page by page, finish, and read back for reports."""

from toegankelijk.errors import ScanClosed, SiteNotConfirmed, UnknownMunicipality, UnknownRecord
from toegankelijk.scans.place import site_for_scan
from toegankelijk.scans.read import (
    content_hashes,
    criterion_totals,
    current_scan,
    examples_of,
    findings_of,
    finished_urls,
    get_scan,
    last_attempt,
    pages_of,
    raw_results,
    rule_totals,
)
from toegankelijk.scans.record import begin_scan, finish_scan, record_plan, record_versions, record_visit
from toegankelijk.scans.status import overdue_sites, status_lines
from toegankelijk.scans.views import CriterionTotal, DueSite, FindingRow, PageRow, RuleTotal, ScanView

__all__ = [
    "CriterionTotal",
    "DueSite",
    "FindingRow",
    "PageRow",
    "RuleTotal",
    "ScanClosed",
    "ScanView",
    "SiteNotConfirmed",
    "UnknownMunicipality",
    "UnknownRecord",
    "begin_scan",
    "content_hashes",
    "criterion_totals",
    "current_scan",
    "examples_of",
    "findings_of",
    "finish_scan",
    "finished_urls",
    "get_scan",
    "last_attempt",
    "overdue_sites",
    "pages_of",
    "raw_results",
    "record_plan",
    "record_versions",
    "record_visit",
    "rule_totals",
    "site_for_scan",
    "status_lines",
]
