"""Which queries has somebody put a name to?"""

from collections.abc import Mapping, Sequence
from json import loads
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Engine, delete, func, select

from custody.exchange.tables import query
from custody.ledger import writing
from custody.ledger.errors import translated
from custody.terms import FieldError, Millis, Refused

QUERIES_MAX: Final = 1_000
"""Named queries of one owner."""

NAME_MAX: Final = 100
"""Characters of a query's name."""


class Named(NamedTuple):
    """A query with a name: what it asks for, as it was put."""

    name: str
    said: Mapping[str, Any]
    created_at: Millis


def put(engine: Engine, owner: str, named: Named) -> None:
    """Keep a new query. Raises Refused for a name that is taken."""
    of_owner = query.c.owner == owner
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("lock table epcis_query in exclusive mode")
        if connection.scalar(select(query.c.name).where(of_owner, query.c.name == named.name)):
            raise Refused("epcis_name_taken", FieldError("/name", "epcis_name_taken"))
        many = select(func.count()).select_from(query).where(of_owner)
        if (connection.scalar(many) or 0) >= QUERIES_MAX:
            raise Refused("epcis_too_many_queries", max=QUERIES_MAX)
        connection.execute(
            query.insert().values(
                owner=owner,
                name=named.name,
                said=orjson.dumps(named.said).decode(),
                created_at=named.created_at,
            )
        )


def find(engine: Engine, owner: str, name: str) -> Named | None:
    """Return an owner's query of a name."""
    asked = select(query).where(query.c.owner == owner, query.c.name == name)
    with translated(), engine.connect() as connection:
        row = connection.execute(asked).mappings().first()
    return None if row is None else Named(row["name"], loads(row["said"]), row["created_at"])


def listing(engine: Engine, owner: str, *, after: str | None, limit: int) -> Sequence[Named]:
    """Return an owner's queries by name."""
    asked = select(query).where(query.c.owner == owner).order_by(query.c.name).limit(limit)
    if after is not None:
        asked = asked.where(query.c.name > after)
    with translated(), engine.connect() as connection:
        rows = connection.execute(asked).mappings().all()
    return [Named(row["name"], loads(row["said"]), row["created_at"]) for row in rows]


def drop(engine: Engine, owner: str, name: str) -> bool:
    """Forget an owner's query; say whether there was one."""
    gone = delete(query).where(query.c.owner == owner, query.c.name == name)
    with writing(engine) as connection:
        return bool(connection.execute(gone).rowcount)
