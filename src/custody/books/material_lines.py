"""Which dismantlings and recoveries were there, one by one, and does each of them add up?"""

from collections.abc import Sequence

from custody.books import behind
from custody.books.asking import Asked
from custody.books.behind import Behind
from custody.books.book import Line, Sources, place, written
from custody.books.composition import METALS, Interval, Metals
from custody.books.materials import Balance, contained, judged, made
from custody.books.weighing import Weighed, put_in
from custody.events import Dismantled, Recovered
from custody.events.fact import type_ranks
from custody.projections import entries
from custody.projections.tables import Row
from custody.terms import rfc3339

TYPES = frozenset({"dismantle", "recover"})


def lines(sources: Sources, asked: Asked, after: str | None, limit: int) -> Sequence[Line]:
    """Return so many dismantlings and recoveries past a place."""
    last = place(after)
    rows = entries.listing(
        sources.connection,
        asked.site,
        TYPES,
        (asked.span.first, asked.span.end),
        known=asked.known,
        after=last and last[:3],
        limit=limit,
    )
    ids = [row["movement"] for row in rows]
    found = behind.movements(sources.ledger, ids, asked.known)
    batteries = put_in(sources, asked, list(found.values())) if found else {}
    return [
        Line(
            written(row["occurred_at"], type_ranks[row["type"]], row["movement"], 1),
            _line(found[row["movement"]], batteries[row["movement"]]),
        )
        for row in rows
    ]


def told(name: str, grams: Interval) -> Row:
    """Write grams that are known to lie between two numbers."""
    return {f"{name}_min_g": grams.low, f"{name}_max_g": grams.high}


def metals(into: Metals, out: Metals) -> list[Row]:
    """Write what was there of each metal against what was recovered, if there was any."""
    return [
        {
            "metal": metal,
            **told("contained", into[metal]),
            **told("recovered", out[metal]),
            "verdict": judged(into[metal], out[metal], metal),
        }
        for metal in METALS
        if into[metal].high or out[metal].high
    ]


def dismantling(batteries: Weighed, output_g: int, loss_g: int) -> Row:
    """Write what was put into dismantling against what came out."""
    balance = Balance(batteries.total, output_g + loss_g)
    return {
        "pieces": batteries.pieces,
        "mass_g": batteries.mass_g,
        "mass_unknown_pieces": batteries.mass_unknown_pieces,
        **told("input", batteries.total),
        "output_g": output_g,
        "loss_g": loss_g,
        **told("difference", balance.difference),
        "tolerance_g": balance.tolerance_g,
        "verdict": balance.verdict,
    }


def _line(one: Behind, batteries: Weighed) -> Row:
    fact = one.fact
    line: Row = {
        "type": fact.type,
        "occurred_at": rfc3339(fact.at),
        "movement": fact.id,
        "position": one.record.position,
        "batteries": [],
        "dismantling": None,
        "inputs": [],
        "outputs": [],
        "metals": [],
    }
    if isinstance(fact, Dismantled):
        output_g = sum(output.mass_g for output in fact.outputs)
        line["batteries"] = [fact.battery]
        line["dismantling"] = dismantling(batteries, output_g, fact.loss_g or 0)
        line["outputs"] = [output.model_dump(exclude_none=True) for output in fact.outputs]
    if isinstance(fact, Recovered):
        line["batteries"] = list(fact.batteries)
        line["inputs"] = [used.model_dump(exclude_none=True) for used in fact.inputs]
        line["outputs"] = [output.model_dump(exclude_none=True) for output in fact.outputs]
        line["metals"] = metals(contained(fact, batteries), made(fact))
    return line
