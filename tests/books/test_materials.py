"""Does what came out of processing add up with what went in?"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from custody.books import Asked, Sources, Span, material_lines, materials, weighing
from custody.books.composition import Interval
from custody.books.materials import Balance, judged
from custody.events import Movement
from custody.ledger import Ledger
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from custody.terms import HOUR, Position
from tests.books.conftest import EXAMPLES
from tests.books.lives import (
    EVER,
    MIDNIGHT,
    WHOLE,
    Batches,
    asked,
    cuts,
    lives,
    replayed,
    told,
)
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    correct,
    dismantle,
    dispose,
    drop_off,
    friday,
    inspect,
    pack,
    recover,
    saturday,
    sticker,
    tag,
    thursday,
    tuesday,
    void,
)
from tests.strategies import SITES

CELLS = [{"fraction": "cells", "mass_g": 5_000}, {"fraction": "copper", "mass_g": 800}]


def balance(ledger: Ledger, of: Asked) -> dict[str, Any]:
    """Return everything that is told of a site's materials."""
    with snapshot(ledger.engine) as (connection, _):
        sources = Sources(connection, ledger)
        batteries = weighing.dismantled(sources, of)
        lines: list[Row] = []
        place = None
        while page := material_lines.lines(sources, of, place, 2):
            lines += [line.row for line in page]
            place = page[-1].place
        return {
            "batteries": batteries,
            "fractions": {row.pop("fraction"): row for row in materials.fractions(sources, of)},
            "materials": materials.materials(sources, of),
            "loss": materials.loss(sources, of),
            "metals": material_lines.metals(*materials.recoveries(sources, of)),
            "lines": lines,
        }


def at_base(ledger: Ledger, *facts: Movement, known: Position = EVER) -> dict[str, Any]:
    told(ledger, [[fact] for fact in facts])
    return balance(ledger, asked(BASE, known=known))


def arrived(ref: str = pack, **said: Any) -> Movement:
    return drop_off(ref, site=BASE, **said)


def test_what_came_out_of_a_battery_is_weighed_against_it(shelf: Ledger) -> None:
    found = at_base(
        shelf,
        arrived(mass_g=6_200, chemistry="nmc"),
        dismantle(site=BASE, outputs=CELLS, loss_g=300),
    )
    (line,) = found["lines"]
    told_ = line["dismantling"]
    assert (told_["input_min_g"], told_["input_max_g"]) == (6_200, 6_200)
    assert (told_["output_g"], told_["loss_g"]) == (5_800, 300)
    assert (told_["difference_min_g"], told_["difference_max_g"]) == (100, 100)
    assert (told_["tolerance_g"], told_["verdict"]) == (186, "balanced")
    assert found["batteries"].mass_g == 6_200
    assert found["loss"] == 300


@pytest.mark.parametrize(
    ("mass_g", "verdict"), [(5_950, "balanced"), (6_300, "short"), (5_400, "over")]
)
def test_more_than_three_per_cent_is_no_accident(shelf: Ledger, mass_g: int, verdict: str) -> None:
    found = at_base(shelf, arrived(mass_g=mass_g), dismantle(site=BASE, outputs=CELLS))
    assert found["lines"][0]["dismantling"]["verdict"] == verdict


def test_a_battery_that_nobody_weighed_weighs_what_the_table_says(shelf: Ledger) -> None:
    """Of an unknown chemistry: anything from the lightest pack to the heaviest."""
    for chemistry, total in (
        ("nmc", (5_600, 6_400)),
        ("lfp", (8_700, 8_700)),
        (None, (5_600, 8_700)),
    ):
        found = at_base(shelf, arrived(chemistry=chemistry), dismantle(site=BASE, outputs=CELLS))
        weighed = found["batteries"]
        assert (weighed.pieces, weighed.mass_g, weighed.mass_unknown_pieces) == (1, 0, 1)
        assert weighed.total == Interval(*total)


