"""Are a word by its prefix, in full, and as it was spelt before EPCIS 2.0 one and the same?"""

import httpx
import pytest

from custody.exchange import described, finding
from tests.api.conftest import Service
from tests.exchange.partners import captured, document, event, event_id, ids
from tests.exchange.test_queries import DESADV, EXTENSIONS, PARTY, STORY

AT = "https://example.com/battery/"


OWN = {
    "bizStep": "https://example.com/battery/Soak",
    "disposition": "https://example.com/battery/Wet",
    "persistentDisposition_set": "https://example.com/battery/Damp",
    "type": "https://example.com/battery/Smell",
    "deviceID": "https://example.com/battery/nose",
    "source_https://example.com/battery/yard": "urn:x:1",
}
"""What somebody's own words are in full, by the parameter that asks for them."""


def test_a_word_by_its_prefix_and_the_word_in_full_are_one(
    service: Service, partner: httpx.Client
) -> None:
    for number, own in ((1, "ex:"), (2, "https://example.com/battery/")):
        report = {"type": f"{own}Smell", "deviceID": f"{own}nose", "stringValue": "ex:Smell"}
        said = event(
            number,
            bizStep=f"{own}Soak",
            disposition=f"{own}Wet",
            persistentDisposition={"set": [f"{own}Damp"]},
            sourceList=[{"type": f"{own}yard", "source": "urn:x:1"}],
            sensorElementList=[{"sensorReport": [report]}],
        )
        assert captured(service, partner, document(said))["success"]
    for name, value in OWN.items():
        by_prefix = {f"EQ_{name}".replace(AT, "b:"): value.replace(AT, "b:")}
        for asked in (by_prefix, {f"EQ_{name}": value}):
            answer = partner.get("/epcis/events", params=asked, headers=EXTENSIONS)
            assert ids(answer) == [event_id(1), event_id(2)], asked
    as_said = {"EQ_stringValue": "https://example.com/battery/Smell"}
    assert ids(partner.get("/epcis/events", params=as_said, headers=EXTENSIONS)) == []


@pytest.mark.parametrize(
    ("name", "older", "word"),
    [
        ("EQ_bizStep", "urn:epcglobal:cbv:bizstep:shipping", "shipping"),
        ("EQ_disposition", "urn:epcglobal:cbv:disp:returned", "returned"),
        ("EQ_bizTransaction_urn:epcglobal:cbv:btt:desadv", DESADV, "desadv"),
        ("EQ_source_urn:epcglobal:cbv:sdt:possessing_party", PARTY, "possessing_party"),
    ],
)
def test_a_word_may_be_asked_for_as_it_was_spelt_before(
    service: Service, partner: httpx.Client, name: str, older: str, word: str
) -> None:
    captured(service, partner, document(*STORY))
    family, _, type_ = name.partition("_urn:")
    now = {f"{family}_{word}": older} if type_ else {name: word}
    told = ids(partner.get("/epcis/events", params={name: older}))
    assert told == ids(partner.get("/epcis/events", params=now))
    assert len(told) == 1


def test_a_step_by_its_prefix_is_described_by_what_is_said_of_it_in_full(
    service: Service, partner: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = {"id": "cbvmda:owner", "attribute": "warehouse"}
    kind = "urn:epcglobal:epcis:vtype:BizStep"
    elements = [{"id": f"{AT}Soak", "attributes": [owner]}]
    listed = [{"type": kind, "vocabularyElementList": elements}]
    header = {"epcisHeader": {"epcisMasterData": {"vocabularyList": listed}}}
    said = {**document(event(1, bizStep="ex:Soak"), event(2)), **header}
    assert captured(service, partner, said)["success"]
    asked = {"EQATTR_bizStep_cbvmda:owner": "warehouse"}
    assert ids(partner.get("/epcis/events", params=asked)) == [event_id(1)]
    for module in (finding, described):
        monkeypatch.setattr(module, "ELEMENTS_MAX", 0)  # so that each event is looked at
    assert ids(partner.get("/epcis/events", params=asked)) == [event_id(1)]
