"""Are events found by what master data say of their places, steps and classes?"""

from typing import Any

import orjson
import pytest

from custody.access import Scope
from custody.exchange import asked, described, finding
from custody.exchange.captured import Captor
from custody.ledger import Ledger
from custody.terms import Refused
from tests.api.conftest import ORGANISATION, OTHER_ORGANISATION
from tests.exchange.indexed import Indexed, numbers
from tests.exchange.partners import CONTEXT, event

HANGZHOU = "https://id.gs1.org/414/9521234001010"
NINGBO = "https://id.gs1.org/414/9521234002017"
LOT = "https://id.gs1.org/01/09521234000020/10/BM260306"
OURS = Captor("key:k", None, ORGANISATION)
THEIRS = Captor("key:l", None, OTHER_ORGANISATION)

Element = dict[str, Any]


def element(id_: str, *children: str, **attributes: Any) -> Element:
    said = [{"id": f"cbvmda:{name}", "attribute": one} for name, one in attributes.items()]
    return {"id": id_, "attributes": said, "children": [*children]}


def header(*elements: Element) -> dict[str, Any]:
    kind = "urn:epcglobal:epcis:vtype:BusinessLocation"
    listed = [{"type": kind, "vocabularyElementList": [*elements]}]
    return {"epcisMasterData": {"vocabularyList": listed}}


STORY = [
    event(1, bizLocation={"id": HANGZHOU}, readPoint={"id": f"{HANGZHOU}/254/DOCK1"}),
    event(2, bizLocation={"id": "urn:epc:id:sgln:9521234.00201.0"}, disposition="returned"),
    event(3, bizLocation={"id": "urn:x:unheard-of"}, bizStep="storing"),
    event(4, bizStep="storing", readPoint={"id": NINGBO},
          quantityList=[{"epcClass": "urn:epc:class:lgtin:9521234.000002.BM260306",
                         "quantity": 1, "uom": "KGM"}]),
    event(5, epcList=[HANGZHOU]),
]  # fmt: skip

TOLD = header(
    element("urn:epc:id:sgln:9521234.00101.0", city="杭州", rooms=12, open={"@value": True}),
    element(NINGBO, city="宁波", rooms=7.5, address={"@value": "1 Quay"}, more={"ex:a": "b"}),
    element(f"{HANGZHOU}/254/DOCK1", city="杭州", doors=2),
    element("https://ref.gs1.org/cbv/BizStep-storing", owner="warehouse"),
    element("https://ref.gs1.org/cbv/Disp-returned", owner="desk"),
    element(LOT, city="杭州", _underlined="yes"),
)

ASKED: list[tuple[dict[str, str], list[int]]] = [
    ({"HASATTR_bizLocation": "cbvmda:city"}, [1, 2]),
    ({"HASATTR_bizLocation": "urn:epcglobal:cbv:mda:city"}, [1, 2]),
    ({"HASATTR_bizLocation": "cbvmda:open|cbvmda:address"}, [1, 2]),
    ({"HASATTR_bizLocation": "cbvmda:more"}, [2]),
    ({"HASATTR_bizLocation": "cbvmda:doors"}, []),
    ({"HASATTR_bizLocation": "b:city"}, []),
    ({"HASATTR_readPoint": "cbvmda:city"}, [1, 4]),
    ({"HASATTR_readPoint": "cbvmda:doors"}, [1]),
    ({"EQATTR_bizLocation_cbvmda:city": "杭州"}, [1]),
    ({"EQATTR_bizLocation_cbvmda:city": "宁波|上海"}, [2]),
    ({"EQ_ATTR_bizLocation_cbvmda:city": "杭州|宁波"}, [1, 2]),
    ({"EQATTR_bizLocation_urn:epcglobal:cbv:mda:city": "宁波"}, [2]),
    ({"EQATTR_bizLocation_cbvmda:rooms": "12"}, [1]),
    ({"EQATTR_bizLocation_cbvmda:rooms": "7.5"}, [2]),
    ({"EQATTR_bizLocation_cbvmda:open": "true"}, [1]),
    ({"EQATTR_bizLocation_cbvmda:address": "1 Quay"}, [2]),
    ({"EQATTR_bizLocation_cbvmda:more": "b"}, []),
    ({"EQATTR_bizStep_cbvmda:owner": "warehouse"}, [3, 4]),
    ({"EQATTR_disposition_cbvmda:owner": "desk"}, [2]),
    ({"EQATTR_epcClass_cbvmda:city": "杭州"}, [4]),
    ({"EQATTR_epcClass_cbvmda:_underlined": "yes"}, [4]),
    ({"EQATTR_bizStep_cbvmda:owner": "warehouse", "HASATTR_readPoint": "cbvmda:city"}, [4]),
]

WRONG = [
    ("HASATTR_epcList", "cbvmda:city", "epcis_not_described"),
    ("HASATTR_eventTime", "cbvmda:city", "epcis_not_described"),
    ("EQATTR_b:place_cbvmda:city", "杭州", "epcis_not_described"),
    ("HASATTR_bizLocation", "city", "epcis_not_an_attribute"),
    ("HASATTR_bizLocation", "zz:city", "epcis_prefix_unknown"),
    ("HASATTR_bizLocation_cbvmda:city", "x", "epcis_parameter_unknown"),
    ("EQATTR_bizLocation", "杭州", "epcis_not_an_attribute"),
    ("EQATTR_bizLocation_city", "杭州", "epcis_not_an_attribute"),
]


@pytest.fixture
def indexed(ledger: Ledger) -> Indexed:
    return Indexed(ledger)


