import json
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody import decisions
from custody.decisions import KINDS, Remark
from custody.events import BY_TYPE, Movement, Registration
from custody.events.journey import joins
from custody.state.books import Books
from custody.terms import Refused, rfc3339
from tests.given import data, monday, network, next_monday, poster_of
from tests.known import books_for, noted
from tests.strategies import arrivals, histories, movements

Outcome = list[Remark] | tuple[object, ...]


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[Movement], Movement]:
    """A history, and one movement more that may take back one of it."""
    facts = draw(histories(max_size=6))
    known = {fact.id for fact in facts}
    return facts, draw(movements(facts).filter(lambda fact: fact.id not in known))


def outcome(fact: Movement, books: Books, now: int = next_monday) -> Outcome:
    """Decide, and say what came of it in a way that can be compared."""
    try:
        decisions.any_movement.admit(fact, poster_of(fact), books)
        return decisions.decide(fact, books, now)
    except Refused as refused:
        return refused.code, refused.errors, refused.params


def once(facts: list[Movement]) -> list[Movement]:
    """Return facts as they are recorded: a repeat is none."""
    return list({fact.id: fact for fact in facts}.values())


def contents(fact: Movement, books: Books) -> list[object]:
    """Return all that a decision on a fact can see in the books."""
    return [
        *[books.battery(ref) for ref in fact.batteries_named()],
        *[books.consignment(no) for no in fact.consignments_named()],
        books.movement(fact.id),
    ]


def test_every_movement_there_is_can_be_decided() -> None:
    assert decisions.BY_TYPE.keys() == {
        name for name, fact in BY_TYPE.items() if issubclass(fact, Movement)
    }


@given(scenes())
def test_a_decision_depends_on_nothing_but_what_it_is_given(
    scene: tuple[list[Movement], Movement],
) -> None:
    facts, fact = scene
    assert outcome(fact, books_for(fact, facts)) == outcome(fact, books_for(fact, facts))


@given(scenes(), st.sampled_from((monday - 10**9, next_monday)))
def test_asking_leaves_nothing_behind_whether_refused_or_not(
    scene: tuple[list[Movement], Movement], now: int
) -> None:
    facts, fact = scene
    books = books_for(fact, facts)
    before = contents(fact, books)
    first = outcome(fact, books, now)
    assert contents(fact, books) == before
    assert outcome(fact, books, now) == first


@given(scenes())
def test_asking_again_once_it_is_known_reads_the_same_and_finds_it(
    scene: tuple[list[Movement], Movement],
) -> None:
    facts, fact = scene
    books = books_for(fact, facts)
    first = outcome(fact, books)
    # Who joins two codes says of both what was known of one: asked again, there is but one pack.
    if isinstance(first, list) and not joins(fact):
        books.take_in(noted(*facts, fact)[-1])
        known = books.movement(fact.id)
        assert known is not None
        assert known.fact == fact
        own = {"received_before", "consignment_number_used", "receipt_without_dispatch"}
        again = outcome(fact, books)
        assert isinstance(again, list)
        assert [one for one in again if one.code not in own] == [
            one for one in first if one.code not in own
        ]


@given(scenes())
def test_nothing_is_looked_at_that_was_not_asked_for(
    scene: tuple[list[Movement], Movement],
) -> None:
    facts, fact = scene
    every_subject = {subject for known in noted(*facts) for subject in known.subjects}
    everything = Books({*every_subject, *decisions.reads(fact)}, books_for(fact, ()).registry)
    for known in noted(*facts):
        everything.take_in(known)
    assert outcome(fact, everything) == outcome(fact, books_for(fact, facts))


@given(scenes(), st.data())
def test_the_same_movement_has_the_same_verdict_however_its_past_arrived(
    scene: tuple[list[Movement], Movement], order: st.DataObject
) -> None:
    facts, fact = scene
    otherwise = order.draw(arrivals(facts))
    assert outcome(fact, books_for(fact, once(otherwise))) == outcome(fact, books_for(fact, facts))


@given(scenes())
def test_what_is_registered_from_later_on_changes_no_verdict(
    scene: tuple[list[Movement], Movement],
) -> None:
    facts, fact = scene
    then = rfc3339(next_monday + 1)
    closed = [type(one).model_validate_json(told(one, then)) for one in network]
    assert outcome(fact, books_for(fact, facts, [*network, *closed])) == outcome(
        fact, books_for(fact, facts)
    )


def told(fact: Registration, since: str) -> bytes:
    """Write a registration of the same party that says something else, from an instant on."""
    other = {"kind": "external", "allowed": False, "licences": ["dismantle"], "name": "新名"}
    said = json.loads(data(fact))
    said |= {name: value for name, value in other.items() if name in type(fact).model_fields}
    return json.dumps({**said, "active_from": since, "active_to": since}).encode()


@given(scenes())
def test_what_a_decision_reads_is_never_the_past_of_a_site(
    scene: tuple[list[Movement], Movement],
) -> None:
    _, fact = scene
    reads = decisions.reads(fact)
    assert len({*reads}) == len(reads)
    kinds = {subject: subject.partition(":")[0] for subject in reads}
    assert {*kinds.values()} <= {"movement", "battery", "consignment", "steps", "numbers"}
    # An order's steps and a series of numbers are looked up; the movement is not about them.
    own = {subject for subject, kind in kinds.items() if kind not in {"steps", "numbers"}}
    assert own <= {*fact.subjects()}


@given(scenes())
def test_every_remark_can_be_told_in_both_languages(
    scene: tuple[list[Movement], Movement],
) -> None:
    facts, fact = scene
    said = outcome(fact, books_for(fact, facts))
    for remark in said if isinstance(said, list) else ():
        assert isinstance(remark, Remark)
        advice = KINDS[remark.code]
        assert remark.severity == advice.severity
        assert remark.subjects
        for text in (advice.zh, advice.en):
            told = text.format(**remark.params)
            assert "{" not in told
            assert "None" not in told


@pytest.mark.parametrize("code", sorted(KINDS))
def test_both_languages_name_the_same_particulars(code: str) -> None:
    advice = KINDS[code]
    zh, en = (
        {name for _, name, _, _ in Formatter().parse(text) if name}
        for text in (advice.zh, advice.en)
    )
    assert zh == en
