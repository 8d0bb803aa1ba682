"""What does a process do that only keeps the projections up, until it is killed?"""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from custody.ledger import open_ledger
from custody.projections.freshness import lay_out
from custody.projector import Projector

# A new interpreter: nothing of the test's own connections is inherited.
_context = get_context("spawn")


def follow_for_ever(url: str, say: Connection) -> None:
    """Say when the projections are laid out, then follow the ledger until killed."""
    ledger = open_ledger(url)
    lay_out(ledger.engine)
    Projector(ledger).start()
    say.send("following")
    say.recv()


@contextmanager
def follower(url: str) -> Iterator[BaseProcess]:
    """Run another process that follows the ledger; it is gone at the end of the block."""
    ours, its = _context.Pipe()
    process = _context.Process(target=follow_for_ever, args=(url, its), daemon=True)
    process.start()
    its.close()
    try:
        assert ours.recv() == "following"
        yield process
    finally:
        process.kill()
        process.join()
        ours.close()
