import json
from pathlib import Path

import pytest

from custody.epcis import documents, writing
from custody.epcis.event import Event
from custody.terms import Refused
from tests.epcis import examples

each_document = pytest.mark.parametrize(
    "path",
    [path for path in examples.everything() if path.name != examples.WITHOUT_AN_ID],
    ids=lambda path: path.name,
)


def test_the_examples_are_there() -> None:
    assert len(examples.folder("gs1")) >= examples.OF_GS1
    assert len(examples.folder("battery-mapping")) == examples.OF_BATTERIES


@each_document
def test_a_published_document_is_read_and_kept_as_it_was_sent(path: Path) -> None:
    read = examples.read(path)

    assert read.json == json.loads(path.read_bytes())
    assert read.events
    assert not read.faults


@each_document
def test_its_events_are_written_again_with_the_same_meaning(path: Path) -> None:
    read = examples.read(path)

    written = writing.document(read.events, 1_772_000_000_000)
    again = documents.read(json.dumps(written).encode())

    assert [meaning(event) for event in again.events] == [meaning(event) for event in read.events]
    assert not examples.told_by_schema(written)


@each_document
def test_an_event_stands_alone_with_its_context(path: Path) -> None:
    for event in examples.read(path).events:
        alone = writing.standing_alone(event)

        assert meaning(documents.read_event(json.dumps(alone).encode())) == meaning(event)
        assert not examples.told_by_schema(alone)


def meaning(event: Event) -> object:
    """What an event says, with its names written out."""
    own = {name: value for name, value in event.json.items() if name != "@context"}
    return own, event.extensions, event.ilmd


def test_one_published_event_is_declared_false_without_saying_which_it_is() -> None:
    (path,) = (one for one in examples.everything() if one.name == examples.WITHOUT_AN_ID)
    body = json.loads(path.read_bytes())

    with pytest.raises(Refused) as refused:
        documents.read(json.dumps(body).encode())
    assert [error.code for error in refused.value.errors] == ["epcis_declared_without_id"]

    body["epcisBody"]["eventList"][0]["eventID"] = "urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8"
    assert documents.read(json.dumps(body).encode()).events


def test_events_of_several_senders_keep_their_own_names_in_one_document() -> None:
    paths = {path.name: path for path in examples.everything()}
    names = ("10-inspect-grade.jsonld", "SensorDataExample10.jsonld", "SensorDataExample9.jsonld")
    events = [event for name in names for event in examples.read(paths[name]).events]

    written = writing.document(events, 1_772_000_000_000)
    again = documents.read(json.dumps(written).encode())

    assert [meaning(event) for event in again.events] == [meaning(event) for event in events]
    assert again.events[0].extensions == {"https://ns.example.cn/ebike-battery/grade": "C"}
    assert not examples.told_by_schema(written)


def test_what_an_event_says_can_be_asked() -> None:
    paths = {path.name: path for path in examples.everything()}
    received = examples.read(paths["07-receive.jsonld"]).events[0]

    assert received.type == "ObjectEvent"
    assert received.event_id == "urn:uuid:00000000-0000-4000-8000-000000000007"
    assert received.event_time == 1_772_436_600_000
    assert (received.offset, received.action) == ("+08:00", "OBSERVE")
    assert (received.biz_step, received.disposition) == ("receiving", "in_progress")
    assert received.set_dispositions == ("completeness_inferred",)
    assert received.unset_dispositions == ()
    assert [(one.role, one.uri) for one in received.epcs] == [
        ("epcList", "https://id.gs1.org/8003/09521234000105CR00001")
    ]
    assert received.read_point is not None
    assert received.read_point.canonical == "https://id.gs1.org/414/9521234002017/254/DOCK"
    assert [one.type for one in received.transactions] == ["upevt", "recadv"]
    assert [one.type for one in received.sources] == ["possessing_party", "location"]
    assert [one.type for one in received.destinations] == ["possessing_party", "location"]
    assert received.error_declaration is None

    false = examples.read(paths["20-error-incorrect-data.jsonld"]).events[0]
    assert false.error_declaration is not None
    assert false.error_declaration.reason == "incorrect_data"
    assert false.error_declaration.corrective_event_ids == (
        "urn:uuid:00000000-0000-4000-8000-000000000019",
    )
    fractions = examples.read(paths["16-dismantle-transform.jsonld"]).events[0]
    assert [(one.role, one.quantity, one.uom) for one in fractions.classes] == [
        ("outputQuantityList", 1.85, "KGM")
    ]


def test_the_rest_of_what_an_event_says_can_be_asked() -> None:
    paths = {path.name: path for path in examples.everything()}
    packed = examples.read(paths["04-pack.jsonld"]).events[0]
    apart = examples.read(paths["16-dismantle-transform.jsonld"]).events[0]
    noted = examples.read(paths["epcisDocHavingEventWithIgnoreFields.jsonld"]).events[0]

    assert ("parentID", "https://id.gs1.org/8003/09521234000105CR00001") in [
        (one.role, one.canonical) for one in packed.epcs
    ]
    assert len(packed.epcs) == 4
    assert packed.record_time_said is None
    assert packed.transformation_id is None
    assert apart.transformation_id is not None
    assert apart.transformation_id.uri == "https://util.example.cn/batch/20260306-1"
    assert noted.record_time_said == 1_685_689_396_073


def test_with_proceed_what_is_wrong_costs_its_own_event_alone() -> None:
    paths = {path.name: path for path in examples.everything()}
    body = json.loads(paths["ALL.jsonld"].read_bytes())
    body["epcisBody"]["eventList"][2]["bizStep"] = "notifying"
    body["epcisBody"]["eventList"][4] = 7

    read = documents.read(json.dumps(body).encode(), proceed=True)

    assert [fault.index for fault in read.faults] == [2, 4]
    assert [error.pointer for fault in read.faults for error in fault.errors] == [
        "/epcisBody/eventList/2/bizStep",
        "/epcisBody/eventList/4",
    ]
    assert [event.index for event in read.events] == [0, 1, 3, *range(5, 20)]
