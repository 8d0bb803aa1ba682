"""Which captures are under way, and what became of those that are done?"""

from collections.abc import Sequence
from json import loads
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Engine, func, select, update

from custody.exchange.captured import Captor
from custody.exchange.tables import capture
from custody.ledger import writing
from custody.ledger.errors import translated
from custody.terms import Millis, Position

Behaviour = Literal["rollback", "proceed"]
Error = dict[str, Any]


class Capture(NamedTuple):
    """A document that was taken on, and how far it has come."""

    id: UUID
    owner: str
    captor: Captor
    behaviour: Behaviour
    body: str
    """Empty in what is listed: only whoever does a capture reads its document."""
    created_at: Millis
    recorded_at: Millis | None = None
    finished_at: Millis | None = None
    errors: Sequence[Error] = ()
    position: Position | None = None
    movements: Sequence[dict[str, Any]] = ()
    """What became of the movements that its events are."""

    @property
    def name(self) -> str:
        """How it is called outside: the instant first, so that captures sort by time."""
        return f"{self.created_at:013x}-{self.id}"


def begin(engine: Engine, new: Capture) -> None:
    """Take a document on, for good: whatever happens to this process, it will be captured."""
    with writing(engine) as connection:
        connection.execute(
            capture.insert().values(
                id=new.name,
                owner=new.owner,
                posted_by=new.captor.key,
                site=new.captor.site,
                organisation=new.captor.organisation,
                role=new.captor.role,
                terminal=new.captor.terminal,
                division=new.captor.division,
                behaviour=new.behaviour,
                body=new.body,
                created_at=new.created_at,
            )
        )


_LISTED: Final = [one for one in capture.c if one is not capture.c.body]
_WAITING: Final = [one for one in _LISTED if one.name not in ("errors", "movements")]


def with_body(engine: Engine, one: Capture) -> Capture:
    """Read the document of a capture."""
    asked = select(capture.c.body).where(capture.c.id == one.name)
    with translated(), engine.connect() as connection:
        return one._replace(body=connection.execute(asked).scalar_one())


def waiting(engine: Engine, limit: int) -> list[Capture]:
    """Return the captures that are not done, the oldest first; nothing of what became of them.

    One that is recorded waits to be found, and what its hundreds of events brought is long.
    """
    asked = select(*_WAITING).where(capture.c.finished_at.is_(None)).order_by(capture.c.id)
    with translated(), engine.connect() as connection:
        return [_capture(row) for row in connection.execute(asked.limit(limit)).mappings()]


def recorded(engine: Engine, one: Capture) -> None:
    """Note what was recorded of a capture, and what was wrong; its text now stands elsewhere.

    A note that a crash takes back is made again, for the capture is done again and finds every
    event there: only that it is finished, which is told outside, has to last.
    """
    with writing(engine, durable=False) as connection:
        connection.execute(
            update(capture)
            .where(capture.c.id == one.name)
            .values(
                body="",
                recorded_at=one.recorded_at,
                errors=orjson.dumps([*one.errors]).decode(),
                movements=orjson.dumps([*one.movements]).decode(),
                position=one.position,
            )
        )


def finish(engine: Engine, position: Position, now: Millis) -> int:
    """Note as done whatever was recorded and can be found; return how many those are."""
    with writing(engine) as connection:
        done = connection.execute(
            update(capture)
            .where(
                capture.c.finished_at.is_(None),
                capture.c.recorded_at.is_not(None),
                func.coalesce(capture.c.position, 0) <= position,
            )
            .values(finished_at=now)
        )
        return done.rowcount


def find(engine: Engine, name: str, owner: str) -> Capture | None:
    """Return one of an owner's captures."""
    asked = select(*_LISTED).where(capture.c.owner == owner, capture.c.id == name)
    with translated(), engine.connect() as connection:
        row = connection.execute(asked).mappings().first()
        return None if row is None else _capture(row)


def listing(engine: Engine, owner: str, *, before: str | None, limit: int) -> list[Capture]:
    """Return an owner's captures, the latest first."""
    asked = select(*_LISTED).where(capture.c.owner == owner).order_by(capture.c.id.desc())
    if before is not None:
        asked = asked.where(capture.c.id < before)
    with translated(), engine.connect() as connection:
        return [_capture(row) for row in connection.execute(asked.limit(limit)).mappings()]


def _capture(row: Any) -> Capture:
    return Capture(
        UUID(row["id"].partition("-")[2]),
        row["owner"],
        Captor(
            row["posted_by"],
            row["site"],
            row["organisation"],
            row["role"],
            row["terminal"],
            row["division"],
        ),
        row["behaviour"],
        "",
        row["created_at"],
        row["recorded_at"],
        row["finished_at"],
        loads(row["errors"]) if row.get("errors") else (),
        row["position"],
        loads(row["movements"]) if row.get("movements") else (),
    )
