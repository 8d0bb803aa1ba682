import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import checkpoint, note, tree
from custody.log.checkpoint import BadCheckpoint, Checkpoint
from custody.log.note import Ed25519Verifier
from tests.log.shared import golden, golden_json
from tests.log.trees import leaves

LINES = st.text(min_size=1).filter(checkpoint._LINE.fullmatch)
CHECKPOINTS = st.builds(
    Checkpoint,
    LINES,
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES, max_size=2).map(tuple),
)
ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_the_checkpoints_of_a_published_log_are_read() -> None:
    log = golden("tiles/tessera_log15")
    meta = golden_json("tiles/tessera_log15/_META.json")
    verifier = Ed25519Verifier.parse(meta["vkey"])
    hashes = [tree.leaf_hash(entry.encode()) for entry in meta["entries"]]
    for size in range(16):
        opened = note.opened((log / f"checkpoint.{size}").read_bytes(), [verifier])
        expected = Checkpoint(verifier.key.name, size, tree.root(hashes[:size]))
        assert checkpoint.parse(opened.text) == expected


def test_the_example_of_the_specification_is_read() -> None:
    text = golden_json("note/c2sp_examples.json")["cosignature"]["checkpoint_text"]
    found = checkpoint.parse(text)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text() == text


@given(CHECKPOINTS)
def test_a_checkpoint_reads_back(said: Checkpoint) -> None:
    assert checkpoint.parse(said.text()) == said


@given(st.text() | st.text("a0\n=1"))
def test_whatever_is_read_is_written_the_same(text: str) -> None:
    try:
        said = checkpoint.parse(text)
    except BadCheckpoint:
        return
    assert said.text() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"log\n0\n{ROOT}",
        f"log\n0\n{ROOT}\n\n",
        f"log\n0\n{ROOT}\n\nmore\n",
        f"\n0\n{ROOT}\n",
        f"log\n00\n{ROOT}\n",
        f"log\n+0\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n 1\n{ROOT}\n",
        f"log\n1_0\n{ROOT}\n",
        f"log\n٣\n{ROOT}\n",
        f"log\n9223372036854775808\n{ROOT}\n",
        f"log\n1\n{ROOT.replace('U=', 'V=')}\n",
        f"log\n1\n{ROOT[:-1]}\n",
        f"log\n1\n{ROOT.replace('+', '-')}\n",
        f"log\n1\n{ROOT} \n",
        "log\n1\nAAAA\n",
        f"log\r\n1\r\n{ROOT}\r\n",
        f"log\0\n1\n{ROOT}\n",
    ],
)
def test_what_is_nearly_a_checkpoint_is_none(text: str) -> None:
    with pytest.raises(BadCheckpoint):
        checkpoint.parse(text)


def test_an_empty_log_has_one_root() -> None:
    assert checkpoint.parse(f"log\n0\n{ROOT}\n") == Checkpoint("log", 0, tree.EMPTY)
    with pytest.raises(BadCheckpoint):
        Checkpoint("log", 0, leaves(1)[0])
