"""Where is each battery, in what state, and who answers for it?"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Index, Table, and_, or_, select

from custody.access import EVERYTHING, Scope
from custody.events.journey import Codes
from custody.events.vocabulary import Condition
from custody.events.whereabouts import Whereabouts
from custody.projections.consignments import given_to
from custody.projections.projection import Batch, Change, Turn
from custody.projections.tables import Row, metadata, number, text
from custody.projections.territory import within
from custody.terms import Millis

location = Table(
    "location",
    metadata,
    text("ref", key=True),
    text("state", null=True),
    text("site", null=True),
    text("place", null=True),
    text("custodian", null=True),
    text("consignment", null=True),
    text("consignor", null=True),
    number("since"),
    text("condition"),
    text("storage_class", null=True),
    text("grade", null=True),
    text("chemistry"),
    number("mass_g", null=True),
    number("must_treat"),
    text("holds"),
    # All codes of a pack that has several: it is kept under the first, the others only lead there.
    text("codes"),
    text("alias_of", null=True),
    number("facts"),
    text("latest"),
    # A list is asked for by site, or goes through the whole network by reference.
    Index("location_by_site", "site", "ref"),
)

Cursor = str
"""The last reference of the page before."""


class Location:
    """One row a battery."""

    name = "location"
    tables = (location,)

    def wants(self, batch: Batch) -> None:
        """Nothing: the turns say it all."""

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Put what is believed now in the place of what was believed."""
        return [Change(location, [row_of(turn) for turn in batch.turns.values()])]


def row_of(turn: Turn) -> Row:
    """Write what a turn makes of a battery as its row."""
    return {
        **columns(turn.ref, turn.now),
        "codes": "\n".join(turn.codes) if len(turn.codes) > 1 else "",
        "alias_of": None if turn.codes[0] == turn.ref else turn.codes[0],
        "facts": turn.facts,
        "latest": turn.latest,
    }


def columns(ref: str, battery: Whereabouts) -> Row:
    """Write what is believed of a battery as a row, all but which facts say so."""
    return {
        **battery,
        "ref": ref,
        "condition": ",".join(battery["condition"]),
        "must_treat": int(battery["must_treat"]),
        "holds": "\n".join(battery["holds"]),
    }


def whereabouts_of(row: Row) -> Whereabouts:
    """Read what is believed of a battery from its row."""
    return {
        "state": row["state"],
        "site": row["site"],
        "place": row["place"],
        "custodian": row["custodian"],
        "consignment": row["consignment"],
        "consignor": row["consignor"],
        "since": row["since"],
        "condition": conditions(row),
        "storage_class": row["storage_class"],
        "grade": row["grade"],
        "chemistry": row["chemistry"],
        "mass_g": row["mass_g"],
        "must_treat": bool(row["must_treat"]),
        "holds": holds(row),
    }


def conditions(row: Row) -> tuple[Condition, ...]:
    """Return the condition marks of a row as a list again."""
    return tuple(row["condition"].split(",")) if row["condition"] else ()


def holds(row: Row) -> tuple[str, ...]:
    """Return the cases for which a battery is held."""
    return tuple(row["holds"].split("\n")) if row["holds"] else ()


def codes(row: Row) -> Codes:
    """Return all codes of a row's pack."""
    return tuple(row["codes"].split("\n")) if row["codes"] else (row["ref"],)


def find(connection: Connection, ref: str) -> Row | None:
    """Return what is believed of one battery, under whichever of its codes; None if nothing is."""
    found = connection.execute(select(location).where(location.c.ref == ref)).mappings().first()
    if found is None or found["alias_of"] is None:
        return dict(found) if found else None
    return find(connection, found["alias_of"])


def listing(
    connection: Connection,
    *,
    site: str | None = None,
    state: str | None = None,
    chemistry: str | None = None,
    grade: str | None = None,
    held_since: Millis | None = None,
    scope: Scope = EVERYTHING,
    after: Cursor | None = None,
    limit: int,
) -> list[Row]:
    """Return the batteries of a scope that answer to all that is asked, by reference.

    `held_since`: those in stock where they are since that instant or longer.
    """
    asked = select(location).order_by(location.c.ref).limit(limit)
    # A pack of several codes is listed once, under the first.
    asked = asked.where(location.c.alias_of.is_(None))
    equal = {"site": site, "state": state, "chemistry": chemistry, "grade": grade}
    for name, value in equal.items():
        if value is not None:
            asked = asked.where(location.c[name] == value)
    if held_since is not None:
        asked = asked.where(location.c.state == "in_stock", location.c.since <= held_since)
    if not scope.everything:
        asked = asked.where(_seen(scope))
    if after is not None:
        asked = asked.where(location.c.ref > after)
    return [dict(row) for row in connection.execute(asked).mappings()]


def _seen(scope: Scope) -> ColumnElement[bool]:
    """Say which batteries are a scope's: those at its sites or carried by it, and those it sent.

    For what never arrived its sender answers; some follow what left until it has arrived. A carrier
    sees what it has and was given by a word that counts.
    """
    sent = within(scope, location.c.consignor)
    seen = [within(scope, location.c.site)]
    seen.append(sent if scope.follows else and_(location.c.state == "missing", sent))
    if scope.carrier is not None:
        given = given_to(scope.carrier, location.c.consignment, location.c.consignor)
        seen.append(and_(location.c.custodian == f"carrier:{scope.carrier}", given))
    return or_(*seen)
