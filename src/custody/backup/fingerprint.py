"""What is the fingerprint of some records? The one that `custody checksum` prints."""

from collections.abc import Callable
from hashlib import sha256

from custody.ledger import Ledger
from custody.terms import Position

RECORDS_AT_ONCE = 5_000

Progress = Callable[[int, int], None]
"""Hears how much is done, of how much."""


def written(position: Position, type_: str, data: bytes) -> bytes:
    """Write what counts of a record: `position type length`, a line break, the body, another."""
    return b"%d %s %d\n%s\n" % (position, type_.encode(), len(data), data)


class Fingerprint:
    """The SHA-256 of records taken one after another."""

    def __init__(self) -> None:
        self._digest = sha256()

    def take(self, position: Position, type_: str, data: bytes) -> None:
        """Take a record."""
        self._digest.update(written(position, type_, data))

    def take_all(self, written: bytes | memoryview) -> None:
        """Take records that were written one after another."""
        self._digest.update(written)

    def copy(self) -> "Fingerprint":
        """Return one that has taken the same so far, and goes on by itself."""
        other = Fingerprint()
        other._digest = self._digest.copy()
        return other

    def hexdigest(self) -> str:
        """Return it in hexadecimal digits."""
        return self._digest.hexdigest()


def fingerprint(ledger: Ledger, until: Position, progress: Progress) -> str:
    """Return the fingerprint of the ledger up to a position."""
    taken = Fingerprint()
    position = 0
    while position < until:
        found = ledger.since(position, min(RECORDS_AT_ONCE, until - position))
        for one in found:
            taken.take(one.position, one.type, one.data)
        position = found[-1].position if found else until
        progress(position, until)
    return taken.hexdigest()
