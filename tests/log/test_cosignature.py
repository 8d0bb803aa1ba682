from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import cosignature, keys, note
from custody.log.cosignature import BadCosignature, CosignatureVerifier
from custody.log.keys import BadKey, Key
from custody.log.note import Ed25519Verifier, Note, Signature
from tests.log.keys import cosigner, signer
from tests.log.shared import golden_json

TEXT = "log.example/a\n5\n41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE=\n"
WITNESS = cosigner("witness.example")
BY_WITNESS = CosignatureVerifier(WITNESS.key)


def test_published_times_are_read() -> None:
    for case in golden_json("note/cosig_v1.json")["timestamp"]:
        if "time" in case:
            content = b64decode(case["sig"])[keys.ID_BYTES :]
            assert cosignature.parse(content)[0] == case["time"]
        elif "68 bytes" in case["error"]:
            with pytest.raises(BadCosignature):
                cosignature.parse(b64decode(case["sig"])[keys.ID_BYTES :])


def test_published_keys_are_of_the_type_they_name() -> None:
    log, witness = golden_json("note/cosig_v1.json")["vkeys_ok"]
    assert Ed25519Verifier.parse(log).key.vkey() == log
    assert CosignatureVerifier.parse(witness).key.vkey() == witness
    with pytest.raises(BadKey):
        Ed25519Verifier.parse(witness)
    with pytest.raises(BadKey):
        CosignatureVerifier.parse(log)


def test_the_example_of_the_specification_signs_this_message() -> None:
    example = golden_json("note/c2sp_examples.json")["cosignature"]
    (line,) = note.read_signatures(example["witness_line"])
    time, _ = cosignature.parse(line.content)
    assert time == example["witness_timestamp"]
    message = cosignature.message(example["checkpoint_text"], time)
    assert message.decode() == example["signed_message"]


@given(st.integers(0, 2**63 - 1))
def test_a_cosignature_holds_and_tells_its_time(time: int) -> None:
    line = WITNESS.cosign(TEXT, time)
    assert cosignature.parse(line.content)[0] == time
    assert note.verified(Note(TEXT, (line,)), [BY_WITNESS]).text == TEXT


@given(st.integers(0, 72 * 8 - 1))
def test_no_bit_of_a_cosignature_can_be_turned(bit: int) -> None:
    line = WITNESS.cosign(TEXT, 1_800_000_000)
    turned = int.from_bytes(line.content) ^ 1 << bit
    assert not BY_WITNESS.verifies(TEXT, turned.to_bytes(72))


@given(st.binary(max_size=80))
def test_other_bytes_are_no_cosignature(content: bytes) -> None:
    assert not BY_WITNESS.verifies(TEXT, content)


def test_a_log_s_signature_is_no_cosignature_of_the_same_key() -> None:
    log = signer("witness.example")
    namesake = CosignatureVerifier(Key(log.key.name, keys.COSIGNATURE, log.key.material))
    assert not namesake.verifies(TEXT, log.sign(TEXT))
    assert log.key.id != namesake.key.id
    line = Signature(log.key.name, log.key.id, log.sign(TEXT))
    with pytest.raises(note.Unsigned):
        note.verified(Note(TEXT, (line,)), [namesake])
