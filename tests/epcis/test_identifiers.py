import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from custody.epcis import gs1_keys, identifiers
from custody.epcis.fields import is_uri
from custody.epcis.gs1_keys import Key
from custody.epcis.identifiers import canonical

TABLE = [  # EPC URN, digits of its company prefix, Digital Link
    ("id:sgtin:9521003.000044.EB2026-00821", 7, "01/09521003000442/21/EB2026-00821"),
    ("id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()", 7,
     "01/80614141123458/21/6789%2F%26%25%22%21%3F%28%29"),
    ("id:sgtin:415056789012.0.987654", 12, "01/04150567890128/21/987654"),
    ("id:upui:1234567.098765.51qIgY)%3C%26Jp3*j7SDB", 7,
     "01/01234567987651/235/51qIgY%29%3C%26Jp3%2Aj7SDB"),
    ("class:lgtin:9521234.000002.BM260306", 7, "01/09521234000020/10/BM260306"),
    ("idpat:sgtin:4012345.012345.*", 7, "01/04012345123456"),
    ("id:sscc:9521234.0000000001", 7, "00/095212340000000013"),
    ("id:sgln:9521234.00101.CAB03", 7, "414/9521234001010/254/CAB03"),
    ("id:sgln:9521234.00101.0", 7, "414/9521234001010"),
    ("id:pgln:9521234.00001", 7, "417/9521234000013"),
    ("id:pgln:999999999999.", 12, "417/9999999999994"),
    ("id:grai:9521234.00010.CR00001", 7, "8003/09521234000105CR00001"),
    ("idpat:grai:4012345.99999.*", 7, "8003/04012345999990"),
    ("id:giai:9521234.EBB0000001", 7, "8004/9521234EBB0000001"),
    ("id:gdti:9521234.00010.M20260302-17", 7, "253/9521234000105M20260302-17"),
    ("id:gdti:987659999999..9", 12, "253/98765999999929"),
    ("idpat:gdti:4012345.11111.*", 7, "253/4012345111118"),
    ("id:gsrn:4012345.0000006765", 7, "8018/401234500000067657"),
    ("id:gsrnp:4012345.0000000007", 7, "8017/401234500000000074"),
    ("id:ginc:9521234.xyz47%2F11", 7, "401/9521234xyz47%2F11"),
    ("id:gsin:4012345.222333444", 7, "402/40123452223334442"),
    ("id:cpi:0614141.11111111111111-A%23%2F.1234", 7,
     "8010/061414111111111111111-A%23%2F/8011/1234"),
    ("idpat:cpi:4012345.AB12.*", 7, "8010/4012345AB12"),
    ("idpat:sgcn:4012345.22222.*", 7, "255/4012345222227"),
]  # fmt: skip


@pytest.mark.parametrize(("urn", "length", "link"), TABLE)
def test_a_urn_and_a_digital_link_are_the_same_thing(urn: str, length: int, link: str) -> None:
    assert canonical(f"urn:epc:{urn}") == f"https://id.gs1.org/{link}"
    assert identifiers.urn(f"https://id.gs1.org/{link}", length) == f"urn:epc:{urn}"


@pytest.mark.parametrize(
    ("link", "same"),
    [
        ("http://id.gs1.org/01/9780345418913", "01/09780345418913"),
        ("https://example.de/some/where/01/09780345418913/21/765tz", "01/09780345418913/21/765tz"),
        ("https://example.org/01/9780345418913/21/765tz?11=221109", "01/09780345418913/21/765tz"),
        ("https://example.org/01/9780345418913/21/765tz#photo", "01/09780345418913/21/765tz"),
        ("https://example.org/01/97803111", "01/00000097803111"),
        ("https://example.org/01/001122334455", "01/00001122334455"),
        ("https://example.org/01/9780345418913/22/344/10/1223/21/7", "01/09780345418913/21/7"),
        ("https://example.org/01/9780345418913/22/344/10/1223", "01/09780345418913/10/1223"),
        ("https://example.org/01/9780345418913/22/344", "01/09780345418913"),
        ("https://example.org/gtin/9780345418913/lot/1223/ser/765tz", "01/09780345418913/21/765tz"),
        ("https://example.co.uk/party/4226350800008", "417/4226350800008"),
        ("https://id.gs1.org/414/4280000000002/254/0", "414/4280000000002"),
        ("https://id.gs1.org/414/4280000000002/", "414/4280000000002"),
        ("https://id.gs1.org/8004/4012345%2fA", "8004/4012345%2FA"),
        ("https://example.org:8443/8004/4012345A+B", "8004/4012345A%2BB"),
    ],
)
def test_a_digital_link_has_one_form_for_comparing(link: str, same: str) -> None:
    assert canonical(link) == f"https://id.gs1.org/{same}"


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.org/123/4012345ABC987/456/4711",
        "http://id.gs1.org/99/9780345418913",
        "http://id.gs1.org/01/9780345418913/99/utfgf",
        "http://example.de/abc/9780345418913",
        "http://example.de/01/97803",
        "https://id.gs1.org/414/4280000000002/254/",
        "https://id.gs1.org/8003/14012345000221",
        "https://id.gs1.org/8004/4012345%E7%94%B5",
        "urn:epc:id:gid:95100000.12345.400",
        "urn:epc:id:sgtin:4012345.11111.1",
        "urn:epc:id:sgtin:4012345.011111",
        "urn:epc:id:sgtin:4012345.011111.",
        "urn:epc:id:sgtin:4012345.011111." + "9" * 21,
        "urn:epc:idpat:sgtin:4012345.*.*",
        "urn:epc:idpat:sgtin:4012345.011111.7",
        "urn:epc:id:sscc:401234567890.",
        "https://id.gs1.org/8004/4012345\u7535",
        "https://id.gs1.org/8010/4012345A/8011/",
        "https://id.gs1.org/8010/4012345A/8011/1A",
        "https://id.gs1.org/253/4602443000331" + "X" * 18,
        "urn:epc:id:pgln:4012345.0000１",
        "urn:custody:battery:gbt34014:04QPB76836300JE560000001",
        "https://id.example.cn/battery/032PB12345678901234567AB",
        "geo:47.506694,11.104301",
        "",
    ],
)
def test_what_is_no_key_of_gs1_is_compared_as_it_stands(uri: str) -> None:
    assert canonical(uri) == uri
    assert identifiers.urn(uri, 7) is None
    assert not identifiers.is_class(uri)


