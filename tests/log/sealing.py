"""What does a test of the log do? Seal, publish with a key of its own, and look at it."""

from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Engine

from custody.ledger import Ledger, writing
from custody.log import checkpoint, notes, store
from custody.log.checkpoint import Checkpoint
from custody.log.note import Ed25519Signer, Ed25519Verifier, opened, sign
from custody.log.sealer import Sealer
from custody.log.tree import Edge

ORIGIN = "log.example.cn/tests"
signer = Ed25519Signer(ORIGIN, bytes(32))
POLICY = f"log {signer.key.vkey()}\nquorum none\n"
NOW = 1_772_424_000_000


def seal(ledger: Ledger) -> Edge:
    """Seal all that is recorded; return how far the log has come."""
    Sealer(ledger).catch_up()
    return edge(ledger)


def edge(ledger: Ledger) -> Edge:
    """Return how far the log has come."""
    with ledger.engine.connect() as connection:
        return store.sealed(connection).edge


def publish(ledger: Ledger) -> str:
    """Hand out a checkpoint of all that is sealed; return it."""
    store.follow(ledger.engine, POLICY)
    now = edge(ledger)
    text = sign(Checkpoint(ORIGIN, now.size, now.root()).text(), [signer]).decode()
    with writing(ledger.engine) as connection:
        notes.publish(connection, now, text, NOW)
    return text


def published(engine: Engine) -> None:
    """Hand out a checkpoint of all that a database holds, with no service that keeps its log."""
    store.begin(engine, ORIGIN)
    with closing(Ledger(engine)) as ledger:
        seal(ledger)
        publish(ledger)


def read_note(text: str) -> tuple[int, bytes]:
    """Read a checkpoint of ours; ValueError if our key has not signed it."""
    note = opened(text.encode(), [Ed25519Verifier(signer.key)])
    found = checkpoint.parse(note.text)
    return found.size, found.root


def entries(ledger: Ledger) -> Sequence[bytes]:
    """Return every entry of the log."""
    with ledger.engine.connect() as connection:
        return store.entries(connection, 1, edge(ledger).size)
