"""What the kernel tells of the processes of a browser: which there are, and how much memory they hold."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Process:
    """A living process: its number, its group, the bytes of memory that it shares with nobody, its command line."""

    pid: int
    group: int
    private_bytes: int
    command: str

    @property
    def is_renderer(self) -> bool:
        """True for a process of Chromium that holds pages."""
        return "--type=renderer" in self.command


def processes_of_group(group: int) -> tuple[Process, ...]:
    """All living processes of a process group; empty where the kernel has no /proc."""
    if not _PROC.is_dir():
        return ()
    numbers = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
    found = (_read(pid, group) for pid in numbers)
    return tuple(process for process in found if process is not None)


def is_running(pid: int) -> bool:
    """True while a process with this number lives (a zombie does not)."""
    try:
        return _state(pid)[0] != "Z"
    except OSError:
        return False


def _state(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: state, parent, group ..."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _read(pid: int, group: int) -> Process | None:
    try:
        fields = _state(pid)
        if int(fields[2]) != group or fields[0] == "Z":
            return None
        command = (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        _, resident, shared = (_PROC / str(pid) / "statm").read_text().split()[:3]
    except OSError:
        return None
    return Process(pid, group, (int(resident) - int(shared)) * _PAGE_BYTES, command)
