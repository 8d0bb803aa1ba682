"""What is remarked on the signature of a movement, as the registry stands when it is recorded?"""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody import signing
from custody.codes import base64url
from custody.custodian import Posted
from custody.decisions import Arrival, Poster, Remark, signature
from custody.events import Movement, Registration, read_movement
from custody.terms import Millis
from tests.given import (
    CENTRE,
    POINT,
    correct,
    data,
    drop_off,
    friday,
    monday,
    network,
    next_monday,
    terminal,
    tuesday,
    wednesday,
)
from tests.known import registry_of

T1, T2 = f"{POINT}-T1", f"{POINT}-T2"
POSTER = Poster("key", POINT, T1)
NOBODY = Poster("key", POINT)

own, another = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))
ANYBODY = base64url.encode(bytes.fromhex("01" + "00" * 31))
"""A point of low order, which only a registration from before they were refused can bear."""


class Known:
    """How the terminals are registered, in the order of the ledger, before a movement comes."""

    def __init__(self, *registrations: Registration) -> None:
        self._registry = registry_of(*network, *registrations)

    def when(self, bytes_: bytes, by: Poster = POSTER, now: Millis = next_monday) -> "Known":
        self._fact, self._arrival, self._now = read_movement(bytes_), Arrival(by, bytes_), now
        return self

    def then(self, *codes: str) -> list[Remark]:
        judged = signature.decide(self._fact, self._arrival, self._registry, self._now)
        remarks = [*judged]
        assert [remark.code for remark in remarks] == [*codes]
        return remarks


def registered(key: Ed25519PrivateKey | None, name: str = T1, **said: Any) -> Registration:
    keyed = {} if key is None else {"public_key": signing.public_key(key)}
    return terminal(name, **keyed, **said)


def signed(fact: Movement | None = None, key: Ed25519PrivateKey = own, **instead: Any) -> bytes:
    """Return the bytes of a movement as signed, and then altered."""
    said = json.loads(data(fact or drop_off()))
    return json.dumps(
        {**said, "signature": signing.sign(said, key), **instead}, ensure_ascii=False
    ).encode()


unsigned = data(drop_off())


def test_a_movement_that_its_terminal_signed_is_not_remarked() -> None:
    Known(registered(own)).when(signed()).then()


def test_neither_is_one_without_signature_of_a_terminal_without_key() -> None:
    Known(registered(None)).when(unsigned).then()
    Known().when(unsigned).then()
    Known().when(unsigned, NOBODY).then()


def test_one_without_signature_of_a_terminal_with_a_key_lacks_it() -> None:
    (remark,) = Known(registered(own)).when(unsigned).then("signature_missing")
    assert (remark.severity, remark.subjects) == ("high", (f"terminal:{T1}",))


def test_a_signature_of_another_key_does_not_hold() -> None:
    (remark,) = Known(registered(own)).when(signed(key=another)).then("signature_invalid")
    assert (remark.severity, remark.subjects) == ("critical", (f"terminal:{T1}",))


@pytest.mark.parametrize(
    "instead",
    [
        {"channel": "fleet"},
        {"note": "后补"},
        {"terminal_sequence": 1},
        {"occurred_at": "2026-03-02T09:00:00+08:00"},  # the same instant, said otherwise
        {"signature": "c2lnbmVk"},
        {"signature": "A" * 86},
        {"signature": "见纸质单据"},
    ],
    ids=str,
)
def test_what_was_altered_does_not_hold(instead: dict[str, Any]) -> None:
    Known(registered(own)).when(signed(**instead)).then("signature_invalid")


def test_spaces_and_order_are_not_what_was_signed() -> None:
    otherwise = json.dumps(dict(reversed(json.loads(signed()).items())), indent=2).encode()
    Known(registered(own)).when(otherwise).then()


