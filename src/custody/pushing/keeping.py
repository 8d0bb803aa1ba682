"""How is a subscription made, looked up and changed by those whose it is?"""

import os
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, func, select, update

from custody.keys import Key, api_key
from custody.keys.tables import key_of
from custody.ledger import writing
from custody.ledger.errors import translated
from custody.pushing import secrets
from custody.pushing.parcels import FACTS_MAX
from custody.pushing.signing import ROTATION, written
from custody.pushing.subscription import Subscription, Wanted, unknown
from custody.pushing.tables import dead_letter, subscription
from custody.terms import Millis, Position, Refused

SUBSCRIPTIONS_MAX: Final = 20
"""Subscriptions of a key."""

_ID_BYTES: Final = 12
_FRESH: Final[dict[str, Any]] = {
    "reaching": None,
    "at_once": FACTS_MAX,
    "failures": 0,
    "refusals": 0,
    "dead_running": 0,
    "next_at": None,
}
"""Nothing has gone wrong yet."""


def create(
    engine: Engine, master: bytes, key: str, wanted: Wanted, now: Millis
) -> tuple[Subscription, str]:
    """Make a subscription; its secret is told this once. Refuses one too many."""
    id_ = "sub_" + os.urandom(_ID_BYTES).hex()
    secret, sealed = secrets.made(master, id_, wanted.token)
    row = {
        "id": id_, "key": key, "url": wanted.url, "types": ",".join(wanted.types) or None,
        "site": wanted.site, "division": wanted.division, "battery": wanted.battery,
        "envelope": wanted.envelope, "query": wanted.query, "asked": wanted.asked,
        "secret": sealed, "created_at": now, "state": "active",
        "cursor": wanted.after, "round": 0, **_FRESH,
    }  # fmt: skip
    with writing(engine) as connection:
        _alone(connection, key)
        counted = select(func.count()).select_from(subscription).where(subscription.c.key == key)
        if (connection.scalar(counted) or 0) >= SUBSCRIPTIONS_MAX:
            raise Refused("too_many_subscriptions", max=SUBSCRIPTIONS_MAX)
        connection.execute(subscription.insert().values(row))
        made = _found(connection, id_, key)
    return made, written(secret)


def find(engine: Engine, id_: str, key: str | None) -> Subscription:
    """Return a subscription of a key; with None, of any. Refuses what is not there."""
    with translated(), engine.connect() as connection:
        return _found(connection, id_, key)


def listing(engine: Engine, key: str | None, after: str | None, limit: int) -> list[Subscription]:
    """List a key's subscriptions by id; with None, everybody's."""
    asked = select(subscription).order_by(subscription.c.id).limit(limit)
    if key is not None:
        asked = asked.where(subscription.c.key == key)
    if after is not None:
        asked = asked.where(subscription.c.id > after)
    with translated(), engine.connect() as connection:
        return [Subscription(**row) for row in connection.execute(asked).mappings()]


def query_name(owner: str, name: str) -> str:
    """Say which named query a subscription is to: a name is its owner's alone."""
    return f"{owner} {name}"


def of_query(engine: Engine, key: str, query: str) -> list[Subscription]:
    """List a key's subscriptions to a named query, by id."""
    mine = (subscription.c.key == key, subscription.c.query == query)
    asked = select(subscription).where(*mine).order_by(subscription.c.id)
    with translated(), engine.connect() as connection:
        return [Subscription(**row) for row in connection.execute(asked).mappings()]


def remove_of_query(engine: Engine, query: str) -> None:
    """Tell nobody any more what a named query finds that is no more."""
    with writing(engine) as connection:
        those = select(subscription.c.id).where(subscription.c.query == query)
        connection.execute(delete(dead_letter).where(dead_letter.c.subscription.in_(those)))
        connection.execute(delete(subscription).where(subscription.c.query == query))


