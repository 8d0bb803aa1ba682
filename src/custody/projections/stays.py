"""How long was each battery in stock where? What any past moment is answered from."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Column, Connection, Index, Table, func, or_, select

from custody.events.whereabouts import Whereabouts
from custody.projections.projection import Batch, Change, Turn
from custody.projections.tables import Row, metadata, number, text
from custody.terms import Millis

stay = Table(
    "stay",
    metadata,
    text("battery", key=True),
    number("since", key=True),
    number("until", null=True),
    text("site"),
    text("storage_class", null=True),
    text("chemistry"),
    text("grade", null=True),
    number("mass_g", null=True),
    Index("stay_by_site", "site", "since"),
)

_ALIKE = ("site", "storage_class", "chemistry", "grade", "mass_g")


class Stays:
    """A row for each interval in stock during which nothing that a stock list shows has changed."""

    name = "stays"
    tables = (stay,)

    def wants(self, batch: Batch) -> tuple[Column[str], Collection[str]]:
        """The intervals of batteries whose journey goes on."""
        return stay.c.battery, [turn.ref for turn in batch.turns.values() if _goes_on(turn)]

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """End the interval that was open and begin those that follow; or tell them all anew."""
        still_open = {row["battery"]: row for row in rows if row["until"] is None}
        anew = [turn.ref for turn in batch.turns.values() if turn.whole and turn.before]
        written = [
            row
            for turn in batch.turns.values()
            for row in intervals(turn, None if turn.whole else still_open.get(turn.ref))
        ]
        return [Change(stay, written, clear=("battery", anew))]


def intervals(turn: Turn, still_open: Row | None) -> Iterable[Row]:
    """Return the intervals that a turn ends and begins: of those that begin at once, the last."""
    current = still_open
    told: dict[Millis, Row] = {}
    for at, believed in turn.steps:
        following = _interval(turn.ref, at, believed)
        if current and following and all(current[name] == following[name] for name in _ALIKE):
            continue
        if current:
            told[current["since"]] = {**current, "until": at}
        if following:
            told[at] = following
        current = following
    return told.values()


def stock_as_of(connection: Connection, site: str, at: Millis) -> list[Row]:
    """Return what a site held at an instant: pieces and grams by chemistry, grade and class."""
    cell = (stay.c.chemistry, stay.c.grade, stay.c.storage_class)
    asked = (
        select(
            *cell,
            func.count().label("pieces"),
            func.coalesce(func.sum(stay.c.mass_g), 0).label("mass_g"),
            func.count().filter(stay.c.mass_g.is_(None)).label("mass_unknown_pieces"),
        )
        .where(stay.c.site == site, stay.c.since <= at)
        .where(or_(stay.c.until.is_(None), stay.c.until > at))
        .group_by(*cell)
        .order_by(*cell)
    )
    return [
        {**row, "state": "in_stock", "mass_g": int(row["mass_g"])}
        for row in connection.execute(asked).mappings()
    ]


def _goes_on(turn: Turn) -> bool:
    return turn.before is not None and turn.before["state"] == "in_stock" and not turn.whole


def _interval(ref: str, at: Millis, believed: Whereabouts) -> Row | None:
    if believed["state"] != "in_stock":
        return None
    return {
        "battery": ref,
        "since": at,
        "until": None,
        "site": believed["site"],
        "storage_class": believed["storage_class"],
        "chemistry": believed["chemistry"],
        "grade": believed["grade"],
        "mass_g": believed["mass_g"],
    }
