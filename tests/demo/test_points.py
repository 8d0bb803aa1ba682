"""Do batteries come in as they do in life: with codes, with tags, under orders, and twice?"""

import re
from collections import Counter, defaultdict
from datetime import datetime

from custody.codes import fits
from custody.demo import rates
from custody.demo.counting import PART_MAX
from custody.demo.network import CABINET_G, SITES_MIN, build
from custody.demo.sites import POINT
from custody.demo.weeks import BATTERIES, Weeks
from custody.events.issuing import series_of_tag
from custody.terms import DAY
from tests.demo.telling import (
    Movement,
    as_put_right,
    counted,
    histories,
    kinds_of,
    network,
    occurred,
    of_type,
    told,
    until,
    voided,
)

REFERENCE = re.compile(r"d:[0-9a-f]{32}").fullmatch


def brought() -> set[str]:
    return {movement["battery"]["code"] for movement in of_type("drop_off")}


def orders() -> dict[str, list[Movement]]:
    found: defaultdict[str, list[Movement]] = defaultdict(list)
    for movement in sorted(of_type("order"), key=occurred):
        found[movement["order"]].append(movement)
    return found


def test_nearly_every_battery_comes_in_and_the_others_are_ordered_to_be_fetched() -> None:
    assert 0.95 * BATTERIES < len(brought()) < BATTERIES
    steps = [[one["step"] for one in steps] for steps in orders().values()]
    assert sum("collected" not in those and "cancelled" not in those for those in steps) > 0


def test_a_share_of_the_batteries_bears_a_tag_from_the_start() -> None:
    schemes = Counter(code.split(":")[0] for code in brought())
    assert set(schemes) == {"gbt34014", "tag"}
    assert rates.UNCODED / 2 < schemes["tag"] / BATTERIES < rates.UNCODED * 2


def test_a_tag_is_written_down_and_is_linked_where_there_was_an_older_code() -> None:
    tagged = {movement["battery"]["code"]: movement.get("same_as") for movement in of_type("tag")}
    without = {code for code in brought() if code.startswith("tag:")}
    # Some were brought just before the end.
    assert len(without - tagged.keys()) < 5
    linked = {tag: older for tag, older in tagged.items() if older}
    assert len(linked) > rates.UNREADABLE / 2 * BATTERIES
    assert all(older.startswith("gbt34014:") for older in linked.values())
    assert len(counted("tag", "reason")) > 3


def test_each_tag_is_out_of_a_book_nearly_always_of_the_site_that_uses_it() -> None:
    weeks, _ = told()
    books = [book for book in weeks.books if book.kind == "tags"]
    strangers = 0
    for movement in of_type("tag"):
        tag = movement["battery"]["code"].removeprefix("tag:")
        _, number = series_of_tag(tag)
        (book,) = [
            one
            for one in books
            if one.site.county.division == tag[4:10] and one.first <= number < one.first + one.count
        ]
        strangers += book.site.id != movement["site"]
    assert 0 < strangers < len(of_type("tag")) / 20


def test_remote_points_number_their_consignments_from_books() -> None:
    weeks, _ = told()
    remote = {site.id for site in network().of_kind(POINT) if site.is_remote}
    books = [book for book in weeks.books if book.kind == "consignments"]
    assert {book.site.id for book in books} == remote
    days = {(book.site.id, f"{book.day:%y%m%d}") for book in books}
    for movement in of_type("dispatch"):
        if movement["site"] in remote:
            assert (movement["site"], movement["consignment"][7:13]) in days


def test_orders_of_each_service_take_their_steps() -> None:
    assert counted("order", "service").keys() == {"pickup", "trade_in", "online", "fleet"}
    assert counted("order", "step").keys() == {
        *("ordered", "scheduled", "collected", "failed", "cancelled")
    }
    for steps in orders().values():
        assert steps[0]["step"] == "ordered"
        assert {one["service"] for one in steps} == {steps[0]["service"]}
    sold = [one for one in of_type("order") if one["service"] == "trade_in"]
    ordered = [one for one in sold if one["step"] == "ordered"]
    assert sum("sales_reference" in one for one in ordered) > 0.9 * len(ordered) > 50


