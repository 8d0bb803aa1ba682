from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest

from custody.demo import rates
from custody.demo.network import SITES, build
from custody.demo.weeks import BATTERIES, WEEKS, Posting, serialise, weeks
from custody.events import movement_adapter
from custody.terms import DAY, HOUR, SHANGHAI, millis

until = datetime(2026, 3, 1, 15, 0, tzinfo=SHANGHAI)

Movement = dict[str, Any]


@cache
def postings() -> list[Posting]:
    return list(weeks(build(SITES, 1), BATTERIES, 1, until))


def movements() -> Iterator[Movement]:
    """Each movement once, in the order in which it first arrives."""
    seen = set()
    for posting in postings():
        for movement in posting.movements:
            if movement["id"] not in seen:
                seen.add(movement["id"])
                yield movement


def of_type(kind: str) -> list[Movement]:
    return [movement for movement in movements() if movement["type"] == kind]


def occurred(movement: Movement) -> int:
    return millis(datetime.fromisoformat(movement["occurred_at"]))


def digest(batteries: int, seed: int) -> str:
    said = sha256()
    for posting in weeks(build(30, seed), batteries, seed, until):
        said.update(f"{posting.site} {posting.sent_at}".encode())
        said.update(b"".join(map(serialise, posting.movements)))
    return said.hexdigest()


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert digest(200, 3) == digest(200, 3)
    assert digest(200, 3) != digest(200, 4)


def test_every_movement_is_one_that_the_contract_allows() -> None:
    for movement in movements():
        fact = movement_adapter.validate_json(serialise(movement))
        assert list(fact.batteries_named()) == named(movement)


def named(movement: Movement) -> list[str]:
    battery = movement.get("battery")
    alone = [battery["code"] if isinstance(battery, dict) else battery] if battery else []
    rejected = [one["battery"] for one in movement.get("rejected", [])]
    listed = [*movement.get("batteries", []), *movement.get("accepted", [])]
    return [*alone, *listed, *rejected, *movement.get("missing", []), *movement.get("extra", [])]


def test_nothing_lies_after_the_end_or_before_the_weeks() -> None:
    end = millis(until)
    for posting in postings():
        assert posting.sent_at <= end
        for movement in posting.movements:
            assert end - WEEKS * 7 * DAY <= occurred(movement) <= posting.sent_at
    sent = [posting.sent_at for posting in postings()]
    assert sent == sorted(sent)


@pytest.mark.parametrize("hours", [0, 5, 20])
def test_the_weeks_may_end_at_any_hour(hours: int) -> None:
    end = until.replace(hour=0) + timedelta(hours=hours)
    found = list(weeks(build(10, 1), 50, 1, end))
    brought = {
        movement["battery"]["code"]
        for posting in found
        for movement in posting.movements
        if movement["type"] == "drop_off"
    }
    assert len(brought) == 50
    assert max(posting.sent_at for posting in found) <= millis(end)


def test_each_request_is_of_one_site_and_each_id_of_one_movement() -> None:
    for posting in postings():
        assert posting.movements
        assert {movement["site"] for movement in posting.movements} == {posting.site}
    bodies = {serialise(movement) for posting in postings() for movement in posting.movements}
    assert len(bodies) == len({movement["id"] for movement in movements()})


def test_each_terminal_numbers_and_chains_what_it_writes_in_order_of_time() -> None:
    last: dict[str, Movement] = {}
    for movement in movements():
        before = last.get(movement["site"])
        hashed = sha256(serialise(before)).hexdigest() if before else None
        assert movement.get("previous") == hashed
        assert movement["terminal_sequence"] == (before["terminal_sequence"] + 1 if before else 1)
        assert before is None or occurred(before) <= occurred(movement)
        last[movement["site"]] = movement


def test_an_id_begins_with_the_time_of_its_movement() -> None:
    for movement in movements():
        assert int(movement["id"].replace("-", "")[:12], 16) == occurred(movement)


def test_what_comes_out_of_a_battery_weighs_what_the_battery_weighed() -> None:
    mass_g = {m["battery"]["code"]: m["battery"]["mass_g"] for m in of_type("drop_off")}
    dismantled = of_type("dismantle")
    assert len(dismantled) > BATTERIES / 2
    for movement in dismantled:
        whole = mass_g[movement["battery"]]
        assert sum(one["mass_g"] for one in movement["outputs"]) + movement["loss_g"] == whole
        assert 0.009 * whole <= movement["loss_g"] <= 0.03 * whole
        assert all(one["mass_g"] > 0 for one in movement["outputs"])
    assert 2_500 < min(mass_g.values()) <= max(mass_g.values()) < 12_000


