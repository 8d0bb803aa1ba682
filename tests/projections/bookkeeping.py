"""What does a test of the answering wing do to a ledger? Post to it, project it, look at it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

from sqlalchemy import Engine, select

from custody.custodian import Custodian, Recorded, Request
from custody.events import Movement, Registration
from custody.events.issuing import NumbersWanted
from custody.ledger import Ledger, writing
from custody.ledger.tables import about, head, record
from custody.projections import ALL
from custody.projections.freshness import lay_out, snapshot
from custody.projections.tables import Row, metadata, projected
from custody.projector import Projector
from custody.rebuilding import checksum
from custody.terms import Millis, Position
from tests.given import network, next_monday, posted, poster_of

NO_MORE = "no more rows"


class Office:
    """A custodian whose clock goes on by a millisecond with each look at it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        clock = count(next_monday)
        self._custodian = Custodian(ledger, lambda: next(clock))

    def open(self) -> "Office":
        """Register everyone that the tests speak of."""
        for party in network:
            self.register(party)
        return self

    def register(self, party: Registration) -> None:
        """Record a registration."""
        self._custodian.register(party)

    def issue(self, wanted: NumbersWanted) -> None:
        """Give out a book of numbers."""
        self._custodian.issue(wanted)

    def post(self, *movements: Movement, terminal: str | None = None) -> Millis:
        """Record movements in one batch, as a terminal posts them; return when they were."""
        posters = [replace(poster_of(movement), terminal=terminal) for movement in movements]
        pairs = zip(movements, posters, strict=True)
        request = Request([posted(movement, poster=poster) for movement, poster in pairs])
        (answers,) = self._custodian.record([request])
        assert all(isinstance(answer, Recorded) for answer in answers), answers
        return self.ledger.head().recorded_at


def laid_out(ledger: Ledger) -> Office:
    """Lay the projections out beside a ledger and register the network."""
    lay_out(ledger.engine)
    return Office(ledger).open()


def empty(ledger: Ledger) -> None:
    """Make ledger and projections as new, for the next example."""
    with writing(ledger.engine) as connection:
        for table in (about, record, *metadata.tables.values()):
            if table is not projected:
                connection.execute(table.delete())
        connection.execute(head.update().values(position=0, recorded_at=0))
        connection.execute(projected.update().values(position=0))


def checksums(ledger: Ledger) -> dict[str, str]:
    """Return the checksum of each projection, as it is now."""
    with snapshot(ledger.engine) as (connection, _):
        return {one.name: checksum(connection, one.tables) for one in ALL}


def all_rows(ledger: Ledger) -> dict[str, Sequence[Row]]:
    """Return every row of every projection, in the order of their keys."""
    with snapshot(ledger.engine) as (connection, _):
        return {
            table.name: [
                dict(row)
                for row in connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in metadata.sorted_tables
            if table is not projected
        }


def silent(done: Position, all_of_it: Position) -> None:
    """Hear of progress, and say nothing."""


@contextmanager
def following(ledger: Ledger) -> Iterator[Projector]:
    """Keep the projections up in a thread until the end of the block."""
    projector = Projector(ledger)
    projector.start()
    try:
        yield projector
    finally:
        projector.stop()


@contextmanager
def full(engine: Engine, table: str) -> Iterator[None]:
    """Let a table take no row more until the end of the block."""
    if engine.dialect.name == "sqlite":
        says = f"begin select raise(abort, '{NO_MORE}'); end"
        make = [f"create trigger full_{table} before insert on {table} {says}"]
        undo = [f"drop trigger full_{table}"]
    else:
        says, calls = (
            f"$$ begin raise exception '{NO_MORE}'; end $$",
            f"execute function full_{table}()",
        )
        make = [
            f"create function full_{table}() returns trigger language plpgsql as {says}",
            f"create trigger full_{table} before insert on {table} for each row {calls}",
        ]
        undo = [f"drop trigger full_{table} on {table}", f"drop function full_{table}()"]
    for statements in (make, undo):
        with writing(engine) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        if statements is make:
            yield
