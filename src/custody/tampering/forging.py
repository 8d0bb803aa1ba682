"""Which forged copies of the books do several attempts begin with?"""

from pathlib import Path

from custody.tampering import rewriting
from custody.tampering.rewriting import Row, opened
from custody.tampering.stage import Stage
from custody.terms import Millis


def edit(books: Path) -> None:
    """Let the first battery that was inspected have passed."""
    with opened(books) as ledger:
        position = rewriting.first(ledger, "inspect")
        (record,) = ledger.since(position - 1, 1)
        rewriting.edit(ledger, position, data=passed(record.data))


def passed(body: bytes) -> bytes:
    """Return the body of an inspection with another verdict."""
    return body.replace(b'"verdict":"treat"', b'"verdict":"pass"')


def place_of(rows: list[Row], type_: str) -> int:
    """Return which of some rows is the first of a type."""
    return next(place for place, row in enumerate(rows) if row["type"] == type_)


def rebuilt(stage: Stage, name: str, now: Millis) -> Path:
    """Return books in which a record was edited and the whole log made to fit."""
    books = stage.copy(name)
    with opened(books) as ledger:
        size = rewriting.log_size(ledger)
    edit(books)
    with opened(books) as ledger:
        rewriting.rebuild_log(ledger, size, now)
    return books
