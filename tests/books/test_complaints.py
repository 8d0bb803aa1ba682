"""Do the books avoid what the users of other stock ledgers complain about?"""

from custody.books import Span
from custody.events import Movement
from custody.ledger import Ledger
from custody.projections.tables import Row
from custody.terms import HOUR, Millis, Position, rfc3339
from tests.books.lives import EVER, WHOLE, asked, lines, told, totals
from tests.given import (
    CENTRE,
    POINT,
    correct,
    dispatch,
    drop_off,
    incident,
    inspect,
    monday,
    other,
    pack,
    receive,
    stock_take,
    store,
    thursday,
    tuesday,
    two,
    void,
    wednesday,
)


def book(ledger: Ledger, *facts: Movement) -> None:
    told(ledger, [[fact] for fact in facts])


def whole(ledger: Ledger, name: str, site: str = POINT, known: Position = EVER) -> list[Row]:
    return lines(ledger, name, asked(site, known=known))


def moved(ledger: Ledger, site: str = POINT, known: Position = EVER) -> dict[str, Row]:
    """Return what each day of a site's book of stock has, in pieces."""
    return {
        row["day"][5:]: {
            part: row[f"{part}_pieces"]
            for part in ("opening", "in", "out", "adjustments", "closing")
            if row[f"{part}_pieces"]
        }
        for row in lines(ledger, "stock", asked(site, known=known))
    }


def test_a_find_counts_up_and_a_loss_counts_down(shelf: Ledger) -> None:
    """OpenBoxes 5464, mSupply 12461: the sign of a difference was wrong."""
    book(
        shelf,
        drop_off(mass_g=8_700),
        incident("loss", [pack], at=tuesday),
        stock_take([other], at=tuesday, frozen_at=rfc3339(tuesday)),
    )
    found = [(row["battery"], row["pieces"], row["mass_g"]) for row in whole(shelf, "adjustments")]
    assert sorted(found) == sorted([(pack, -1, -8_700), (other, +1, None)])
    assert totals(shelf, "adjustments", asked(POINT)) == {
        "pieces": 0,
        "mass_g": -8_700,
        "mass_unknown_pieces": 1,
    }


def test_a_back_dated_movement_changes_the_book_from_its_own_instant_on(shelf: Ledger) -> None:
    """OpenBoxes 6, mSupply 11603: a stock record of an earlier day came to a wrong adjustment."""
    book(shelf, drop_off(), store(at=wednesday), drop_off(other, at=tuesday))
    assert moved(shelf) == {
        "03-02": {"in": 1, "closing": 1},
        "03-03": {"opening": 1, "in": 1, "closing": 2},
    }
    assert totals(shelf, "adjustments", asked(POINT))["pieces"] == 0


def test_as_known_before_it_a_back_dated_movement_changes_nothing(shelf: Ledger) -> None:
    book(shelf, drop_off(), drop_off(other, at=tuesday))
    assert moved(shelf, known=1) == {"03-02": {"in": 1, "closing": 1}}
    (line,) = whole(shelf, "in", known=1)
    assert (line["battery"], line["position"]) == (pack, 1)


def test_a_dispatch_that_was_told_late_ends_a_stay_when_it_happened(shelf: Ledger) -> None:
    """The receiver reported first, and the book let it go as an adjustment until the sender did."""
    sent, came = dispatch(), receive()
    book(shelf, drop_off(mass_g=8_700), came, sent)
    (taken,) = whole(shelf, "adjustments", known=2)
    assert (taken["pieces"], taken["mass_g"], taken["by_site"]) == (-1, -8_700, CENTRE)
    assert (taken["type"], taken["occurred_at"]) == ("receive", came.at)
    assert whole(shelf, "adjustments") == []
    (gone,) = whole(shelf, "out")
    assert (gone["occurred_at"], gone["to_site"], gone["mass_g"]) == (sent.at, CENTRE, 8_700)


def test_as_known_before_it_left_a_battery_stood_there_still(shelf: Ledger) -> None:
    book(shelf, drop_off(), dispatch(at=tuesday))
    assert whole(shelf, "out", known=1) == []
    assert totals(shelf, "stock", asked(POINT, known=1))["closing_pieces"] == 1
    assert totals(shelf, "stock", asked(POINT))["closing_pieces"] == 0


def test_what_another_site_handles_without_a_dispatch_is_adjusted_in_both(shelf: Ledger) -> None:
    book(shelf, drop_off(mass_g=8_700), store(site=CENTRE))
    for site, pieces in ((POINT, -1), (CENTRE, 1)):
        (line,) = whole(shelf, "adjustments", site)
        assert (line["pieces"], line["mass_g"]) == (pieces, pieces * 8_700)
        assert (line["type"], line["by_site"]) == ("store", CENTRE)
        assert whole(shelf, "out", site) == []
    assert whole(shelf, "in", CENTRE) == []


def test_what_happens_as_a_stretch_ends_belongs_to_the_next(shelf: Ledger) -> None:
    book(shelf, drop_off(at=tuesday), inspect(at=tuesday, mass_g=8_600))
    before, after = Span(WHOLE.first, tuesday), Span(tuesday, WHOLE.end)
    for name in ("in", "inspection"):
        assert lines(shelf, name, asked(POINT, before)) == []
        assert len(lines(shelf, name, asked(POINT, after))) == 1
    assert totals(shelf, "stock", asked(POINT, after))["opening_pieces"] == 0


