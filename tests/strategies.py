"""Which movements can a law be tried on? Any, in a world so small that they collide."""

import json
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from custody.events import (
    Dispatched,
    DroppedOff,
    Inspected,
    Movement,
    Received,
    Stored,
    Voided,
)
from custody.terms import MINUTE, Millis
from tests import given

FACTS_MAX = 10

batteries = st.sampled_from((given.pack, given.other, given.third))
sites = st.sampled_from((given.POINT, given.CENTRE, given.BASE))
consignments = st.sampled_from((given.road, given.return_road, given.from_elsewhere))
moments: SearchStrategy[Millis] = st.integers(0, 4).map(lambda n: given.monday + n * MINUTE)
"""Few enough that many movements claim the same instant, and rank and id must decide."""

ids = st.builds(given.uuid7, moments, st.integers(0, 2**16).map(str))
some = st.lists(batteries, min_size=1, max_size=3, unique=True)
maybe_mass = st.none() | st.sampled_from((0, 4_000, 8_700))
maybe_conditions = st.none() | st.lists(st.sampled_from(("intact", "leaking")), max_size=2)


def _when_and_where() -> dict[str, SearchStrategy[Any]]:
    return {"at": moments, "site": sites, "id": ids}


def drop_offs() -> SearchStrategy[DroppedOff]:
    described = {
        "chemistry": st.sampled_from((None, "lfp", "nmc")),
        "mass_g": maybe_mass,
        "condition": maybe_conditions,
    }
    return st.builds(given.drop_off, batteries, **described, **_when_and_where())


def stores() -> SearchStrategy[Stored]:
    place = {
        "place": st.sampled_from(("A-1", "B-2")),
        "class_": st.sampled_from((None, "normal", "damaged")),
    }
    return st.builds(given.store, some, **place, **_when_and_where())


def inspections() -> SearchStrategy[Inspected]:
    found = {"mass_g": maybe_mass, "condition": maybe_conditions}
    return st.builds(given.inspect, batteries, **found, **_when_and_where())


def dispatches() -> SearchStrategy[Dispatched]:
    whither = {
        "consignment": consignments,
        "to_site": sites | st.just(given.NOWHERE),
        "carrier": st.sampled_from((given.carrier, given.stranger)),
    }
    return st.builds(given.dispatch, some, **whither, **_when_and_where())


@st.composite
def receipts(draw: st.DrawFn) -> Received:
    """Each battery is accepted, rejected, missing, extra, or not spoken of."""
    how: dict[str, Any] = {"accepted": [], "rejected": [], "missing": [], "extra": []}
    lists = st.sampled_from(sorted(how))
    for battery in draw(some):
        how[draw(lists)].append(battery)
    how |= draw(st.fixed_dictionaries(_when_and_where()))
    intact = draw(st.sampled_from((None, True, False)))
    return given.receive(consignment=draw(consignments), seals_intact=intact, **how)


def dismantlings() -> SearchStrategy[Movement]:
    def dismantled(named: list[str], **how: Any) -> Movement:
        return given.dismantle(named[0], children=named[1:], **how)

    return st.builds(dismantled, some, **_when_and_where())


def happenings() -> SearchStrategy[Movement]:
    """Any movement but one that takes another back."""
    return st.one_of(drop_offs(), stores(), inspections(), dispatches(), receipts(), dismantlings())


def voids(of: Sequence[Movement]) -> SearchStrategy[Movement]:
    """Take one of these back, or one that nobody knows."""
    targets = st.sampled_from([*(fact.id for fact in of), given.uuid7(given.monday, "unknown")])
    return st.builds(given.void, targets, **_when_and_where())


def movements(known: Sequence[Movement] = ()) -> SearchStrategy[Movement]:
    """Any movement; some take one back that is known."""
    return happenings() | voids(known)


def later(fact: Movement, by: Millis) -> Movement:
    """Return the same movement, claimed for a later time, and so with another id."""
    said = {
        name: value
        for name, value in json.loads(given.data(fact)).items()
        if name not in {"id", "type", "occurred_at", "site"}
    }
    said["id"] = given.uuid7(fact.at + by, fact.id)
    moved: Movement = given.movement(fact.type, fact.at + by, fact.site, said)
    return moved


@st.composite
def histories(draw: st.DrawFn, max_size: int = FACTS_MAX) -> list[Movement]:
    """Facts with different ids in an order of arrival, each void after what it takes back."""
    facts = draw(st.lists(happenings(), max_size=max_size, unique_by=lambda fact: fact.id))
    for target in draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else ():
        void = draw(st.builds(partial(given.void, target), at=moments, id=ids))
        if all(void.id != fact.id for fact in facts):
            facts.append(void)
    return facts


@st.composite
def arrivals(draw: st.DrawFn, facts: Sequence[Movement]) -> list[Movement]:
    """The same facts in another order of arrival, some twice, each void after its target."""
    again = draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else []
    waiting: dict[str, list[Movement]] = {}
    arrived: list[Movement] = []
    for fact in draw(st.permutations([*facts, *again])):
        target = fact.target if isinstance(fact, Voided) else None
        if target is not None and all(known.id != target for known in arrived):
            waiting.setdefault(target, []).append(fact)
            continue
        arrived += [fact, *waiting.pop(fact.id, ())]
    return arrived


@st.composite
def in_batches(draw: st.DrawFn, facts: Sequence[Movement]) -> list[list[Movement]]:
    """The facts, in this order, cut into batches of any size."""
    cuts = sorted(draw(st.sets(st.integers(1, len(facts) - 1)))) if len(facts) > 1 else []
    return [list(facts[first:last]) for first, last in pairwise([0, *cuts, len(facts)])]
