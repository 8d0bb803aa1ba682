"""Who has read what is not for everybody: what people left behind, and evidence?

Written in the transaction that reads, and never changed: the database itself refuses to.
"""

from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    MetaData,
    Table,
    inspect,
    select,
)

from custody.ledger import laying_out
from custody.ledger.columns import TEXT, column
from custody.ledger.errors import translated
from custody.terms import Millis

_LAYOUT_LOCK: Final = 0x61636C67

metadata = MetaData()


looks = Table(
    "access_log",
    metadata,
    # Its first half is the instant, so that ids sort by time and no database has to count.
    column("id", TEXT, primary_key=True),
    column("at", BigInteger()),
    column("asker", TEXT),
    column("role", TEXT, nullable=True),
    column("site", TEXT, nullable=True),
    column("action", TEXT, server_default="read_depositor"),
    column("resource", TEXT, index=True),
    column("outcome", TEXT),
    column("request_id", TEXT, nullable=True),
)

FORMER_NAME: Final = "vault_access"
FORMER_COLUMNS: Final = {"key": "asker", "depositor": "resource"}
"""What the table and its columns were called while it knew of the vault alone."""

_FORMER = (
    f"alter table {FORMER_NAME} rename to {looks.name}",
    *(
        f"alter table {looks.name} rename column {old} to {new}"
        for old, new in FORMER_COLUMNS.items()
    ),
    f"alter table {looks.name} add column role text",
    f"alter table {looks.name} add column action text not null default 'read_depositor'",
    f"alter table {looks.name} add column request_id text",
    "drop index ix_vault_access_depositor",
    f"create index ix_access_log_resource on {looks.name} (resource)",
)
_KEPT_SQLITE = tuple(
    f"create trigger access_log_no_{act} before {act} on {looks.name}"
    " begin select raise(abort, 'what was read stays on record'); end"
    for act in ("update", "delete")
)
_KEPT_POSTGRES = (
    """
create function access_log_stays() returns trigger language plpgsql as $$
begin raise exception 'what was read stays on record'; end $$
""",
    f"""
create trigger access_log_stays before update or delete or truncate on {looks.name}
for each statement execute function access_log_stays()
""",
)


@dataclass(frozen=True, slots=True)
class Look:
    """Who has looked at what, and what they were answered."""

    asker: str
    action: str
    resource: str
    outcome: str
    at: Millis
    role: str | None = None
    site: str | None = None
    request_id: str | None = None
    id: str = ""
    """Made when it is noted."""


def lay_out(engine: Engine) -> None:
    """Make the table where it is not there yet, and bring an older one up to date."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        inspected = inspect(connection)
        if inspected.has_table(looks.name):
            return
        if inspected.has_table(FORMER_NAME):
            for statement in _FORMER:
                connection.exec_driver_sql(statement)
        else:
            metadata.create_all(connection)
        postgres = connection.dialect.name == "postgresql"
        for statement in _KEPT_POSTGRES if postgres else _KEPT_SQLITE:
            connection.exec_driver_sql(statement)


def note(connection: Connection, look: Look) -> None:
    """Put down that somebody has looked."""
    row = {name: getattr(look, name) for name in looks.columns.keys() if name != "id"}  # noqa: SIM118
    connection.execute(looks.insert().values(id=f"{look.at:013x}-{token_hex(8)}", **row))


def listing(
    engine: Engine,
    *,
    asker: str | None = None,
    action: str | None = None,
    resource: str | None = None,
    since: Millis | None = None,
    until: Millis | None = None,
    after: str | None = None,
    limit: int,
) -> list[Look]:
    """Return who looked, the latest first; `since` inclusive, `until` exclusive.

    `after`: the id of the last one of the page before.
    """
    asked = select(looks).order_by(looks.c.id.desc()).limit(limit)
    for name, value in {"asker": asker, "action": action, "resource": resource}.items():
        if value is not None:
            asked = asked.where(looks.c[name] == value)
    if since is not None:
        asked = asked.where(looks.c.at >= since)
    if until is not None:
        asked = asked.where(looks.c.at < until)
    if after is not None:
        asked = asked.where(looks.c.id < after)
    with translated(), engine.connect() as connection:
        return [Look(**row) for row in connection.execute(asked).mappings()]
