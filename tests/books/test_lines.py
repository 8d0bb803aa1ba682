"""Does each kind of movement stand in its book, with what there is to say of it?"""

import re
from pathlib import Path

import pytest

from custody import books
from custody.books.book import place, skipped, written
from custody.books.columns import SOURCE, TIME
from custody.ledger import Ledger
from custody.projections.tables import Row
from custody.terms import HOUR, Refused
from tests.books.lives import asked, lines, size, told, totals
from tests.given import (
    CENTRE,
    POINT,
    dismantle,
    dispatch,
    dispose,
    drop_off,
    friday,
    grade,
    hand_on,
    hold,
    incident,
    inspect,
    other,
    pack,
    receive,
    recover,
    release_hold,
    second_life,
    stock_take,
    stranger,
    third,
    thursday,
    two,
    wednesday,
)

PAGE = Path(__file__).parents[2] / "docs" / "books.md"


def book(ledger: Ledger, name: str, site: str = CENTRE) -> dict[str, Row]:
    """Return the lines of a book, by the type of their movement."""
    of = asked(site)
    found = lines(ledger, name, of)
    assert len(found) == size(ledger, name, of) == totals(ledger, name, of)["lines"]
    return {row.get("type", name): row for row in found}


def test_processing_says_what_went_in_and_what_came_out(shelf: Ledger) -> None:
    cells = [{"fraction": "cells", "mass_g": 3_000}]
    told(
        shelf,
        [
            [
                dismantle(children=[other], loss_g=90),
                recover([other], inputs=cells),
                second_life(third, new_code="maker:NEW"),
                dispose((), fractions=cells, certificate="CERT-1"),
            ]
        ],
    )
    found = book(shelf, "processing")
    taken_apart = found["dismantle"]
    assert (taken_apart["batteries"], taken_apart["made"]) == ([pack], [other])
    assert (taken_apart["output_g"], taken_apart["loss_g"]) == (5_000, 90)
    batch = found["recover"]
    assert (batch["input_g"], batch["output_g"], batch["pieces"]) == (3_000, 900, 1)
    assert batch["outputs"] == [{"material": "copper", "mass_g": 900}]
    assert (found["second_life"]["use"], found["second_life"]["made"]) == (
        "base_station",
        ["maker:NEW"],
    )
    gone = found["dispose"]
    assert (gone["inputs"], gone["certificate"], gone["loss_g"]) == (cells, "CERT-1", None)


def test_handover_says_who_carried_it(shelf: Ledger) -> None:
    told(shelf, [[drop_off(), dispatch(vehicle="浙A12345"), hand_on(site=POINT), receive()]])
    (sent, on) = lines(shelf, "handover", asked(POINT))
    assert (sent["direction"], sent["vehicle"], sent["pieces"]) == ("out", "浙A12345", 1)
    assert (on["direction"], on["carrier"], on["pieces"]) == ("on", stranger, 0)
    assert on["from_carrier"] == sent["carrier"]


def test_inspection_says_what_was_measured(shelf: Ledger) -> None:
    found = inspect(internal_resistance_mohm=510, condition=["swollen"])
    told(shelf, [[found, grade(route="recycle", at=thursday)]])
    lines_ = book(shelf, "inspection", POINT)
    assert (lines_["inspect"]["verdict"], lines_["inspect"]["condition"]) == ("treat", ["swollen"])
    assert lines_["inspect"]["internal_resistance_mohm"] == 510
    assert lines_["inspect"]["mass_g"] is lines_["inspect"]["grade"] is None
    assert (lines_["grade"]["grade"], lines_["grade"]["route"]) == ("B", "recycle")


def test_incidents_and_holds_stand_together(shelf: Ledger) -> None:
    told(shelf, [[incident("fire", two, case="C-9"), hold(), release_hold(at=friday)]])
    found = book(shelf, "incidents", POINT)
    assert (found["incident"]["kind"], found["incident"]["pieces"]) == ("fire", 2)
    assert (found["hold"]["case"], found["release_hold"]["case"]) == ("C-1", "C-1")


def test_a_count_is_a_line(shelf: Ledger) -> None:
    told(shelf, [[stock_take(two, take="ST-1", scope="A-1", step="count")]])
    (line,) = book(shelf, "stock_take", POINT).values()
    assert (line["take"], line["step"], line["scope"]) == ("ST-1", "count", "A-1")
    assert (line["counted"], line["frozen_at"]) == (2, wednesday)


def test_what_becomes_of_a_battery_here_and_what_begins_here(shelf: Ledger) -> None:
    """A part of a pack comes in by the dismantling that the pack goes out by."""
    told(shelf, [[receive(two), dismantle(children=[third]), second_life(other, use="ups")]])
    out = {row["battery"]: row for row in lines(shelf, "out", asked(CENTRE))}
    assert (out[pack]["type"], out[other]["type"]) == ("dismantle", "second_life")
    assert out[other]["use"] == "ups"
    came = {row["battery"]: row["type"] for row in lines(shelf, "in", asked(CENTRE))}
    assert came == {pack: "receive", other: "receive", third: "dismantle"}


def test_every_line_but_those_of_stock_says_which_record_it_stands_on() -> None:
    own = {column.name for column in SOURCE}
    for one in books.ALL:
        assert (own <= {column.name for column in one.columns}) == (one.name != "stock")


@pytest.mark.parametrize("text", ["", "x", "1.2.3.4", "-1", f"{10**16}.1.{'a' * 36}.1"])
def test_a_place_is_taken_back_only_as_it_was_written(text: str) -> None:
    for read in (place, skipped):
        with pytest.raises(Refused):
            read(text)
    assert place(None) is None
    assert skipped(None) == 0
    assert skipped("7") == 7
    here = (HOUR, -1, inspect().id, 2)
    assert place(written(*here)) == here


def test_the_page_of_the_books_names_each_book_and_each_column() -> None:
    page = PAGE.read_text(encoding="utf-8")
    sections = re.split(r"^## ", page, flags=re.MULTILINE)
    for one in books.ALL:
        (section,) = [text for text in sections if text.startswith(f"`{one.name}`")]
        assert one.zh in section.splitlines()[0]
        for column in one.columns:
            said = page if column in (TIME, *SOURCE) else section
            assert f"`{column.name}`" in said, f"{one.name}: {column.name}"
