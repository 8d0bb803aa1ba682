"""Is a battery's history read when it must be, and only then?"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from custody.events import Fact, Movement
from custody.events.vocabulary import EARLIEST
from custody.events.whereabouts import UNKNOWN
from custody.ledger import Record
from custody.projections.location import row_of
from custody.projections.projection import Batch
from custody.projections.tables import Row
from custody.projections.turning import batch, order_text, touched
from custody.terms import Subject, millis
from tests.given import (
    correct,
    dismantle,
    dispatch,
    drop_off,
    hand_on,
    other,
    pack,
    receive,
    road,
    site,
    sticker,
    store,
    stranger,
    tag,
    tuesday,
    two,
    void,
    wednesday,
)
from tests.projections.kept import records
from tests.strategies import movements


def turned(known: Sequence[Fact], news: Sequence[Fact]) -> tuple[Batch, list[Subject]]:
    """Return what a batch does after what was known, and whose histories it asked for."""
    asked: list[Subject] = []
    all_records = records([*known, *news])

    def histories(subjects: Collection[Subject]) -> list[Record]:
        asked.extend(subjects)
        return [one for one in all_records if {*one.subjects} & {*subjects}]

    rows: dict[str, Row] = {}
    consignments: Collection[str] = ()
    if known:
        before = batch(touched(all_records[: len(known)]), lambda _: (), (), histories)
        asked.clear()
        rows = {ref: row_of(turn) for ref, turn in before.turns.items()}
        consignments = before.consignments
    found = touched(all_records[len(known) :])
    return batch(found, partial(_chosen, rows), consignments, histories), asked


def _chosen(rows: Mapping[str, Row], refs: Collection[str]) -> list[Row]:
    return [row for ref, row in rows.items() if ref in refs]


def test_of_what_nothing_was_known_the_batch_tells_all() -> None:
    _, asked = turned([], [drop_off(), store(two), dispatch(two), receive(two), dismantle()])
    assert asked == []


def test_a_fact_that_comes_last_asks_for_no_history() -> None:
    happened, asked = turned([drop_off()], [store(), dismantle()])
    assert asked == []
    turn = happened.turns[pack]
    assert not turn.whole
    assert turn.before is not None
    assert [fact.at for _, journey in turn.revisions for fact, _ in journey] == [
        store().at,
        dismantle().at,
    ]


def test_a_late_fact_asks_for_the_history_of_its_own_battery() -> None:
    happened, asked = turned([drop_off(), drop_off(other), store(two)], [store(at=tuesday - 1)])
    assert asked == [f"battery:{pack}"]
    assert happened.turns.keys() == {pack}
    assert happened.turns[pack].whole


def test_a_void_asks_for_the_history_of_every_battery_of_its_target() -> None:
    happened, asked = turned([drop_off(), store(two)], [void(store(two))])
    assert asked == [*sorted(f"battery:{ref}" for ref in two), f"movement:{store(two).id}"]
    assert [happened.turns[ref].now["state"] for ref in two] == ["in_stock", None]


def test_a_second_fact_of_a_consignment_asks_for_the_first() -> None:
    happened, asked = turned([dispatch(two)], [receive(two)])
    assert asked == [f"consignment:{road}"]
    assert happened.consignments == {road: [dispatch(two), receive(two)]}


def test_of_a_history_only_those_asked_for_are_told_anew() -> None:
    """The neighbours named by its facts have facts of their own, which were not read."""
    known = [drop_off(other), dispatch(two)]
    happened, asked = turned(known, [drop_off(pack)])
    assert asked == [f"battery:{pack}"]
    assert happened.turns.keys() == {pack}
    assert happened.consignments == {}


def test_registrations_are_told_as_they_came() -> None:
    happened, _ = turned([], [site(name="一"), drop_off(), site(name="二")])
    assert happened.registrations == [site(name="一"), site(name="二")]
    assert happened.turns.keys() == {pack}


def test_the_text_of_an_order_sorts_alike_even_where_instants_have_fewer_digits() -> None:
    early, late = drop_off(at=millis(EARLIEST)), drop_off()
    assert order_text(early.order) < order_text(late.order)


@given(st.lists(movements(), min_size=2, max_size=5))
def test_the_text_of_an_order_sorts_as_the_order_does(facts: list[Movement]) -> None:
    by_order = sorted(facts, key=lambda fact: fact.order)
    assert by_order == sorted(facts, key=lambda fact: order_text(fact.order))


def test_a_tag_that_links_asks_for_the_history_of_the_older_code() -> None:
    happened, asked = turned([drop_off()], [tag(sticker, same_as=pack)])
    assert {*asked} == {f"battery:{pack}", f"battery:{sticker}"}
    assert happened.turns[pack].codes == happened.turns[sticker].codes == (pack, sticker)
    assert happened.turns[sticker].now == UNKNOWN


def test_a_later_fact_about_a_pack_of_two_codes_asks_for_both() -> None:
    happened, asked = turned([drop_off(), tag(sticker, same_as=pack)], [store([sticker])])
    assert {*asked} >= {f"battery:{pack}", f"battery:{sticker}"}
    assert happened.turns[pack].now["place"] == "A-1"


def test_a_dispatch_that_came_after_its_hand_on_asks_for_that() -> None:
    happened, asked = turned([hand_on()], [dispatch(two)])
    assert {*asked} == {
        *(f"battery:{ref}" for ref in two),
        f"consignment:{road}",
        f"movement:{hand_on().id}",
    }
    assert {turn.now["custodian"] for turn in happened.turns.values()} == {f"carrier:{stranger}"}


def test_a_correction_asks_for_those_it_names_and_those_it_named_before() -> None:
    right = correct(store([pack]), {"batteries": [other]})
    happened, asked = turned([drop_off(), store([pack])], [right])
    assert {*asked} == {*(f"battery:{ref}" for ref in two), f"movement:{store([pack]).id}"}
    assert [happened.turns[ref].now["place"] for ref in two] == [None, "A-1"]


def test_a_whole_journey_is_told_anew_as_of_each_position_of_the_batch() -> None:
    late = [store(at=wednesday), store(at=tuesday, place="B-2")]
    happened, _ = turned([drop_off()], late)
    turn = happened.turns[pack]
    assert turn.whole
    assert [(position, len(journey)) for position, journey in turn.revisions] == [(2, 2), (3, 3)]
