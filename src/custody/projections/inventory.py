"""What does each site hold? Pieces and grams by chemistry, grade and class."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Column, Connection, Table, select

from custody.events.whereabouts import Whereabouts
from custody.projections.projection import Batch, Change
from custody.projections.tables import Row, metadata, names, number, text

inventory = Table(
    "inventory",
    metadata,
    text("site", key=True),
    text("state", key=True),
    text("chemistry", key=True),
    # Empty text for what is not known: a key has no nulls.
    text("grade", key=True),
    text("storage_class", key=True),
    number("pieces"),
    number("mass_g"),
    number("mass_unknown_pieces"),
)

Cell = tuple[str, str, str, str, str]
Count = list[int]


class Inventory:
    """A counter for each kind of thing that a site holds; one that comes to nothing is gone."""

    name = "inventory"
    tables = (inventory,)

    def wants(self, batch: Batch) -> tuple[Column[str], Collection[str]]:
        """The counters of the sites that something left or came to."""
        return inventory.c.site, {cell[0] for cell in differences(batch)}

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Write the counters of those sites, each the old number and the difference."""
        counts: dict[Cell, Count] = {_key(row): _count(row) for row in rows}
        for cell, difference in differences(batch).items():
            known = counts.get(cell, [0, 0, 0])
            counts[cell] = [old + more for old, more in zip(known, difference, strict=True)]
        written = [_row(cell, count) for cell, count in counts.items() if any(count)]
        return [Change(inventory, written, clear=("site", {cell[0] for cell in counts}))]


def differences(batch: Batch) -> dict[Cell, Count]:
    """Return by how much each counter changes: every battery's new share less its old one."""
    changed: dict[Cell, Count] = defaultdict(lambda: [0, 0, 0])
    for turn in batch.turns.values():
        _share(changed, turn.before, -1)
        _share(changed, turn.now, +1)
    return {cell: count for cell, count in changed.items() if any(count)}


def stock(connection: Connection, site: str) -> list[Row]:
    """Return what a site holds now: pieces and grams by chemistry, grade and class."""
    asked = select(inventory).where(inventory.c.site == site)
    asked = asked.order_by(*inventory.primary_key.columns)
    return [
        {**row, "grade": row["grade"] or None, "storage_class": row["storage_class"] or None}
        for row in connection.execute(asked).mappings()
    ]


def _share(changed: dict[Cell, Count], battery: Whereabouts | None, sign: int) -> None:
    """Add or take away what one battery counts for; only what is in stock counts."""
    if battery is None or battery["state"] != "in_stock" or battery["site"] is None:
        return
    cell = (
        battery["site"],
        battery["state"],
        battery["chemistry"],
        battery["grade"] or "",
        battery["storage_class"] or "",
    )
    mass_g = battery["mass_g"]
    count = changed[cell]
    count[0] += sign
    count[1] += sign * (mass_g or 0)
    count[2] += sign * (mass_g is None)


def _key(row: Row) -> Cell:
    return row["site"], row["state"], row["chemistry"], row["grade"], row["storage_class"]


def _count(row: Row) -> Count:
    return [row["pieces"], row["mass_g"], row["mass_unknown_pieces"]]


def _row(cell: Cell, count: Count) -> Row:
    values = (*cell, *count)
    return dict(zip(names(inventory), values, strict=True))
