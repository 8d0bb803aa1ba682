"""What was recorded, in one order: how to read it, add to it and follow it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Final, ParamSpec, Protocol, TypeVar

from sqlalchemy import Engine

from custody.ledger.engines import open_engine
from custody.ledger.errors import Unavailable
from custody.ledger.notices import Notices, What
from custody.ledger.postgres import Postgres
from custody.ledger.records import Appended, Columns, Entry, Head, Past, Record
from custody.ledger.sqlite import Sqlite
from custody.ledger.subscription import Subscription
from custody.ledger.tables import create_schema
from custody.ledger.wakeups import POLL_POSTGRES_S, POLL_SQLITE_S, Wakeups

P = ParamSpec("P")
T = TypeVar("T")


class Everything:
    """Stands for every subject there is, in the guard of an append."""


EVERYTHING: Final = Everything()


class _Store(Protocol):
    def read(self, after: Mapping[str, int]) -> Past: ...
    def since(self, position: int, limit: int, types: Collection[str]) -> list[Record]: ...
    def between(self, after: int, last: int) -> Columns: ...
    def at(self, positions: Collection[int]) -> list[Record]: ...
    def head(self) -> Head: ...
    def position_at(self, recorded_at: int) -> int: ...
    def append(
        self, entries: Sequence[Entry], now: int, reads: Collection[str] | None, after: int
    ) -> Appended: ...


class Ledger:
    """One object a process, used by all its threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._store: _Store
        self._notices: Notices | None = None
        if engine.dialect.name == "postgresql":
            self._store = Postgres(engine)
            self._wakeups = Wakeups(self._position, POLL_POSTGRES_S)
            self._notices = Notices(engine.url, self._hear_from_outside)
        else:
            self._store = Sqlite(engine)
            self._wakeups = Wakeups(self._position, POLL_SQLITE_S)
        self._hears: dict[What, list[Callable[[int], object]]] = {"head": [self._wakeups.rise]}

    def read(
        self,
        subjects: Collection[str] | Mapping[str, int],
        *,
        after: int = 0,
        redacted: bool = False,
    ) -> Past:
        """The records about any of the subjects, and the end of the ledger in the same snapshot.

        A mapping says of each subject after which position its records are wanted. Records that
        were destroyed say nothing any more: they come only to who asks for them (`redacted`).
        """
        if not isinstance(subjects, Mapping):
            subjects = dict.fromkeys(subjects, after)
        past = self._store.read(subjects)
        if redacted:
            return past
        return Past([one for one in past.records if one.key], past.head)

    def since(self, position: int, limit: int, *, types: Collection[str] = ()) -> list[Record]:
        """The first records past a position; who goes on from the last of them misses none."""
        assert limit >= 0
        return self._store.since(position, limit, types)

    def between(self, after: int, last: int) -> Columns:
        """The records past a position, up to another one that is included, side by side."""
        return self._store.between(after, last)

    def at(self, positions: Collection[int]) -> list[Record]:
        """The records at some positions, as far as there are any, in order."""
        return self._store.at(positions) if positions else []

    def head(self) -> Head:
        return self._store.head()

    def position_at(self, recorded_at: int) -> int:
        """The last position that was recorded at that moment or before; 0 if none was.

        What we knew at a moment of our own clock is the ledger up to here, for the clock of the
        records never goes back.
        """
        return self._store.position_at(recorded_at)

    def append(
        self,
        entries: Sequence[Entry],
        *,
        now: int,
        reads: Collection[str] | Everything = (),
        after: int = 0,
    ) -> Appended:
        """Record all entries durably, or none: `Moved` if one of `reads` has a later record."""
        if not entries:
            head = self.head()
            return Appended(head.position + 1, head.position, head.recorded_at)
        for entry in entries:
            _assert_sound(entry)
        guard = None if isinstance(reads, Everything) else reads
        appended = self._store.append(entries, now, guard, after)
        self.tell("head", appended.last)
        return appended

    def tell(self, what: What, position: int) -> None:
        """Tell whoever hears of it, in every process, how far something has come.

        It is told at once here, and soon elsewhere; what is told may get lost on the way.
        """
        self._hear(what, position)
        if self._notices is not None:
            self._notices.tell(what, position)

    def hear(self, what: What, heard: Callable[[int], object]) -> None:
        """Have something called with how far another thing has come, whenever that is told."""
        self._hears.setdefault(what, []).append(heard)

    def wait(
        self, position: int, seconds: float, given_up: Callable[[], bool] = lambda: False
    ) -> bool:
        """Block until there is a record past the position; False if the time ran out first.

        `given_up` is asked now and then, and after each `stir`, whether to wait no longer.
        """
        if self._notices is not None:
            self._notices.start()
        return self._wakeups.wait(position, seconds, given_up)

    def stir(self) -> None:
        """Let those who wait look whether they still should."""
        self._wakeups.stir()

    def subscribe(self, after: int = 0) -> Subscription:
        """All records past a position, those to come included."""
        if self._notices is not None:
            self._notices.start()
        return Subscription(self.since, self._wakeups, after)

    def looked_into(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what uses the database, which stays open until it is done. Raises Unavailable.

        For threads that nobody joins: `close` waits for them, and what comes later finds it closed.
        """
        with self._wakeups.looking() as may:
            if not may:
                raise Unavailable("the ledger is closed")
            return call(*args, **kwargs)

    def close(self) -> None:
        """Let those who wait go, and close the connections."""
        self._wakeups.close()
        if self._notices is not None:
            self._notices.close()
        self.engine.dispose()

    def _hear(self, what: What, position: int) -> None:
        for heard in self._hears.get(what, ()):
            heard(position)

    def _hear_from_outside(self, what: What, position: int) -> None:
        """Hear what anybody may have told who may connect to the database: of nothing that lies
        beyond the ledger's end.
        """
        if what == "head":
            self._wakeups.hear(position)
            return
        with suppress(Unavailable):  # who waits looks meanwhile
            if self._wakeups.confirm(position):
                self._hear(what, position)

    def _position(self) -> int:
        return self._store.head().position


def open_ledger(database: str | Engine) -> Ledger:
    """The ledger in a database, laid out if it is new; `UnknownSchema` if it is not ours."""
    if isinstance(database, Engine):
        create_schema(database)
        return Ledger(database)
    engine = open_engine(database)
    try:
        return open_ledger(engine)
    except BaseException:
        engine.dispose()
        raise


def _assert_sound(entry: Entry) -> None:
    subjects = entry.subjects
    assert len(set(subjects)) == len(subjects), "a record names a subject once"
    joined = "".join(subjects)
    # The newline parts the subjects of a record; PostgreSQL's text cannot hold a NUL.
    assert "\n" not in joined and "\0" not in joined and "" not in subjects
