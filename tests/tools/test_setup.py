"""Set-up does what is missing and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import debian
from tools.setup import EXTRAS, STAMP, SetupError, read_stamp, set_up_packages, set_up_venv

# Stands for the environment's Python, whose pip would ask the outside world: notes how it was called.
PYTHON = """#!/bin/sh
echo "$@" >> "{log}"
exit {exit}
"""
APT = """#!/bin/sh
for word in "$@"; do case "$word" in update|install) verb=$word ;; esac; done
echo "$@" >> "{log}"
if [ "$verb" = install ]; then echo 'E: Unable to locate package'; exit {exit}; fi
"""
SUDO = '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\n", "utf-8")
    return tmp_path


def write_program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    return path


def make_python(root: Path, exit_code: int = 0) -> Path:
    write_program(root / ".venv" / "bin" / "python", PYTHON.format(log=root / "calls", exit=exit_code))
    return root / ".venv"


def calls(root: Path) -> list[str]:
    log = root / "calls"
    return log.read_text("utf-8").splitlines() if log.exists() else []


def test_packages_are_installed_once_until_the_project_file_changes(root: Path) -> None:
    venv = make_python(root)
    set_up_packages("demo", root, venv)
    set_up_packages("demo", root, venv)
    assert len(calls(root)) == 1
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    set_up_packages("demo", root, venv)
    assert len(calls(root)) == 2


def test_going_from_demo_to_test_and_back_installs_once_more(root: Path) -> None:
    venv = make_python(root)
    for kind in ("demo", "test", "demo", "test"):
        set_up_packages(kind, root, venv)
    assert len(calls(root)) == 2
    assert set(read_stamp(venv)["extras"]) == set(EXTRAS["test"])


def test_a_failed_install_is_named_with_a_remedy_and_tried_again(root: Path) -> None:
    venv = make_python(root, exit_code=1)
    with pytest.raises(SetupError, match="check the network and run again"):
        set_up_packages("demo", root, venv)
    assert not (venv / STAMP).exists()
    set_up_packages("demo", root, make_python(root))
    assert (venv / STAMP).exists()


def test_a_half_made_environment_is_completed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    venv = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    set_up_venv(venv)
    subprocess.run([venv / "bin" / "python", "-m", "pip", "--version"], check=True, capture_output=True)
    assert "making .venv ... done" in capsys.readouterr().out
    set_up_venv(venv)
    assert capsys.readouterr().out == ""


def test_an_environment_that_was_made_in_another_folder_is_made_anew(tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    write_program(venv / "bin" / "old-command", "#!/elsewhere/.venv/bin/python\n")
    (venv / STAMP).write_text(json.dumps({"venv": "/elsewhere/.venv", "extras": ["postgres"]}), "utf-8")
    set_up_venv(venv)
    assert not (venv / "bin" / "old-command").exists()
    assert read_stamp(venv) == {}


def test_a_damaged_stamp_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / STAMP).write_text("{", "utf-8")
    assert read_stamp(tmp_path) == {}


def test_only_what_is_missing_is_asked_of_apt() -> None:
    there = debian.Need("a", ("package-a",), lambda: True)
    missing = debian.Need("b", ("package-b", "package-c"), lambda: False)
    assert debian.missing_packages([there, missing]) == ["package-b", "package-c"]


def test_only_tests_need_a_database_server() -> None:
    names = {kind: {need.what for need in debian.needs_of(kind, makes_venv=True)} for kind in ("demo", "test")}
    assert names["test"] - names["demo"] == {"PostgreSQL"}
    assert "virtual environments" not in {need.what for need in debian.needs_of("demo", makes_venv=False)}


def test_this_machine_has_what_the_tests_need() -> None:
    assert debian.missing_packages(debian.needs_of("test", makes_venv=False)) == []


def machine_with_apt(folder: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int) -> None:
    write_program(folder / "apt-get", APT.format(log=folder / "calls", exit=exit_code))
    write_program(folder / "sudo", SUDO)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_missing_packages_are_installed_by_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine_with_apt(tmp_path, monkeypatch, exit_code=0)
    debian.install(["chromium", "chromium-driver"])
    update, install = calls(tmp_path)
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends chromium chromium-driver")


def test_a_failed_apt_is_told_with_the_command_to_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine_with_apt(tmp_path, monkeypatch, exit_code=100)
    with pytest.raises(debian.MachineError, match=r"(?s)apt-get install -y .* chromium\n.*Unable to locate"):
        debian.install(["chromium"])


def test_a_machine_without_apt_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(debian.MachineError, match="chromium, postgresql"):
        debian.install(["chromium", "postgresql"])
