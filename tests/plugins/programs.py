"""Run our own programs as a user would, and see whether they leave processes behind."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Program:
    """A running program of ours with its own data folder; `told` is what it printed so far."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    told: str = field(default="")

    def wait_for(self, text: str, *, seconds: float) -> str:
        """All that was printed until `text` appeared; fails the test when it does not in time or the program ends."""
        if not self.listen_until(lambda told: text in told, seconds=seconds):
            pytest.fail(f"the program ended before it said {text!r}; it said:\n{self.told}")
        return self.told

    def listen_until(self, is_enough: Callable[[str], bool], *, seconds: float) -> bool:
        """Read what is printed until that is enough; False when the program ends before, fails when it takes longer."""
        output = self.process.stdout
        assert output is not None
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while not is_enough(self.told):
                if not selector.select(max(0.0, end - time.monotonic())):
                    pytest.fail(f"what was waited for did not appear in {seconds} s; it said:\n{self.told}")
                chunk = os.read(output.fileno(), 65_536)
                if not chunk:
                    return False
                self.told += chunk.decode(errors="replace")
        return True

    def end(self, number: signal.Signals, *, seconds: float) -> int:
        """Send a signal as a terminal does, to the whole group, and give the exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(seconds)

    def cpu_seconds(self) -> float:
        """Processor time of the program itself so far: unlike the clock, it does not depend on who else is busy."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def left_behind(self) -> list[str]:
        """The command lines of processes that still carry this program's data folder in their environment."""
        marker = f"TOEGANKELIJK_DATA_DIR={self.data_dir}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if marker in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:  # gone in the meantime, or of another user
                continue
        return found


@contextmanager
def run_program(arguments: list[str], data_dir: Path, **environment: str) -> Iterator[Program]:
    """Start `python ARGUMENTS` in a session of its own, with its data in `data_dir`; it is killed if it stays."""
    process = subprocess.Popen(
        [sys.executable, "-u", *arguments],
        cwd=ROOT,
        env={**os.environ, "TOEGANKELIJK_DATA_DIR": str(data_dir), "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield Program(process, data_dir)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def start_program() -> Iterator[Callable[..., Program]]:
    """`start_program(["scan.py", "status"], data_dir)` gives a running program."""
    with ExitStack() as running:
        yield lambda arguments, data_dir, **more: running.enter_context(run_program(arguments, data_dir, **more))
