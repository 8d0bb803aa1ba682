"""Who is registered, and what held of a party at any moment?"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from json import loads
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, Table, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from custody.access import EVERYTHING, Scope
from custody.events import Registration
from custody.projections.projection import Batch, Change
from custody.projections.tables import Row, load, metadata, number, text
from custody.projections.territory import sites_of, territory
from custody.terms import Millis, Subject

registration = Table(
    "registration",
    metadata,
    text("party", key=True),
    # 1, 2, 3 … of the party, in the order they were recorded: a later one overrules.
    number("n", key=True),
    number("holds_from"),
    number("holds_to"),
    text("body"),
)

Kind = Literal["organisation", "site", "terminal", "route"]


class _site_of(GenericFunction[str]):  # noqa: N801 - named as it is called, like all SQL functions
    """The site that a registration's body names."""

    type = Text()
    inherit_cache = True


@compiles(_site_of, "sqlite")
def _on_sqlite(element: _site_of, compiler: Any, **options: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **options)}, '$.site')"


@compiles(_site_of, "postgresql")
def _on_postgres(element: _site_of, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)}::json ->> 'site')"


class Registry:
    """One row a registration; none is ever replaced."""

    name = "registry"
    tables = (registration,)

    def wants(self, batch: Batch) -> tuple[Column[str], Collection[str]]:
        """What was registered of the same parties before."""
        return registration.c.party, {fact.party() for fact in batch.registrations}

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Add each registration behind those of its party."""
        known: dict[Subject, int] = defaultdict(int)
        for row in rows:
            known[row["party"]] = max(known[row["party"]], row["n"])
        added: list[Row] = []
        for fact in batch.registrations:
            party = fact.party()
            known[party] += 1
            added.append(_row(party, known[party], fact))
        return [Change(registration, added)]


def find(
    connection: Connection, party: Subject, as_of: Millis | None = None
) -> dict[str, Any] | None:
    """Return what held of a party at an instant, by default what was registered last."""
    asked = select(registration.c.body).where(registration.c.party == party)
    if as_of is not None:
        asked = asked.where(registration.c.holds_from <= as_of)
    body = connection.execute(asked.order_by(registration.c.n.desc()).limit(1)).scalar()
    return None if body is None else dict(loads(body))


def organisations(
    connection: Connection, sites: Collection[str], as_of: Millis | None = None
) -> dict[str, str]:
    """Return the organisation that each of some sites belonged to then, by default now."""
    rows = load(connection, registration.c.party, [f"site:{site}" for site in sites])
    held = [row for row in rows if as_of is None or row["holds_from"] <= as_of]
    bodies = (loads(row["body"]) for row in sorted(held, key=lambda row: row["n"]))
    return {body["site"]: body["organisation"] for body in bodies}


def listing(
    connection: Connection,
    kind: Kind,
    *,
    as_of: Millis | None = None,
    scope: Scope = EVERYTHING,
    after: Subject | None = None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return what held of each party of a kind at an instant, by name: of those of a scope."""
    later = registration.alias()
    newer = select(later.c.n).where(
        later.c.party == registration.c.party, later.c.n > registration.c.n
    )
    asked = select(registration.c.body).where(
        registration.c.party > (after or f"{kind}:"), registration.c.party < f"{kind};"
    )
    if as_of is not None:
        newer = newer.where(later.c.holds_from <= as_of)
        asked = asked.where(registration.c.holds_from <= as_of)
    if not scope.everything:
        asked = asked.where(*_seen(kind, scope))
    asked = asked.where(~newer.exists()).order_by(registration.c.party).limit(limit)
    return [dict(loads(body)) for body in connection.execute(asked).scalars()]


def _seen(kind: Kind, scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Say which parties are a scope's: its sites, whose they are, and the terminals on them."""
    sites = sites_of(scope).subquery()
    match kind:
        case "site":
            yield registration.c.party.in_(select(literal("site:") + sites.c.site))
        case "organisation":
            owners = select(territory.c.organisation).where(territory.c.site.in_(select(sites)))
            named = select(literal("organisation:") + owners.distinct().subquery().c.organisation)
            own = registration.c.party == f"organisation:{scope.organisation}"
            yield or_(registration.c.party.in_(named), own)
        case "terminal":
            yield _site_of(registration.c.body).in_(select(sites))
        case "route":
            pass  # a way is open to all


def _row(party: Subject, n: int, fact: Registration) -> Row:
    return {
        "party": party,
        "n": n,
        "holds_from": fact.holds_from,
        "holds_to": fact.holds_to,
        "body": fact.model_dump_json(exclude_none=True),
    }