@pytest.mark.parametrize(
    ("uri", "is_class"),
    [
        ("https://id.gs1.org/01/09780345418913", True),
        ("https://id.gs1.org/01/09780345418913/10/1", True),
        ("urn:epc:class:lgtin:4012345.012345.Lot987", True),
        ("urn:epc:idpat:grai:4012345.99999.*", True),
        ("https://id.gs1.org/01/09780345418913/21/1", False),
        ("https://id.gs1.org/414/4280000000002", False),
        ("https://id.gs1.org/8004/4012345A", False),
        ("https://id.gs1.org/00/340123453111111115", False),
    ],
)
def test_a_class_of_things_is_told_from_a_thing(uri: str, is_class: bool) -> None:
    assert identifiers.is_class(uri) is is_class


def test_without_the_right_length_of_the_prefix_there_is_no_urn() -> None:
    link = "https://id.gs1.org/8004/952123EBB1"
    assert identifiers.urn(link, 6) == "urn:epc:id:giai:952123.EBB1"
    assert identifiers.urn(link, 7) is None
    assert identifiers.urn(link, 5) is None
    assert identifiers.urn(link, 13) is None


def test_a_wrong_check_digit_cannot_be_written_as_a_urn_which_has_none() -> None:
    assert identifiers.urn("https://id.gs1.org/414/9521234001010", 7)
    assert identifiers.urn("https://id.gs1.org/414/9521234001011", 7) is None


def texts(characters: frozenset[str], most: int, least: int = 1) -> SearchStrategy[str]:
    return st.text(sorted(characters), min_size=least, max_size=most)


@st.composite
def urns(draw: st.DrawFn) -> tuple[str, int]:
    """An EPC URN of any scheme, with the length of its company prefix."""
    key: Key = draw(st.sampled_from(gs1_keys.KEYS))
    length = draw(st.integers(6, 12 if key.digits else 10))
    prefix = "".join(
        draw(st.lists(st.sampled_from("0123456789"), min_size=length, max_size=length))
    )
    if key.digits:
        rest = key.digits - length
        digits = draw(st.lists(st.sampled_from("0123456789"), min_size=rest, max_size=rest))
        reference = "".join(digits)
    else:
        reference = identifiers._urn_quoted(draw(texts(key.characters, key.free_max - length)))
    parts = [prefix, reference]
    if key.has_serial:
        digits_only = key.scheme == "id:cpi"
        characters = frozenset("0123456789") if digits_only else gs1_keys.CHARACTERS
        parts.append(identifiers._urn_quoted(draw(texts(characters, key.serial_max))))
    return f"urn:epc:{key.scheme}:{'.'.join(parts)}", length


@settings(max_examples=200, deadline=None)
@given(urns())
def test_from_urn_to_digital_link_and_back_nothing_is_lost(one: tuple[str, int]) -> None:
    urn, length = one
    link = canonical(urn)

    assert link.startswith("https://id.gs1.org/")
    assert is_uri(urn)
    assert is_uri(link)
    assert canonical(link) == link
    assert identifiers.urn(link, length) == urn
    assert identifiers.is_class(urn) == urn.startswith("urn:epc:class:")


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60)
    | st.text("/0123456789.:?#%abcABC*", max_size=60).map(lambda text: f"https://a.cn/{text}")
    | st.text("0123456789.:%*ABCabc", max_size=40).map(lambda text: f"urn:epc:id:sgtin:{text}")
    | urns().map(lambda one: one[0] + "?x=1")
)
def test_the_form_for_comparing_is_its_own(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
