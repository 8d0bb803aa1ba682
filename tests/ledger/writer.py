"""What a process does that only appends, for tests of many processes and of their sudden end."""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from custody.ledger import Entry, open_ledger

# A new interpreter: nothing of the test's own connections is inherited.
_context = get_context("spawn")


def entries(writer: str, batch: int, size: int) -> list[Entry]:
    """A batch that can be told from every other."""
    return [
        Entry("noted", 1, f"{writer} {batch} {i}".encode(), (f"writer:{writer}", f"note:{i}"))
        for i in range(size)
    ]


def append_batches(url: str, writer: str, batches: int, size: int) -> None:
    ledger = open_ledger(url)
    for batch in range(batches):
        ledger.append(entries(writer, batch, size), now=batch)
    ledger.close()


def append_for_ever(url: str, writer: str, size: int, acknowledge: Connection) -> None:
    """Append, say so when it is durable, and go on until killed."""
    ledger = open_ledger(url)
    batch = 0
    while True:
        appended = ledger.append(entries(writer, batch, size), now=batch)
        acknowledge.send((appended.first, batch))
        batch += 1


def starting(url: str, writer: str, batches: int, size: int) -> BaseProcess:
    process = _context.Process(target=append_batches, args=(url, writer, batches, size))
    process.start()
    return process


def starting_for_ever(url: str, writer: str, size: int) -> tuple[BaseProcess, Connection]:
    heard, said = _context.Pipe(duplex=False)
    process = _context.Process(target=append_for_ever, args=(url, writer, size, said))
    process.start()
    # Ours is closed, so that the pipe ends with the writer.
    said.close()
    return process, heard
