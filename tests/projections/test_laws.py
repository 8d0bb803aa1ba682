"""What holds of every projection, whatever happened and however it arrived?"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from custody import history
from custody.events import Movement
from custody.events.journey import effective, whereabouts
from custody.events.whereabouts import Whereabouts
from custody.ledger import Ledger
from custody.projections import inventory, stays
from custody.projections.freshness import lay_out, snapshot
from custody.projections.inventory import inventory as inventory_table
from custody.projections.location import location, whereabouts_of
from custody.projections.stays import stay
from custody.projector import Projector
from custody.rebuilding import Shadow, compare
from custody.terms import MINUTE, Millis
from tests.given import BASE, CENTRE, POINT, monday, other, pack, third
from tests.ledger.forgetful import forgetful_ledgers
from tests.projections.bookkeeping import Office, all_rows, checksums, empty, silent
from tests.projections.kept import as_believed
from tests.strategies import arrivals, histories, in_batches

EXAMPLES = {"sqlite": 30, "postgresql": 10}
SITES = (POINT, CENTRE, BASE)
BATTERIES = (pack, other, third)

Batches = list[list[Movement]]
Counters = dict[tuple[Any, ...], tuple[int, int, int]]

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


def told(ledger: Ledger, batches: Batches, size: int) -> None:
    """Record movements from nothing, and project them meanwhile, so many records at once."""
    empty(ledger)
    office = Office(ledger).open()
    projector = Projector(ledger, records_max=size)
    for batch in batches:
        office.post(*batch)
        projector.step()
    projector.catch_up()


def test_any_order_and_any_batches_give_the_same_projections(ledger: Ledger) -> None:
    def law(both: tuple[Batches, Batches], size: int, other_size: int) -> None:
        one, another = both
        told(ledger, one, size)
        before = as_believed(all_rows(ledger))
        told(ledger, another, other_size)
        assert as_believed(all_rows(ledger)) == before

    always(ledger, law, arrangements(), sizes, sizes)


def test_rebuilt_from_nothing_equals_kept_up(ledger: Ledger) -> None:
    def law(batches: Batches, size: int, size_anew: int) -> None:
        told(ledger, batches, size)
        shadow = Shadow(ledger, records_max=size_anew)
        with snapshot(ledger.engine) as (connection, position):
            shadow.fill(position, silent)
            assert all(one.equal for one in compare(shadow, connection))
        shadow.drop()

    always(ledger, law, histories().flatmap(in_batches), sizes, sizes)


def test_the_projections_agree_with_each_other_and_with_the_facts(ledger: Ledger) -> None:
    def law(batches: Batches, size: int) -> None:
        told(ledger, batches, size)
        facts = list({fact.id: fact for batch in batches for fact in batch}.values())
        with snapshot(ledger.engine) as (connection, _):
            rows = {row["ref"]: dict(row) for row in _mappings(connection, select(location))}
            for ref in {name for fact in facts for name in fact.batteries_named()}:
                assert whereabouts_of(rows[ref]) == _fold(ref, facts)
                assert whereabouts_of(rows[ref]) == history.read(ledger, ref).whereabouts()
            held = _counters([(row["site"], whereabouts_of(row)) for row in rows.values()])
            assert held == _counted(_mappings(connection, select(inventory_table)))
            still = (stay.c.until.is_(None), stay.c.known_to.is_(None))
            stays_open = _mappings(connection, select(stay).where(*still))
            in_stock = {ref: row for ref, row in rows.items() if row["state"] == "in_stock"}
            assert {row["battery"] for row in stays_open} == in_stock.keys()
            for row in stays_open:
                alike = ("site", "storage_class", "chemistry", "grade", "mass_g")
                assert [row[name] for name in alike] == [
                    in_stock[row["battery"]][name] for name in alike
                ]

    always(ledger, law, histories().flatmap(in_batches), sizes)


def test_the_stock_at_any_moment_is_what_the_facts_until_then_make_of_each_battery(
    ledger: Ledger,
) -> None:
    def law(batches: Batches, at: Millis) -> None:
        told(ledger, batches, 3)
        then = [history.read(ledger, ref).until(at).whereabouts() for ref in BATTERIES]
        expected = _counters([(battery["site"], battery) for battery in then])
        with snapshot(ledger.engine) as (connection, _):
            found = [
                {**row, "site": site}
                for site in SITES
                for row in stays.stock_as_of(connection, site, at)
            ]
        assert _counted(found) == expected

    always(ledger, law, histories().flatmap(in_batches), instants)


def test_the_stock_now_is_what_the_inventory_tells(ledger: Ledger) -> None:
    def law(batches: Batches) -> None:
        told(ledger, batches, 2)
        with snapshot(ledger.engine) as (connection, _):
            for site in SITES:
                as_of = [
                    {**row, "site": site}
                    for row in stays.stock_as_of(connection, site, monday + 5 * MINUTE)
                ]
                assert _counted(as_of) == _counted(inventory.stock(connection, site))

    always(ledger, law, histories().flatmap(in_batches))


def test_both_engines_hold_the_same_rows(ledgers: dict[str, Ledger]) -> None:
    @settings(max_examples=EXAMPLES["postgresql"])
    @given(histories().flatmap(in_batches))
    def law(batches: Batches) -> None:
        for ledger in ledgers.values():
            told(ledger, batches, 4)
        assert len({tuple(checksums(ledger).values()) for ledger in ledgers.values()}) == 1

    law()


def _fold(ref: str, facts: list[Movement]) -> Whereabouts:
    return whereabouts((ref,), [fact for fact in effective(facts) if ref in fact.batteries_named()])


def _mappings(connection: Connection, asked: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(asked).mappings()]


def _counters(batteries: list[tuple[str | None, Whereabouts]]) -> Counters:
    """Count what is in stock as an inventory should, by looking at each battery."""
    counted: dict[tuple[Any, ...], tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for site, battery in batteries:
        if battery["state"] == "in_stock":
            cell = (site, battery["chemistry"], battery["grade"], battery["storage_class"])
            pieces, mass_g, unknown = counted[cell]
            mass = battery["mass_g"]
            counted[cell] = (pieces + 1, mass_g + (mass or 0), unknown + (mass is None))
    return dict(counted)


def _counted(rows: list[dict[str, Any]]) -> Counters:
    return {
        (row["site"], row["chemistry"], row["grade"] or None, row["storage_class"] or None): (
            row["pieces"],
            row["mass_g"],
            row["mass_unknown_pieces"],
        )
        for row in rows
    }
