import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from custody.epcis import context as contexts
from custody.epcis import documents, reading, shapes
from custody.epcis.texts import TEXTS
from custody.terms import Refused
from tests.epcis.sound import (
    ID,
    ITEM,
    PAPER,
    PLACE,
    SENSED,
    TIME,
    document,
    told,
    wrong,
)

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("name", ["grade", "电池:grade", "@id", ""])
def test_an_extension_has_a_prefix(name: str) -> None:
    rule = "epcis_not_a_name" if name.isascii() else "epcis_name_not_ascii"
    assert wrong("ObjectEvent", **{name: "C"}) == [(f"/{name}", rule)]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"other:grade": "C"}, "/other:grade"),
        ({"cnb:state": {"inner": [{"other:grade": "C"}]}}, "/cnb:state/inner/0/other:grade"),
        ({"readPoint": {**PLACE, "other:hall": 1}}, "/readPoint/other:hall"),
        ({"action": "ADD", "ilmd": {"other:chemistry": "NMC"}}, "/ilmd/other:chemistry"),
        (
            {"sensorElementList": [{**SENSED, "other:by": "x"}]},
            "/sensorElementList/0/other:by",
        ),
        (
            {"eventID": ID, "errorDeclaration": {"declarationTime": TIME, "other:by": "x"}},
            "/errorDeclaration/other:by",
        ),
    ],
)
def test_the_prefix_of_an_extension_is_declared(said: dict[str, Any], place: str) -> None:
    assert wrong("ObjectEvent", **said) == [(place, "epcis_prefix_undeclared")]
    own = {"@context": [{"other": "https://ns.example.cn/other/"}]}
    assert wrong("ObjectEvent", **said, **own) == []


def test_what_a_context_elsewhere_declares_is_not_known_and_not_refused() -> None:
    body = document("ObjectEvent", **{"other:grade": "C"})
    body["@context"].append("https://ns.example.cn/context.jsonld")
    assert told(body) == []


@pytest.mark.parametrize("context", [7, [7], [{"cnb": 7}], None])
def test_a_context_is_readable(context: Any) -> None:
    body = document("ObjectEvent")
    body["@context"] = context
    assert told(body) == [("/@context", "epcis_context_unreadable")]
    body = document("ObjectEvent", **{"@context": context})
    place = "/epcisBody/eventList/0/@context"
    assert told(body) == [(place, "epcis_context_unreadable")]


def test_a_context_declares_so_much() -> None:
    body = document("ObjectEvent")
    before = body["@context"]
    room = contexts.CONTEXT_MAX - 1
    body["@context"] = [*before, {f"p{n}": f"https://ns.example.cn/{n}/" for n in range(room)}]
    assert told(body) == []
    body["@context"][-1]["more"] = "https://ns.example.cn/more/"
    assert told(body) == [("/@context", "epcis_context_too_long")]
    body["@context"] = ["https://ns.example.cn/"] * (contexts.CONTEXT_MAX + 1)
    assert told(body) == [("/@context", "epcis_context_too_long")]


@pytest.mark.parametrize("type_", ["example:WashEvent", "QuantityEvent", "", "EPCISDocument"])
def test_there_are_five_types_of_event(type_: str) -> None:
    body = document("ObjectEvent")
    body["epcisBody"]["eventList"][0]["type"] = type_
    assert told(body) == [("/epcisBody/eventList/0/type", "epcis_type_unknown")]


def test_a_text_without_an_end_is_not_kept() -> None:
    found = wrong("ObjectEvent", **{"cnb:grade": ["a", "b\0"]})
    assert found == [("/cnb:grade/1", "epcis_nul")]


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    [
        (lambda body: body.pop("@context"), "/@context", "required"),
        (lambda body: body.pop("schemaVersion"), "/schemaVersion", "required"),
        (lambda body: body.update(schemaVersion="1.2"), "/schemaVersion", "pattern"),
        (lambda body: body.update(creationDate="today"), "/creationDate", "epcis_not_a_time"),
        (lambda body: body.update(type="EPCISQueryDocument"), "/type", "not_in_list"),
        (lambda body: body.update(epcisBody={}), "/epcisBody/eventList", "required"),
        (lambda body: body.update(colour="red"), "/colour", "epcis_not_a_name"),
        (lambda body: body["epcisBody"].update(eventList={}), "/epcisBody/eventList", "wrong_type"),
    ],
)
def test_a_document_is_whole(change: Change, place: str, rule: str) -> None:
    body = document("ObjectEvent")
    change(body)
    assert told(body) == [(place, rule)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b'{"type": NaN}', "invalid_json"),
        (b'{"type": 1e400}', "epcis_invalid"),
        (b'{"type": "EPCISDocument", "type": "EPCISDocument"}', "name_twice"),
        (b'{"a": {"b": 1, "\\u0062": 2}}', "name_twice"),
        (b"[" * (reading.NESTING_MAX + 1) + b"]" * (reading.NESTING_MAX + 1), "invalid_json"),
        (b"[" * 300 + b"]" * 300, "invalid_json"),
        (b" " * (reading.DOCUMENT_BYTES_MAX + 1), "epcis_too_large"),
    ],
)
def test_a_document_is_json_that_any_two_read_alike(text: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        documents.read(text)
    assert refused.value.code == code


def test_a_document_has_so_many_events() -> None:
    body = document("ObjectEvent")
    body["epcisBody"]["eventList"] *= documents.EVENTS_MAX
    assert told(body) == []
    body["epcisBody"]["eventList"] += body["epcisBody"]["eventList"][:1]
    assert told(body) == [("", "epcis_too_many_events")]


def test_an_event_names_so_many_things() -> None:
    items = [f"https://id.gs1.org/8004/9521234EBB{number}" for number in range(shapes.EPCS_MAX)]
    assert wrong("ObjectEvent", epcList=items) == []
    assert wrong("ObjectEvent", epcList=[*items, ITEM]) == [("/epcList", "too_many")]
    papers = [PAPER] * (shapes.ENTRIES_MAX + 1)
    found = wrong("ObjectEvent", bizTransactionList=papers)
    assert found == [("/bizTransactionList", "too_many")]


def test_so_many_fields_are_told_of_at_once() -> None:
    assert len(wrong("ObjectEvent", epcList=["x"] * 99)) == documents.EVENT_ERRORS_MAX
    body = document("ObjectEvent", epcList=["x"] * 9)
    body["epcisBody"]["eventList"] *= 99
    assert len(told(body)) == documents.ERRORS_MAX


def test_an_event_that_stands_alone_brings_its_context() -> None:
    event = document("ObjectEvent")["epcisBody"]["eventList"][0]
    with pytest.raises(Refused) as refused:
        documents.read_event(json.dumps(event).encode())
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/@context", "required")]


def test_every_rule_has_its_text_and_every_text_its_rule() -> None:
    source = Path(documents.__file__).parent
    written = "".join(path.read_text() for path in source.glob("*.py") if path.name != "texts.py")
    used = set(re.findall(r'"(epcis_\w+)"', written))
    whole = {"epcis_invalid", "epcis_too_large", "epcis_too_many_events"}
    assert used - whole == TEXTS.keys()
    for chinese, english in TEXTS.values():
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert english.isascii() or "…" in english
