"""Read pytest's junit report and fail when kinds of tests that must run did not run, or when too many were skipped."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

REQUIRED = ("browser", "postgres")
MOST_SKIPPED = 3


@dataclass(frozen=True)
class Tally:
    """What a report holds: tests by outcome, and passed tests by mark."""

    outcomes: Counter[str]
    passed_by_mark: Counter[str]
    skipped: tuple[str, ...]


def read_report(path: Path) -> Tally:
    """Count the tests of a junit file; raises OSError or ElementTree.ParseError when it is not one."""
    outcomes: Counter[str] = Counter()
    by_mark: Counter[str] = Counter()
    skipped = []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        outcome = next((tag for tag in ("failure", "error", "skipped") if case.find(tag) is not None), "passed")
        outcomes[outcome] += 1
        if outcome == "skipped":
            skipped.append(f"{case.get('classname')}::{case.get('name')}")
        if outcome == "passed":
            marks = {p.get("value", "") for p in case.iter("property") if p.get("name") == "mark"}
            by_mark.update(marks)
    return Tally(outcomes, by_mark, tuple(skipped))


def faults_of(tally: Tally, *, most_skipped: int = MOST_SKIPPED) -> list[str]:
    """Why this report does not prove the product; empty when it does."""
    faults = [f"no passed test is marked {mark}" for mark in REQUIRED if not tally.passed_by_mark[mark]]
    for outcome in ("failure", "error"):
        if tally.outcomes[outcome]:
            faults.append(f"{tally.outcomes[outcome]} tests ended in {outcome}")
    if len(tally.skipped) > most_skipped:
        faults.append(
            f"{len(tally.skipped)} tests were skipped, at most {most_skipped} may be: {', '.join(tally.skipped)}"
        )
    return faults


def main() -> int:
    """Command line: `python3 tools/check_report.py REPORT.xml`; exit 1 with the faults, 2 when it is no report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    path = parser.parse_args().report
    try:
        tally = read_report(path)
    except (OSError, ElementTree.ParseError) as error:
        print(f"check-report: {path} is not a test report: {error}", file=sys.stderr)
        return 2
    marks = ", ".join(f"{tally.passed_by_mark[mark]} {mark}" for mark in REQUIRED)
    print(f"check-report: {tally.outcomes['passed']} passed (of which {marks}), {len(tally.skipped)} skipped")
    faults = faults_of(tally)
    for fault in faults:
        print(f"check-report: FAULT: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
