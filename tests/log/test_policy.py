from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import policy, policy_file
from custody.log.checkpoint import Checkpoint
from custody.log.cosignature import Cosigner
from custody.log.keys import COSIGNATURE, ED25519, Key
from custody.log.note import Ed25519Signer, Note, Signature, signature
from custody.log.policy import NotAccepted
from custody.log.policy_file import BadPolicy
from tests.log.keys import cosigner, signer

LOG = signer("log.example/a")
OTHER_LOG = signer("log.example/b")
W = [cosigner(f"w{number}.example") for number in range(5)]
TEXT = Checkpoint("log.example/a", 5, bytes(32)).text()
NOW = 1_800_000_000
LINES = [
    "# whom we trust",
    f"log {LOG.key.vkey()} https://log.example/a",
    "",
    *(f" witness\tX{number} {W[number].key.vkey()}" for number in range(3)),
    "group X 2 X0 X1 X2",
    *(f"witness Y{number} {W[number].key.vkey()}" for number in (3, 4)),
    "group Y any Y3 Y4",
    "group both all X Y",
    "quorum both",
]


def rules(lines: Sequence[str] = LINES) -> policy.Policy:
    return policy_file.parse("".join(f"{line}\n" for line in lines).encode())


def checkpoint(
    by: Sequence[Cosigner], *, log: Ed25519Signer = LOG, at: int = NOW, text: str = TEXT
) -> bytes:
    lines = [signature(text, log), *(witness.cosign(text, at) for witness in by)]
    return Note(text, tuple(lines)).content()


@pytest.mark.parametrize("line", ["log {}", "witness X0 {}"])
def test_a_key_under_which_anybody_could_sign_is_in_no_policy(line: str) -> None:
    neutral = bytes(
        [1, *bytes(31)]
    )  # what Ed25519 multiplies every signature's check to nothing by
    kind = ED25519 if line.startswith("log") else COSIGNATURE
    with pytest.raises(BadPolicy, match="anybody could sign under it"):
        rules([line.format(Key("log.example/a", kind, neutral).vkey()), "quorum none"])


def test_two_of_three_and_one_of_two_are_the_quorum() -> None:
    accepted = policy.accept(checkpoint([W[0], W[2], W[4]]), rules())
    assert accepted.checkpoint.size == 5
    assert accepted.log.url == "https://log.example/a"
    assert accepted.seen_at == {"X0": NOW, "X2": NOW, "Y4": NOW}


@pytest.mark.parametrize(
    "by", [[], [W[0], W[4]], [W[0], W[1]], [W[3], W[4]], [W[0], W[0], W[0], W[4]]]
)
def test_fewer_are_not(by: list[Cosigner]) -> None:
    with pytest.raises(NotAccepted, match="quorum both"):
        policy.accept(checkpoint(by), rules())


def test_one_witness_is_counted_once_even_at_two_times() -> None:
    twice = [W[0].cosign(TEXT, NOW), W[0].cosign(TEXT, NOW + 1), W[3].cosign(TEXT, NOW)]
    content = Note(TEXT, (signature(TEXT, LOG), *twice)).content()
    with pytest.raises(NotAccepted, match="quorum both"):
        policy.accept(content, rules())


def test_no_quorum_asks_for_no_witness() -> None:
    assert policy.accept(checkpoint([]), rules([*LINES[:-1], "quorum none"])).seen_at == {}


def test_a_log_that_is_not_known_does_not_count() -> None:
    with pytest.raises(NotAccepted, match="no log of this policy"):
        policy.accept(checkpoint(W, log=OTHER_LOG), rules())


def test_a_log_signs_for_its_own_origin_only() -> None:
    both = rules([f"log {OTHER_LOG.key.vkey()}", *LINES])
    with pytest.raises(NotAccepted, match=r"signed for log\.example/a"):
        policy.accept(checkpoint(W, log=OTHER_LOG), both)


def test_a_signature_that_does_not_hold_spoils_the_checkpoint() -> None:
    false = Signature(W[1].key.name, W[1].key.id, bytes(72))
    lines = (signature(TEXT, LOG), *(w.cosign(TEXT, NOW) for w in (W[0], W[2], W[3])), false)
    with pytest.raises(NotAccepted, match="does not hold"):
        policy.accept(Note(TEXT, lines).content(), rules())


def test_a_text_that_is_no_checkpoint_is_not_accepted() -> None:
    with pytest.raises(NotAccepted, match="three lines"):
        policy.accept(checkpoint(W, text="log.example/a\n5\n"), rules())


