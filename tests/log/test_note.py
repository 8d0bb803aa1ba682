from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import keys, note
from custody.log.keys import BadKey, Key
from custody.log.note import BadNote, Ed25519Signer, Ed25519Verifier, Unsigned, Verifier
from tests.log.keys import signer
from tests.log.shared import golden_json

NAMES = st.text(min_size=1, max_size=12).filter(keys.is_name)
TEXTS = st.text(max_size=60).map(lambda text: text + "\n")
ALICE, BOB = signer("example.org/alice"), signer("example.org/bob")
BY_ALICE = Ed25519Verifier(ALICE.key)
BY_BOB = Ed25519Verifier(BOB.key)


def test_published_notes_open_or_do_not() -> None:
    cases = golden_json("note/xmod_note.json")["open"]
    assert len(cases) == 12
    for case in cases:
        content = b64decode(case["note_b64"]) if "note_b64" in case else case["note"].encode()
        verifiers = [Ed25519Verifier.parse(vkey) for vkey in case["vkeys"]]
        if not case["ok"]:
            with pytest.raises(BadNote):
                note.opened(content, verifiers)
            continue
        found = note.opened(content, verifiers)
        assert [verifier.key.name for verifier, _ in found.signatures] == case["verified"]
        assert note.parse(content).content() == content


def test_a_published_key_signs_as_published() -> None:
    golden = golden_json("note/xmod_note.json")
    name, id_hex, _type, seed = keys.parse_private(golden["skey_test_only"])
    by = Ed25519Signer(name, seed)
    assert by.key.id.hex() == id_hex
    assert keys.private(by.key, seed) == golden["skey_test_only"]
    assert note.sign(golden["sign"]["text"], [by]).decode() == golden["sign"]["want"]


def test_published_bad_keys_are_refused() -> None:
    for vkey in golden_json("note/xmod_note.json")["bad_vkeys"]:
        with pytest.raises(BadKey):
            Ed25519Verifier.parse(vkey)
    for vkey in golden_json("note/cosig_v1.json")["vkeys_bad"]:
        with pytest.raises(BadKey):
            Key.parse(vkey)


def test_the_example_of_the_specification_opens() -> None:
    example = golden_json("note/c2sp_examples.json")["signed_note"]
    verifier = Ed25519Verifier.parse(example["vkey"])
    assert note.opened(example["note"].encode(), [verifier]).text == "This is an example message.\n"


@given(NAMES, st.binary(min_size=32, max_size=32))
def test_a_key_reads_back(name: str, seed: bytes) -> None:
    key = Ed25519Signer(name, seed).key
    assert Key.parse(key.vkey()) == key
    assert keys.parse_private(keys.private(key, seed)) == (name, key.id.hex(), 1, seed)


@given(st.text() | st.text("ab+01=/ é\n", max_size=40))
def test_whatever_key_is_read_is_written_the_same(vkey: str) -> None:
    try:
        key = Key.parse(vkey)
    except BadKey:
        return
    assert key.vkey() == vkey


@given(st.text() | st.text("ab+0=/", max_size=40).map(keys.PRIVATE.__add__))
def test_any_text_is_a_private_key_or_refused(text: str) -> None:
    with suppress(BadKey):
        keys.parse_private(text)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u00a0b", "a\u3000b", "a\nb", "a\0", "\ud800"]
)
def test_not_every_name_is_a_name(name: str) -> None:
    assert not keys.is_name(name)
    with pytest.raises(BadKey):
        Key(name, 1, b"\0" * 32)


def test_a_private_key_is_not_repeated_in_a_complaint() -> None:
    with pytest.raises(BadKey) as refused:
        keys.parse_private("PRIVATE+KEY+me+00000000+c2VjcmV0 c2VjcmV0")
    assert "c2VjcmV0" not in str(refused.value)


def test_a_key_with_capitals_in_its_id_is_the_same_key_written_otherwise() -> None:
    name, id_hex, rest = ALICE.key.vkey().split("+", 2)
    assert id_hex != id_hex.upper()
    with pytest.raises(BadKey):
        Key.parse(f"{name}+{id_hex.upper()}+{rest}")


@given(TEXTS.filter(lambda text: not note._CONTROL.search(text)))
def test_what_is_signed_opens(text: str) -> None:
    content = note.sign(text, [ALICE, BOB])
    found = note.opened(content, [BY_BOB])
    assert found.text == text
    assert [verifier for verifier, _ in found.signatures] == [BY_BOB]
    assert note.parse(content).content() == content


