"""Does what was recorded come back exactly, and only to whom it concerns?"""

import sqlite3
from typing import Any

import pytest

from custody.ledger import Entry, Ledger, Record, side_by_side
from custody.ledger.ledger import _assert_sound

ODD_NAMES = (
    "a",
    "A",
    "电池:冀A·12",
    "ﬀ",
    "🔋",
    "x'; drop table about --",
    "%s ? :n",
    '"\\',
    " ",
    "\t\r",
)


def noted(*subjects: str, data: bytes = b"{}") -> Entry:
    return Entry("noted", 1, data, subjects)


def positions(records: list[Record]) -> list[int]:
    return [record.position for record in records]


def test_every_field_comes_back_as_it_was_given(ledger: Ledger) -> None:
    every_byte = bytes(range(256))
    full = Entry("drop_off", 7, every_byte, ("b", "a"), "key-1", 1_700_000_000_123, every_byte)
    bare = Entry("void", 1, b"", ())
    ledger.append([full, bare], now=5)
    for record, entry in zip(ledger.since(0, 10), [full, bare], strict=True):
        assert record[: len(entry)] == entry
        assert record._fields[: len(entry)] == entry._fields


def test_subjects_keep_the_order_they_were_given_in(ledger: Ledger) -> None:
    for names in (ODD_NAMES, tuple(reversed(ODD_NAMES))):
        ledger.append([noted(*names)], now=1)
        assert ledger.since(0, 10)[-1].subjects == names


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_finds_its_own_records_and_no_others(ledger: Ledger, name: str) -> None:
    others = [other for other in ODD_NAMES if other != name]
    ledger.append([noted(*others), noted(name)], now=1)
    assert positions(ledger.read([name]).records) == [2]


def test_a_name_must_not_hold_what_parts_names() -> None:
    for wrong in (("a\nb",), ("a\0b",), ("",), ("a", "a")):
        with pytest.raises(AssertionError):
            _assert_sound(noted(*wrong))


def test_each_record_has_a_key_of_its_own(ledger: Ledger) -> None:
    ledger.append([noted("a")] * 3, now=1)
    ledger.append([noted("a")] * 3, now=1)
    keys = {record.key for record in ledger.since(0, 10)}
    assert len(keys) == 6
    assert {len(key) for key in keys} == {32}


def test_a_record_about_several_of_the_subjects_comes_once(ledger: Ledger) -> None:
    ledger.append([noted("a", "b"), noted("c"), noted("b", "a", "d"), noted("b")], now=1)
    assert positions(ledger.read(["b", "a", "b"]).records) == [1, 3, 4]


def test_a_reading_can_go_on_from_a_position(ledger: Ledger) -> None:
    ledger.append([noted("a"), noted("a"), noted("b"), noted("a")], now=1)
    assert positions(ledger.read(["a"], after=1).records) == [2, 4]


def test_a_reading_can_go_on_from_another_position_for_each_subject(ledger: Ledger) -> None:
    ledger.append([noted("a"), noted("b"), noted("a", "b"), noted("b")], now=1)
    assert positions(ledger.read({"a": 1, "b": 3}).records) == [3, 4]
    assert positions(ledger.read({"a": 3, "b": 4}).records) == []
    assert positions(ledger.read({"a": 0, "nobody": 0}).records) == [1, 3]


def test_a_reading_knows_the_end_of_the_ledger_whatever_it_found(ledger: Ledger) -> None:
    assert ledger.read(["a"]) == ([], 0)
    ledger.append([noted("a"), noted("b")], now=1)
    assert ledger.read(["a"]).head == 2
    assert ledger.read(["nobody"]) == ([], 2)
    assert ledger.read([]) == ([], 2)


def test_many_subjects_are_read_at_once(ledger: Ledger) -> None:
    names = [f"battery:{i}" for i in range(20_000)]
    ledger.append([noted(*names[:1_000]), noted(names[-1])], now=1)
    assert positions(ledger.read(names).records) == [1, 2]


def test_the_feed_is_given_in_pages_and_can_be_narrowed_to_types(ledger: Ledger) -> None:
    ledger.append([Entry(t, 1, b"", ()) for t in "ababc"], now=1)
    assert positions(ledger.since(0, 2)) == [1, 2]
    assert positions(ledger.since(2, 10)) == [3, 4, 5]
    assert positions(ledger.since(0, 2, types=["b", "c"])) == [2, 4]
    assert ledger.since(5, 10) == []


def test_records_between_two_positions_come_side_by_side(ledger: Ledger) -> None:
    every_byte = bytes(range(256))
    full = Entry("drop_off", 7, every_byte, ("b", "a"), "key-1", 1_700_000_000_123, every_byte)
    ledger.append([full, Entry("void", 1, b"", ()), noted(*ODD_NAMES), noted("a")], now=5)
    for after, last in ((0, 4), (1, 3), (3, 9), (0, 0), (4, 9)):
        should = [one for one in ledger.since(after, 10) if one.position <= last]
        found = ledger.between(after, last)
        assert [[*one] for one in found] == [[*one] for one in side_by_side(should)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_records_that_are_too_long_for_one_value_come_side_by_side_in_parts(
    ledger: Ledger,
) -> None:
    """As many of the longest movements as an export reads at once are longer than SQLite lets."""
    ledger.append([Entry("void", 1, bytes([number]) * 300, ("a",)) for number in range(9)], now=5)
    should = [[*one] for one in ledger.between(0, 9)]
    with ledger.engine.connect() as connection:
        held: Any = connection.connection.driver_connection
        held.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000)
    assert [[*one] for one in ledger.between(0, 9)] == should
    assert ledger.between(0, 9).data[8] == bytes([8]) * 300


def test_versions_count_the_records_of_each_subject(ledger: Ledger) -> None:
    ledger.append([noted("a", "b"), noted("b"), noted("b", "a")], now=1)
    ledger.append([noted("c", "b"), noted("a")], now=1)
    with ledger.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "select subject, position, version from about order by subject, position"
        )
        assert [tuple(row) for row in rows] == [
            ("a", 1, 1), ("a", 3, 2), ("a", 5, 3),
            ("b", 1, 1), ("b", 2, 2), ("b", 3, 3), ("b", 4, 4),
            ("c", 4, 1),
        ]  # fmt: skip


def test_recording_nothing_changes_nothing(ledger: Ledger) -> None:
    assert ledger.append([], now=9) == (1, 0, 0)
    ledger.append([noted("a")], now=3)
    assert ledger.append([], now=9, reads=["a"]) == (2, 1, 3)
    assert ledger.head() == (1, 3)
