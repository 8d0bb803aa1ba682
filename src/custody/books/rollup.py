"""What does the network hold, by province, city, county or tier?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from custody import codes
from custody.access import EVERYTHING, Scope
from custody.books import capacity
from custody.books.flows import COUNTS
from custody.events.vocabulary import SiteKind
from custody.projections import registry
from custody.projections.inventory import inventory
from custody.projections.tables import Row

Level = Literal["province", "city", "county", "tier"]

SITES_AT_ONCE = 5_000
DIGITS: Mapping[str, int] = {"province": 2, "city": 4, "county": 6}
"""How much of a site's division tells one area of a level from another."""

TIERS: Mapping[SiteKind, int] = {
    "collection_point": 1,
    "transfer_station": 2,
    "sorting_centre": 3,
    "dismantling_base": 4,
    "second_life_plant": 4,
    "recycler": 4,
    "disposal_site": 4,
}
TIER_NAMES = (
    "体系外 External",
    "回收 Collection",
    "中转 Transfer",
    "分拣 Sorting",
    "利用 Utilisation",
)
"""Those of the tiers, 1 to 4, behind that of what lies outside the network."""


@dataclass(slots=True)
class Area:
    """All sites of one area or tier together."""

    sites: int = 0
    over_capacity: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))

    def add(self, held: Mapping[str, int], registered: Mapping[str, Any]) -> None:
        """Count a site in."""
        self.sites += 1
        for name in COUNTS:
            self.counts[name] += held[name]
        level = capacity.of(registered, held["pieces"], held["mass_g"]).level
        self.over_capacity += level in ("over", "critical")


def areas(
    connection: Connection, level: Level, today: date, scope: Scope = EVERYTHING
) -> list[Row]:
    """Return what each area of a level holds now, by its code; its name is that of the day.

    `scope`: only its sites are counted.
    """
    held = _held(connection)
    nothing = dict.fromkeys(COUNTS, 0)
    found: dict[str, Area] = defaultdict(Area)
    for registered in _sites(connection, scope):
        found[_code(registered, level)].add(held.get(registered["site"], nothing), registered)
    return [
        {
            "code": code,
            "name": _name(code, level, today),
            "sites": area.sites,
            "sites_over_capacity": area.over_capacity,
            **area.counts,
        }
        for code, area in sorted(found.items())
    ]


def _held(connection: Connection) -> dict[str, Row]:
    sums = [func.sum(inventory.c[name]).label(name) for name in COUNTS]
    rows = connection.execute(select(inventory.c.site, *sums).group_by(inventory.c.site))
    return {row["site"]: {name: int(row[name]) for name in COUNTS} for row in rows.mappings()}


def _sites(connection: Connection, scope: Scope) -> Iterator[dict[str, Any]]:
    last: str | None = None
    while True:
        some = registry.listing(connection, "site", scope=scope, after=last, limit=SITES_AT_ONCE)
        yield from some
        if len(some) < SITES_AT_ONCE:
            return
        last = f"site:{some[-1]['site']}"


def _code(registered: Mapping[str, Any], level: Level) -> str:
    if level == "tier":
        return str(TIERS.get(registered["kind"], 0))
    code: str = registered["division"]
    return code[: DIGITS[level]]


def _name(code: str, level: Level, today: date, scope: Scope = EVERYTHING) -> str | None:
    """Name an area; None where the tables know no such code."""
    if level == "tier":
        return TIER_NAMES[int(code)]
    try:
        if level == "county":
            return codes.division(code, today).name
        whole = code.ljust(6, "0")
        return codes.city_name(whole) if level == "city" else codes.province_name(whole)
    except codes.CodeError:
        return None