def test_a_cosignature_from_the_future_does_not_count() -> None:
    content = checkpoint([W[0], W[1], W[3]], at=NOW + policy.AHEAD_S_MAX)
    assert len(policy.accept(content, rules(), NOW).seen_at) == 3
    with pytest.raises(NotAccepted, match="quorum both"):
        policy.accept(content, rules(), NOW - 1)


def test_a_log_does_not_witness_itself() -> None:
    seed = b"\5" * 32
    log, witness = Ed25519Signer("log.example/a", seed), Cosigner("w.example", seed)
    assert witness.key.material == log.key.material
    lines = [f"log {log.key.vkey()}", f"witness W {witness.key.vkey()}", "quorum W"]
    with pytest.raises(NotAccepted, match="0 witnesses"):
        policy.accept(checkpoint([witness], log=log), rules(lines))


SAME_KEY = Key("other.example", COSIGNATURE, W[0].key.material).vkey()


@pytest.mark.parametrize(
    ("lines", "line", "why"),
    [
        ([], 0, "no quorum"),
        (LINES[:-1], 0, "no quorum"),
        (["quorum none", "quorum none"], 2, "a quorum already"),
        (["quorum W"], 1, "not defined"),
        (["log x"], 1, "not name"),
        ([f"log {W[0].key.vkey()}"], 1, "type 0x04"),
        ([f"witness W {LOG.key.vkey()}"], 1, "type 0x01"),
        ([LINES[1], LINES[1]], 2, "another's too"),
        ([LINES[3], f"witness W {SAME_KEY}"], 2, "another's too"),
        ([LINES[3], f"witness X0 {W[1].key.vkey()}"], 2, "defined already"),
        ([f"witness none {W[1].key.vkey()}"], 1, "defined already"),
        ([LINES[3], "group g any none"], 2, "not defined"),
        ([LINES[3], "group g any X0 X0"], 2, "in a group already"),
        ([LINES[3], "group g any X0", "group h any X0"], 3, "in a group already"),
        ([LINES[3], "group g any g"], 2, "not defined"),
        ([LINES[3], "group g any"], 2, "does not begin"),
        ([LINES[3], "group g 0 X0"], 2, "threshold of 0"),
        ([LINES[3], "group g 2 X0"], 2, "threshold of 2"),
        ([LINES[3], "group g 01 X0"], 2, "not a number"),
        ([LINES[3] + " url more"], 1, "does not begin"),
        (["Log x"], 1, "does not begin"),
        (["quorum none\r"], 1, "control"),
        (["quorum\vnone"], 1, "control"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_and_the_line_told(
    lines: list[str], line: int, why: str
) -> None:
    with pytest.raises(BadPolicy, match=why) as refused:
        rules(lines)
    assert refused.value.line == line


def test_the_last_line_ends_too() -> None:
    with pytest.raises(BadPolicy, match="line 1: the last line has no newline"):
        policy_file.parse(b"quorum none")


def test_a_policy_as_large_as_the_limit_is_read_and_no_larger() -> None:
    end = b"\nquorum none\n"
    comment = b"#" * (policy_file.POLICY_BYTES_MAX - len(end))
    assert policy_file.parse(comment + end).quorum is None
    with pytest.raises(BadPolicy, match="at most 262144"):
        policy_file.parse(comment + b"#" + end)


def test_names_are_opaque_and_may_be_in_any_script() -> None:
    lines = b"".join(
        b"witness %b %b\n" % (name, w.key.vkey().encode())
        for name, w in zip(("见证".encode(), b"K\xe2\x84\xaa\xff", b"K"), W, strict=False)
    )
    found = policy_file.parse(lines + b"quorum K\xe2\x84\xaa\xff\n")
    assert found.is_reached({found.witnesses[1].name})
    assert not found.is_reached({"K", "见证"})


@given(st.binary() | st.text("logwitnesgrupqm nay12#\t\n").map(str.encode))
def test_any_bytes_are_a_policy_or_refused(content: bytes) -> None:
    try:
        policy_file.parse(content)
    except BadPolicy:
        return


def test_more_than_the_asked_for_logs_witnesses_and_groups_are_taken() -> None:
    logs = [f"log {signer(f'log{number}').key.vkey()}" for number in range(40)]
    names = [f"w{number}" for number in range(40)]
    witnesses = [f"witness {name} {cosigner(name).key.vkey()}" for name in names]
    groups = [f"group g{number} any w{number}" for number in range(40)]
    found = rules([*logs, *witnesses, *groups, "group all all g0 g1", "quorum all"])
    assert found.is_reached({"w0", "w1"})
    assert not found.is_reached({"w0", "w2"})
