"""The contract's table "What each movement does to a battery", line by line."""

from collections.abc import Callable
from typing import Any

import pytest

from custody.events import Movement
from custody.events.journey import effective, of_battery, whereabouts
from custody.events.whereabouts import UNKNOWN, Whereabouts
from tests import given
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    carrier,
    dispatch,
    drop_off,
    friday,
    hand_on,
    hold,
    incident,
    monday,
    other,
    pack,
    receive,
    release_hold,
    road,
    saturday,
    store,
    stranger,
    sunday,
    thursday,
    void,
)

HANDLINGS: dict[str, Callable[..., Movement]] = {
    "drop_off": given.drop_off,
    "tag": lambda **how: given.tag(pack, **how),
    "store": given.store,
    "inspect": given.inspect,
    "grade": given.grade,
    "counted in stock_take": given.stock_take,
    "incident found": lambda **how: given.incident("found", **how),
    "accepted": given.receive,
    "extra": lambda **how: given.receive([], extra=[pack], **how),
}
"""Every fact by which a site has a pack in its hands."""

ENDINGS: dict[str, tuple[Callable[..., Movement], str]] = {
    "dismantle": (given.dismantle, "dismantled"),
    "recover": (given.recover, "recycled"),
    "second_life": (given.second_life, "second_life"),
    "dispose": (given.dispose, "disposed"),
}

BEFORE: dict[str, list[Movement]] = {
    "nothing": [],
    "here": [drop_off()],
    "elsewhere": [store(site=BASE, place="Z-9")],
    "on the road": [drop_off(), dispatch()],
    "missing": [dispatch(), receive([], missing=[pack])],
    "lost": [drop_off(), incident("theft")],
}

every_handling = pytest.mark.parametrize("handle", HANDLINGS.values(), ids=HANDLINGS)
every_ending = pytest.mark.parametrize(("end", "state"), ENDINGS.values(), ids=ENDINGS)
whatever_before = pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)


def believed(*facts: Movement, of: str = pack) -> Whereabouts:
    return whereabouts((of,), effective(facts, of_battery((of,))))


def who_and_where(battery: Whereabouts) -> tuple[object, ...]:
    return battery["state"], battery["site"], battery["custodian"], battery["consignment"]


@every_handling
@whatever_before
def test_what_a_site_has_in_its_hands_is_in_its_stock_whatever_was_believed(
    handle: Callable[..., Movement], before: list[Movement]
) -> None:
    after = believed(*before, handle(at=saturday, site=CENTRE))
    assert who_and_where(after) == ("in_stock", CENTRE, f"site:{CENTRE}", None)
    assert after["since"] == saturday


def test_only_storing_sets_the_place_and_the_class() -> None:
    stored = store(place="A-1", class_="defective")
    after = believed(drop_off(), stored)
    assert (after["place"], after["storage_class"]) == ("A-1", "defective")
    for name, handle in HANDLINGS.items():
        if name != "store":
            kept = believed(drop_off(), stored, handle(at=saturday, site=POINT))
            assert (kept["place"], kept["storage_class"]) == ("A-1", "defective")
            alone = believed(handle())
            assert (alone["place"], alone["storage_class"]) == (None, None)


def test_a_tag_describes_a_pack_as_a_drop_off_does() -> None:
    said: dict[str, Any] = {"chemistry": "lfp", "mass_g": 8700, "condition": ["wet"]}
    assert believed(given.tag(pack, **said)) == believed(drop_off(**said))


def test_a_grade_and_what_was_measured_with_it_are_known() -> None:
    after = believed(drop_off(mass_g=8700), given.grade(grade="A", mass_g=8600))
    assert (after["grade"], after["mass_g"]) == ("A", 8600)
    assert believed(given.grade(grade="A"), given.grade(grade="C", at=friday))["grade"] == "C"


def test_what_a_stock_take_did_not_count_stays_as_it_was() -> None:
    assert believed(drop_off(), given.stock_take([other])) == believed(drop_off())


@whatever_before
def test_a_dispatch_gives_it_to_the_carrier_and_puts_it_at_no_site(before: list[Movement]) -> None:
    after = believed(*before, dispatch(at=saturday, site=POINT))
    assert who_and_where(after) == ("in_transit", None, f"carrier:{carrier}", road)
    assert (after["place"], after["consignor"], after["since"]) == (None, POINT, saturday)


def test_a_hand_on_gives_what_is_on_the_road_to_the_next_carrier() -> None:
    after = believed(drop_off(), dispatch(), hand_on())
    assert who_and_where(after) == ("in_transit", None, f"carrier:{stranger}", road)
    assert (after["consignor"], after["since"]) == (POINT, thursday)


@pytest.mark.parametrize(
    "facts",
    [
        [drop_off()],
        [dispatch(consignment="x:1")],
        [dispatch(), receive()],
        [dispatch(), receive([], missing=[pack])],
        [receive([], rejected=[pack])],
        [dispatch(), given.dismantle()],
        [],
    ],
    ids=["in stock", "in another", "arrived", "missing", "nobody's", "ended", "never seen"],
)
def test_a_hand_on_moves_nothing_that_no_carrier_has_in_its_consignment(
    facts: list[Movement],
) -> None:
    assert believed(*facts, hand_on(at=sunday)) == believed(*facts)


