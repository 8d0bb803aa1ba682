"""How does a process become the parent of one that another forks for it?"""

import ctypes
import os
import socket
from collections.abc import Mapping, Sequence
from fcntl import F_DUPFD, fcntl
from threading import Lock
from typing import Final, NamedTuple, Self

import orjson

PR_SET_CHILD_SUBREAPER: Final = 36
ASKED_BYTES_MAX: Final = 1 << 17
FILES_MAX: Final = 32
FILES_BELOW: Final = 256
"""No file of a process that forks has such a number, nor one that is asked for."""


class Asked(NamedTuple):
    """What a new process is to be; its files come beside that."""

    arguments: Sequence[str]
    """As the interpreter would get them."""
    environment: Mapping[str, str]
    folder: str
    numbers: Sequence[int]
    """What each of its files is to be known by."""
    leads: bool = False
    """Whether a session of its own."""


class Elsewhere:
    """A process that forks itself whenever we ask, and with all that it has imported."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self._one_at_a_time = Lock()

    def start(self, asked: Asked, files: Sequence[int]) -> int:
        """Have a process forked that is our own child; return its number."""
        with self._one_at_a_time, _Adopting():
            socket.send_fds(self.channel, [orjson.dumps(tuple(asked))], files)
            return int(self.channel.recv(20))


class _Adopting:
    """While it lasts, a descendant whose parent has ended becomes our child, not that of init."""

    def __enter__(self) -> Self:
        _adopt(True)
        return self

    def __exit__(self, *_: object) -> None:
        _adopt(False)


def _adopt(yes: bool) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(yes), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def fork_whenever_asked(channel: socket.socket) -> Asked:
    """Fork whenever asked to, until whoever asks is gone; return in the fork, which they adopt."""
    while True:
        told, files, _, _ = socket.recv_fds(channel, ASKED_BYTES_MAX, FILES_MAX)
        if not told:
            os._exit(0)
        read, write = os.pipe()
        if _orphaned():
            asked = Asked(*orjson.loads(told))
            if asked.leads:
                os.setsid()
            os.write(write, str(os.getpid()).encode())
            channel.detach()
            _stand_alone(asked, files)
            return asked
        channel.send(os.read(read, 20))
        for each in (read, write, *files):
            os.close(each)


def _orphaned() -> bool:
    """Fork twice, and tell whether this is the second: whoever asked becomes its parent."""
    if between := os.fork():
        os.waitpid(between, 0)
        return False
    if os.fork():
        os._exit(0)
    return True


def _stand_alone(asked: Asked, files: Sequence[int]) -> None:
    """Be where a new process would be, with its environment and with no files but its own."""
    away = [fcntl(each, F_DUPFD, FILES_BELOW) for each in files]
    os.closerange(3, FILES_BELOW)
    for number, each in zip(asked.numbers, away, strict=True):
        os.dup2(each, number)
        os.close(each)
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environment)
