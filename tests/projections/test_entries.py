"""Which rows do the books have of movements, and from which position on were they known?"""

from custody.events import Movement
from custody.projections.entries import entry
from custody.projections.matter import matter
from custody.terms import Millis
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    correct,
    dispatch,
    dispose,
    drop_off,
    friday,
    grade,
    hand_on,
    hold,
    incident,
    inspect,
    monday,
    order,
    pack,
    receive,
    recover,
    road,
    saturday,
    stock_take,
    store,
    sunday,
    tag,
    thursday,
    two,
    void,
    wednesday,
)
from tests.given import dismantle as dismantle_it
from tests.projections.kept import Kept

Row = tuple[str, str, Millis, int, int | None]


def entries(*facts: Movement) -> list[Row]:
    """Return the rows that some facts make, whichever batches they come in."""
    together, apart = Kept(*facts), Kept().each(*facts)
    assert together.rows(entry) == apart.rows(entry)
    return [
        (row["type"], row["site"], row["occurred_at"], row["known_from"], row["known_to"])
        for row in sorted(together.rows(entry), key=lambda row: (row["known_from"], row["type"]))
    ]


def test_what_only_moves_a_battery_has_no_row() -> None:
    assert entries(drop_off(), tag(), store(), order()) == []


def test_every_other_movement_has_one() -> None:
    facts = [
        inspect(), grade(), dispatch(two), hand_on(), receive(two), hold(), incident("fire"),
        stock_take(), dismantle_it(), recover(two), dispose(two),
    ]  # fmt: skip
    assert [row[0] for row in entries(*facts)] == [fact.type for fact in facts]


def test_a_row_says_what_its_movement_is_a_part_of() -> None:
    count, wrong = stock_take(take="ST-1"), inspect()
    rows = Kept(dispatch(), receive(), count, stock_take(), wrong, void(wrong)).rows(entry)
    parts = {row["movement"]: row["part_of"] for row in rows}
    assert parts[dispatch().id] == parts[receive().id] == road
    assert parts[count.id] == "ST-1"
    assert parts[stock_take().id] == stock_take().id
    assert parts[void(wrong).id] == wrong.id
    assert parts[wrong.id] is None


def test_a_void_ends_the_row_of_its_target() -> None:
    assert entries(inspect(), void(inspect())) == [
        ("inspect", POINT, wednesday, 1, 2),
        ("void", POINT, sunday, 2, None),
    ]


def test_a_correction_that_moves_a_movement_puts_another_row_in_its_place() -> None:
    moved = correct(inspect(), {"occurred_at": "2026-03-05T01:00:00Z"})
    assert entries(inspect(), moved) == [
        ("inspect", POINT, wednesday, 1, 2),
        ("correct", POINT, sunday, 2, None),
        ("inspect", POINT, thursday, 2, None),
    ]


def test_a_correction_that_leaves_it_where_it_is_changes_no_row() -> None:
    rows = entries(inspect(), correct(inspect(), {"mass_g": 8_600}))
    assert rows[0] == ("inspect", POINT, wednesday, 1, None)


def test_a_correction_that_another_outweighs_changes_nothing() -> None:
    late = correct(inspect(), {"site": CENTRE}, at=sunday)
    early = correct(inspect(), {"occurred_at": "2026-03-05T01:00:00Z"}, at=saturday)
    own = [row for row in entries(inspect(), late, early) if row[0] == "inspect"]
    assert own == [("inspect", POINT, wednesday, 1, 2), ("inspect", CENTRE, wednesday, 2, None)]


def test_a_correction_stands_at_every_site_that_it_changes() -> None:
    wrong = inspect()
    right = correct(wrong, {"site": BASE}, site=CENTRE)
    assert {row[1] for row in entries(wrong, right) if row[0] == "correct"} == {
        POINT,
        CENTRE,
        BASE,
    }


def test_a_correction_of_what_has_no_row_has_one_itself() -> None:
    assert entries(drop_off(), correct(drop_off(), {"channel": "online"})) == [
        ("correct", POINT, sunday, 2, None)
    ]


def test_a_dispatch_is_no_news_of_the_hand_ons_that_came_before_it() -> None:
    facts = (hand_on(), dispatch(), void(hand_on()))
    own = [row for row in entries(*facts) if row[0] == "hand_on"]
    assert [row[3:] for row in own] == [(1, 3)]


def test_matter_counts_up_what_is_made_and_down_what_is_used() -> None:
    made = dismantle_it(
        outputs=[{"fraction": "cells", "mass_g": 5_000}, {"fraction": "cells", "mass_g": 7}],
        loss_g=90,
    )
    used = recover((), inputs=[{"fraction": "cells", "mass_g": 3_000}], at=saturday)
    gone = dispose((), fractions=[{"fraction": "cells", "mass_g": 500}])
    facts = (made, used, gone, inspect(), store([pack], at=monday), grade(at=friday))
    together, apart = Kept(*facts), Kept().each(*facts)
    assert together.rows(matter) == apart.rows(matter)
    rows = {row["type"]: row for row in together.rows(matter)}
    assert {type_: row["fraction_cells_g"] for type_, row in rows.items()} == {
        "dismantle": 5_007,
        "recover": -3_000,
        "dispose": -500,
    }
    assert rows["dismantle"]["loss_g"] == 90
    assert rows["recover"]["material_copper_g"] == 900


def test_matter_is_told_anew_when_it_was_weighed_wrongly() -> None:
    made = dismantle_it()
    right = correct(made, {"outputs": [{"fraction": "copper", "mass_g": 800}]})
    rows = Kept(made).hear(right).hear(void(made, at=sunday + 1)).rows(matter)
    told = sorted(
        (row["known_from"], row["known_to"], row["fraction_cells_g"], row["fraction_copper_g"])
        for row in rows
    )
    assert told == [(1, 2, 5_000, 0), (2, 3, 0, 800)]


def test_a_void_of_what_nobody_recorded_stops_nothing() -> None:
    lost = void(inspect())
    assert entries(lost) == [("void", POINT, sunday, 1, None)]
    assert Kept(lost).rows(matter) == []
