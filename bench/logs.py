"""How is a log filled for the bench, without a service that keeps it?"""

import time
from hashlib import sha256

from bench.parties import ORIGIN
from custody.clock import now
from custody.ledger import Ledger, open_engine, writing
from custody.log import checkpoint, note, notes, store, tables
from custody.log.checkpoint import Checkpoint
from custody.log.note import Ed25519Signer, Ed25519Verifier
from custody.log.sealer import Sealer

AT_ONCE = 1 << 14
LOOK_S = 0.05
PATIENCE_S = 600
SIGNER = Ed25519Signer(ORIGIN, bytes(32))
POLICY = f"log {SIGNER.key.vkey()}\nquorum none\n"


def seal(ledger: Ledger) -> None:
    """Seal all that is recorded, and publish it."""
    _begin(ledger)
    Sealer(ledger).catch_up()
    _publish(ledger)


def wait_until_sealed(url: str, size: int) -> None:
    """Wait until a service that keeps the log has sealed so much: on a file it takes a thread."""
    engine = open_engine(url)
    until = time.monotonic() + PATIENCE_S
    while True:
        with engine.connect() as connection:
            begun = store.begun(connection)
        if begun is not None and begun.edge.size >= size:
            break
        assert time.monotonic() < until, "the log is not kept"
        time.sleep(LOOK_S)
    engine.dispose()


def make_up(ledger: Ledger, size: int) -> None:
    """Fill the log with leaves that are nobody's, and publish it: their entries say nothing."""
    _begin(ledger)
    for first in range(0, size, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, size))
        _add(ledger, first, [sha256(b"%d" % n).digest() for n in numbers])
    _publish(ledger)


def read_note(text: str) -> tuple[int, bytes]:
    """Read a checkpoint that was published here: its size and root."""
    said = note.opened(text.encode(), [Ed25519Verifier(SIGNER.key)])
    found = checkpoint.parse(said.text)
    return found.size, found.root


def _begin(ledger: Ledger) -> None:
    tables.lay_out(ledger.engine)
    store.begin(ledger.engine, ORIGIN)
    store.follow(ledger.engine, POLICY)


def _add(ledger: Ledger, size: int, hashes: list[bytes]) -> None:
    with writing(ledger.engine, durable=False) as connection:
        before = store.sealed(connection).edge
        store.add(connection, size, hashes, [b"{}"] * len(hashes))
        store.advance(connection, before, before.extend(hashes))


def _publish(ledger: Ledger) -> None:
    with writing(ledger.engine) as connection:
        edge = store.sealed(connection).edge
        said = Checkpoint(ORIGIN, edge.size, edge.root()).text()
        notes.publish(connection, edge, note.sign(said, [SIGNER]).decode(), now())
