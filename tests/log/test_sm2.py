"""Do SM2 signatures hold beside others, and are they those of the standard?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import keys, note
from custody.log.keys import BadKey, Key
from custody.log.note import Ed25519Verifier
from tests.log.keys import signer
from tests.log.shared import golden_json

gmssl_pyx = pytest.importorskip("gmssl_pyx", reason="the extra `sm` is not installed")
sm2 = pytest.importorskip("custody.log.sm2")

TEXT = "log.example/a\n5\n41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE=\n"
LOG = signer("log.example/a")


def test_the_digest_is_sm3() -> None:
    for case in golden_json("crypto/sm3_sm2.json")["sm3"]:
        assert gmssl_pyx.sm3_hash(case["msg"].encode()).hex() == case["hex"]


def test_the_example_of_the_standard_holds() -> None:
    example = golden_json("crypto/sm3_sm2.json")["sm2_sign"]
    point = bytes.fromhex(example["px"] + example["py"])
    by = sm2.Sm2Signer("example", bytes.fromhex(example["d"]), point)
    verifier = sm2.Sm2Verifier.parse(by.key.vkey())
    published = bytes.fromhex(example["r"] + example["s"])
    assert verifier.verifies(example["msg"], published)
    assert verifier.verifies(example["msg"], by.sign(example["msg"]))
    assert not verifier.verifies(example["msg"] + ".", published)


def test_a_note_with_both_signatures_opens_with_either_key() -> None:
    by = sm2.Sm2Signer.make("log.example/a")
    content = note.sign(TEXT, [LOG, by])
    for verifier in (Ed25519Verifier(LOG.key), sm2.Sm2Verifier.parse(by.key.vkey())):
        assert [it for it, _ in note.opened(content, [verifier]).signatures] == [verifier]


@given(st.binary(max_size=70) | st.binary(min_size=64, max_size=64))
def test_other_bytes_are_no_signature(content: bytes) -> None:
    by = sm2.Sm2Signer("a", b"\1" * 32, POINT)
    assert not sm2.Sm2Verifier(by.key).verifies(TEXT, content)


POINT = bytes.fromhex(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)


@pytest.mark.parametrize(
    "material",
    [b"", b"other", b"custody/sm2-with-sm3/v1\n", b"custody/sm2-with-sm3/v1\n" + POINT[1:]],
)
def test_a_key_that_is_no_sm2_key_is_refused(material: bytes) -> None:
    with pytest.raises(BadKey):
        sm2.Sm2Verifier.parse(Key("a", keys.UNASSIGNED, material).vkey())
    with pytest.raises(BadKey):
        sm2.Sm2Verifier.parse(LOG.key.vkey())


def test_a_point_off_the_curve_is_no_key() -> None:
    off = sm2.IDENTIFIER + POINT[:-1] + b"\0"
    with pytest.raises(BadKey):
        sm2.Sm2Verifier.parse(Key("a", keys.UNASSIGNED, off).vkey())