def test_a_mass_of_nothing_is_known(shelf: Ledger) -> None:
    found = at_base(shelf, arrived(mass_g=0), dismantle(site=BASE, outputs=CELLS))
    assert found["batteries"].total == Interval(0, 0)
    assert found["lines"][0]["dismantling"]["verdict"] == "over"


def test_one_that_the_book_had_elsewhere_is_weighed_by_its_own_facts(shelf: Ledger) -> None:
    found = at_base(shelf, drop_off(mass_g=6_000, site=POINT), dismantle(site=BASE, outputs=CELLS))
    assert (found["batteries"].pieces, found["batteries"].mass_g) == (1, 6_000)
    assert found["lines"][0]["dismantling"]["mass_g"] == 6_000


def test_who_dismantles_a_battery_twice_has_put_it_in_once(shelf: Ledger) -> None:
    found = at_base(
        shelf,
        arrived(mass_g=5_800),
        dismantle(site=BASE, at=thursday, outputs=CELLS),
        dismantle(site=BASE, at=friday, outputs=CELLS),
    )
    assert (found["batteries"].pieces, found["batteries"].mass_g) == (1, 5_800)
    assert [row["dismantling"]["verdict"] for row in found["lines"]] == ["balanced", "over"]


def test_a_pack_is_weighed_once_under_whichever_of_its_codes(shelf: Ledger) -> None:
    found = at_base(
        shelf,
        arrived(mass_g=5_800),
        tag(sticker, same_as=pack, at=tuesday, site=BASE),
        dismantle(sticker, site=BASE, outputs=CELLS),
    )
    assert found["batteries"].pieces == 1
    assert found["lines"][0]["dismantling"]["pieces"] == 1


def test_a_mass_found_after_the_fact_weighs_from_when_it_was_known(shelf: Ledger) -> None:
    found = at_base(
        shelf,
        arrived(),
        dismantle(site=BASE, outputs=CELLS),
        inspect(site=BASE, mass_g=5_900),
    )
    assert found["batteries"].mass_g == 5_900
    assert balance(shelf, asked(BASE, known=2))["batteries"].mass_unknown_pieces == 1


def test_fractions_are_made_used_up_and_left_over(shelf: Ledger) -> None:
    found = at_base(
        shelf,
        arrived(mass_g=5_800),
        dismantle(site=BASE, at=thursday, outputs=CELLS),
        recover((), site=BASE, at=friday, inputs=[{"fraction": "cells", "mass_g": 3_000}]),
        dispose((), site=BASE, fractions=[{"fraction": "cells", "mass_g": 500}]),
    )
    assert found["fractions"]["cells"] == {
        "opening_g": 0,
        "produced_g": 5_000,
        "recovered_g": 3_000,
        "disposed_g": 500,
        "closing_g": 1_500,
    }
    assert found["fractions"]["copper"]["closing_g"] == 800
    later = balance(shelf, asked(BASE, Span(saturday - HOUR, saturday + HOUR)))
    assert later["fractions"]["cells"] == {
        "opening_g": 2_000,
        "produced_g": 0,
        "recovered_g": 0,
        "disposed_g": 500,
        "closing_g": 1_500,
    }


def test_a_correction_and_a_void_count_as_known(shelf: Ledger) -> None:
    made = dismantle(site=BASE, at=thursday, outputs=CELLS)
    right = correct(made, {"outputs": [{"fraction": "cells", "mass_g": 4_000}]})
    facts = (arrived(), made, right, void(made, at=saturday, site=CENTRE), void(made))
    for known, cells in ((2, 5_000), (3, 4_000), (4, 4_000)):
        told(shelf, [[fact] for fact in facts[:3]])
        found = balance(shelf, asked(BASE, known=known))
        assert found["fractions"]["cells"]["produced_g"] == cells
    told(shelf, [[facts[0], made, void(made)]])
    assert balance(shelf, asked(BASE))["fractions"] == {}
    assert balance(shelf, asked(BASE))["lines"] == []