def test_what_canonical_json_cannot_say_does_not_hold() -> None:
    known = Known(registered(own))
    known.when(signed(correct(drop_off(), {"battery": 2**53 - 1}))).then()
    beyond = signed(correct(drop_off(), {"battery": 7})).replace(b"7}", b"%d}" % 2**53)
    known.when(beyond).then("signature_invalid")


def test_nobody_can_check_the_signature_of_a_terminal_without_key() -> None:
    (remark,) = Known(registered(None)).when(signed()).then("signature_unknown_key")
    assert (remark.severity, remark.subjects) == ("medium", (f"terminal:{T1}",))
    Known().when(signed()).then("signature_unknown_key")


def test_nor_that_of_a_poster_without_terminal() -> None:
    known = Known(registered(own)).when(signed(), NOBODY)
    (remark,) = known.then("signature_unknown_key")
    assert remark.subjects == (f"site:{POINT}",)


def test_a_key_vouches_for_its_own_terminal_alone() -> None:
    known = Known(registered(own), registered(another, T2))
    known.when(signed(), Poster("key", POINT, T2)).then("signature_invalid")


def test_a_new_key_counts_at_once_and_the_old_one_no_more() -> None:
    rotated = Known(registered(own), registered(another))
    rotated.when(signed(key=another)).then()
    rotated.when(signed()).then("signature_invalid")


def test_what_happened_before_the_new_key_is_judged_by_it_too() -> None:
    rotated = Known(registered(own), registered(another, active_from=wednesday))
    rotated.when(signed(drop_off(at=monday))).then("signature_invalid")
    rotated.when(signed(drop_off(at=monday), another)).then()


def test_a_key_that_is_registered_no_more_vouches_for_nothing() -> None:
    revoked = Known(registered(own), registered(None))
    revoked.when(signed(drop_off(at=monday))).then("signature_unknown_key")
    revoked.when(unsigned).then()


def test_a_key_vouches_for_nothing_from_the_end_of_its_terminal_on() -> None:
    known = Known(registered(own, active_to=friday))
    known.when(signed(), now=friday - 1).then()
    known.when(signed(), now=friday).then("signature_unknown_key")


def test_a_terminal_keeps_its_key_when_it_is_moved() -> None:
    Known(registered(own), registered(own, site=CENTRE, active_from=tuesday)).when(signed()).then()


def test_a_weak_key_from_before_they_were_refused_counts_as_none() -> None:
    weak = Known(terminal(T1, public_key=ANYBODY))
    forged = base64url.encode(bytes.fromhex("01" + "00" * 63))  # holds for every message
    weak.when(signed(signature=forged)).then("signature_unknown_key")
    weak.when(unsigned).then()


def test_an_unsigned_movement_of_a_terminal_without_key_is_not_read_again() -> None:
    fact = drop_off()
    for by in (POSTER, NOBODY):
        arrival = Posted(fact, b"no JSON at all", by, next_monday).arrival
        assert not [*signature.decide(fact, arrival, registry_of(*network), next_monday)]


keys = st.sampled_from([None, own, another])


@given(st.lists(keys, max_size=4), keys)
def test_the_last_key_before_a_movement_is_all_that_counts(
    history: list[Ed25519PrivateKey | None], by: Ed25519PrivateKey | None
) -> None:
    last = history[-1] if history else None
    known = Known(*map(registered, history)).when(unsigned if by is None else signed(key=by))
    if last is by:
        known.then()
    elif last is None:
        known.then("signature_unknown_key")
    elif by is None:
        known.then("signature_missing")
    else:
        known.then("signature_invalid")


@given(st.data())
def test_nothing_can_be_added_to_what_was_signed(drawn: st.DataObject) -> None:
    said = json.loads(signed())
    name = drawn.draw(st.sampled_from(["operator", "note", "capture"]))
    value = drawn.draw(st.sampled_from(["scanned", "typed", "photo"]))
    Known(registered(own)).when(json.dumps({**said, name: value}).encode()).then(
        "signature_invalid"
    )
