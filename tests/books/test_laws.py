"""What holds of every site's books, whatever happened and whenever it was recorded?"""

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custody.books import Asked, Span
from custody.books.asking import beginning, date, day
from custody.books.flows import COUNTS
from custody.ledger import Ledger
from custody.projections import inventory, stays
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from custody.terms import Millis, Position
from tests.books.conftest import EXAMPLES
from tests.books.lives import (
    EVER,
    WHOLE,
    Batches,
    asked,
    cuts,
    every_book,
    lines,
    lives,
    positions,
    replayed,
    size,
    spans,
    told,
    totals,
)
from tests.strategies import SITES

Held = dict[tuple[str, str | None], tuple[int, ...]]

sites = st.sampled_from(SITES)
sizes = st.integers(1, 6)


def always(ledger: Ledger, law: Callable[..., None], *drawn: st.SearchStrategy[Any]) -> None:
    """Try a law on one engine, as often as it is quick."""
    tried = settings(
        max_examples=EXAMPLES[ledger.engine.dialect.name],
        suppress_health_check=[HealthCheck.too_slow],
    )
    tried(given(*drawn)(law))()


def held(ledger: Ledger, of: Asked, at: Millis) -> Held:
    """Return what stood at a site at an instant, as the as-of answer counts it."""
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    with snapshot(ledger.engine) as (connection, _):
        for row in stays.stock_as_of(connection, of.site, at, of.known):
            cell = found[row["chemistry"], row["storage_class"]]
            for index, name in enumerate(COUNTS):
                cell[index] += row[name]
    return {cell: tuple(counts) for cell, counts in found.items()}


def part(rows: list[Row], name: str) -> Held:
    """Return one part of a day's rows by what they tell apart, nothing left out but zeros."""
    found = {
        (row["chemistry"], row["class"]): tuple(row[f"{name}_{count}"] for count in COUNTS)
        for row in rows
    }
    return {cell: counts for cell, counts in found.items() if any(counts)}


def test_each_line_of_stock_balances_in_pieces_and_in_grams(shelf: Ledger) -> None:
    def law(batches: Batches, site: str, span: Span) -> None:
        told(shelf, batches)
        of = asked(site, span)
        for row in (*lines(shelf, "stock", of), totals(shelf, "stock", of)):
            for name in COUNTS:
                moved = row[f"in_{name}"] - row[f"out_{name}"] + row[f"adjustments_{name}"]
                assert row[f"opening_{name}"] + moved == row[f"closing_{name}"]
            for name in ("opening", "in", "out", "closing"):
                assert row[f"{name}_pieces"] >= row[f"{name}_mass_unknown_pieces"] >= 0
                assert row[f"{name}_mass_g"] >= 0

    always(shelf, law, lives(), sites, spans)


def test_each_day_begins_with_what_the_day_before_ended_with(shelf: Ledger) -> None:
    """And both are what the as-of answer counts: however a range is split into days."""

    def law(batches: Batches, site: str, span: Span) -> None:
        told(shelf, batches)
        of = asked(site, span, now=span.end)
        by_day: dict[str, list[Row]] = defaultdict(list)
        for row in lines(shelf, "stock", of):
            by_day[row["day"]].append(row)
        for number in range(day(span.first), day(span.end - 1) + 1):
            first = max(beginning(number), span.first)
            end = min(beginning(number + 1), span.end)
            rows = by_day.pop(date(number), [])
            assert part(rows, "opening") == held(shelf, of, first - 1)
            assert part(rows, "closing") == held(shelf, of, end - 1)
        assert not by_day

    always(shelf, law, lives(), sites, spans)


def test_however_a_stretch_is_split_its_parts_come_to_the_whole(shelf: Ledger) -> None:
    def law(batches: Batches, site: str, where: list[Millis]) -> None:
        told(shelf, batches)
        edges = [WHOLE.first, *sorted({*where} - {WHOLE.first}), WHOLE.end]
        parts = [asked(site, Span(first, end)) for first, end in pairwise(edges)]
        whole = totals(shelf, "stock", asked(site))
        summed = [totals(shelf, "stock", one) for one in parts]
        for name in COUNTS:
            for moved in ("in", "out", "adjustments"):
                column = f"{moved}_{name}"
                assert sum(one[column] for one in summed) == whole[column]
            assert summed[0][f"opening_{name}"] == whole[f"opening_{name}"]
            assert summed[-1][f"closing_{name}"] == whole[f"closing_{name}"]
            for before, after in pairwise(summed):
                assert before[f"closing_{name}"] == after[f"opening_{name}"]

    always(shelf, law, lives(), sites, st.lists(cuts, max_size=4))


def test_the_lines_of_in_out_and_adjustments_are_those_of_the_stock_book(shelf: Ledger) -> None:
    def law(batches: Batches, site: str, span: Span, limit: int) -> None:
        told(shelf, batches)
        of = asked(site, span)
        whole = totals(shelf, "stock", of)
        for name in ("in", "out", "adjustments"):
            found = lines(shelf, name, of, limit)
            assert found == lines(shelf, name, of)
            assert len(found) == size(shelf, name, of)
            counted = {
                "pieces": sum(row["pieces"] for row in found),
                "mass_g": sum(row["mass_g"] or 0 for row in found),
                "mass_unknown_pieces": sum(row["pieces"] for row in found if row["mass_g"] is None),
            }
            assert counted == totals(shelf, name, of)
            assert counted == {count: whole[f"{name}_{count}"] for count in COUNTS}

    always(shelf, law, lives(), sites, spans, sizes)


def test_over_all_sites_the_books_close_with_what_the_network_holds(shelf: Ledger) -> None:
    def law(batches: Batches) -> None:
        told(shelf, batches)
        for name in COUNTS:
            closed = sum(totals(shelf, "stock", asked(site))[f"closing_{name}"] for site in SITES)
            with snapshot(shelf.engine) as (connection, _):
                held_now = [row for site in SITES for row in inventory.stock(connection, site)]
            assert closed == sum(row[name] for row in held_now)

    always(shelf, law, lives())


def test_as_known_at_a_position_the_books_are_those_of_a_ledger_that_ends_there(
    shelf: Ledger,
) -> None:
    def law(batches: Batches, site: str, span: Span, known: Position, size_anew: int) -> None:
        told(shelf, batches)
        then = every_book(shelf, asked(site, span, known))
        replayed(shelf, known, size_anew)
        assert every_book(shelf, asked(site, span, known)) == then
        assert every_book(shelf, asked(site, span)) == then

    always(shelf, law, lives(), sites, spans, positions, sizes)


def test_however_the_projector_batches_the_books_are_the_same(shelf: Ledger) -> None:
    def law(batches: Batches, one: int, another: int) -> None:
        told(shelf, batches, one)
        before = [every_book(shelf, asked(site)) for site in SITES]
        replayed(shelf, EVER, another)
        assert [every_book(shelf, asked(site)) for site in SITES] == before

    always(shelf, law, lives(), sizes, sizes)


def test_what_is_recorded_later_changes_no_book_as_it_was_known_before(shelf: Ledger) -> None:
    def law(batches: Batches, some: int, site: str) -> None:
        told(shelf, batches[:some])
        known = shelf.head().position
        before = every_book(shelf, asked(site, known=known))
        told(shelf, batches)
        assert every_book(shelf, asked(site, known=known)) == before

    always(shelf, law, lives(), sizes, sites)
