"""What may a movement of each type say? Anything, in a world so small that they collide."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from custody.events import Movement
from custody.terms import MINUTE, Millis
from tests import given

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
