"""What are JSON, base64, trees, keys and notes to the verifier, beside what others published?"""

import json
import struct
from base64 import b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody import codes
from custody.auditing.custody_verify import (
    Malformed,
    base64url,
    canonical,
    ecmascript,
    is_consistent,
    is_weak,
    millis,
    normal,
    read_json,
    read_note,
    read_vkey,
    unbase64,
    verifies,
)
from tests.log.shared import golden


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values"])
def test_canonical_json_is_as_its_authors_write_it(name: str) -> None:
    value = read_json(golden(f"jcs/input/{name}.json").read_bytes(), fractions=True)
    wanted = bytes.fromhex(golden(f"jcs/outhex/{name}.txt").read_text())
    assert canonical(value).encode() == wanted


@pytest.mark.parametrize(
    ("bits", "text"),
    [  # RFC 8785, appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(bits: str, text: str) -> None:
    assert ecmascript(struct.unpack(">d", bytes.fromhex(bits))[0]) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_it_was(number: float) -> None:
    assert float(ecmascript(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"a":1,"\\u0061":2}',
        "NaN",
        "[Infinity]",
        "-Infinity",
        '"\\ud800"',
        '{"\\udc00":1}',
        "1.5",
        "1e2",
        "[1,]",
        "01",
        "",
        "nul",
        '"a\nb"',
        "[" * 100_000,
        "[" * 66 + "]" * 66,
        "1" * 21,
        "﻿{}",
    ],
)
def test_json_of_more_than_one_meaning_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_json(text.encode())


@pytest.mark.parametrize(
    "text", ["=", "A", "AB", "AA=", "A A", "AA\n", "AA==", "A+__", "é", 7, None]
)
def test_base64url_has_one_spelling(text: object) -> None:
    with pytest.raises(Malformed):
        unbase64(text)


@given(st.binary())
def test_base64_reads_back_as_it_was(data: bytes) -> None:
    assert unbase64(base64url(data)) == data
    assert unbase64(b64encode(data).decode(), url=False) == data


@given(st.text(alphabet="AB-_=+/ \n", max_size=9))
def test_what_is_taken_for_base64url_is_written_again_the_same(text: str) -> None:
    with suppress(Malformed):
        assert base64url(unbase64(text)) == text


def test_published_consistency_is_judged_as_published() -> None:
    known = json.loads(golden("witness/transparency_dev.json").read_text())
    old, new = (read_note(known[name], "") for name in ("init", "next"))
    proof = [bytes.fromhex(one) for one in known["consistency_5_8"]]
    assert is_consistent(old.size, old.root, new.size, new.root, proof)
    assert not is_consistent(old.size, old.root, new.size, new.root, proof[::-1])
    key = read_vkey(known["logs"]["monkeys"]["vkey"], 1)
    for note in (old, new):
        [(name, blob)] = note.lines
        assert (name, blob[:4]) == (key.name, key.id)
        assert verifies(key.public, blob[4:], note.text)


def test_checkpoints_of_another_log_are_read() -> None:
    folder = golden("tiles/tessera_log15/checkpoint").parent
    key = read_vkey(json.loads((folder / "_META.json").read_text())["vkey"], 1)
    for size in range(16):
        note = read_note((folder / f"checkpoint.{size}").read_text(), "")
        assert note.size == size
        assert verifies(key.public, note.lines[0][1][4:], note.text)


def test_a_published_cosignature_is_taken_apart() -> None:
    known = json.loads(golden("note/c2sp_examples.json").read_text())["cosignature"]
    lines = known["log_line"] + known["witness_line"]
    note = read_note(f"{known['checkpoint_text']}\n{lines}", "")
    assert note.text.decode() == known["checkpoint_text"]
    assert int.from_bytes(note.lines[1][1][4:12], "big") == known["witness_timestamp"]


SOUND = (
    "log.example/a\n7\nIrSXADBqJ7EQoUODSDKROySgNveeL6CFhik2w/+fS7U=\n\n— log.example/a AAAAAAA=\n"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n+7\n"),
        ("\n7\n", "\n-7\n"),
        ("\n7\n", "\n７\n"),
        ("\n7\n", "\n7 \n"),
        ("\n7\n", "\n" + "9" * 19 + "\n"),
        ("\n7\n", "\n7\n\n"),
        ("log.example/a\n7", "\n7"),
        ("S7U=\n\n", "S7U=\nmore\n\n"),
        ("S7U=", "S7V="),
        ("S7U=", "S7U"),
        ("S7U=\n\n", "S7U=\n"),
        ("— ", "- "),
        ("— log.example/a ", "— log.example/a  "),
        ("— log.example/a ", "— log+example/a "),
        ("— log.example/a ", "— log\u00a0example/a "),
        ("— log.example/a ", "— "),
        ("AAAAAAA=\n", "AAAAAAA="),
        ("AAAAAAA=\n", "AAAAAAA=\n\n"),
        ("AAAAAAA=\n", "AAAAAA==\n"),
        ("AAAAAAA=\n", "AAAAAAA=\t\n"),
        ("— log.example/a AAAAAAA=\n", ""),
        ("— log.example/a AAAAAAA=\n", "— log.example/a AAAAAAA=\n" * 101),
    ],
)
def test_a_note_has_one_form(old: str, new: str) -> None:
    assert read_note(SOUND, "").size == 7
    with pytest.raises(Malformed):
        read_note(SOUND.replace(old, new), "")