def test_what_is_rejected_is_on_its_way_back_with_its_carrier() -> None:
    after = believed(dispatch(), hand_on(), receive([], rejected=[pack]))
    assert who_and_where(after) == ("in_transit", None, f"carrier:{stranger}", road)


def test_for_what_is_missing_its_consignor_answers() -> None:
    after = believed(dispatch(), hand_on(), receive([], missing=[pack]))
    assert who_and_where(after) == ("missing", None, f"site:{POINT}", road)


@every_ending
@whatever_before
def test_an_ending_ends_it_where_it_was_done(
    end: Callable[..., Movement], state: str, before: list[Movement]
) -> None:
    after = believed(*before, end(site=CENTRE))
    assert who_and_where(after) == (state, CENTRE, f"site:{CENTRE}", None)
    assert (after["place"], after["since"]) == (None, saturday)


@every_ending
def test_no_scan_after_the_end_changes_anything(end: Callable[..., Movement], state: str) -> None:
    ended = believed(drop_off(), end())
    scans = [
        *(handle(at=sunday, site=BASE) for handle in HANDLINGS.values()),
        *(again(at=sunday, site=BASE) for again, _ in ENDINGS.values()),
        *(incident(kind, at=sunday) for kind in ("fire", "leak", "theft", "loss")),
        dispatch(at=sunday),
        hand_on(at=sunday),
        receive([], missing=[pack], at=sunday),
        receive([], rejected=[pack], at=sunday),
    ]
    for scan in scans:
        assert believed(drop_off(), end(), scan) == ended


@every_ending
def test_taking_back_an_ending_brings_the_battery_back(
    end: Callable[..., Movement], state: str
) -> None:
    assert believed(drop_off(), end(), void(end())) == believed(drop_off())


def test_a_recovery_and_a_disposal_of_matter_alone_end_nothing() -> None:
    cells = [{"fraction": "cells", "mass_g": 1}]
    for fact in (given.recover([], inputs=cells), given.dispose([], fractions=cells)):
        assert fact.batteries_named() == ()
        assert believed(drop_off(), fact) == believed(drop_off())


def test_what_comes_of_an_ended_battery_begins_where_that_ended() -> None:
    for fact in (given.dismantle(children=[other]), given.second_life(new_code=other)):
        after = believed(fact, of=other)
        assert who_and_where(after) == ("in_stock", CENTRE, f"site:{CENTRE}", None)
        assert after["since"] == saturday


@pytest.mark.parametrize("kind", ["theft", "loss"])
def test_what_is_stolen_or_lost_was_last_known_where_it_was(kind: str) -> None:
    before = believed(store(place="A-1", at=monday))
    after = believed(store(place="A-1", at=monday), incident(kind, at=friday))
    assert after == {**before, "state": "lost", "place": None, "since": friday}


@pytest.mark.parametrize(("kind", "mark"), [("fire", "burnt"), ("leak", "leaking")])
def test_a_fire_or_a_leak_leaves_a_mark_and_leaves_it_where_it_is(kind: str, mark: str) -> None:
    for before in (drop_off(), drop_off(condition=["intact"])):
        after = believed(before, incident(kind))
        assert after == {**believed(before), "condition": (mark,)}
    wet = drop_off(condition=["wet", "intact"])
    assert believed(wet, incident(kind))["condition"] == ("wet", mark)
    twice = (wet, incident(kind), incident(kind, at=friday))
    assert believed(*twice)["condition"] == ("wet", mark)


@pytest.mark.parametrize("facts", BEFORE.values(), ids=BEFORE)
def test_a_hold_is_a_flag_and_changes_nothing_else(facts: list[Movement]) -> None:
    before, held = believed(*facts), believed(*facts, hold(at=saturday, case="C-1"))
    assert held == {**before, "holds": ("C-1",)}
    assert believed(*facts, hold(at=saturday), release_hold(at=sunday)) == before


def test_holds_of_several_cases_are_released_one_by_one() -> None:
    held = [
        drop_off(),
        hold(case="C-2"),
        hold(case="C-1", at=thursday),
        hold(case="C-2", at=friday),
    ]
    assert believed(*held)["holds"] == ("C-2", "C-1")
    assert believed(*held, release_hold(case="C-2", at=saturday))["holds"] == ("C-1",)
    assert believed(drop_off(), release_hold())["holds"] == ()


@every_ending
def test_an_authority_lays_its_hand_on_what_has_ended_too(
    end: Callable[..., Movement], state: str
) -> None:
    ended = believed(end())
    assert believed(end(), hold(at=sunday)) == {**ended, "holds": ("C-1",)}
    assert believed(hold(), end(), release_hold(at=sunday)) == ended


def test_of_one_never_seen_a_mark_or_a_flag_says_no_more_than_that() -> None:
    assert believed(incident("fire")) == {**UNKNOWN, "condition": ("burnt",)}
    assert believed(hold()) == {**UNKNOWN, "holds": ("C-1",)}
