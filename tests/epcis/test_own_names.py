import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.codes import SCHEMES, CodeError, battery_ref
from custody.epcis import own_names
from custody.epcis.fields import is_uri
from tests.given import pack, sticker


@pytest.mark.parametrize(
    ("ref", "uri"),
    [
        (pack, "urn:custody:battery:" + pack),
        (sticker, "urn:custody:battery:" + sticker),
        ("giai:9521234EBB0000001", "https://id.gs1.org/8004/9521234EBB0000001"),
        ("giai:9521234.EBB0000001", "urn:epc:id:giai:9521234.EBB0000001"),
        ("sgtin:0614141.107346.2017", "urn:epc:id:sgtin:0614141.107346.2017"),
        (
            "sgtin:010952100300044221EB2026",
            "https://id.gs1.org/01/09521003000442/21/EB2026",
        ),
        (
            "sgtin:010952100300044221A/B",
            "https://id.gs1.org/01/09521003000442/21/A%2FB",
        ),
        ("giai:X", "urn:custody:battery:giai:X"),
        ("sgtin:0614141", "urn:custody:battery:sgtin:0614141"),
        ("maker:天能2024", "urn:custody:battery:maker:%E5%A4%A9%E8%83%BD2024"),
        ("maker:A:B/C", "urn:custody:battery:maker:A%3AB%2FC"),
    ],
)
def test_a_battery_has_a_uri_that_can_be_read_back(ref: str, uri: str) -> None:
    assert own_names.of_battery(ref) == uri
    assert own_names.battery(uri) == ref


def test_a_battery_s_digital_link_is_read_wherever_it_points() -> None:
    uri = "https://example.cn/assets/8004/9521234EBB0000001?batch=1"
    assert own_names.battery(uri) == "giai:9521234EBB0000001"


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.gs1.org/8004/9521234ebb1",
        "https://id.gs1.org/8004/9521234-EBB1",
        "https://id.gs1.org/8003/09521234000105CR00001",
        "https://id.gs1.org/01/09521003000442/21/EB2026-00821",
        "https://id.gs1.org/01/09521003000442",
        "urn:custody:battery:gbt34014:1",
        "urn:custody:battery:%FF",
        "urn:custody:battery:",
        "urn:custody:site:330106-0007",
        "https://id.example.cn/battery/1",
    ],
)
def test_what_cannot_be_written_in_our_spelling_is_no_battery(uri: str) -> None:
    assert own_names.battery(uri) is None


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SCHEMES),
    st.text(max_size=30) | st.from_regex(r"[0-9]{6,13}[.!-~]{0,20}|01[0-9]{14}21[.!-~]{1,20}"),
)
def test_any_reference_has_a_uri_of_its_own(scheme: str, code: str) -> None:
    try:
        ref = battery_ref(f"{scheme}:{code}")
    except CodeError:
        return
    uri = own_names.of_battery(ref)
    assert is_uri(uri)
    assert own_names.battery(uri) == ref


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()),
        min_size=1,
        max_size=3,
    )
)
def test_any_name_can_be_written_and_read_back(names: list[str]) -> None:
    uri = own_names.written("place", *names)
    assert is_uri(uri)
    assert own_names.parts(uri, "place") == tuple(names)
    assert own_names.parts(uri, "site") is None
