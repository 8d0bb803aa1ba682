"""Do consignments fare as they do in life: item by item, from hand to hand, and sometimes back?"""

from collections import Counter, defaultdict
from itertools import pairwise

from custody.demo.sites import BASE, CENTRE, PLANT, RECYCLER, STATION
from custody.events.consignment import items_digest
from tests.demo.telling import (
    Movement,
    as_put_right,
    by_id,
    counted,
    histories,
    movements,
    network,
    occurred,
    of_type,
    voided,
)


def arrivals() -> dict[tuple[str, str], int]:
    """When the first movement of a type about a consignment came, as a place in the order."""
    found: dict[tuple[str, str], int] = {}
    for place, movement in enumerate(movements()):
        if "consignment" in movement:
            found.setdefault((movement["type"], movement["consignment"]), place)
    return found


def refs(receipt: Movement) -> dict[str, set[str]]:
    found = {name: set(receipt.get(name, [])) for name in ("accepted", "missing", "extra")}
    return found | {"rejected": {one["battery"] for one in receipt.get("rejected", [])}}


def test_some_batteries_are_still_on_their_way() -> None:
    received = {movement["consignment"] for movement in of_type("receive")}
    left = {one["consignment"] for one in of_type("dispatch") if one["id"] not in voided()}
    assert left - received


def test_some_receipts_arrive_before_their_dispatch() -> None:
    arrived = arrivals()
    early = [
        number
        for (kind, number), at in arrived.items()
        if kind == "receive" and arrived.get(("dispatch", number), at + 1) > at
    ]
    assert 2 < len(early) < len(of_type("receive")) / 5


def test_consignments_change_hands_on_long_roads_sometimes_before_anybody_knows_they_left() -> None:
    arrived = arrivals()
    handed = [number for kind, number in arrived if kind == "hand_on"]
    assert len(handed) > 30
    early = [no for no in handed if arrived.get(("dispatch", no), 0) > arrived["hand_on", no]]
    assert 0 < len(early) < len(handed) / 3
    for movement in of_type("hand_on"):
        assert network().by_id[movement["site"]].kind in {STATION, CENTRE}
        assert movement["from_carrier"] != movement["to_carrier"]


def test_some_receipts_do_not_tally_and_all_others_do() -> None:
    listed = {one["consignment"]: set(one["batteries"]) for one in as_put_right("dispatch")}
    found: Counter[str] = Counter()
    for receipt in of_type("receive"):
        told = refs(receipt)
        found.update({name: len(those) for name, those in told.items()})
        if receipt["consignment"] in listed:
            known = told["accepted"] | told["missing"] | told["rejected"]
            assert known == listed[receipt["consignment"]]
            assert not told["extra"] & listed[receipt["consignment"]]
    assert min(found["missing"], found["extra"], found["rejected"]) > 1


def test_both_sides_say_the_digest_of_what_they_list() -> None:
    for dispatch in of_type("dispatch"):
        assert dispatch["items_digest"] == items_digest(dispatch["batteries"])
    for receipt in of_type("receive"):
        told = refs(receipt)
        counted = told["accepted"] | told["extra"] | told["rejected"]
        assert receipt["items_digest"] == items_digest(counted)


def test_seals_and_masses_are_told_on_both_sides() -> None:
    sent = {one["consignment"]: one for one in as_put_right("dispatch")}
    same = 0
    receipts = [one for one in of_type("receive") if one["consignment"] in sent]
    for receipt in receipts:
        dispatch = sent[receipt["consignment"]]
        same += receipt["seals"] == dispatch["seals"]
        assert receipt["net_mass_g"] > 0 or not refs(receipt)["accepted"]
        assert dispatch["gross_mass_g"] > 0
    assert 0.98 * len(receipts) < same < len(receipts)


def test_what_is_rejected_goes_back_in_consignments_of_its_own() -> None:
    returns = [movement for movement in of_type("dispatch") if "returns" in movement]
    assert returns
    rejected = {one["consignment"]: one for one in of_type("receive") if one.get("rejected")}
    back: dict[str, set[str]] = {}
    for movement in returns:
        assert movement["site"] == rejected[movement["returns"]]["site"]
        back.setdefault(movement["returns"], set()).update(movement["batteries"])
    for number, those in back.items():
        assert those == refs(rejected[number])["rejected"]


def test_some_dispatches_are_voided_by_the_site_that_wrote_them() -> None:
    voids = of_type("void")
    assert Counter(by_id()[one["target"]]["type"] for one in voids)["dispatch"] > 2
    for movement in voids:
        target = by_id()[movement["target"]]
        assert target["site"] == movement["site"]
        assert occurred(target) < occurred(movement)


def test_what_was_written_wrongly_is_put_right() -> None:
    kinds = set()
    for movement in of_type("correct"):
        target = by_id()[movement["target"]]
        assert target["site"] == movement["site"]
        assert occurred(target) < occurred(movement)
        kinds.add((target["type"], *movement["values"]))
    assert kinds >= {
        ("drop_off", "battery"),
        ("drop_off", "occurred_at"),
        ("dispatch", "batteries", "items_digest"),
        ("inspect", "battery"),
    }


def test_some_batteries_are_put_away_where_nobody_booked_them_in() -> None:
    strays = [
        ref
        for ref, history in histories().items()
        for before, after in pairwise(history)
        if after["type"] == "store" and before["site"] != after["site"]
    ]
    assert len(strays) > 1


def test_what_was_missing_or_stolen_may_be_found() -> None:
    told: defaultdict[str, set[str]] = defaultdict(set)
    for movement in of_type("incident"):
        told[movement["kind"]].update(movement["batteries"])
    found, gone = told["found"], told["theft"] | told["loss"]
    missing = {ref for one in of_type("receive") for ref in one.get("missing", [])}
    assert found & missing
    assert found & gone
    assert gone - found


def test_every_kind_of_incident_occurs_and_holds_come_and_go() -> None:
    assert counted("incident", "kind").keys() == {"fire", "leak", "theft", "loss", "found"}
    held = {one["case"]: one["batteries"] for one in of_type("hold")}
    for movement in of_type("release_hold"):
        assert held[movement["case"]] == movement["batteries"]
    assert len(held) > 1


def test_batteries_go_where_their_grade_says() -> None:
    ways = Counter(
        (network().by_id[one["site"]].kind, network().by_id[one["to_site"]].kind)
        for one in as_put_right("dispatch")
        if "returns" not in one
    )
    assert {(CENTRE, BASE), (CENTRE, PLANT), (CENTRE, RECYCLER), (BASE, RECYCLER)} <= ways.keys()
    # A tier is skipped only while the next is suspended.
    assert 0 < ways["collection_point", CENTRE] < ways["collection_point", STATION] / 20
