"""The list of what must fail, line by line: each with exit code 1 and the code that names it."""

import base64
import json
from collections.abc import Callable

import pytest

from tests.auditing.making import (
    JSON,
    LOG,
    ORIGIN,
    WITNESSES,
    Signer,
    b64,
    policy,
)
from tests.auditing.story import OTHERS, PACK, evidence, told
from tests.auditing.verifying import Auditor

network, at = told()
size, when = network.checkpoints[-1]
NOW_AND_A_CENTURY = 4_900_000_000


def flipped(text: str, bit: int = 0, url: bool = True) -> str:
    """Flip one bit of what a text in base64 says."""
    padded = text + "=" * (-len(text) % 4)
    data = bytearray(base64.b64decode(padded, b"-_" if url else None))
    data[bit // 8] ^= 1 << bit % 8
    return b64(bytes(data)) if url else base64.b64encode(data).decode()


def note_with(old: str, new: str) -> Callable[[JSON], None]:
    def change(bundle: JSON) -> None:
        assert old in bundle["checkpoint"]
        bundle["checkpoint"] = bundle["checkpoint"].replace(old, new, 1)

    return change


def signed_again(**options: object) -> Callable[[JSON], None]:
    def change(bundle: JSON) -> None:
        bundle["checkpoint"] = network.log.note(size, when, **options)  # type: ignore[arg-type]

    return change


def bit_of_an_entry(bundle: JSON) -> None:
    fact = bundle["facts"][3]
    fact["entry"] = fact["entry"].replace('"t":"dispatch"', '"t":"dispatci"')


def bit_of_a_proof(bundle: JSON) -> None:
    bundle["facts"][3]["proof"][1] = flipped(bundle["facts"][3]["proof"][1], 77)


def bit_of_the_root(bundle: JSON) -> None:
    root = bundle["checkpoint"].split("\n")[2]
    note_with(root, flipped(root, 100, url=False))(bundle)


def bit_of_a_signature(line: int) -> Callable[[JSON], None]:
    def change(bundle: JSON) -> None:
        blob = bundle["checkpoint"].split("\n")[4 + line].split(" ")[2]
        note_with(blob, flipped(blob, 300, url=False))(bundle)

    return change


def proof_of_another_index(bundle: JSON) -> None:
    bundle["facts"][3]["index"] += 1


def other_size(bundle: JSON) -> None:
    note_with(f"\n{size}\n", f"\n{size + 1}\n")(bundle)


def extra_hash(bundle: JSON) -> None:
    bundle["facts"][3]["proof"].append(b64(bytes(32)))


def missing_hash(bundle: JSON) -> None:
    bundle["facts"][3]["proof"].pop()


def two_facts_swapped(bundle: JSON) -> None:
    facts = bundle["facts"]
    facts[2], facts[3] = facts[3], facts[2]


def two_entries_swapped(bundle: JSON) -> None:
    one, two = bundle["facts"][2:4]
    one["index"], two["index"] = two["index"], one["index"]
    one["proof"], two["proof"] = two["proof"], one["proof"]


def last_fact_cut(bundle: JSON) -> None:
    bundle["facts"] = bundle["facts"][:-2]


def middle_fact_cut(bundle: JSON) -> None:
    del bundle["facts"][3]


def fact_of_another_battery(bundle: JSON) -> None:
    foreign = network.log.evidence(OTHERS[0], checkpoints=network.checkpoints)
    bundle["facts"].insert(1, foreign["facts"][0])


def heads_beyond(bundle: JSON) -> None:
    size = at["heads"] - 1
    note = network.log.note(size, when)
    shorter = network.log.evidence(*PACK, checkpoints=[*network.checkpoints[:2], (size, when)])
    bundle |= {**shorter, "heads": bundle["heads"], "checkpoint": note}


def padded_base64(bundle: JSON) -> None:
    bundle["facts"][3]["proof"][0] += "="


def another_spelling_of_base64(bundle: JSON) -> None:
    """The last character of 32 bytes carries two bits that say nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    salt = bundle["facts"][3]["items"][0]["salt"]
    bundle["facts"][3]["items"][0]["salt"] = salt[:-1] + alphabet[alphabet.index(salt[-1]) + 1]


def another_spelling_in_the_note(bundle: JSON) -> None:
    blob = bundle["checkpoint"].split("\n")[4].split(" ")[2]
    assert blob.endswith("=")
    bundle["checkpoint"] = bundle["checkpoint"].replace(blob, blob.rstrip("="))


def carriage_returns(bundle: JSON) -> None:
    bundle["checkpoint"] = bundle["checkpoint"].replace("\n", "\r\n")


def another_origin_by_the_right_key(bundle: JSON) -> None:
    """A log signs for itself alone, even where everything else agrees on the other name."""
    _, *rest = bundle["checkpoint"].partition("\n\n")[0].split("\n")
    other = "log.example.cn/other"
    text = "\n".join([other, *rest, ""])
    cosigned = "".join(one.line(text, when) for one in WITNESSES)
    bundle["checkpoint"] = f"{text}\n{LOG.line(text)}{cosigned}"
    bundle["checkpoints"] = []
    bundle["manifest"]["origin"] = other


def ahead(bundle: JSON) -> None:
    bundle["checkpoint"] = network.log.note(size, NOW_AND_A_CENTURY)


def ahead_of_its_making(bundle: JSON) -> None:
    bundle["manifest"]["made_at"] = "2125-01-01T00:00:00Z"


MUST_FAIL: dict[str, tuple[Callable[[JSON], None], str]] = {
    "one bit of an entry": (bit_of_an_entry, "inclusion"),
    "one bit of a proof": (bit_of_a_proof, "inclusion"),
    "one bit of the root": (bit_of_the_root, "log_signature"),
    "one bit of the log's signature": (bit_of_a_signature(0), "log_signature"),
    "one bit of a cosignature": (bit_of_a_signature(1), "cosignature"),
    "a proof for index i used with j": (proof_of_another_index, "inclusion"),
    "size changed": (other_size, "log_signature"),
    "an extra hash in a proof": (extra_hash, "inclusion"),
    "a hash missing from a proof": (missing_hash, "inclusion"),
    "two events swapped": (two_facts_swapped, "facts_out_of_order"),
    "two events in one another's places": (two_entries_swapped, "inclusion"),
    "the last event cut": (last_fact_cut, "tail_missing"),
    "a middle event cut": (middle_fact_cut, "versions_gap"),
    "another battery's event added": (fact_of_another_battery, "foreign_subject"),
    "another origin's checkpoint": (
        signed_again(log=Signer("other", "log.example.cn/other")),
        "log_signature",
    ),
    "the right key under a wrong name": (
        signed_again(log=Signer("log", "log.example.cn/other")),
        "log_signature",
    ),
    "the right key for another origin": (another_origin_by_the_right_key, "log_signature"),
    "the right key's line under a wrong name": (
        note_with(f"— {ORIGIN} ", "— log.example.cn/other "),
        "log_signature",
    ),
    "a cosignature by the log's own key": (
        signed_again(by=(WITNESSES[0], Signer("log", ORIGIN, 4))),
        "quorum",
    ),
    "a cosignature by the log's key as the witness": (
        signed_again(by=(WITNESSES[0], Signer("log", WITNESSES[1].name, 4))),
        "quorum",
    ),
    "one witness counted twice": (signed_again(by=(WITNESSES[0], WITNESSES[0])), "quorum"),
    "a cosignature from the future": (ahead, "timestamp_in_future"),
    "made in the future": (ahead_of_its_making, "timestamp_in_future"),
    "a heads leaf newer than the checkpoint": (heads_beyond, "heads_newer_than_checkpoint"),
    "padded base64url": (padded_base64, "base64_malformed"),
    "base64url with stray bits": (another_spelling_of_base64, "base64_malformed"),
    "base64 without its padding": (another_spelling_in_the_note, "note_malformed"),
    "CRLF in the note": (carriage_returns, "note_malformed"),
    "NUL in the note": (note_with("\n", "\0\n"), "note_malformed"),
}


@pytest.mark.parametrize("what", MUST_FAIL)
def test_it_fails(what: str, auditor: Auditor) -> None:
    change, code = MUST_FAIL[what]
    bundle = evidence()
    change(bundle)
    said = auditor.asks(bundle)
    assert said.exit == 1
    assert code in said.errors
    assert said.told["verdict"] == "wrong"


def test_duplicate_keys_are_refused(auditor: Auditor) -> None:
    text = json.dumps(evidence()).replace('"index": 2,', '"index": 2, "index": 2,', 1)
    said = auditor.asks(text.encode())
    assert (said.exit, said.errors) == (1, ["duplicate_key"])


@pytest.mark.parametrize("spoilt", [b"\0", b"\xef\xbb\xbf", b"\xff"])
def test_stray_bytes_are_refused(spoilt: bytes, auditor: Auditor) -> None:
    said = auditor.asks(spoilt + json.dumps(evidence()).encode())
    assert (said.exit, said.errors) == (1, ["not_json"])


def test_crlf_in_the_policy_is_unusable(auditor: Auditor) -> None:
    bundle, trusting = evidence(), policy().replace("\n", "\r\n")
    assert auditor.fails(bundle, trusting=trusting).startswith("the policy is unusable")


def test_a_log_key_cannot_be_a_witness_too(auditor: Auditor) -> None:
    trusting = policy(witnesses=(WITNESSES[0], Signer("log", "w", 4)))
    assert "unusable" in auditor.fails(evidence(), trusting=trusting)


def test_a_bad_signature_of_a_key_that_is_trusted_spoils_the_note(auditor: Auditor) -> None:
    second = Signer("second", ORIGIN)
    trusting = policy().replace(f"log {LOG.vkey}", f"log {second.vkey}\nlog {LOG.vkey}")
    bundle = evidence()
    bundle["checkpoint"] += second.line("something else\n")
    assert auditor.asks(bundle).exit == 0  # to who does not know that key it is any line
    assert auditor.asks(bundle, trusting=trusting).errors == ["log_signature"]


@pytest.mark.parametrize(("key", "other"), [("size", size + 1), ("origin", "log.example.cn/b")])
def test_the_manifest_says_what_the_checkpoint_says(
    key: str, other: object, auditor: Auditor
) -> None:
    bundle = evidence()
    bundle["manifest"][key] = other
    assert auditor.asks(bundle).errors == [f"{key}_differs"]


def test_a_checkpoint_of_a_log_that_is_trusted_too_is_still_another_logs(auditor: Auditor) -> None:
    other = Signer("other", "log.example.cn/other")
    trusting = policy().replace(f"log {LOG.vkey}", f"log {other.vkey}\nlog {LOG.vkey}")
    bundle = evidence()
    bundle["checkpoint"] = network.log.note(size, when, log=other)
    assert auditor.asks(bundle, trusting=trusting).errors[0] == "origin_differs"
