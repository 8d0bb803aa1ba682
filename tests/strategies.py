"""Which movements can a law be tried on? Any: some late, some twice, some taken back."""

import json
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import ValidationError

from custody.events import Movement, TakingBack
from custody.events.correction import FIXED
from custody.events.vocabulary import Capture
from custody.terms import Millis
from tests import given
from tests.kinds import (
    BATTERIES,
    OF_TYPE,
    ORGANISATIONS,
    SITES,
    ids,
    moments,
    order_steps,
    orders,
    when_and_where,
)

FACTS_MAX = 10
TAKEN_BACK_MAX = 4
"""Voids and corrections in a history; several of them may have one target."""

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
def noticed(draw: st.DrawFn, of: SearchStrategy[Movement]) -> Movement:
    """Any of these, which may say how its terminal noticed it."""
    how = draw(st.sampled_from((None, *get_args(Capture))))
    return draw(of).model_copy(update={"capture": how})


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


__all__ = [
    "BATTERIES",
    "SITES",
    "arrivals",
    "corrections",
    "happenings",
    "histories",
    "in_batches",
    "later",
    "movements",
    "noticed",
    "order_steps",
    "orders",
    "voids",
]