def test_a_mass_of_nothing_is_not_a_mass_unknown(shelf: Ledger) -> None:
    """Trackdéchets 3536: zero was taken for absent."""
    book(shelf, drop_off(mass_g=0), drop_off(other))
    told_ = {row["battery"]: row["mass_g"] for row in whole(shelf, "in")}
    assert told_ == {pack: 0, other: None}
    assert totals(shelf, "in", asked(POINT)) == {
        "pieces": 2,
        "mass_g": 0,
        "mass_unknown_pieces": 1,
    }


def test_a_mass_that_becomes_known_is_an_adjustment_of_mass_alone(shelf: Ledger) -> None:
    book(shelf, drop_off(), inspect(mass_g=8_600, at=tuesday))
    found = [(row["pieces"], row["mass_g"]) for row in whole(shelf, "adjustments")]
    assert found == [(-1, None), (+1, 8_600)]
    row = totals(shelf, "stock", asked(POINT))
    assert (row["adjustments_pieces"], row["adjustments_mass_g"]) == (0, 8_600)
    assert row["adjustments_mass_unknown_pieces"] == -1


def test_what_is_lost_between_sender_and_receiver_stands_in_both_books(shelf: Ledger) -> None:
    """Tractus-X 957: parts were missing at the receiver after they had been announced."""
    book(shelf, drop_off(), drop_off(other), dispatch(two), receive([pack]))
    for site, direction in ((POINT, "out"), (CENTRE, "in")):
        (line,) = whole(shelf, "handover", site)
        assert line["direction"] == direction
        assert (line["released"], line["accepted"], line["unaccounted"]) == (2, 1, 1)
        assert (line["from_site"], line["to_site"]) == (POINT, CENTRE)
    assert whole(shelf, "handover", POINT)[0]["pieces"] == 2
    assert whole(shelf, "handover", CENTRE)[0]["pieces"] == 1


def test_before_the_receiver_has_told_all_of_it_is_unaccounted_for(shelf: Ledger) -> None:
    book(shelf, drop_off(), drop_off(other), dispatch(two), receive(two))
    (before,) = whole(shelf, "handover", known=3)
    assert (before["state"], before["unaccounted"]) == ("released", 2)
    (after,) = whole(shelf, "handover")
    assert (after["state"], after["unaccounted"]) == ("received", 0)


def test_movements_of_one_day_stand_in_the_order_in_which_they_happened(shelf: Ledger) -> None:
    """mSupply 12574: times cut to midnight put a day's movements into any order."""
    hours: list[Millis] = [monday + n * HOUR for n in (3, 1, 2)]
    facts = [drop_off(f"maker:P{n}", at=at) for n, at in enumerate(hours)]
    book(shelf, *facts)
    assert [row["occurred_at"] for row in whole(shelf, "in")] == sorted(hours)


def test_of_one_instant_the_rank_of_the_type_decides_and_then_the_id(shelf: Ledger) -> None:
    told(shelf, [[drop_off(), drop_off(other), dispatch(two, at=monday), receive(two, at=monday)]])
    (row,) = [row for row in lines(shelf, "stock", asked(POINT)) if row["day"] == "2026-03-02"]
    assert (row["in_pieces"], row["out_pieces"], row["closing_pieces"]) == (2, 2, 0)
    found = [row["movement"] for row in whole(shelf, "in")]
    assert found == sorted(found)


def test_stock_is_never_negative_however_late_the_first_fact_comes(shelf: Ledger) -> None:
    """mSupply 5359: what left before it had come was counted below nothing."""
    book(shelf, dispatch(at=tuesday), drop_off(at=monday))
    for known in (1, 2):
        for row in lines(shelf, "stock", asked(POINT, known=known)):
            assert row["opening_pieces"] >= 0
            assert row["closing_pieces"] >= 0


def test_a_voided_movement_leaves_the_book_and_stays_in_that_of_corrections(
    shelf: Ledger,
) -> None:
    wrong = drop_off(other, at=tuesday)
    book(shelf, drop_off(), wrong, void(wrong))
    assert [row["battery"] for row in whole(shelf, "in")] == [pack]
    assert [row["battery"] for row in whole(shelf, "in", known=2)] == [pack, other]
    (line,) = whole(shelf, "corrections")
    assert (line["type"], line["target"], line["counts"]) == ("void", wrong.id, True)
    assert line["target_position"] == 2


def test_a_correction_says_what_was_and_what_is(shelf: Ledger) -> None:
    wrong = drop_off(mass_g=870)
    right = correct(wrong, {"battery": {"code": pack, "mass_g": 8_700}}, at=tuesday)
    book(shelf, wrong, right)
    (line,) = whole(shelf, "corrections")
    (change,) = line["changes"]
    assert (change["field"], change["before"]["mass_g"], change["after"]["mass_g"]) == (
        "battery",
        870,
        8_700,
    )
    (came,) = whole(shelf, "in")
    assert (came["mass_g"], came["corrected_by"]) == (8_700, right.id)
    assert whole(shelf, "in", known=1)[0]["mass_g"] == 870


def test_a_correction_stands_in_the_book_of_every_site_that_it_changes(shelf: Ledger) -> None:
    wrong = inspect(site=POINT)
    book(shelf, drop_off(), wrong, correct(wrong, {"site": CENTRE}, at=thursday, site=CENTRE))
    for site in (POINT, CENTRE):
        (line,) = whole(shelf, "corrections", site)
        assert line["by_site"] == CENTRE
    assert whole(shelf, "inspection", POINT) == []
    assert len(whole(shelf, "inspection", POINT, known=2)) == 1
    (moved_,) = whole(shelf, "inspection", CENTRE)
    assert moved_["position"] == 2