def test_more_metal_than_there_can_have_been_is_told(shelf: Ledger) -> None:
    """A lithium iron pack holds no cobalt."""
    outputs = [{"material": "cobalt_sulfate", "mass_g": 1_000}]
    found = at_base(
        shelf,
        arrived(mass_g=8_700, chemistry="lfp"),
        recover([pack], site=BASE, outputs=outputs),
    )
    (line,) = found["lines"]
    metals = {row["metal"]: row for row in line["metals"]}
    assert metals["co"]["verdict"] == "over"
    assert (metals["co"]["contained_max_g"], metals["co"]["recovered_min_g"]) == (0, 209)
    assert metals["li"]["verdict"] == "short"
    assert found["metals"] == line["metals"]
    assert found["materials"] == [{"material": "cobalt_sulfate", "mass_g": 1_000}]


def test_of_an_unknown_chemistry_nothing_can_be_said_that_need_not_be_so(shelf: Ledger) -> None:
    outputs = [{"material": "cobalt_sulfate", "mass_g": 1_000}]
    found = at_base(shelf, arrived(mass_g=8_700), recover([pack], site=BASE, outputs=outputs))
    metals = {row["metal"]: row["verdict"] for row in found["metals"]}
    assert metals["co"] == metals["ni"] == "balanced"


def test_fractions_put_in_count_for_what_they_may_hold(shelf: Ledger) -> None:
    said: dict[str, Any] = {
        "inputs": [{"fraction": "cells", "mass_g": 10_000}],
        "outputs": [{"material": "lithium_carbonate", "mass_g": 1_500, "assay_pct": 99.5}],
    }
    found = at_base(shelf, recover((), site=BASE, **said))
    lithium = found["metals"][0]
    assert (lithium["metal"], lithium["verdict"]) == ("li", "balanced")
    assert (lithium["recovered_min_g"], lithium["recovered_max_g"]) == (280, 281)
    said["outputs"][0]["mass_g"] = 90_000
    assert at_base(shelf, recover((), site=BASE, **said))["metals"][0]["verdict"] == "over"


@pytest.mark.parametrize(
    ("contained", "made", "verdict"),
    [
        ((0, 0), (0, 0), "balanced"),
        ((100, 100), (90, 90), "balanced"),
        ((100, 100), (89, 89), "short"),
        ((100, 100), (102, 102), "balanced"),
        ((100, 100), (103, 200), "over"),
        ((50, 200), (40, 300), "balanced"),
    ],
)
def test_only_intervals_that_do_not_overlap_are_judged(
    contained: tuple[int, int], made: tuple[int, int], verdict: str
) -> None:
    assert judged(Interval(*contained), Interval(*made), "li") == verdict
    assert Balance(Interval(0, 0), 0).verdict == "balanced"


def test_whatever_happened_fractions_balance_and_nothing_hangs_on_batches(shelf: Ledger) -> None:
    @settings(
        max_examples=EXAMPLES[shelf.engine.dialect.name],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(lives(), cuts)
    def law(batches: Batches, cut: int) -> None:
        told(shelf, batches)
        parts = (Span(MIDNIGHT, cut + 1), Span(cut + 1, WHOLE.end))
        before: dict[str, Any] = {}
        for site in SITES:
            whole, first, second = (balance(shelf, asked(site, span)) for span in (WHOLE, *parts))
            before[site] = whole
            for name, row in whole["fractions"].items():
                used = row["recovered_g"] + row["disposed_g"]
                assert row["opening_g"] + row["produced_g"] - used == row["closing_g"]
                closing = first["fractions"].get(name, {"closing_g": 0})["closing_g"]
                assert second["fractions"].get(name, {"opening_g": 0})["opening_g"] == closing
            weighed = [one["batteries"] for one in (whole, first, second)]
            assert weighed[0].pieces == weighed[1].pieces + weighed[2].pieces
            assert weighed[0].total == weighed[1].total.plus(weighed[2].total)
            each = [row["dismantling"] for row in whole["lines"] if row["dismantling"]]
            assert sum(row["pieces"] for row in each) == weighed[0].pieces
            assert sum(row["input_max_g"] for row in each) == weighed[0].total.high
        replayed(shelf, EVER, 5)
        assert {site: balance(shelf, asked(site)) for site in SITES} == before

    law()
