"""Which policies can be trusted with trust?"""

import pytest

from custody.auditing.custody_verify import Malformed, read_policy
from tests.auditing.making import LOG, WITNESSES, Signer, policy

ONE, TWO = WITNESSES
LINES = f"log {LOG.vkey}\nwitness a {ONE.vkey}\nwitness b {TWO.vkey} https://b.example/\n"


def weak_vkey() -> str:
    weak = Signer("weak", "weak.example")
    weak.public = bytes(32)
    return weak.vkey


@pytest.mark.parametrize(
    ("rules", "enough", "too_few"),
    [
        ("quorum a\n", [["a"], ["a", "b"]], [[], ["b"]]),
        ("quorum none\n", [[], ["a"]], []),
        ("group g any a b\nquorum g\n", [["a"], ["b"]], [[]]),
        ("group g all a b\nquorum g\n", [["a", "b"]], [["a"], ["b"], ["a", "a"]]),
        ("group g 2 a b\nquorum g\n", [["a", "b"]], [["a"]]),
        ("group x any a\ngroup g all x b\nquorum g", [["a", "b"]], [["a"], ["x", "b"]]),
        ("\n \t# 注释\n\tgroup  g\t1  a \nquorum g\n", [["a"]], [["b"]]),
    ],
)
def test_a_quorum_is_what_its_groups_say(
    rules: str, enough: list[list[str]], too_few: list[list[str]]
) -> None:
    read = read_policy((LINES + rules).encode())
    assert all(read.is_met(present) for present in enough)
    assert not any(read.is_met(present) for present in too_few)


@pytest.mark.parametrize(
    "text",
    [
        "",
        LINES,
        "quorum none\n",
        LINES + "quorum c\n",
        LINES + "quorum a\nquorum a\n",
        LINES + "quorum a b\n",
        "quorum a\n" + LINES,
        LINES + "group g 0 a\nquorum g\n",
        LINES + "group g 3 a b\nquorum g\n",
        LINES + "group g -1 a\nquorum g\n",
        LINES + "group g ２ a b\nquorum g\n",
        LINES + "group g any\nquorum g\n",
        LINES + "group g any a a\nquorum g\n",
        LINES + "group g any a c\nquorum g\n",
        LINES + "group g any none\nquorum g\n",
        LINES + "group a any b\nquorum a\n",
        LINES + "group none any b\nquorum none\n",
        LINES + "group x any a\ngroup g all x a\nquorum g\n",
        LINES + f"witness c {ONE.vkey}\nquorum a\n",
        LINES + f"witness c {Signer('w1', 'alias', 4).vkey}\nquorum a\n",
        LINES + f"witness c {Signer('log', 'alias', 4).vkey}\nquorum a\n",
        LINES + f"witness c {Signer('x', 'x', 1).vkey}\nquorum a\n",
        LINES + f"log {Signer('x', 'x', 4).vkey}\nquorum a\n",
        LINES + f"log {LOG.vkey}\nquorum a\n",
        LINES + f"log {weak_vkey()}\nquorum a\n",
        LINES + "log nobody\nquorum a\n",
        LINES + "log\nquorum a\n",
        LINES + "trust everybody\nquorum a\n",
        (LINES + "quorum a\n").replace("\n", "\r\n"),
        LINES + "quorum a\0\n",
        (LINES + "quorum a\n").replace(LOG.id.hex(), "00000000"),
        (LINES + "quorum a\n").replace(f"{LOG.name}+", "other+"),
        LINES + "group g0 any a\n"
        + "".join(f"group g{n + 1} any g{n}\n" for n in range(5000))
        + "quorum g5000\n",
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_policy(text.encode())


def test_any_bytes_are_a_policy_or_refused() -> None:
    for byte in range(256):
        spoilt = policy().encode() + b"# " + bytes([byte])
        try:
            assert read_policy(spoilt).quorum == "both"
        except Malformed:
            assert byte < 32 or byte == 127
