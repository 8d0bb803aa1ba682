import json
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given as tried_on

from custody.codes.base64url import decode, encode
from custody.events import NumbersIssued
from custody.ledger import Record
from custody.log import tree
from custody.log.entry import (
    End,
    Item,
    body_commitment,
    chained,
    item_commitment,
    itemised,
    items,
    leaf,
    named,
    salts_of,
)
from tests import given
from tests.given import data, other, pack
from tests.strategies import happenings

KEY = bytes(range(32))
NOON = 1_772_424_000_123


def recorded(fact: Any, **columns: Any) -> Record:
    known: dict[str, Any] = {
        "type": fact.type,
        "version": 1,
        "data": data(fact),
        "subjects": fact.subjects(),
        "posted_by": "k1",
        "sent_at": None,
        "remarks": None,
        "position": 7,
        "recorded_at": NOON,
        "key": KEY,
    }
    return Record(**{**known, **columns})


def entry_of(record: Record) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(leaf(record, {}).entry)
    return told


def test_an_entry_says_which_movement_when_and_how_much_it_commits_to() -> None:
    fact = given.dispatch([pack, other])
    told = entry_of(recorded(fact))
    assert told.keys() == set("beimortv")
    assert (told["e"], told["t"], told["v"]) == (fact.id, "dispatch", 1)
    assert told["r"] == "2026-03-02T04:00:00.123Z"
    assert told["o"].endswith("Z")
    assert told["m"] == 4  # itself, its consignment, two batteries; not its site
    made = leaf(recorded(fact), {})
    assert made.hash == tree.leaf_hash(made.entry)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("2026-03-02T09:00:00+08:00", "2026-03-02T01:00:00.000Z"),
        ("2026-03-02T00:30:59.5-05:30", "2026-03-02T06:00:59.500Z"),
        ("2026-02-28t23:59:59.999999999z", "2026-02-28T23:59:59.999Z"),
        ("2026-01-01T00:00:00.12Z", "2026-01-01T00:00:00.120Z"),
    ],
)
def test_when_it_happened_is_told_in_utc_to_the_millisecond(said: str, told: str) -> None:
    body = {**json.loads(data(given.drop_off())), "occurred_at": said}
    assert entry_of(recorded(given.drop_off(), data=json.dumps(body).encode()))["o"] == told


def test_a_registration_has_no_id_and_happened_when_it_was_recorded() -> None:
    told = entry_of(recorded(given.network[0]))
    assert told["e"] is None
    assert told["o"] == told["r"]


def test_a_later_version_of_a_type_is_told_apart() -> None:
    assert entry_of(recorded(given.drop_off(), version=2))["t"] == "drop_off.v2"


def test_a_record_about_nobody_commits_to_no_items() -> None:
    told = entry_of(recorded(given.drop_off(), subjects=()))
    assert (told["m"], told["i"]) == (0, encode(sha256(b"").digest()))


def test_the_body_is_committed_to_with_a_salt_of_its_own() -> None:
    record = recorded(given.drop_off())
    salt = salts_of(KEY, 0)[0]
    assert decode(entry_of(record)["b"]) == body_commitment(salt, record.data)


@pytest.mark.parametrize(
    "column", [{"posted_by": "k2"}, {"sent_at": NOON}, {"remarks": b"[]"}, {"key": bytes(32)}]
)
def test_what_stands_beside_the_body_is_committed_to_as_well(column: dict[str, Any]) -> None:
    fact = given.drop_off()
    assert entry_of(recorded(fact)) != entry_of(recorded(fact, **column))


def test_an_item_names_its_place_in_its_subjects_chain() -> None:
    record = recorded(given.drop_off())
    before = bytes(32)
    ends = {f"battery:{pack}": End(2, named(before))}
    own, of_battery = (json.loads(one.text) for one in items(record, ends))
    assert (own["n"], own["p"], own["s"]) == (1, None, record.subjects[0])
    assert (of_battery["n"], of_battery["p"]) == (3, encode(before))
    assert own["x"] == {"posted_by": "k1", "remarks": None, "sent_at": None}


def test_only_a_records_own_name_and_what_travels_has_items() -> None:
    subjects = ("movement:m", "site:s", "consignment:c", "battery:b", "terminal:t", "sequence:t#1")
    assert itemised(subjects) == ["movement:m", "consignment:c", "battery:b", "terminal:t"]
    assert chained(subjects) == ["consignment:c", "battery:b", "terminal:t"]
    assert itemised(("terminal:t", "registry")) == chained(("terminal:t", "registry"))
    assert itemised(("site:s", "registry")) == ["site:s"]
    assert chained(("site:s", "registry")) == []
    assert itemised(()) == []


def test_salts_of_one_record_tell_nothing_of_each_other() -> None:
    salts = salts_of(KEY, 5)
    assert len(set(salts)) == 6
    assert salts_of(KEY, 2) == salts[:3]
    assert not set(salts) & set(salts_of(bytes(32), 5))


@tried_on(happenings())
def test_an_entry_and_its_items_are_canonical_and_the_root_is_over_them(fact: Any) -> None:
    record = recorded(fact)
    entry = leaf(record, {}).entry
    assert entry == rfc8785.dumps(json.loads(entry))
    made: list[Item] = items(record, {})
    assert [json.loads(one.text)["s"] for one in made] == itemised(record.subjects)
    assert all(one.text == rfc8785.dumps(json.loads(one.text)) for one in made)
    hashes = [tree.leaf_hash(item_commitment(one.salt, one.text)) for one in made]
    assert decode(json.loads(entry)["i"]) == tree.root(hashes)


def test_a_book_of_numbers_is_a_leaf_like_any_other() -> None:
    book = NumbersIssued(
        type="numbers_issued",
        id=given.uuid7(given.monday, "book"),
        kind="tags",
        site=given.POINT,
        day="2026-03-02",
        first=1,
        count=5,
    )
    told = entry_of(recorded(book))
    assert (told["e"], told["m"]) == (None, 1)
