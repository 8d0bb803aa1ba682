"""Does a signature hold for what was said, and for nothing else?"""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import base64url
from custody.signing import PURPOSE, message, public_key, sign, sound_key, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
movements = st.dictionaries(texts, values, max_size=5)


def holds(movement: dict[str, Any], by: Ed25519PrivateKey = KEY) -> bool:
    return verify(movement, by.public_key())


@given(movements)
def test_what_was_signed_holds_under_its_own_key_alone(movement: dict[str, Any]) -> None:
    signed = {**movement, "signature": sign(movement, KEY)}
    assert holds(signed)
    assert not holds(signed, OTHER)
    assert not holds({**signed, "note": [signed]})


@given(movements)
def test_spaces_order_and_escapes_do_not_matter(movement: dict[str, Any]) -> None:
    signed = {**movement, "signature": sign(movement, KEY)}
    otherwise = json.dumps(dict(reversed(signed.items())), indent=3, ensure_ascii=True)
    assert holds(json.loads(otherwise))


@given(movements, texts)
def test_an_older_signature_is_not_part_of_what_is_signed(
    movement: dict[str, Any], older: str
) -> None:
    movement.pop("signature", None)
    assert message({**movement, "signature": older}) == message(movement)
    assert message(movement).startswith(PURPOSE)


@pytest.mark.parametrize(
    "signature", [None, 7, "", "c2lnbmVk", "A" * 86, "é" * 86, sign({"a": 1}, KEY) + "=="]
)
def test_what_is_no_signature_of_it_does_not_hold(signature: Any) -> None:
    assert not holds({"a": 1, "signature": signature})
    assert not holds({"a": 1})


def test_a_signature_has_one_spelling() -> None:
    movement = {"a": 1}
    signature = sign(movement, KEY)
    assert len(signature) == 86
    # Four bits of the last character say nothing.
    other = {"A": "B", "Q": "R", "g": "h", "w": "x"}[signature[-1]]
    assert not holds({**movement, "signature": signature[:-1] + other})


def test_a_signature_cannot_be_stretched_into_another() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    data = base64url.decode(sign({"a": 1}, KEY))
    stretched = data[:32] + (int.from_bytes(data[32:], "little") + order).to_bytes(32, "little")
    assert not holds({"a": 1, "signature": base64url.encode(stretched)})


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800"])
def test_what_canonical_json_cannot_say_is_not_signed_and_does_not_hold(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each in words of its own
        sign({"a": value}, KEY)
    assert not holds({"a": value, "signature": "A" * 86})


def test_a_registered_key_is_the_one_that_signs() -> None:
    sound = sound_key(public_key(KEY))
    assert sound is not None
    assert verify({"signature": sign({}, KEY)}, sound)


def test_a_key_under_which_anybody_could_sign_vouches_for_nothing() -> None:
    neutral = bytes.fromhex("01" + "00" * 31)
    forged = {"a": 1, "signature": base64url.encode(neutral + bytes(32))}
    assert verify(forged, Ed25519PublicKey.from_public_bytes(neutral))
    assert sound_key(base64url.encode(neutral)) is None
