"""Messages between a worker process and its parent: whole or not at all, over a pipe that only they share."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import IO, Any

from crawler.crew import Event, Job

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Refused:
    """The job could not be done at all: the name of the error's class and its text."""

    error: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """Every page of the job has been told."""


def write_message(stream: IO[bytes], message: Event | Job | Refused | Done) -> None:
    """Write one message with its length before it."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_message(stream: IO[bytes]) -> Any:
    """The next message, or None at the end of the stream, also when it breaks off in the middle."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(head)[0]
    data = stream.read(size)
    return pickle.loads(data) if len(data) == size else None
