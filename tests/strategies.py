"""Which movements can a law be tried on? Any, in a world so small that they collide."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import ValidationError

from custody.events import Movement, TakingBack
from custody.events.correction import FIXED
from custody.terms import MINUTE, Millis
from tests import given

FACTS_MAX = 10
TAKEN_BACK_MAX = 4
"""Voids and corrections in a history; several of them may have one target."""

BATTERIES = (given.pack, given.other, given.third, given.sticker)
SITES = (given.POINT, given.CENTRE, given.BASE)
ORGANISATIONS = ((given.POINT, given.CENTRE), (given.BASE,))
"""The sites of each, one of which puts right what another has posted."""

Strategies = Callable[[], SearchStrategy[Movement]]

batteries = st.sampled_from(BATTERIES)
sites = st.sampled_from(SITES)
carriers = st.sampled_from((given.carrier, given.stranger))
consignments = st.sampled_from((given.road, given.return_road, given.from_elsewhere))
orders, steps = map(st.sampled_from, (given.ORDERS, given.STEPS))
moments: SearchStrategy[Millis] = st.integers(0, 4).map(lambda n: given.monday + n * MINUTE)
"""Few enough that many movements claim the same instant, and rank and id must decide."""

ids = st.builds(given.uuid7, moments, st.integers(0, 2**16).map(str))
some = st.lists(batteries, min_size=1, max_size=3, unique=True)
maybe_mass = st.none() | st.sampled_from((0, 4_000, 8_700))
maybe_conditions = st.none() | st.lists(st.sampled_from(("intact", "leaking")), max_size=2)
described = {
    "chemistry": st.sampled_from((None, "lfp", "nmc")),
    "mass_g": maybe_mass,
    "condition": maybe_conditions,
}
when_and_where: Mapping[str, SearchStrategy[Any]] = {"at": moments, "site": sites, "id": ids}


@cache
def drop_offs() -> SearchStrategy[Movement]:
    said = {"order": st.none() | orders, **described, **when_and_where}
    return st.builds(given.drop_off, batteries, **said)


@cache
def tags() -> SearchStrategy[Movement]:
    """Tag a pack, most often one that has a code: so there are chains of codes."""

    def tagged(codes: list[str], **said: Any) -> Movement:
        return given.tag(codes[0], same_as=(*codes[1:], None)[0], **said)

    codes = st.lists(batteries, min_size=1, max_size=2, unique=True)
    return st.builds(tagged, codes, **described, **when_and_where)


@cache
def stores() -> SearchStrategy[Movement]:
    said = {
        "place": st.sampled_from(("A-1", "B-2")),
        "class_": st.sampled_from((None, "normal", "damaged")),
        "treatment": st.sampled_from((None, ["bagged"])),
    }
    return st.builds(given.store, some, **said, **when_and_where)


@cache
def inspections() -> SearchStrategy[Movement]:
    found = {
        "verdict": st.sampled_from(("pass", "treat", "scrap")),
        "mass_g": maybe_mass,
        "condition": maybe_conditions,
    }
    return st.builds(given.inspect, batteries, **found, **when_and_where)


@cache
def grades() -> SearchStrategy[Movement]:
    found = {"grade": st.sampled_from(("A", "B")), "mass_g": maybe_mass}
    return st.builds(given.grade, batteries, **found, **when_and_where)


@cache
def dispatches() -> SearchStrategy[Movement]:
    whither = {
        "consignment": consignments,
        "to_site": sites | st.just(given.NOWHERE),
        "carrier": carriers,
        "returns": st.none() | consignments,
    }
    return st.builds(given.dispatch, some, **whither, **when_and_where)


@cache
def hand_ons() -> SearchStrategy[Movement]:
    said = {"consignment": consignments, "from_carrier": carriers, "to_carrier": carriers}
    return st.builds(given.hand_on, **said, **when_and_where)


@cache
def receipts() -> SearchStrategy[Movement]:
    """Each battery is accepted, rejected, missing, extra, or not spoken of."""

    def received(outcomes: dict[str, str], **said: Any) -> Movement:
        said["accepted"] = []
        for battery, outcome in outcomes.items():
            said.setdefault(outcome, []).append(battery)
        return given.receive(**said)

    outcome = st.sampled_from(("accepted", "rejected", "missing", "extra"))
    said = {"consignment": consignments, "seals_intact": st.sampled_from((None, True, False))}
    counted = st.dictionaries(batteries, outcome, min_size=1, max_size=3)
    return st.builds(received, counted, **said, **when_and_where)


@cache
def dismantlings() -> SearchStrategy[Movement]:
    def dismantled(named: list[str], **said: Any) -> Movement:
        return given.dismantle(named[0], children=named[1:], **said)

    return st.builds(dismantled, some, **when_and_where)


@cache
def second_lives() -> SearchStrategy[Movement]:
    def begun(named: list[str], **said: Any) -> Movement:
        return given.second_life(named[0], new_code=(*named[1:], None)[0], **said)

    named = st.lists(batteries, min_size=1, max_size=2, unique=True)
    return st.builds(begun, named, **when_and_where)


@cache
def recoveries() -> SearchStrategy[Movement]:
    return st.builds(given.recover, some, **when_and_where)


@cache
def disposals() -> SearchStrategy[Movement]:
    return st.builds(given.dispose, some, **when_and_where)


@cache
def stock_takes() -> SearchStrategy[Movement]:
    return st.builds(given.stock_take, some, **when_and_where)


@cache
def incidents() -> SearchStrategy[Movement]:
    kinds = st.sampled_from(("fire", "leak", "theft", "loss", "found"))
    return st.builds(given.incident, kinds, some, **when_and_where)


@cache
def holdings() -> SearchStrategy[Movement]:
    said = {"case": st.sampled_from(("C-1", "C-2")), **when_and_where}
    return st.builds(given.hold, some, **said) | st.builds(given.release_hold, some, **said)


@cache
def order_steps() -> SearchStrategy[Movement]:
    return st.builds(given.order, steps, no=orders, **when_and_where)


OF_TYPE: Mapping[str, Strategies] = {
    "drop_off": drop_offs,
    "tag": tags,
    "store": stores,
    "inspect": inspections,
    "grade": grades,
    "dispatch": dispatches,
    "hand_on": hand_ons,
    "receive": receipts,
    "dismantle": dismantlings,
    "recover": recoveries,
    "second_life": second_lives,
    "dispose": disposals,
    "stock_take": stock_takes,
    "incident": incidents,
    "hold": holdings,
    "release_hold": holdings,
    "order": order_steps,
}
OFTEN = ("tag", "tag", "dispatch", "dispatch", "receive", "receive", "hand_on", "drop_off")
"""What the others hang on: without these, little would ever meet."""


@cache
def happenings() -> SearchStrategy[Movement]:
    """Any movement but one that takes another back or puts it right."""
    return st.sampled_from((*OF_TYPE, *OFTEN)).flatmap(lambda type_: OF_TYPE[type_]())


def voids(of: Sequence[Movement]) -> SearchStrategy[Movement]:
    """Take one of these back, or one that nobody knows."""
    targets = st.sampled_from([*(fact.id for fact in of), given.uuid7(given.monday, "unknown")])
    return st.builds(given.void, targets, **when_and_where)


@st.composite
def corrections(draw: st.DrawFn, of: Sequence[Movement]) -> Movement:
    """Put one of these right, so that it becomes another movement of its type, or of no type."""
    targets = [fact for fact in of if not isinstance(fact, TakingBack)]
    if not targets:
        return draw(voids(of))
    target = draw(st.sampled_from(targets))
    values = draw(_values(target))
    if draw(st.integers(0, 9)) == 0:
        values |= {"colour": "red"}
    return given.correct(target.id, values, **draw(st.fixed_dictionaries({**when_and_where})))


def movements(known: Sequence[Movement] = ()) -> SearchStrategy[Movement]:
    """Any movement; some take one back that is known, or put it right."""
    return happenings() | voids(known) | corrections(known)


@st.composite
def _values(draw: st.DrawFn, target: Movement) -> dict[str, Any]:
    """Some fields of another movement of the same type, so far as they make a movement of it."""
    alike = json.loads(given.data(draw(OF_TYPE[target.type]())))
    own = json.loads(given.data(target))
    fields = sorted({*alike, *own} - FIXED)
    chosen = draw(st.lists(st.sampled_from(fields), min_size=1, unique=True))
    values = {name: alike.get(name) for name in chosen}
    if "site" in values:
        values["site"] = draw(st.sampled_from(_sisters(target.site)))
    if not _fit(target, values):
        values = {"occurred_at": alike["occurred_at"]}
    return values


def _fit(target: Movement, values: dict[str, Any]) -> bool:
    try:
        given.correct(target, values).instead_of(target)
    except ValidationError:
        return False
    return True


def _sisters(site: str) -> tuple[str, ...]:
    return next(sites for sites in ORGANISATIONS if site in sites)


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
    """Facts with different ids in an order of arrival, each void or correction after its target."""
    facts = draw(st.lists(happenings(), max_size=max_size, unique_by=lambda fact: fact.id))
    targets = draw(st.lists(st.sampled_from(facts), max_size=TAKEN_BACK_MAX)) if facts else []
    for target in targets:
        said = {"at": moments, "id": ids, "site": st.sampled_from(_sisters(target.site))}
        void = st.builds(given.void, st.just(target), **said)
        right = st.builds(given.correct, st.just(target), _values(target), **said)
        fact = draw(void | right | right)
        if all(fact.id != known.id for known in facts):
            facts.insert(draw(st.integers(facts.index(target) + 1, len(facts))), fact)
    return facts


@st.composite
def arrivals(draw: st.DrawFn, facts: Sequence[Movement]) -> list[Movement]:
    """The same facts in another order of arrival, some twice, each void after its target."""
    again = draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else []
    waiting: dict[str, list[Movement]] = {}
    arrived: list[Movement] = []
    for fact in draw(st.permutations([*facts, *again])):
        target = fact.target if isinstance(fact, TakingBack) else None
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
