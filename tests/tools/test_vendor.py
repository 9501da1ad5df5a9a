"""Browser parts come by lock file, whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tools.vendor import MANIFESTS, ROOT, STAMP, VENDOR, VendorError, fill_vendor, is_filled

# Stands for npm and the registry behind it: brings every file that is asked for, in the version given.
NPM = """#!/bin/sh
echo called >> "{log}"
[ "{exit}" = 0 ] || {{ echo 'npm error network' >&2; exit {exit}; }}
mkdir -p node_modules/axe-core && cd node_modules/axe-core
echo '{{"version": "{version}"}}' > package.json
for name in {names}; do echo "$name" > "$name"; done
"""
FILES = "axe.min.js LICENSE LICENSE-3RD-PARTY.txt"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in MANIFESTS:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def locked_version() -> str:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    return str(lock["packages"]["node_modules/axe-core"]["version"])


def make_npm(root: Path, *, version: str = "", exit_code: int = 0, names: str = FILES) -> str:
    script = root / "npm"
    text = NPM.format(log=root / "calls", exit=exit_code, version=version or locked_version(), names=names)
    script.write_text(text, "utf-8")
    script.chmod(0o755)
    return str(script)


def calls(root: Path) -> int:
    log = root / "calls"
    return len(log.read_text("utf-8").splitlines()) if log.exists() else 0


def test_the_folder_is_filled_once_for_the_same_lock_file(root: Path) -> None:
    npm = make_npm(root)
    assert not is_filled(root)
    assert fill_vendor(root, npm=npm)
    assert not fill_vendor(root, npm=npm)
    assert is_filled(root)
    assert calls(root) == 1
    found = {path.name for path in (root / VENDOR / "axe-core").iterdir()}
    assert found == {*FILES.split(), "package.json"}


def test_a_changed_lock_file_is_fetched_again(root: Path) -> None:
    npm = make_npm(root)
    fill_vendor(root, npm=npm)
    (root / ".npmrc").write_text("fund=false\n", "utf-8")
    assert not is_filled(root)
    assert fill_vendor(root, npm=npm)
    assert calls(root) == 2


def test_a_broken_download_keeps_what_was_there_and_says_what_npm_said(root: Path) -> None:
    fill_vendor(root, npm=make_npm(root))
    (root / ".npmrc").write_text("fund=false\n", "utf-8")
    with pytest.raises(VendorError, match="npm error network"):
        fill_vendor(root, npm=make_npm(root, exit_code=7))
    assert (root / VENDOR / "axe-core" / "axe.min.js").is_file()
    assert [path.name for path in (root / VENDOR).parent.iterdir()] == [VENDOR.name]


def test_another_version_than_the_lock_file_names_is_refused(root: Path) -> None:
    with pytest.raises(VendorError, match=r"npm brought 3\.1\.1"):
        fill_vendor(root, npm=make_npm(root, version="3.1.1"))
    assert not (root / VENDOR).exists()


def test_a_package_without_its_licence_is_refused(root: Path) -> None:
    with pytest.raises(VendorError, match="LICENSE is not in the package"):
        fill_vendor(root, npm=make_npm(root, names="axe.min.js"))


def test_the_folder_of_this_project_is_filled_with_the_locked_axe_core() -> None:
    assert (ROOT / VENDOR / STAMP).is_file()
    found = json.loads((ROOT / VENDOR / "axe-core" / "package.json").read_text("utf-8"))
    assert found["version"] == locked_version()
