"""Each guard of the scanner switched off in a copy of the project: its test must fail, or it proves nothing.

    python bench/guards_off.py [--only R09]

Reads guards.toml beside this file: for each rule of the monitoring study (C.2) the guard, the text that is replaced to
switch it off, and the test that must notice. First the tests run untouched (they must pass), then with each guard off.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_S = 150


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: `old` in `file` becomes `new`, and `test` must fail (or hang) then."""

    rule: str
    guard: str
    file: str
    old: str
    new: str
    test: str


def main() -> None:
    """Print a row per guard; ends with 1 when a test passes without its guard."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="rules whose id begins so")
    only = parser.parse_args().only
    rows = tomllib.loads(Path(__file__).with_name("guards.toml").read_text(encoding="utf-8"))["guard"]
    guards = [guard for guard in (Guard(**row) for row in rows) if guard.rule.startswith(only)]
    with tempfile.TemporaryDirectory(prefix="guards-") as name:
        copy = _copy_of_project(Path(name))
        passed_without = [guard for guard in guards if not _notices(copy, guard)]
    if passed_without:
        raise SystemExit(f"no test notices: {', '.join(guard.rule for guard in passed_without)}")


def _copy_of_project(folder: Path) -> Path:
    """The last commit, not the working tree: half-made changes would fail for reasons of their own."""
    archive = folder / "project.tar"
    subprocess.run(["git", "archive", "--format=tar", "-o", str(archive), "HEAD"], cwd=ROOT, check=True)
    copy = folder / "project"
    shutil.unpack_archive(archive, copy)
    (copy / "crawler" / "_vendor").symlink_to(ROOT / "crawler" / "_vendor")
    return copy


def _notices(copy: Path, guard: Guard) -> bool:
    path = copy / guard.file
    text = path.read_text(encoding="utf-8")
    if text.count(guard.old) != 1:
        raise SystemExit(f"{guard.rule}: the text to replace stands {text.count(guard.old)} times in {guard.file}")
    with_guard = _run(copy, guard.test)
    path.write_text(text.replace(guard.old, guard.new), encoding="utf-8")
    try:
        without = _run(copy, guard.test)
    finally:
        path.write_text(text, encoding="utf-8")
    print(f"{guard.rule:5} {guard.guard:48} with: {with_guard:7} without: {without:7} {guard.test}", flush=True)
    return with_guard == "passes" and without != "passes"


def _run(copy: Path, test: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *test.split(" ", 1)]
    try:
        done = subprocess.run(
            command, cwd=copy, env=_environment(copy), timeout=LIMIT_S, check=False, capture_output=True
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    return {0: "passes", 1: "fails"}.get(done.returncode, f"code {done.returncode}")


def _environment(copy: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(copy)}


if __name__ == "__main__":
    main()
