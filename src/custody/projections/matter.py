"""What came out of batteries at each site, and what became of it? In grams, a row a movement.

What a dismantling brings counts up; what is recovered from or disposed of, down. So the sum over a
site's rows until an instant is what it should have on hand.
"""

from collections.abc import Iterable, Sequence
from typing import get_args

from sqlalchemy import Connection, Index, Table, func, select

from custody.events import Dismantled, Disposed, Movement, Recovered
from custody.events.ending import Output
from custody.events.vocabulary import Fraction, Material
from custody.projections import retelling
from custody.projections.projection import Batch, Change
from custody.projections.retelling import believed_at
from custody.projections.tables import Row, metadata, number, text
from custody.terms import Millis, Position

FRACTIONS: tuple[str, ...] = get_args(Fraction)
MATERIALS: tuple[str, ...] = get_args(Material)
_FRACTION = {name: f"fraction_{name}_g" for name in FRACTIONS}
_MATERIAL = {name: f"material_{name}_g" for name in MATERIALS}
_MASSES = (*_FRACTION.values(), *_MATERIAL.values(), "loss_g")

TYPES = ("dismantle", "recover", "dispose")
"""Movements that make or use up matter."""

matter = Table(
    "matter",
    metadata,
    text("movement", key=True),
    number("known_from", key=True),
    number("known_to", null=True),
    text("site"),
    text("type"),
    number("occurred_at"),
    *(number(name) for name in _MASSES),
    Index("matter_by_site", "site", "occurred_at"),
)


class Matter:
    """A row for each movement that makes or uses up matter, and for each that we once believed."""

    name = "matter"
    tables = (matter,)

    def wants(self, batch: Batch) -> None:
        """Nothing: the batch has all facts about the movements that it takes back."""

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Add each movement; retell those that were taken back."""
        return [Change(matter, list(retelling.rows(batch, TYPES, _row)))]


def sums(
    connection: Connection,
    site: str,
    span: tuple[Millis, Millis],
    known: Position,
) -> dict[str, Row]:
    """Return how much each type of movement made (+) or used up (−) at a site in a span of time."""
    asked = (
        select(matter.c.type, *(func.sum(matter.c[name]).label(name) for name in _MASSES))
        .where(
            matter.c.site == site,
            matter.c.occurred_at >= span[0],
            matter.c.occurred_at < span[1],
            believed_at(matter, known),
        )
        .group_by(matter.c.type)
    )
    found = connection.execute(asked).mappings()
    return {row["type"]: {name: int(row[name]) for name in _MASSES} for row in found}


def fraction(row: Row, name: str) -> int:
    """Return the grams of a fraction in a row or a sum of rows."""
    grams: int = row[_FRACTION[name]]
    return grams


def material(row: Row, name: str) -> int:
    """Return the grams of a material in a row or a sum of rows."""
    grams: int = row[_MATERIAL[name]]
    return grams


def _row(fact: Movement) -> Row | None:
    match fact:
        case Dismantled(outputs=made):
            masses = {**_fractions(made, +1), "loss_g": fact.loss_g or 0}
        case Recovered(inputs=used):
            masses = _fractions(used, -1)
            for output in fact.outputs:
                masses[_MATERIAL[output.material]] += output.mass_g
        case Disposed(fractions=used):
            masses = _fractions(used, -1)
        case _:
            return None
    return {
        "movement": fact.id,
        "site": fact.site,
        "type": fact.type,
        "occurred_at": fact.at,
        **masses,
    }


def _fractions(outputs: Iterable[Output], sign: int) -> dict[str, int]:
    masses = dict.fromkeys(_MASSES, 0)
    for output in outputs:
        masses[_FRACTION[output.fraction]] += sign * output.mass_g
    return masses