@given(TEXTS.filter(note._CONTROL.search))
def test_a_text_with_control_characters_is_not_signed(text: str) -> None:
    with pytest.raises(BadNote):
        note.sign(text, [ALICE])


def test_a_text_without_an_end_is_not_signed() -> None:
    with pytest.raises(BadNote):
        note.sign("text", [ALICE])


@given(st.integers(0), st.integers(0, 7))
def test_no_bit_of_a_note_can_be_turned(at: int, bit: int) -> None:
    content = bytearray(note.sign("log.example/a\n5\n", [ALICE]))
    content[at % len(content)] ^= 1 << bit
    with pytest.raises(BadNote):
        note.opened(bytes(content), [BY_ALICE])


@given(st.binary() | st.text("— a\n+=/AB").map(str.encode))
def test_whatever_note_is_read_is_written_the_same(content: bytes) -> None:
    try:
        found = note.parse(content)
    except BadNote:
        return
    assert found.content() == content


NOTE = note.sign("text\n", [ALICE]).decode()


@pytest.mark.parametrize(
    "content",
    [
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("text", "te\0xt"),
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—\u00a0"),
        NOTE + "\n",
        NOTE.removesuffix("\n") + " \n",
        NOTE.removesuffix("=\n") + "\n",
        "text\n\n— a AAAAAA==\n",
        "text\n\n— a AAAAAAB=\n",
        "text\n\n—  AAAAAAA=\n",
    ],
)
def test_what_is_nearly_a_note_is_none(content: str) -> None:
    with pytest.raises(BadNote):
        note.parse(content.encode())


def test_another_key_of_the_same_name_is_passed_over() -> None:
    namesake = Ed25519Signer(ALICE.key.name, b"\7" * 32)
    content = note.sign("text\n", [namesake, ALICE])
    assert len(note.opened(content, [BY_ALICE]).signatures) == 1
    with pytest.raises(Unsigned):
        note.opened(note.sign("text\n", [namesake]), [BY_ALICE])


def test_a_signature_that_stands_there_twice_is_one() -> None:
    content = note.sign("text\n", [ALICE, ALICE, BOB])
    found = note.opened(content, [BY_ALICE, BY_BOB])
    assert [verifier for verifier, _ in found.signatures] == [BY_ALICE, BY_BOB]


def test_a_second_signature_that_does_not_hold_spoils_the_note() -> None:
    whole = note.parse(note.sign("text\n", [ALICE]))
    false = note.Signature(ALICE.key.name, ALICE.key.id, bytes(64))
    spoilt = note.Note(whole.text, (*whole.signatures, false))
    with pytest.raises(BadNote, match="does not hold"):
        note.verified(spoilt, [BY_ALICE])


def test_as_many_signatures_as_the_limit_are_read_and_no_more() -> None:
    assert len(note.parse(note.sign("t\n", [ALICE] * note.SIGNATURES_MAX)).signatures) == 100
    with pytest.raises(BadNote, match="at most 100"):
        note.parse(note.sign("t\n", [ALICE] * (note.SIGNATURES_MAX + 1)))


def test_a_note_as_large_as_the_limit_is_read_and_no_larger() -> None:
    line = note.sign("\n", [ALICE])
    room = note.NOTE_BYTES_MAX - len(line)
    assert len(note.parse(b"a" * room + line).text) == room + 1
    with pytest.raises(BadNote, match="at most 1000000"):
        note.parse(b"a" * (room + 1) + line)


def test_a_key_that_is_known_twice_is_known() -> None:
    opened = note.opened(note.sign("t\n", [ALICE]), [BY_ALICE, BY_ALICE])
    assert len(opened.signatures) == 1


def test_two_known_keys_that_are_called_the_same_are_one_too_many() -> None:
    @dataclass(frozen=True)
    class Namesake:  # as found by whoever tries 2**32 keys
        name = ALICE.key.name
        id = ALICE.key.id

    impostor = SimpleNamespace(key=Namesake(), verifies=lambda *_: True)
    with pytest.raises(BadNote, match="two known keys"):
        note.opened(note.sign("t\n", [ALICE]), [BY_ALICE, cast("Verifier", impostor)])


@pytest.mark.parametrize("size", [0, 31, 33])
def test_an_ed25519_key_has_32_bytes(size: int) -> None:
    with pytest.raises(BadKey, match="no Ed25519 key"):
        Ed25519Verifier.parse(Key("a", keys.ED25519, bytes(size)).vkey())
