"""What did the batteries weigh that went into processing, and what metals can they have had?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from custody.books import behind, composition, flows, journeys
from custody.books.asking import Asked
from custody.books.behind import Behind
from custody.books.book import Sources
from custody.books.composition import Interval, Metals
from custody.events import Dismantled, Recovered
from custody.projections import entries

Battery = tuple[str, int | None]
"""Its chemistry and its mass, if anybody weighed it."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Batteries put in: how many, and what they weigh together."""

    pieces: int
    mass_g: int
    mass_unknown_pieces: int
    total: Interval
    """With what those may weigh that nobody weighed."""
    metals: Metals


def weighed(batteries: Iterable[Battery]) -> Weighed:
    """Weigh batteries together."""
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for chemistry, mass_g in batteries:
        group = groups[chemistry]
        group[0] += 1
        group[1] += mass_g or 0
        group[2] += mass_g is None
    pieces, grams, unknown = (sum(group[i] for group in groups.values()) for i in range(3))
    total = Interval(grams, grams)
    for chemistry, group in groups.items():
        total = total.plus(composition.mass_of(chemistry, group[2]))
    metals = composition.together(
        composition.in_batteries(chemistry, group[1], group[2])
        for chemistry, group in groups.items()
    )
    return Weighed(pieces, grams, unknown, total, metals)


def dismantled(sources: Sources, asked: Asked) -> Weighed:
    """Weigh every battery that was dismantled at a site in a stretch of time."""
    span = (asked.span.first, asked.span.end)
    ids = entries.ids(sources.connection, asked.site, {"dismantle"}, span, known=asked.known)
    rows = flows.ended(sources.connection, asked, "dismantle")
    told = [(row["chemistry"], row["mass_g"]) for row in rows if row["movement"] in ids]
    # Of those that the book had elsewhere or nowhere, their own facts tell.
    others = ids - {row["movement"] for row in rows}
    for one in behind.movements(sources.ledger, sorted(others), asked.known).values():
        told += _from_their_facts(sources, one, asked, frozenset())
    return weighed(told)


def put_in(sources: Sources, asked: Asked, found: Sequence[Behind]) -> dict[str, Weighed]:
    """Weigh the batteries that each of some movements put in."""
    here: dict[str, dict[str, Battery]] = defaultdict(dict)
    facts = [one.fact for one in found]
    for type_ in ("dismantle", "recover"):
        for row in flows.ended(sources.connection, asked, type_, facts):
            here[row["movement"]][row["battery"]] = (row["chemistry"], row["mass_g"])
    told: dict[str, Weighed] = {}
    for one in found:
        own = here[one.fact.id]
        others = _from_their_facts(sources, one, asked, frozenset(own))
        told[one.fact.id] = weighed([*own.values(), *others])
    return told


def _from_their_facts(
    sources: Sources, one: Behind, asked: Asked, known: frozenset[str]
) -> list[Battery]:
    """Tell the batteries of a movement that the book did not have here when it ended them.

    One that had ended before puts in nothing: of one battery, somebody claims two outputs.
    """
    fact = one.fact
    refs = frozenset(_ended(fact)) - known
    if not refs:
        return []
    first = journeys.first_codes(sources.ledger, refs, asked.known)
    others = frozenset(first.values()) - known
    believed = journeys.believed(sources.ledger, others, fact.at, asked.known)
    return [
        (battery["chemistry"], battery["mass_g"])
        for _, battery in believed
        if battery["since"] == fact.at and battery["site"] == fact.site
    ]


def _ended(fact: object) -> Sequence[str]:
    if isinstance(fact, Dismantled):
        return (fact.battery,)
    return fact.batteries if isinstance(fact, Recovered) else ()
