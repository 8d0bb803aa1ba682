"""Are leaves what they always were? Anyone who kept one must find it again, byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest

from custody.ledger import Record
from custody.log.entry import items
from custody.log.making import Chains

LEAVES = Path(__file__).parent / "golden" / "leaves.json"
golden: list[dict[str, Any]] = json.loads(LEAVES.read_text(encoding="utf-8"))


def record_of(written: dict[str, Any]) -> Record:
    told = written["record"]
    remarks = told["remarks"]
    return Record(
        **{
            **told,
            "data": told["data"].encode(),
            "subjects": tuple(told["subjects"]),
            "remarks": None if remarks is None else remarks.encode(),
            "key": bytes.fromhex(told["key"]),
        }
    )


records = [record_of(one) for one in golden]


def test_leaves_are_the_bytes_they_were() -> None:
    made = Chains().leaves(records, {})
    assert [one.entry.decode() for one in made] == [one["entry"] for one in golden]
    assert [one.hash.hex() for one in made] == [one["hash"] for one in golden]


@pytest.mark.parametrize("place", range(len(golden)), ids=[one.type for one in records])
def test_items_and_their_salts_are_the_bytes_they_were(place: int) -> None:
    chains = Chains()
    chains.leaves(records[:place], {})
    made = items(records[place], chains.ends)
    assert [one.text.decode() for one in made] == golden[place]["items"]
    assert [one.salt.hex() for one in made] == golden[place]["salts"]
