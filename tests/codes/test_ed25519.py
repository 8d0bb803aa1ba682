import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import CodeError, base64url, ed25519, public_key

PUBLISHED = [  # RFC 8032, section 7.1
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
]
LOW_ORDER = {  # all eight points of the torsion group, by their order
    "01" + "00" * 31: 1,
    "ec" + "ff" * 30 + "7f": 2,
    "00" * 32: 4,
    "00" * 31 + "80": 4,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05": 8,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85": 8,
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": 8,
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa": 8,
}
SPELT_OTHERWISE = [  # the same points: y not below the prime, or the sign of an x that is 0
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 31,
    "ed" + "ff" * 30 + "7f",
    "ed" + "ff" * 31,
    "ee" + "ff" * 30 + "7f",
    "ee" + "ff" * 31,
]

scalars = st.integers(1, ed25519.ORDER - 1)
low_order = st.sampled_from(list(LOW_ORDER))


def rule_broken(data: bytes) -> str | None:
    try:
        assert public_key(base64url.encode(data)) == data
    except CodeError as error:
        return error.code
    return None


def spelt(point: ed25519.Point) -> bytes:
    """Write a point as RFC 8032 does."""
    x, y, z, _ = point
    inverse = pow(z, -1, ed25519.PRIME)
    x, y = x * inverse % ed25519.PRIME, y * inverse % ed25519.PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def point(text: str) -> ed25519.Point:
    return ed25519._decoded(bytes.fromhex(text))


BASE = point("58" + "66" * 31)
"""RFC 8032, section 5.1: y is 4/5, and x is even."""


@pytest.mark.parametrize("text", PUBLISHED)
def test_a_key_that_was_made_by_the_rules_is_taken(text: str) -> None:
    assert rule_broken(bytes.fromhex(text)) is None


@given(st.binary(min_size=32, max_size=32))
def test_so_is_every_key_that_the_library_makes(secret: bytes) -> None:
    made = Ed25519PrivateKey.from_private_bytes(secret).public_key()
    assert rule_broken(made.public_bytes_raw()) is None


@pytest.mark.parametrize(("text", "order"), LOW_ORDER.items())
def test_a_point_of_low_order_is_refused(text: str, order: int) -> None:
    assert rule_broken(bytes.fromhex(text)) == "public_key_weak"
    multiples = {spelt(ed25519._times(n, point(text))).hex() for n in range(8)}
    assert len(multiples) == order
    assert multiples <= LOW_ORDER.keys()


@pytest.mark.parametrize("text", SPELT_OTHERWISE)
def test_a_point_of_low_order_is_refused_however_it_is_spelt(text: str) -> None:
    assert rule_broken(bytes.fromhex(text)) == "public_key_not_canonical"


@pytest.mark.parametrize("more", range(19))
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_no_y_is_beyond_the_prime(more: int, sign: int) -> None:
    data = (ed25519.PRIME + more | sign).to_bytes(32, "little")
    assert rule_broken(data) == "public_key_not_canonical"


@given(scalars, low_order)
def test_a_key_with_a_part_of_low_order_is_refused(scalar: int, torsion: str) -> None:
    own = ed25519._times(scalar, BASE)
    mixed = ed25519._plus(own, point(torsion))
    expected = None if LOW_ORDER[torsion] == 1 else "public_key_mixed"
    assert rule_broken(spelt(mixed)) == expected


@given(st.binary(min_size=32, max_size=32))
def test_about_half_of_all_bytes_are_no_point_and_none_passes_unless_it_is_one(data: bytes) -> None:
    broken = rule_broken(data)
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(y * y * ed25519._D + 1, -1, ed25519.PRIME) % ed25519.PRIME
    residue = pow(square, (ed25519.PRIME - 1) // 2, ed25519.PRIME)
    if y < ed25519.PRIME:
        assert (broken == "public_key_not_on_curve") == (residue not in {0, 1})


@pytest.mark.parametrize("text", [*LOW_ORDER, *SPELT_OTHERWISE, "02" + "00" * 31])
def test_why_a_key_is_refused_is_told_in_both_languages(text: str) -> None:
    with pytest.raises(CodeError) as refused:
        public_key(base64url.encode(bytes.fromhex(text)))
    assert refused.value.detail.isascii()
    assert not refused.value.detail_zh.isascii()


def test_what_is_off_the_curve_is_refused() -> None:
    assert rule_broken((2).to_bytes(32, "little")) == "public_key_not_on_curve"


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "A" * 42 + "B", "A" * 42 + "+"])
def test_what_is_not_32_bytes_in_base64url_is_refused(text: str) -> None:
    with pytest.raises(CodeError) as refused:
        public_key(text)
    assert refused.value.code == "public_key_not_canonical"
