"""How far has each subscription come? What the one that delivers reads and writes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, exists, func, select, update

from custody.access import Scope
from custody.keys import api_key
from custody.keys.tables import key_of
from custody.ledger import writing
from custody.ledger.errors import translated
from custody.pushing.answers import Answered
from custody.pushing.subscription import Reason, Subscription
from custody.pushing.tables import dead_letter, subscription
from custody.terms import Millis, Position


class Active(NamedTuple):
    """One that is active, what part of the network is its maker's, and whether dead are asked."""

    subscription: Subscription
    scope: Scope | None
    """None: its key was revoked."""
    dead: bool


def active(engine: Engine) -> list[Active]:
    """Return all that are active."""
    wanted = exists().where(
        dead_letter.c.subscription == subscription.c.id, dead_letter.c.again.is_not(None)
    )
    asked = select(subscription, wanted.label("dead")).where(subscription.c.state == "active")
    with translated(), engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(asked).mappings()]
        named = {row["key"] for row in rows}
        good = select(api_key).where(api_key.c.id.in_(named), api_key.c.revoked_at.is_(None))
        keys = {row.id: key_of(row) for row in connection.execute(good)} if named else {}
    return [*_each(rows, {id_: key.subject.scope for id_, key in keys.items()})]


def _each(rows: list[dict[str, Any]], scopes: dict[str, Scope]) -> Iterator[Active]:
    for row in rows:
        dead = bool(row.pop("dead"))
        one = Subscription(**row)
        yield Active(one, scopes.get(one.key), dead)


def step(engine: Engine, one: Subscription, **values: Any) -> Subscription | None:
    """Write how it stands now; None if somebody has set its cursor since, or removed it.

    What a crash of the machine takes back is delivered again, under the same id.
    """
    with writing(engine, durable="state" in values) as connection:
        return _step(connection, one, values)


def die(
    engine: Engine, one: Subscription, position: Position, values: dict[str, Any], dead_max: int
) -> Subscription | None:
    """Put a fact aside that was refused for good; disable the subscription if it has too many."""
    with writing(engine) as connection:
        mine = dead_letter.c.subscription == one.id
        count = connection.scalar(select(func.count()).select_from(dead_letter).where(mine)) or 0
        if count >= dead_max:
            return _step(connection, one, {"state": "disabled", "reason": "too_many_dead"})
        moved = _step(connection, one, values)
        if moved is not None:
            connection.execute(delete(dead_letter).where(mine, dead_letter.c.position == position))
            connection.execute(
                dead_letter.insert().values(
                    subscription=one.id,
                    position=position,
                    died_at=moved.answered_at,
                    status=moved.status,
                    answer=moved.answer,
                )
            )
        return moved


def disable(engine: Engine, id_: str, reason: Reason) -> None:
    """Tell it nothing more, and say why."""
    with writing(engine) as connection:
        connection.execute(
            update(subscription)
            .where(subscription.c.id == id_, subscription.c.state == "active")
            .values(state="disabled", reason=reason)
        )


def dead_again(engine: Engine, id_: str) -> tuple[Position, Millis] | None:
    """Return the first dead fact that is to be told again, and when that was asked for."""
    asked = (
        select(dead_letter.c.position, dead_letter.c.again)
        .where(dead_letter.c.subscription == id_, dead_letter.c.again.is_not(None))
        .order_by(dead_letter.c.position)
        .limit(1)
    )
    with translated(), engine.connect() as connection:
        row = connection.execute(asked).one_or_none()
    return None if row is None else (row.position, row.again)


def revived(engine: Engine, id_: str, position: Position) -> None:
    """Forget that a fact was refused: it was taken now."""
    with writing(engine) as connection:
        connection.execute(delete(dead_letter).where(*_letter(id_, position)))


def still_dead(
    engine: Engine, id_: str, asked: tuple[Position, Millis], answered: Answered, now: Millis
) -> None:
    """Leave a fact dead that was refused once more, unless it has been asked for again since."""
    position, again = asked
    said = {"died_at": now, "status": answered.status, "answer": answered.said, "again": None}
    with writing(engine) as connection:
        connection.execute(
            update(dead_letter)
            .where(*_letter(id_, position), dead_letter.c.again == again)
            .values(**said)
        )


def _step(connection: Connection, one: Subscription, values: dict[str, Any]) -> Subscription | None:
    """Change it unless its cursor is another's by now."""
    unmoved = (
        subscription.c.id == one.id,
        subscription.c.round == one.round,
        subscription.c.cursor == one.cursor,
    )
    changed = connection.execute(update(subscription).where(*unmoved).values(**values))
    return replace(one, **values) if changed.rowcount else None


def _letter(id_: str, position: Position) -> tuple[Any, Any]:
    return dead_letter.c.subscription == id_, dead_letter.c.position == position
