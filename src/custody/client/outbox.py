"""What does a terminal do with what happened while there is no line? It keeps it, and sends it.

The outbox gives each movement its place in the terminal's chain, signs it, and has it on the disk
before `put` returns; from then on its bytes stay the same until the service has recorded them. So
it may be killed at any time, and whatever is sent twice is known by its id.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody import signing
from custody.client.answers import Receipt
from custody.client.asynchronous import AsyncClient
from custody.client.outbox_file import Another, File, Full, Head, Row, State
from custody.client.outbox_sending import Flushed, sent
from custody.client.problems import Problem
from custody.client.reading import of
from custody.client.synchronous import Client
from custody.client.writing import Movement, serialised, uuid7

__all__ = ["Another", "Aside", "Flushed", "Full", "Head", "Kept", "Outbox"]

MOVEMENT_BYTES_MAX: Final = 256 * 1024
"""Bytes of a movement, its signature included: the service takes no more."""

ROWS_AT_ONCE: Final = 100
"""Movements that are held in memory while they are looked through."""

OURS: Final = frozenset({"terminal_sequence", "previous", "signature"})
"""What the outbox says of a movement, and nobody else."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A movement that is kept: its id, and its place in the terminal's chain."""

    id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A movement that the service refused, as it was written down, and why."""

    id: str
    sequence: int
    movement: Movement
    problem: Problem


class Outbox:
    """Keeps what one terminal writes down, in order, until it is recorded.

    Several processes, and threads, may use one file. A file that is copied, or set back, makes two
    chains out of one: the service remarks on it (`sequence_fork`).
    """

    def __init__(
        self,
        path: str | PathLike[str],
        terminal: str,
        key: Ed25519PrivateKey | None = None,
        *,
        begun: Head = Head(),  # noqa: B008 - it never changes
    ) -> None:
        """Open a terminal's outbox, or make it.

        `key` signs; without one nothing is signed. `begun`: where the chain of the terminal stands
        when its outbox is made, if another program wrote before. Raises Another if the file is
        another terminal's, or if what waits in it was signed with another key.
        """
        self.terminal = terminal
        self._key = key
        public = signing.public_key(key) if key else ""
        self._file = File(Path(path), terminal, public, begun)

    def put(self, movement: Movement) -> Kept:
        """Keep a movement: when this returns, it is on the disk.

        What has no id is given one. The same put again, under the same id, is kept once. Raises
        Full if too many are held, and ValueError for what no service would take for a movement.
        """
        with self._file.changing():
            return self._put(movement)

    def mend(self, refused: str, movement: Movement) -> Kept:
        """Keep a movement instead of one that was refused, which is let go in the same step.

        It is another movement, with an id and a place of its own: the refused one was signed, and
        others after it name its bytes. Raises KeyError if none of that id was refused.
        """
        with self._file.changing():
            row = self._refused(refused)
            if movement.get("id") == refused:
                raise ValueError("what mends a movement has an id of its own")
            self._file.remove(row)
            return self._put(movement)

    def again(self, refused: str) -> None:
        """Let a refused movement wait once more, as it was written and in its own place.

        For what was refused because of something else than it, as when its site was not registered
        yet. Raises KeyError if none of that id was refused.
        """
        with self._file.changing():
            self._file.wait_again(self._refused(refused))

    def drop(self, refused: str) -> None:
        """Let a refused movement go. Raises KeyError if none of that id was refused."""
        with self._file.changing():
            self._file.remove(self._refused(refused))

    def flush(self, client: Client) -> Flushed:
        """Send what waits, in order, as far as the line carries; return what became of it.

        What is refused is put aside, and keeps nothing back. Raises Unreachable without a line,
        Problem where the service takes nothing from this key, Garbled where something else
        answers, Another where the key is another terminal's: what was not answered waits.
        """
        return client.hold(sent(self._file, self.terminal))

    async def flush_later(self, client: AsyncClient) -> Flushed:
        """Do what `flush` does, in an event loop."""
        return await client.hold(sent(self._file, self.terminal))

    @property
    def waiting(self) -> int:
        """How many movements wait to be recorded."""
        return self._file.count("waiting")

    @property
    def head(self) -> Head:
        """Where the terminal's chain ends."""
        return self._file.head()

    def refused(self) -> Iterator[Aside]:
        """Yield what was refused and nobody has looked after, in order."""
        for row in self._each("refused"):
            problem = Problem(json.loads(row.told))
            yield Aside(row.id, row.n, json.loads(row.bytes), problem)

    def receipts(self, after: int = 0) -> Iterator[tuple[int, Receipt]]:
        """Yield the receipts behind a place of the chain, each with its place and its remarks."""
        for row in self._each("recorded", after):
            yield row.n, of(Receipt, json.loads(row.told))

    def receipt(self, id_: str) -> Receipt | None:
        """Return the receipt of a movement; None if it waits, was refused or is not known."""
        row = self._file.find(id_)
        if row is None or row.state != "recorded":
            return None
        receipt: Receipt = of(Receipt, json.loads(row.told))
        return receipt

    def close(self) -> None:
        """Close the file; what waits in it stays."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _put(self, movement: Movement) -> Kept:
        ours = OURS & movement.keys()
        if ours:
            raise ValueError(f"the outbox itself says {', '.join(sorted(ours))}")
        said = {"id": uuid7(), **movement}
        digest = sha256(serialised(dict(sorted(said.items())))).digest()
        known = self._file.find(said["id"])
        if known is not None:
            if known.said != digest:
                raise ValueError(f"{said['id']} is the id of another movement")
            return Kept(known.id, known.n)
        head = self._file.head()
        n = head.sequence + 1
        data = self._chained(said, n, head.previous)
        row = Row(n, said["id"], digest, "waiting", data, "")
        self._file.append(row, Head(n, sha256(data).hexdigest()))
        return Kept(row.id, n)

    def _chained(self, said: Movement, n: int, previous: str) -> bytes:
        """Return a movement's bytes for good: in its place, after the one before, and signed."""
        chained = json.loads(serialised(said)) | {"terminal_sequence": n}
        if previous:
            chained["previous"] = previous
        if self._key is not None:
            chained["signature"] = signing.sign(chained, self._key)
        data = serialised(chained)
        if len(data) > MOVEMENT_BYTES_MAX:
            raise ValueError(f"{len(data)} bytes; a movement has at most {MOVEMENT_BYTES_MAX}")
        return data

    def _refused(self, id_: str) -> Row:
        row = self._file.find(id_)
        if row is None or row.state != "refused":
            raise KeyError(id_)
        return row

    def _each(self, state: State, after: int = 0) -> Iterator[Row]:
        while rows := self._file.behind(after, state, ROWS_AT_ONCE):
            yield from rows
            after = rows[-1].n
