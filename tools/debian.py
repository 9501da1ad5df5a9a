"""What the machine itself must bring (browser, fonts, database server), and how Debian's apt brings what is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

APT_LISTS = Path("/var/lib/apt/lists")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_FILES = (".ttf", ".otf", ".ttc", ".pfb")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class MachineError(Exception):
    """Something of the machine is missing and could not be installed; the text says what to do."""


@dataclass(frozen=True)
class Need:
    """One thing the machine must have: what for, how to see that it is there, and the packages that bring it."""

    what: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def needs_of(kind: str, *, makes_venv: bool) -> list[Need]:
    """What `demo` or `test` needs of the machine; `makes_venv` when a virtual environment is still to be made."""
    needs = [
        Need("a browser", ("chromium",), lambda: _has_command("TOEGANKELIJK_CHROMIUM", CHROMIUM_NAMES)),
        Need("its driver", ("chromium-driver",), lambda: _has_command("TOEGANKELIJK_CHROMEDRIVER", ("chromedriver",))),
        Need("a font", ("fonts-liberation",), has_font),
    ]
    if makes_venv:
        needs.insert(0, Need("virtual environments", ("python3-venv",), has_venv_module))
    if kind == "test":
        needs.append(Need("PostgreSQL", ("postgresql",), has_postgresql))
    return needs


def missing_packages(needs: list[Need]) -> list[str]:
    """The Debian packages of the needs that are not met, in order."""
    return [package for need in needs if not need.is_there() for package in need.packages]


def install(packages: list[str]) -> None:
    """Install by apt, as root or through sudo; raises `MachineError` with the command to type when that cannot be."""
    plain = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise MachineError(f"install these by this machine's own package manager: {', '.join(packages)}")
    prefix = _as_root()
    if prefix is None:
        raise MachineError(f"no root and no sudo here; ask an administrator to run: {plain}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    # A failed update is not the end: the lists that are there may be good enough. The install decides.
    _run([*apt, "update"])
    done = _run([*apt, "install", "-y", "--no-install-recommends", *packages])
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise MachineError(f"apt could not install {', '.join(packages)}. Try by hand: {plain}\napt said:\n{tail}")


def has_venv_module() -> bool:
    """Debian ships `venv` without `ensurepip`, which makes environments without pip."""
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


def has_font() -> bool:
    """Any scalable font: without one Chromium draws no text and contrast cannot be judged."""
    for folder in FONT_FOLDERS:
        for _, _, names in os.walk(Path(folder).expanduser()):
            if any(name.lower().endswith(FONT_FILES) for name in names):
                return True
    return False


def has_postgresql() -> bool:
    """The server's `initdb`, which Debian keeps outside the PATH."""
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _has_command(setting: str, names: tuple[str, ...]) -> bool:
    chosen = os.environ.get(setting, "")
    return bool(chosen and shutil.which(chosen)) or any(shutil.which(name) for name in names)


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