@pytest.mark.parametrize("few", [1_000, 0], ids=["looked up", "looked at"])
def test_events_are_found_by_what_is_said_of_what_they_name(
    indexed: Indexed, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed.capture(*STORY, epcisHeader=TOLD)
    monkeypatch.setattr(finding, "ELEMENTS_MAX", few)
    monkeypatch.setattr(described, "ELEMENTS_MAX", few)
    wrong = []
    for parameters, expected in ASKED:
        told = indexed.numbers(parameters)
        if told != expected:
            wrong.append((parameters, expected, told))
    assert wrong == []


@pytest.mark.parametrize(("name", "value", "code"), WRONG)
def test_what_can_have_no_meaning_is_refused_by_its_name(name: str, value: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        asked.read({name: [value]}, {"b": "https://example.com/"})
    (error,) = refused.value.errors
    assert (error.pointer, error.code) == (f"/{name}", code)


def test_what_was_said_last_of_a_place_counts_as_a_whole(indexed: Indexed) -> None:
    indexed.capture(*STORY, epcisHeader=TOLD)
    before = indexed.ledger.head().position
    indexed.capture(epcisHeader=header(element(HANGZHOU, name="文三路")))
    city, name = {"HASATTR_bizLocation": "cbvmda:city"}, {"HASATTR_bizLocation": "cbvmda:name"}
    assert (indexed.numbers(city), indexed.numbers(name)) == ([2], [1])
    assert (indexed.numbers(city, until=before), indexed.numbers(name, until=before)) == (
        [1, 2],
        [],
    )


def test_another_organisations_word_is_neither_heard_nor_does_it_replace(indexed: Indexed) -> None:
    indexed.capture(*STORY, captor=OURS, epcisHeader=TOLD)
    indexed.capture(captor=THEIRS, epcisHeader=header(element(HANGZHOU, name="theirs")))
    ours, theirs = Scope(organisation=ORGANISATION), Scope(organisation=OTHER_ORGANISATION)
    city, name = {"HASATTR_bizLocation": "cbvmda:city"}, {"HASATTR_bizLocation": "cbvmda:name"}
    assert indexed.numbers(city, scope=ours) == [1, 2]
    assert indexed.numbers(name, scope=ours) == []
    assert indexed.numbers(name, scope=theirs) == []  # whose events these are not
    indexed.capture(event(6, bizLocation={"id": HANGZHOU}), captor=THEIRS)
    assert indexed.numbers(name, scope=theirs) == [6]
    assert indexed.numbers(city, scope=theirs) == []


def test_what_lies_within_a_place_is_what_master_data_say(indexed: Indexed) -> None:
    indexed.capture(
        *STORY,
        epcisHeader=header(
            element("urn:x:zhejiang", HANGZHOU, "urn:epc:id:sgln:9521234.00201.0"),
            element("urn:x:china", "urn:x:zhejiang", "urn:x:china"),
        ),
    )
    assert indexed.numbers({"WD_bizLocation": "urn:x:china"}) == [1, 2]
    assert indexed.numbers({"WD_readPoint": "urn:x:zhejiang"}) == [1, 4]
    assert indexed.numbers({"EQ_bizLocation": "urn:x:china"}) == []
    indexed.capture(epcisHeader=header(element("urn:x:zhejiang", HANGZHOU)))
    assert indexed.numbers({"WD_bizLocation": "urn:x:china"}) == [1]


def test_a_place_may_have_so_many_within_it_and_no_more(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = [f"urn:x:{number}" for number in range(10)]
    indexed.capture(epcisHeader=header(element("urn:x:all", *children)))
    monkeypatch.setattr(described, "DESCENDANTS_MAX", 11)
    assert indexed.numbers({"WD_bizLocation": "urn:x:all"}) == []
    monkeypatch.setattr(described, "DESCENDANTS_MAX", 10)
    with pytest.raises(Refused, match="epcis_query_too_large"):
        indexed.page({"WD_bizLocation": "urn:x:all"})


def test_places_that_many_share_an_attribute_with_are_looked_at_page_by_page(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [f"urn:x:place:{number}" for number in range(30)]
    every = [event(number, bizLocation={"id": place}) for number, place in enumerate(places)]
    told = header(*(element(place, size=number % 3) for number, place in enumerate(places)))
    indexed.capture(*every, epcisHeader=told)
    wanted = {"EQATTR_bizLocation_cbvmda:size": "1"}
    whole = indexed.numbers(wanted)
    assert whole == [*range(1, 30, 3)]
    for module, name, number in (
        (finding, "ELEMENTS_MAX", 9),
        (described, "ELEMENTS_MAX", 9),
        (finding, "AT_ONCE_MIN", 4),
        (finding, "AT_ONCE_MAX", 4),
        (finding, "LOOKED_AT_MAX", 8),
    ):
        monkeypatch.setattr(module, name, number)
    found, after = list[int](), None
    for _ in range(10):
        page = indexed.page(wanted, 5, after)
        found, after = found + numbers(page.shown), page.onward
        if after is None:
            break
    assert found == whole


def test_master_data_that_cannot_be_read_hinder_nobody(indexed: Indexed) -> None:
    answer = {
        "@context": CONTEXT,
        "type": "EPCISQueryDocument",
        "epcisHeader": {"epcisMasterData": {"vocabularyList": [{"type": 1}, "?"]}},
        "epcisBody": {"queryResults": {"queryName": "q", "resultsBody": {"eventList": []}}},
    }
    indexed.capture_body(orjson.dumps(answer).decode())
    indexed.capture(*STORY, epcisHeader=TOLD)
    assert indexed.numbers({"HASATTR_bizLocation": "cbvmda:city"}) == [1, 2]