def remove(engine: Engine, id_: str, key: str | None) -> None:
    """Tell nothing any more, and forget what was refused."""
    with writing(engine) as connection:
        _found(connection, id_, key)
        connection.execute(delete(dead_letter).where(dead_letter.c.subscription == id_))
        connection.execute(delete(subscription).where(subscription.c.id == id_))


def pause(engine: Engine, id_: str, key: str | None) -> Subscription:
    """Tell nothing until it is resumed; what is under way may still arrive."""
    with writing(engine) as connection:
        if _found(connection, id_, key).state == "active":
            _set(connection, id_, state="paused", reason=None)
        return _found(connection, id_, key)


def resume(engine: Engine, id_: str, key: str | None) -> Subscription:
    """Go on where it was, as if nothing had gone wrong. Refuses one whose key is revoked."""
    with writing(engine) as connection:
        found = _found(connection, id_, key)
        if good(connection, found.key) is None:
            raise Refused("subscription_key_revoked")
        fresh = {name: value for name, value in _FRESH.items() if name != "reaching"}
        _set(connection, id_, state="active", reason=None, **fresh)
        return _found(connection, id_, key)


def replay(engine: Engine, id_: str, key: str | None, after: Position) -> Subscription:
    """Tell again what lies past a position, under new ids: a receiver takes it for no repeat."""
    with writing(engine) as connection:
        found = _found(connection, id_, key)
        _set(connection, id_, **{**_FRESH, "cursor": after, "round": found.round + 1})
        return _found(connection, id_, key)


def replay_dead(engine: Engine, id_: str, key: str | None, now: Millis) -> tuple[Subscription, int]:
    """Have what is dead told again, each fact by itself; return how many facts that are."""
    with writing(engine) as connection:
        found = _found(connection, id_, key)
        here = dead_letter.c.subscription == id_
        marked = connection.execute(update(dead_letter).where(here).values(again=now))
        return found, marked.rowcount


def rotate(
    engine: Engine, master: bytes, id_: str, key: str | None, now: Millis
) -> tuple[Subscription, str]:
    """Give a new secret; for a while deliveries bear the former one's signature too."""
    secret, sealed = secrets.made(master, id_)
    with writing(engine) as connection:
        former = _found(connection, id_, key).secret
        _set(connection, id_, secret=sealed, former_secret=former, former_until=now + ROTATION)
        return _found(connection, id_, key), written(secret)


def dead_letters(engine: Engine, id_: str, after: Position, limit: int) -> Sequence[Any]:
    """List what was refused for good, by position."""
    asked = (
        select(dead_letter)
        .where(dead_letter.c.subscription == id_, dead_letter.c.position > after)
        .order_by(dead_letter.c.position)
        .limit(limit)
    )
    with translated(), engine.connect() as connection:
        return connection.execute(asked).all()


def pause_restored(connection: Connection) -> None:
    """Let nothing be told out of a backup unasked: the database of then may be telling it."""
    active = subscription.c.state == "active"
    connection.execute(update(subscription).where(active).values(state="paused", reason="restored"))


def good(connection: Connection, key: str) -> Key | None:
    """Return a key by its id, unless there is none or it was revoked."""
    asked = select(api_key).where(api_key.c.id == key, api_key.c.revoked_at.is_(None))
    row = connection.execute(asked).one_or_none()
    return None if row is None else key_of(row)


def _found(connection: Connection, id_: str, key: str | None) -> Subscription:
    row = (
        connection.execute(select(subscription).where(subscription.c.id == id_)).mappings().first()
    )
    if row is None or key not in (None, row["key"]):
        raise unknown()
    return Subscription(**row)


def _set(connection: Connection, id_: str, **values: Any) -> None:
    connection.execute(update(subscription).where(subscription.c.id == id_).values(**values))


def _alone(connection: Connection, key: str) -> None:
    """Let nobody else make a subscription of the same key until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"custody push {key}",)
        )