def _multiplied(y: int, times: int) -> tuple[int, int] | None:
    """A point of the curve with this y, added to itself; None if there is no such point."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    x = x if x * x % p == square else x * pow(2, (p - 1) // 4, p) % p
    if x * x % p != square:
        return None
    found = (0, 1)
    for _ in range(times):
        (a, b), t = found, d * found[0] * x * found[1] * y
        found = (
            (a * y + b * x) * pow(1 + t, -1, p) % p,
            (b * y + a * x) * pow(1 - t, -1, p) % p,
        )
    return found


def test_keys_of_low_order_are_weak_and_ordinary_ones_are_not() -> None:
    p = 2**255 - 19
    eighth = int("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", 16)
    eighth = int.from_bytes(eighth.to_bytes(32, "big"), "little")
    for y in (0, 1, p - 1, eighth, p - eighth):
        assert _multiplied(y, 8) == (0, 1)
        for sign in (0, 1 << 255):
            assert is_weak((y | sign).to_bytes(32, "little"))
    for y in range(p, 2**255):  # no other spelling of a y is canonical
        assert is_weak(y.to_bytes(32, "little"))
    base = 4 * pow(5, -1, p) % p
    assert _multiplied(base, 8) != (0, 1)
    assert not is_weak(base.to_bytes(32, "little"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2025-03-03T08:00:00.123+08:00", 1740960000123),
        ("2025-03-03t00:00:00.1239z", 1740960000123),
        ("2025-03-02T18:30:00-05:30", 1740960000000),
        ("2025-02-29T00:00:00Z", None),
        ("2025-03-03T24:00:00Z", None),
        ("2025-03-03T00:00:00", None),
        ("2025-03-03 00:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        (17, None),
    ],
)
def test_instants_are_read_to_the_millisecond(text: object, wanted: int | None) -> None:
    assert millis(text) == wanted


@given(st.sampled_from(["maker", "giai", "sgtin"]), st.text(max_size=12))
def test_any_code_is_normalised_as_the_service_normalises_it(scheme: str, code: str) -> None:
    with suppress(codes.CodeError):
        assert normal(f"{scheme}:{code}") == codes.battery_ref(f"{scheme}:{code}")


def test_codes_are_normalised_as_the_service_normalises_them() -> None:
    for ref in (
        "gbt34014:04qpb76-836300j-e56-0000001",
        "tag:eb 26330106 000017 t",
        "maker:天能 ２０２４—0506",
        "maker:ß-straße",
        "giai:ab­12",
    ):
        assert normal(ref) == codes.battery_ref(ref)
