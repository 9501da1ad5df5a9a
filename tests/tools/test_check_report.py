"""A test report proves the product only when browser and PostgreSQL tests are in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import check_report
from tools.check_report import faults_of, read_report

BROWSER = '<testcase name="a"><properties><property name="mark" value="browser"/></properties></testcase>'
POSTGRES = '<testcase name="b"><properties><property name="mark" value="postgres"/></properties></testcase>'
PLAIN = '<testcase name="c"/>'
SKIPPED = '<testcase classname="t" name="d"><skipped message="no"/></testcase>'
FAILED_BROWSER = BROWSER.replace("</testcase>", '<failure message="no"/></testcase>')


def write_report(folder: Path, *cases: str) -> Path:
    path = folder / "junit.xml"
    path.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>", "utf-8")
    return path


def test_a_whole_report_has_no_faults(tmp_path: Path) -> None:
    assert faults_of(read_report(write_report(tmp_path, BROWSER, POSTGRES, PLAIN, SKIPPED))) == []


@pytest.mark.parametrize(
    ("cases", "fault"),
    [
        ((POSTGRES, PLAIN), "no passed test is marked browser"),
        ((BROWSER, PLAIN), "no passed test is marked postgres"),
        ((FAILED_BROWSER, POSTGRES), "no passed test is marked browser"),
        ((FAILED_BROWSER, POSTGRES), "1 tests ended in failure"),
        ((BROWSER, POSTGRES, *[SKIPPED] * 4), "4 tests were skipped, at most 3 may be: t::d, t::d, t::d, t::d"),
    ],
)
def test_a_report_that_proves_too_little_has_a_fault(tmp_path: Path, cases: tuple[str, ...], fault: str) -> None:
    assert fault in faults_of(read_report(write_report(tmp_path, *cases)))


def run_check(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, check_report.__file__, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_counts_and_ends_with_one_when_tests_are_missing(tmp_path: Path) -> None:
    good = run_check(write_report(tmp_path, BROWSER, POSTGRES, PLAIN))
    assert (good.returncode, "3 passed (of which 1 browser, 1 postgres), 0 skipped" in good.stdout) == (0, True)
    bad = run_check(write_report(tmp_path, PLAIN))
    assert (bad.returncode, "no passed test is marked browser" in bad.stderr) == (1, True)


def test_a_missing_or_broken_report_is_no_report(tmp_path: Path) -> None:
    broken = write_report(tmp_path)
    broken.write_text("<testsuites>", "utf-8")
    for path in (broken, tmp_path / "none.xml"):
        done = run_check(path)
        assert done.returncode == 2
        assert "is not a test report" in done.stderr
