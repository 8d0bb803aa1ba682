"""Do the made-up weeks hang together: their bytes, times, requests, and each terminal's chain?"""

from collections import Counter
from datetime import timedelta
from functools import cache
from hashlib import sha256

import pytest

from custody import signing
from custody.demo import rates
from custody.demo.network import build
from custody.demo.sites import POINT
from custody.demo.suggesting import WORTH_SEEING
from custody.demo.weeks import WEEKS, Weeks, serialise
from custody.events import movement_adapter
from custody.events.fact import RANKS
from custody.terms import DAY, HOUR, millis
from tests.demo.telling import (
    Movement,
    movements,
    named,
    network,
    occurred,
    of_type,
    postings,
    told,
    until,
    written,
)


def digest(batteries: int, seed: int) -> str:
    said = sha256()
    weeks = Weeks(build(30, seed), batteries, seed, until)
    for posting in weeks.postings():
        said.update(f"{posting.site} {posting.sent_at}".encode())
        said.update(b"".join(map(serialise, posting.movements)))
    for path, body in [*weeks.registrations(), *(book.wanted() for book in weeks.books)]:
        said.update(f"{path} {body}".encode())
    return said.hexdigest()


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert digest(200, 3) == digest(200, 3)
    assert digest(200, 3) != digest(200, 4)


def test_every_type_of_movement_occurs() -> None:
    assert {movement["type"] for movement in movements()} == {*RANKS}


def test_every_movement_is_one_that_the_contract_allows() -> None:
    for movement in movements():
        fact = movement_adapter.validate_json(serialise(movement))
        if movement["type"] != "correct":
            assert sorted(fact.batteries_named()) == sorted(named(movement))


@cache
def mistyped() -> set[str]:
    """The movements whose time was written down wrongly, and put right later."""
    return {one["target"] for one in of_type("correct") if "occurred_at" in one["values"]}


def test_nothing_lies_after_the_end_or_before_the_weeks() -> None:
    end = millis(until)
    for posting in postings():
        assert posting.sent_at <= end
        for movement in posting.movements:
            earliest = end - WEEKS * 7 * DAY - (movement["id"] in mistyped()) * DAY
            assert earliest <= occurred(movement) <= posting.sent_at
    sent = [posting.sent_at for posting in postings()]
    assert sent == sorted(sent)


@pytest.mark.parametrize("hours", [0, 5, 20])
def test_the_weeks_may_end_at_any_hour(hours: int) -> None:
    end = until.replace(hour=0) + timedelta(hours=hours)
    found = list(Weeks(build(10, 1), 50, 1, end).postings())
    each = [movement for posting in found for movement in posting.movements]
    brought = {one["battery"]["code"] for one in each if one["type"] == "drop_off"}
    ordered = {one["order"]: one["pieces"] for one in each if one.get("step") == "ordered"}
    collected = {one.get("order") for one in each if one["type"] == "drop_off"}
    awaited = sum(pieces for order, pieces in ordered.items() if order not in collected)
    assert len(brought) <= 50 <= len(brought) + awaited
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
        assert movement["terminal_sequence"] == (before["terminal_sequence"] + 1 if before else 0)
        assert before is None or written(before) <= written(movement)
        last[movement["site"]] = movement


def test_each_device_signs_what_it_writes_but_for_a_stranger_s_and_one_without_a_key() -> None:
    registered = {body["site"]: body for path, body in network().registrations() if "site" in body}
    keys = {site: signing.sound_key(body["public_key"]) for site, body in registered.items()}
    assert None not in keys.values()
    assert len({body["public_key"] for body in registered.values()}) == len(network().sites)
    unsigned = [one for one in movements() if "signature" not in one]
    forged = [
        one
        for one in movements()
        if (key := keys[one["site"]]) and "signature" in one and not signing.verify(one, key)
    ]
    assert [one["type"] for one in (*unsigned, *forged)] == ["store", "store"]


def test_an_id_begins_with_the_time_of_its_movement_unless_that_was_mistyped() -> None:
    apart = {one["id"] for one in movements() if written(one) != occurred(one)}
    assert apart == mistyped() != set()


def test_there_is_something_to_see_of_all_that_is_suggested() -> None:
    weeks, _ = told()
    assert {what for what, *_ in WORTH_SEEING} <= weeks.notable.keys()


def test_some_requests_are_late_and_some_come_twice() -> None:
    points = {site.id for site in network().of_kind(POINT)}
    of_points = [one for one in postings() if one.site in points]
    late = [one for one in of_points if one.sent_at - occurred(one.movements[0]) > 2 * HOUR]
    first_ids = Counter(posting.movements[0]["id"] for posting in postings())
    twice = sum(times > 1 for times in first_ids.values())
    assert rates.LATE / 2 < len(late) / len(of_points) < rates.LATE * 3
    assert rates.DUPLICATE / 3 < twice / len(postings()) < rates.DUPLICATE * 2
