"""What holds of every projection, whatever happened and however it arrived?"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from custody import history
from custody.events import Movement
from custody.ledger import Ledger
from custody.projections import inventory, stays
from custody.projections import location as locations
from custody.projections.freshness import lay_out, snapshot
from custody.projections.inventory import inventory as inventory_table
from custody.projections.location import location, whereabouts_of
from custody.projections.stays import stay
from custody.projector import Projector
from custody.rebuilding import Shadow, compare
from custody.terms import MINUTE, Millis, Position
from tests import plain
from tests.given import monday, network
from tests.hypothesis_profile import examples
from tests.ledger.forgetful import forgetful_ledgers
from tests.projections.bookkeeping import Office, all_rows, checksums, empty, silent
from tests.projections.kept import as_believed
from tests.strategies import BATTERIES, SITES, arrivals, histories, in_batches

EXAMPLES = {"sqlite": examples(40), "postgresql": examples(12)}

Batches = list[list[Movement]]

sizes = st.integers(1, 6)
instants = st.integers(monday - 1, monday + 4 * MINUTE + 1)


@st.composite
def arrangements(draw: st.DrawFn) -> tuple[Batches, Batches]:
    """The same movements arriving in two ways."""
    facts = draw(histories())
    one, another = (draw(in_batches(draw(arrivals(facts)))) for _ in range(2))
    return one, another


@pytest.fixture(scope="module")
def ledgers() -> Iterator[dict[str, Ledger]]:
    with forgetful_ledgers() as both:
        for ledger in both:
            lay_out(ledger.engine)
        yield {ledger.engine.dialect.name: ledger for ledger in both}


@pytest.fixture(params=EXAMPLES)
def ledger(request: pytest.FixtureRequest, ledgers: dict[str, Ledger]) -> Ledger:
    return ledgers[request.param]


def always(ledger: Ledger, law: Callable[..., None], *drawn: st.SearchStrategy[Any]) -> None:
    """Try a law on one engine, as often as it is quick."""
    settings(max_examples=EXAMPLES[ledger.engine.dialect.name])(given(*drawn)(law))()


def told(ledger: Ledger, batches: Batches, size: int) -> list[Movement]:
    """Record movements from nothing, and project them meanwhile, so many records at once.

    Return what was recorded, in order.
    """
    empty(ledger)
    office = Office(ledger).open()
    projector = Projector(ledger, records_max=size)
    for batch in batches:
        office.post(*batch)
        projector.step()
    projector.catch_up()
    return list({fact.id: fact for batch in batches for fact in batch}.values())


def test_any_order_and_any_batches_give_the_same_projections(ledger: Ledger) -> None:
    def law(both: tuple[Batches, Batches], size: int, other_size: int) -> None:
        one, another = both
        told(ledger, one, size)
        before = as_believed(all_rows(ledger))
        told(ledger, another, other_size)
        assert as_believed(all_rows(ledger)) == before

    always(ledger, law, arrangements(), sizes, sizes)


def test_one_order_in_any_batches_gives_the_very_same_rows(ledger: Ledger) -> None:
    def law(batches: Batches, size: int) -> None:
        facts = told(ledger, batches, size)
        before = all_rows(ledger)
        told(ledger, [[fact] for fact in facts], 1)
        assert all_rows(ledger) == before

    always(ledger, law, histories().flatmap(in_batches), sizes)


def test_rebuilt_from_nothing_equals_kept_up(ledger: Ledger) -> None:
    def law(batches: Batches, size: int, size_anew: int) -> None:
        told(ledger, batches, size)
        shadow = Shadow(ledger, records_max=size_anew)
        with snapshot(ledger.engine) as (connection, position):
            shadow.fill(position, silent)
            assert all(one.equal for one in compare(shadow, connection))
        shadow.drop()

    always(ledger, law, histories().flatmap(in_batches), sizes, sizes)


def test_where_a_pack_is_and_what_its_history_says_agree_under_each_of_its_codes(
    ledger: Ledger,
) -> None:
    def law(batches: Batches, size: int) -> None:
        facts = told(ledger, batches, size)
        with snapshot(ledger.engine) as (connection, _):
            for ref in BATTERIES:
                read = history.read(ledger, ref)
                row = locations.find(connection, ref)
                assert read.codes == plain.pack_of(ref, facts)
                assert read.whereabouts() == plain.fold(ref, facts)
                if row is None:
                    assert read.told == []
                    continue
                assert whereabouts_of(row) == read.whereabouts()
                assert (row["facts"], locations.codes(row)) == (len(read.told), read.codes)
                for code in read.codes:
                    again = history.read(ledger, code)
                    assert (again.told, again.codes) == (read.told, read.codes)
                    assert locations.find(connection, code) == row

    always(ledger, law, histories().flatmap(in_batches), sizes)


def test_the_projections_agree_with_each_other_and_with_the_facts(ledger: Ledger) -> None:
    def law(batches: Batches, size: int) -> None:
        facts = told(ledger, batches, size)
        expected = plain.stock(facts, BATTERIES)
        with snapshot(ledger.engine) as (connection, _):
            assert plain.counters(_mappings(connection, select(location))) == expected
            assert _counted(_mappings(connection, select(inventory_table))) == expected
            still = (stay.c.until.is_(None), stay.c.known_to.is_(None))
            in_stock = _mappings(connection, select(stay).where(*still))
            assert plain.counters([{**row, "state": "in_stock"} for row in in_stock]) == expected

    always(ledger, law, histories().flatmap(in_batches), sizes)


def test_the_stock_at_any_moment_is_what_was_known_of_it_at_any_position(ledger: Ledger) -> None:
    def law(batches: Batches, at: Millis, data: st.DataObject) -> None:
        facts = told(ledger, batches, data.draw(sizes))
        known = data.draw(st.none() | st.integers(0, len(facts)))
        heard = facts if known is None else facts[:known]
        position = None if known is None else len(network) + known
        with snapshot(ledger.engine) as (connection, _):
            assert _stock_as_of(connection, at, position) == plain.stock(heard, BATTERIES, at)

    always(ledger, law, histories().flatmap(in_batches), instants, st.data())


def test_a_history_up_to_a_position_is_what_was_known_then(ledger: Ledger) -> None:
    def law(batches: Batches, at: Millis, data: st.DataObject) -> None:
        facts = told(ledger, batches, 6)
        known = data.draw(st.integers(0, len(facts)))
        for ref in BATTERIES:
            read = history.read(ledger, ref, up_to=len(network) + known)
            assert read.whereabouts() == plain.fold(ref, facts[:known])
            assert read.until(at).whereabouts() == plain.fold(ref, facts[:known], at)

    always(ledger, law, histories().flatmap(in_batches), instants, st.data())


def test_the_stock_now_is_what_the_inventory_tells(ledger: Ledger) -> None:
    def law(batches: Batches) -> None:
        told(ledger, batches, 2)
        with snapshot(ledger.engine) as (connection, _):
            counted = [row for site in SITES for row in inventory.stock(connection, site)]
            assert _stock_as_of(connection, monday + 5 * MINUTE) == _counted(counted)

    always(ledger, law, histories().flatmap(in_batches))


def test_both_engines_hold_the_same_rows(ledgers: dict[str, Ledger]) -> None:
    @settings(max_examples=EXAMPLES["postgresql"])
    @given(histories().flatmap(in_batches))
    def law(batches: Batches) -> None:
        for ledger in ledgers.values():
            told(ledger, batches, 4)
        assert len({tuple(checksums(ledger).values()) for ledger in ledgers.values()}) == 1

    law()


def _stock_as_of(
    connection: Connection, at: Millis, known: Position | None = None
) -> plain.Counters:
    return _counted(
        [
            {**row, "site": site}
            for site in SITES
            for row in stays.stock_as_of(connection, site, at, known)
        ]
    )


def _mappings(connection: Connection, asked: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(asked).mappings()]


def _counted(rows: list[dict[str, Any]]) -> plain.Counters:
    return {
        (row["site"], row["chemistry"], row["grade"] or None, row["storage_class"] or None): (
            row["pieces"],
            row["mass_g"],
            row["mass_unknown_pieces"],
        )
        for row in rows
    }
