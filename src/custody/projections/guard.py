"""What keeps a query that forgot its scope from telling what is not its asker's to see?

PostgreSQL does, by row-level security: a scoped query is asked as a role that owns nothing, and
that role is shown the rows of the scope alone. A second net: the first is the condition that the
query has of its own. It hangs where an operator has made the role; on SQLite there is none.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import Connection, Engine, Table, inspect

from custody.access import Scope
from custody.ledger.errors import translated
from custody.projections.consignments import consignment
from custody.projections.entries import entry
from custody.projections.inventory import inventory
from custody.projections.location import location
from custody.projections.matter import matter
from custody.projections.number_books import number_book
from custody.projections.orders import order_battery, service_order
from custody.projections.registry import registration
from custody.projections.stays import stay
from custody.projections.tables import projected
from custody.projections.territory import territory

ROLE: Final = "custody_scoped"

_SITES: Final = "(select custody_sites())"
_CARRIER: Final = "nullif(split_part(current_setting('custody.scope', true), '|', 4), '')"
_FOLLOWS: Final = "split_part(current_setting('custody.scope', true), '|', 5) = 'follows'"
_OF_SITE: Final = f"site in {_SITES}"

POLICIES: Final[dict[Table, str]] = {
    location: f"{_OF_SITE} or ((state = 'missing' or {_FOLLOWS}) and consignor in {_SITES})"
    f" or (custodian = 'carrier:' || {_CARRIER}"
    f" and concat_ws(E'\\t', consignment, consignor, {_CARRIER}) in (select custody_given()))",
    inventory: _OF_SITE,
    stay: _OF_SITE,
    entry: _OF_SITE,
    matter: _OF_SITE,
    number_book: _OF_SITE,
    service_order: _OF_SITE,
    order_battery: "of_order in (select custody_orders())",
    consignment: f"from_site in {_SITES} or to_site in {_SITES}"
    f" or strpos(told || E'\\n', E'\\t' || {_CARRIER} || E'\\n') > 0",
}
"""Which rows of a table the role is shown. Of a table that stands nowhere here it is shown none."""

FOR_ALL: Final = (registration, territory, projected)
"""Who takes part and where is no secret: the role reads these whole."""

# By name, not by reference: a rebuild puts other tables under these names. The setting that is not
# there is null, and then nothing is shown.
_FUNCTIONS: Final = {
    "custody_sites": """
create function custody_sites() returns setof text language plpgsql stable as $$
declare
    scope_ text[] := string_to_array(current_setting('custody.scope', true), '|');
begin
    return query select t.site from territory t
    where scope_[1] in ('', t.site) and scope_[2] in ('', t.organisation)
        and starts_with(t.division, scope_[3]);
end $$
""",
    "custody_given": f"""
create function custody_given() returns setof text language plpgsql stable as $$
begin
    return query select concat_ws(E'\\t', c.no, line)
    from consignment c, unnest(string_to_array(c.told, E'\\n')) line
    where split_part(line, E'\\t', 2) = {_CARRIER};
end $$
""",
    "custody_orders": """
create function custody_orders() returns setof text language plpgsql stable as $$
begin
    return query select o.no from service_order o;
end $$
""",
}

_plain = re.compile(r"[A-Za-z0-9-]*").fullmatch
Place = Callable[[Table], Table]


def lay_out(connection: Connection) -> None:
    """Make the functions that the policies ask, where they are not there yet."""
    if connection.dialect.name != "postgresql":
        return
    for name, function in _FUNCTIONS.items():
        if not _is(connection, f"to_regproc('{name}') is not null"):
            connection.exec_driver_sql(function)


def protect(connection: Connection, tables: Iterable[Table], place: Place) -> None:
    """Let tables that were just made show the role what their policy says; `place`: which."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        name = place(table).name
        policy = POLICIES.get(table)
        if policy is not None:
            connection.exec_driver_sql(f"alter table {name} enable row level security")
            connection.exec_driver_sql(f"create policy seen on {name} for select using ({policy})")
        if policy is not None or table in FOR_ALL:
            _grant(connection, name)


def admit(connection: Connection) -> None:
    """Let the role read what there is, if it has been made since the tables were."""
    if connection.dialect.name != "postgresql" or not _has_role(connection):
        return
    there = set(inspect(connection).get_table_names())
    for table in (*POLICIES, *FOR_ALL):
        if table.name in there:
            _grant(connection, table.name)


def hangs(engine: Engine) -> bool:
    """Tell whether scoped queries can be asked as the role."""
    if engine.dialect.name != "postgresql":
        return False
    with translated(), engine.connect() as connection:
        return _has_role(connection)


def begins(scope: Scope) -> str:
    """Write what makes the rest of a transaction see a scope and no more.

    Raises ValueError for a scope that is not made of codes: it becomes part of a statement.
    """
    parts = (scope.site, scope.organisation, scope.division, scope.carrier)
    told = "|".join((*(part or "" for part in parts), "follows" if scope.follows else ""))
    if told.count("|") != len(parts) or not all(map(_plain, told.split("|"))):
        raise ValueError("a scope is made of codes")
    return f"; set local role {ROLE}; set local custody.scope = '{told}'"


def _grant(connection: Connection, name: str) -> None:
    if _has_role(connection) and not _is(
        connection, f"has_table_privilege('{ROLE}', '{name}', 'select')"
    ):
        connection.exec_driver_sql(f"grant select on {name} to {ROLE}")


def _has_role(connection: Connection) -> bool:
    """Tell whether there is the role, and we may speak as it."""
    return _is(
        connection,
        f"exists (select from pg_roles where rolname = '{ROLE}' and pg_has_role(oid, 'member'))",
    )


def _is(connection: Connection, condition: str) -> bool:
    return bool(connection.exec_driver_sql(f"select {condition}").scalar())
