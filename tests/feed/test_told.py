"""How does a record look to those who follow the feed?"""

import re

import orjson
import pytest

from custody.feed.told import ENVELOPES, Told
from custody.ledger import Record

BODY = (
    b'{"id":"0193a5c2-7b1e-7000-8000-000000000001","type":"drop_off",'
    b'"occurred_at":"2026-03-01T09:01:00.5+08:00","site":"330106-0007","note":"\xe7\xba\xa2"}'
)
SUBJECTS = ("movement:0193a5c2-7b1e-7000-8000-000000000001", "site:330106-0007", "battery:maker:A")
MOVEMENT = Record("drop_off", 1, BODY, SUBJECTS, "k", None, None, 7, 1_772_327_000_123, b"k" * 32)
REGISTRATION = MOVEMENT._replace(
    type="site_registered", data=b'{"site":"330106-0007"}', subjects=("site:330106-0007",)
)


def test_a_movement_is_told_with_its_own_id_and_when_it_happened() -> None:
    assert orjson.loads(Told(MOVEMENT).written("item")) == {
        "position": 7,
        "id": "0193a5c2-7b1e-7000-8000-000000000001",
        "type": "drop_off",
        "version": 1,
        "occurred_at": "2026-03-01T01:01:00.500Z",
        "recorded_at": "2026-03-01T01:03:20.123Z",
        "subjects": list(SUBJECTS),
        "data": orjson.loads(BODY),
    }


def test_what_is_no_movement_has_neither() -> None:
    told = orjson.loads(Told(REGISTRATION).written("item"))
    assert (told["id"], told["occurred_at"]) == (None, None)
    assert told["data"] == {"site": "330106-0007"}


def test_the_body_is_passed_on_byte_by_byte() -> None:
    for envelope in ENVELOPES:
        assert BODY in Told(MOVEMENT).written(envelope)


@pytest.mark.parametrize("record", [MOVEMENT, REGISTRATION])
def test_a_cloud_event_has_what_version_1_0_asks_for(record: Record) -> None:
    told = orjson.loads(Told(record).written("cloudevent"))
    assert told["specversion"] == "1.0"
    assert all(told[name] for name in ("id", "source", "type", "subject", "time"))
    # Names of attributes are lower-case letters and digits, and their values no objects.
    for name, value in told.items():
        assert re.fullmatch(r"[a-z0-9]{1,20}", name), name
        assert name == "data" or isinstance(value, str | int), name


def test_a_server_sent_event_is_one_line_of_data_and_has_the_position_for_an_id() -> None:
    lines = Told(MOVEMENT).event("item").split(b"\n")
    assert lines[:2] == [b"id: 7", b"event: drop_off"]
    assert lines[2].removeprefix(b"data: ") == Told(MOVEMENT).written("item")
    assert lines[3:] == [b"", b""]
