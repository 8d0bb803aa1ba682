import json
from pathlib import Path
from typing import Any

import pytest

from custody.epcis import documents, hashing
from tests.epcis import examples
from tests.shared import shared

VECTORS = json.loads(shared("epcis/hash-vectors/vectors.json").read_bytes())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one['input']}-{one['event']}")
def test_the_published_hash_of_an_event_is_reproduced(vector: dict[str, Any]) -> None:
    read = examples.read(shared(f"epcis/hash-vectors/{vector['input']}"))
    event, ignoring = read.events[vector["event"]], hashing.ignored_in(read.json)

    assert hashing.event_hash(event, ignoring) == vector["hash"]
    if vector["prehash_sha256_matches"]:  # some of the published texts are garbled
        assert hashing.prehash(event, ignoring) == vector["prehash"]


@pytest.mark.parametrize(
    "path", examples.folder("battery-mapping")[:-1], ids=lambda path: path.name
)
def test_the_hash_of_a_battery_s_event_is_reproduced(path: Path) -> None:
    events = examples.read(path).events

    assert [hashing.event_hash(event) for event in events] == [
        *path.with_suffix(".hashes").read_text().split()
    ]
    assert [hashing.prehash(event) for event in events] == [
        *path.with_suffix(".prehashes").read_text().splitlines()
    ]


def event(**said: Any) -> Any:
    body = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T09:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/8004/9521234EBB0000001"],
        **said,
    }
    return documents.read_event(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"bizStep": "receiving"}, {"bizStep": "https://ref.gs1.org/cbv/BizStep-receiving"}),
        ({"bizStep": "receiving"}, {"bizStep": "cbv:BizStep-receiving"}),
        ({"eventTime": "2026-03-01T09:00:00+08:00"}, {"eventTime": "2026-03-01T01:00:00.0Z"}),
        (
            {"readPoint": {"id": "urn:epc:id:sgln:9521234.00101.0"}},
            {"readPoint": {"id": "https://example.cn/414/9521234001010"}},
        ),
        ({}, {"eventID": "urn:uuid:00000000-0000-4000-8000-000000000001"}),
        ({}, {"recordTime": "2026-03-02T00:00:00Z"}),
    ],
)
def test_two_ways_to_write_the_same_event_have_one_hash(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert hashing.event_hash(event(**one)) == hashing.event_hash(event(**other))


@pytest.mark.parametrize(
    "said",
    [
        {"eventTimeZoneOffset": "+00:00"},
        {"certificationInfo": "https://example.cn/certificate/1"},
        {"persistentDisposition": {"set": ["damaged"]}},
        {"quantityList": [{"epcClass": "https://example.cn/class/1", "quantity": 1}]},
    ],
)
def test_what_is_said_beside_changes_the_hash(said: dict[str, Any]) -> None:
    assert hashing.event_hash(event(**said)) != hashing.event_hash(event())


def test_an_event_and_the_declaration_that_it_is_false_have_one_hash() -> None:
    own = {"eventID": "urn:uuid:00000000-0000-4000-8000-000000000001"}
    declared = {"declarationTime": "2026-03-06T12:00:00+08:00", "reason": "did_not_occur"}

    assert hashing.event_hash(event(**own)) == hashing.event_hash(
        event(**own, errorDeclaration=declared)
    )


@pytest.mark.parametrize(
    ("written", "rounded"),
    [
        ("2026-03-01T09:00:00.0005Z", "2026-03-01T09:00:00.000Z"),
        ("2026-03-01T09:00:00.0015Z", "2026-03-01T09:00:00.002Z"),
        ("2026-03-01T09:00:00.9996Z", "2026-03-01T09:00:01.000Z"),
        ("2026-03-01T09:00:00.0004999Z", "2026-03-01T09:00:00.000Z"),
    ],
)
def test_a_time_is_rounded_to_the_even_millisecond(written: str, rounded: str) -> None:
    assert f"eventTime={rounded}event" in hashing.prehash(event(eventTime=written))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("03.50", "3.5"),
        (12.0, "12"),
        (1e21, "1000000000000000000000"),
        ("1e999", "1e999"),
        (" x ", "x"),
        (True, "true"),
        ([2, 1], "1{https://ns.example.cn/}n=2"),
    ],
)
def test_a_value_has_one_spelling(value: Any, written: str) -> None:
    names = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    said = {"@context": [*names, {"e": "https://ns.example.cn/"}], "e:n": value}
    assert hashing.prehash(event(**said)).endswith(f"{{https://ns.example.cn/}}n={written}")


def test_an_extension_of_nothing_is_its_name() -> None:
    names = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    said = {"@context": [*names, {"e": "https://ns.example.cn/"}], "e:n": None}
    assert hashing.prehash(event(**said)).endswith("{https://ns.example.cn/}n")
