"""Scans as the platform keeps them: begin, record page by page, finish, and read back for reports."""

from toegankelijk.errors import ScanClosed, SiteNotConfirmed, UnknownMunicipality, UnknownRecord
from toegankelijk.scans.lease import (
    IsGone,
    OpenScan,
    Order,
    close_old_scans,
    hold_scan,
    open_scan,
    owners_of_running_scans,
    release_scan,
)
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
from toegankelijk.scans.unfinished import kept_visits, plan_of
from toegankelijk.scans.views import CriterionTotal, DueSite, FindingRow, PageRow, RuleTotal, ScanView

__all__ = [
    "CriterionTotal",
    "DueSite",
    "FindingRow",
    "IsGone",
    "OpenScan",
    "Order",
    "PageRow",
    "RuleTotal",
    "ScanClosed",
    "ScanView",
    "SiteNotConfirmed",
    "UnknownMunicipality",
    "UnknownRecord",
    "begin_scan",
    "close_old_scans",
    "content_hashes",
    "criterion_totals",
    "current_scan",
    "examples_of",
    "findings_of",
    "finish_scan",
    "finished_urls",
    "get_scan",
    "hold_scan",
    "kept_visits",
    "last_attempt",
    "open_scan",
    "overdue_sites",
    "owners_of_running_scans",
    "pages_of",
    "plan_of",
    "raw_results",
    "record_plan",
    "record_versions",
    "record_visit",
    "release_scan",
    "rule_totals",
    "site_for_scan",
    "status_lines",
]