def test_every_battery_comes_in_and_some_are_still_on_their_way() -> None:
    brought = {movement["battery"]["code"] for movement in of_type("drop_off")}
    assert len(brought) == BATTERIES
    received = {movement["consignment"] for movement in of_type("receive")}
    voided = {movement["target"] for movement in of_type("void")}
    on_the_road = [
        movement
        for movement in of_type("dispatch")
        if movement["consignment"] not in received and movement["id"] not in voided
    ]
    assert on_the_road
    assert len(of_type("dismantle")) < BATTERIES


def test_a_share_of_the_batteries_bears_a_tag() -> None:
    brought = {movement["battery"]["code"] for movement in of_type("drop_off")}
    schemes = Counter(code.split(":")[0] for code in brought)
    assert set(schemes) == {"gbt34014", "tag"}
    assert rates.UNCODED / 2 < schemes["tag"] / BATTERIES < rates.UNCODED * 2


def test_some_requests_are_late_and_some_come_twice() -> None:
    late = [one for one in postings() if one.sent_at - occurred(one.movements[0]) > 2 * HOUR]
    first_ids = Counter(posting.movements[0]["id"] for posting in postings())
    twice = sum(times > 1 for times in first_ids.values())
    assert rates.LATE / 2 < len(late) / len(postings()) < rates.LATE * 3
    assert rates.DUPLICATE / 3 < twice / len(postings()) < rates.DUPLICATE * 2


def test_some_receipts_arrive_before_their_dispatch() -> None:
    arrival = {(m["type"], m.get("consignment")): i for i, m in enumerate(movements())}
    early = [
        number
        for (kind, number), at in arrival.items()
        if kind == "receive" and arrival.get(("dispatch", number), at + 1) > at
    ]
    assert len(early) > 2


def test_some_receipts_do_not_tally() -> None:
    listed = {m["consignment"]: set(m["batteries"]) for m in of_type("dispatch")}
    found: Counter[str] = Counter()
    for receipt in of_type("receive"):
        refs = {name: set(receipt.get(name, [])) for name in ("accepted", "missing", "extra")}
        refs["rejected"] = {one["battery"] for one in receipt.get("rejected", [])}
        found.update({name: len(those) for name, those in refs.items()})
        if receipt["consignment"] in listed:
            told = refs["accepted"] | refs["missing"] | refs["rejected"]
            assert told == listed[receipt["consignment"]]
            assert not refs["extra"] & listed[receipt["consignment"]]
    assert min(found["missing"], found["extra"], found["rejected"]) > 1


def test_what_is_rejected_goes_back() -> None:
    rejected = {m["consignment"]: m for m in of_type("receive") if m.get("rejected")}
    returns = [movement for movement in of_type("dispatch") if "returns" in movement]
    assert returns
    for movement in returns:
        receipt = rejected[movement["returns"]]
        assert movement["site"] == receipt["site"]
        assert movement["batteries"] == [one["battery"] for one in receipt["rejected"]]


def test_some_dispatches_are_voided_by_the_site_that_wrote_them() -> None:
    by_id = {movement["id"]: movement for movement in movements()}
    voids = of_type("void")
    assert voids
    for movement in voids:
        target = by_id[movement["target"]]
        assert (target["type"], target["site"]) == ("dispatch", movement["site"])
        assert occurred(target) < occurred(movement)


def histories() -> dict[str, list[Movement]]:
    """What befell each battery, in order of time."""
    found: defaultdict[str, list[Movement]] = defaultdict(list)
    for movement in sorted(movements(), key=occurred):
        for ref in named(movement):
            found[ref].append(movement)
    return found


def test_some_batteries_are_put_away_where_nobody_booked_them_in() -> None:
    strays = [
        ref
        for ref, history in histories().items()
        for before, after in pairwise(history)
        if after["type"] == "store" and before["site"] != after["site"]
    ]
    assert len(strays) > 1


def test_some_batteries_are_dropped_off_twice_and_some_seen_after_their_end() -> None:
    kinds = {ref: [m["type"] for m in history] for ref, history in histories().items()}
    assert sum(those.count("drop_off") == 2 for those in kinds.values()) > 1
    ended = [those for those in kinds.values() if "dismantle" in those]
    assert sum(those[-1] != "dismantle" for those in ended) > 1
    assert all(those.count("dismantle") == 1 for those in ended)