def test_what_was_ordered_is_dropped_off_under_its_order() -> None:
    under = Counter(one["order"] for one in of_type("drop_off") if "order" in one)
    for no, steps in orders().items():
        (pieces,) = {one["pieces"] for one in steps if "pieces" in one}
        # A number may have been mistyped, and a drop-off entered twice.
        if steps[-1]["step"] == "collected" and steps[0]["service"] == "fleet":
            assert pieces > 1
            assert abs(under[no] - pieces) <= 1
    assert max(under.values()) > 5


def test_people_are_references() -> None:
    said = [*of_type("drop_off"), *of_type("order")]
    references = [one["depositor"] for one in said if "depositor" in one]
    assert len(references) > len(of_type("drop_off")) / 2
    assert all(map(REFERENCE, references))
    again = Counter(one["depositor"] for one in of_type("drop_off") if "depositor" in one)
    assert max(again.values()) > 5


def test_some_batteries_are_dropped_off_twice_and_some_seen_after_their_end() -> None:
    kinds = {ref: list(kinds_of(history)) for ref, history in histories().items()}
    assert sum(those.count("drop_off") == 2 for those in kinds.values()) > 1
    ended = [those for those in kinds.values() if "dismantle" in those]
    assert sum(those[-1] == "inspect" for those in ended) > 1


def test_what_must_be_made_safe_is_before_it_leaves_nearly_always() -> None:
    safe = unsafe = 0
    for ref, history in histories().items():
        must = False
        for movement in history:
            if movement["type"] == "inspect":
                must = movement["verdict"] == "treat"
            elif "treatment" in movement:
                must = False
            elif movement["type"] == "dispatch" and ref in movement["batteries"]:
                safe, unsafe = safe + (not must), unsafe + must
    assert 0 < unsafe < safe / 100


def test_goods_are_packed_as_their_class_asks_nearly_always() -> None:
    kept: dict[str, str] = {}
    fitting = unfit = 0
    gone = voided()
    moves = [*of_type("store"), *as_put_right("dispatch")]
    for movement in sorted(moves, key=occurred):
        for ref in movement["batteries"]:
            if movement["type"] == "store":
                kept[ref] = movement["class"]
            elif movement["id"] not in gone:
                fine = fits(kept.get(ref, "normal"), movement["packing_instruction"])
                fitting, unfit = fitting + fine, unfit + (not fine)
    assert 0 < unfit < fitting / 50
    assert counted("dispatch", "packing_instruction").keys() == {"P908", "P909", "P911"}
    assert counted("dispatch", "un_number").keys() == {"3480"}


def test_each_site_counts_its_stock_on_the_first_of_a_month() -> None:
    takes: defaultdict[str, list[Movement]] = defaultdict(list)
    for movement in of_type("stock_take"):
        takes[movement["take"]].append(movement)
    assert len({steps[0]["site"] for steps in takes.values()}) > 45
    for steps in takes.values():
        assert [one["step"] for one in steps][:1] == ["open"]
        assert [one["step"] for one in steps][-1] == "close"
        assert len({one["frozen_at"] for one in steps}) == 1
        assert datetime.fromisoformat(steps[0]["frozen_at"]).day == 1
    assert max(len(one["counted"]) for one in of_type("stock_take")) > 20


def test_many_batteries_are_counted_in_parts() -> None:
    parts: defaultdict[str, list[int]] = defaultdict(list)
    for posting in Weeks(build(SITES_MIN, 1), 3_000, 1, until).postings():
        for one in posting.movements:
            if one.get("step") == "count":
                parts[one["take"]].append(len(one["counted"]))
    assert max(len(sizes) for sizes in parts.values()) > 1
    assert max(map(max, parts.values())) == PART_MAX


def test_the_stock_of_one_point_is_told_days_after_it_was_counted() -> None:
    weeks, postings = told()
    delays = [
        (posting.sent_at - occurred(one)) / DAY
        for posting in postings
        if posting.site == weeks.notable["cut_off_site"]
        for one in posting.movements
        if one["type"] == "stock_take"
    ]
    assert max(delays) > 3


def test_one_point_is_no_more_than_a_cabinet() -> None:
    assert network().cabinet.capacity_g == CABINET_G
