"""Whatever a document says: are we never laxer than the schema, and does nothing crash us?"""

import json
from copy import deepcopy
from functools import cache
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from custody.epcis import documents, hashing, writing
from custody.terms import Refused
from tests.epcis import examples, sound

Path = tuple[str | int, ...]

STRANGE: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**20, "", " ", "x", "12", "a:b", "a b", "receiving",
    "transforming", "in_transport", "urn:epcglobal:cbv:bizstep:receiving", "did_not_occur",
    "2026-03-01T09:00:00", "22-07-2026", "2026-03-01T09:00:00Z", "+08:00", "+25:00", "KGM", "kg",
    "https://id.gs1.org/8004/9521234EBB0000001", "https://id.gs1.org/8004/电池", "http://[::1]/x",
    "urn:x", "//host/path", "ObjectEvent", "TransformationEvent", "example:Event", "ADD", "OBSERVE",
    [], {}, [None], [[]], [{}], {"": 1}, {"a": 1}, {"a:b": 1}, ["urn:a:b", "urn:a:b"],
]  # fmt: skip
NAMES = ["grade", "x:grade", "example:grade", "@id", "action", "ilmd", "type", "uom", "bizStep", ""]


@cache
def whole() -> list[tuple[str, dict[str, Any]]]:
    """Published documents of few events, and one of ours of every type."""
    published = [one for one in examples.whole() if len(one[1]["epcisBody"]["eventList"]) < 4]
    return [*published, *((type_, sound.document(type_)) for type_ in sound.SOUND)]


def places(value: Any, at: Path = ()) -> list[Path]:
    """Every place within a JSON value."""
    found = [at]
    if isinstance(value, dict):
        for name, inner in value.items():
            found += places(inner, (*at, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(inner, (*at, index))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A sound document, with one to three things in it changed, added or taken out."""
    _, original = draw(st.sampled_from(whole()))
    document: dict[str, Any] = deepcopy(original)
    for _ in range(draw(st.integers(1, 3))):
        found = [place for place in places(document) if place]
        if found:
            _change(draw, document, draw(st.sampled_from(found)))
    return document


def _change(draw: st.DrawFn, document: Any, place: Path) -> None:
    part: Any = document
    for inner in place[:-1]:
        part = part[inner]
    what = draw(st.sampled_from(["replace", "replace", "remove", "add", "twice"]))
    step: Any = place[-1]
    if what == "remove":
        del part[step]
    elif what == "add" and isinstance(part, dict):
        part[draw(st.sampled_from(NAMES))] = deepcopy(draw(st.sampled_from(STRANGE)))
    elif what == "twice" and isinstance(part, list):
        part.append(deepcopy(part[step]))
    else:
        part[step] = deepcopy(draw(st.sampled_from(STRANGE)))


def test_the_schema_is_asked_with_its_formats() -> None:
    """Without the libraries that know them, it would take these, and the law would say less."""
    for said in ({"eventTime": "22-07-2026"}, {"grade": "C"}, {"bizStep": "transforming"}):
        assert examples.told_by_schema(sound.document("ObjectEvent", **said))


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_we_take_nothing_that_the_schema_refuses(document: dict[str, Any]) -> None:
    try:
        read = documents.read(json.dumps(document).encode())
    except Refused:
        return
    assert not examples.told_by_schema(document)
    assert read.json == document
    for event in read.events:
        assert hashing.event_hash(event).startswith("ni:///sha-256;")
        alone = json.dumps(writing.standing_alone(event)).encode()
        assert documents.read_event(alone).type == event.type


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_with_proceed_each_event_is_taken_or_told_of(document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    try:
        read = documents.read(body, proceed=True)
    except Refused:
        return
    said = document["epcisBody"]["eventList"]
    indexes = [event.index for event in read.events] + [fault.index for fault in read.faults]
    assert sorted(indexes) == [*range(len(said))]
    for fault in read.faults:
        assert fault.errors
        for error in fault.errors:
            assert error.pointer.startswith(f"/epcisBody/eventList/{fault.index}")


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["type", "@context", "epcisBody", "x"]), inner)
        ),
        max_leaves=10,
    ).map(lambda value: json.dumps(value).encode())
)
@example(b'{"@context":{},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":0}')
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    for read in (documents.read, documents.read_answer, documents.read_event):
        try:
            read(body)
        except Refused:
            continue
        assume(False)  # it would be a document by chance
