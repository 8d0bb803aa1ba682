"""Who makes the leaves where the interpreter that keeps the log has others to serve?

A process of its own, as soon as there are many. It writes nothing: a file has one lock for all who
write it, and a process would have to poll for that. Whatever becomes of it, leaves are made.
"""

import logging
import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final, NamedTuple

from custody import collector
from custody.ledger import Ledger, open_engine
from custody.log.making import Made, Maker
from custody.terms import Position

MANY: Final = 250
"""Records at once that are worth a process: what a tenth of a second brings at full ingest."""

PATIENCE_S: Final = 30.0
"""How long it may take to make the leaves of one request."""

AGAIN_S: Final = 10.0
"""How long it rests before it starts another: whatever ended one may end the next as well."""

# A process that has threads cannot be forked.
_context = get_context("spawn")

log = logging.getLogger(__name__)


Asked = tuple[Position, int]
"""Past which position leaves are asked for, and how many at most."""


class _Other(NamedTuple):
    process: BaseProcess
    there: Connection


class Apart:
    """Makes leaves as a `Maker` does, in a process that it starts when there are many."""

    def __init__(self, ledger: Ledger, many: int = MANY, patience_s: float = PATIENCE_S) -> None:
        """`many`: how many at once it starts one for; see MANY and PATIENCE_S."""
        self._many = many
        self.patience_s = patience_s
        self._url = ledger.engine.url.render_as_string(hide_password=False)
        self._here = Maker(ledger)
        self._other: _Other | None = None
        self._is_up = False
        self._asked: Asked | None = None
        """What the other process was asked for and has not been heard on."""
        self._due = 0.0

    @property
    def pid(self) -> int | None:
        """The process that makes leaves; None while it is this one."""
        if self._other is None or not (self._is_up or self._other.there.poll()):
            return None
        return self._other.process.pid

    @property
    def is_alone(self) -> bool:
        """Whether there is no other process, not even one that is coming up."""
        return self._other is None

    def start(self) -> None:
        """Start a process; until it has come up, which takes a second or two, nobody waits."""
        if time.monotonic() < self._due:
            return
        try:
            there, theirs = _context.Pipe()
            with theirs:
                process = _context.Process(target=_serve, args=(self._url, theirs), daemon=True)
                process.start()
        except OSError as error:  # there is no room for another
            log.warning("无法启动生成日志叶的进程。No process that makes leaves starts: %s", error)
            self._due = time.monotonic() + AGAIN_S
        else:
            self._other = _Other(process, there)

    def make(self, after: Position, count: int) -> Made:
        """Make the leaves of the next records. Raises Unreadable for what is no record."""
        made = self._made_there(after, count) or self._here.make(after, count)
        if len(made.hashes) >= self._many and self._other is None:
            self.start()
        return made

    def close(self) -> None:
        """End the process, if there is one."""
        other, self._other, self._is_up, self._asked = self._other, None, False, None
        if other is not None:
            other.there.close()
            other.process.kill()  # it has nothing that could be lost
            other.process.join()
            other.process.close()

    def _made_there(self, after: Position, count: int) -> Made | None:
        """Return what the other process makes; None if it does not, for whatever reason."""
        if self._other is None:
            return None
        there = self._other.there
        try:
            if not self._is_up:
                if not there.poll():
                    return None
                self._is_up = there.recv() is None
            wanted = (after, count)
            if self._asked not in (None, wanted):
                self._heard(there)  # nobody wants it any more
            if self._asked is None:
                self._ask(there, wanted)
            made = self._heard(there)
            if made is not None and len(made.hashes) == count:
                # There is more: it is made while this is written.
                self._ask(there, (after + count, count))
        except (OSError, EOFError) as error:
            log.warning(
                "生成日志叶的进程 %s 已失效，改由本进程生成。"
                "The process that makes leaves is lost; they are made by this one: %r",
                self._other.process.pid,
                error,
            )
            self.close()
            self._due = time.monotonic() + AGAIN_S
            return None
        return made

    def _ask(self, there: Connection, asked: Asked) -> None:
        there.send(asked)
        self._asked = asked

    def _heard(self, there: Connection) -> Made | None:
        """Return what came of what was asked for."""
        if not there.poll(self.patience_s):
            raise TimeoutError(f"nothing came within {self.patience_s} s")
        self._asked = None
        made: Made | None = there.recv()
        return made


def _serve(database_url: str, asked: Connection) -> None:
    """Make what is asked for until nobody asks any more; what cannot be made is nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; our parent decides
    os.environ.setdefault("PGAPPNAME", "custody leaves")
    maker = Maker(Ledger(open_engine(database_url)))
    collector.calm()
    asked.send(None)
    while True:
        try:
            after, count = asked.recv()
        except EOFError:
            return
        try:
            made = maker.make(after, count)
        except Exception:  # noqa: BLE001 - whoever asked tries it too, and says what it is
            made = None
        asked.send(made)
