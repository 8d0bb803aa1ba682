"""Which log do signers and witnesses meet in the tests? Its checkpoints, proofs and requests."""

from collections.abc import Sequence

from custody.log import note, tree
from custody.log.asking import Request
from custody.log.checkpoint import Checkpoint
from tests.log.keys import signer
from tests.log.trees import leaves, nodes_of

ORIGIN = "log.example/a"
LOG = signer(ORIGIN)


def text(size: int, origin: str = ORIGIN) -> str:
    """Return what the log says of itself at a size."""
    return Checkpoint(origin, size, tree.root(leaves(size))).text()


def signed(size: int) -> bytes:
    """Return that as a note that the log has signed."""
    return note.sign(text(size), [LOG])


def proof(old: int, new: int) -> Sequence[bytes]:
    """Show that the log of one size continues that of another."""
    return tuple(tree.consistency(old, new, nodes_of(leaves(new))))


def to_witness(old: int, new: int, content: bytes | None = None) -> Request:
    """Return what is asked of a witness when the log has grown."""
    return Request(old, tuple(proof(old, new)), signed(new) if content is None else content)


def to_signer(old: int, new: int) -> Request:
    """Return what is asked of the signer then."""
    return Request(old, tuple(proof(old, new)), text(new).encode())
