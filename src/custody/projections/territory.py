"""Whose is each site, and where does it lie? Who may see what of a list is asked of this."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, Select, Table, false, or_, select

from custody.access import Place, Scope
from custody.events import SiteRegistered
from custody.projections.projection import Batch, Change
from custody.projections.tables import Row, load, metadata, text

territory = Table(
    "territory",
    metadata,
    text("site", key=True),
    text("organisation"),
    text("division"),
    Index("territory_by_organisation", "organisation", "site"),
    Index("territory_by_division", "division", "site"),
)


class Territory:
    """One row a site, as it was registered last."""

    name = "territory"
    tables = (territory,)

    def wants(self, batch: Batch) -> None:
        """Nothing: a registration says it all."""

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Put what a site was registered as last in the place of what it was before."""
        told = {
            fact.site: {
                "site": fact.site,
                "organisation": fact.organisation,
                "division": fact.division,
            }
            for fact in batch.registrations
            if isinstance(fact, SiteRegistered)
        }
        return [Change(territory, list(told.values()))]


def places(connection: Connection, sites: Collection[str]) -> list[Place]:
    """Return of each site whose it is and where it lies, as far as it is registered."""
    known = {row["site"]: Place(**row) for row in load(connection, territory.c.site, sites)}
    return [known.get(site) or Place(site) for site in dict.fromkeys(sites)]


def owners(connection: Connection, sites: Collection[str]) -> dict[str, str]:
    """Return whose each of some sites is, of those that are registered."""
    rows = load(connection, territory.c.site, sites)
    return {row["site"]: row["organisation"] for row in rows}


def of_organisation(connection: Connection, uscc: str, scope: Scope) -> list[Place]:
    """Return a site of an organisation that lies within a scope, if there is one."""
    asked = select(territory).where(territory.c.organisation == uscc, *_conditions(scope)).limit(1)
    return [Place(**row) for row in connection.execute(asked).mappings()]


def sites(connection: Connection, scope: Scope) -> list[str]:
    """Return the registered sites within a scope."""
    return list(connection.execute(sites_of(scope)).scalars())


def sites_of(scope: Scope) -> Select[Any]:
    """Ask for the registered sites within a scope."""
    return select(territory.c.site).where(*_conditions(scope))


def within(scope: Scope, *columns: Column[str]) -> ColumnElement[bool]:
    """Say which rows have a site of the scope in one of some columns."""
    if scope.site is not None and scope.organisation is scope.division is None:
        return or_(false(), *(column == scope.site for column in columns))
    return or_(false(), *(column.in_(sites_of(scope)) for column in columns))


def _conditions(scope: Scope) -> Iterator[ColumnElement[bool]]:
    if scope.site is not None:
        yield territory.c.site == scope.site
    if scope.organisation is not None:
        yield territory.c.organisation == scope.organisation
    if scope.division is not None:
        # Digits alone stand in a division, so that what begins with some lies between two texts.
        yield territory.c.division >= scope.division
        yield territory.c.division < f"{scope.division}:"
