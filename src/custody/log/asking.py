"""What does a log send to its signer and its witnesses, and in which words?

C2SP tlog-witness: `old` and the size that the proof starts from, the hashes of the consistency
proof, an empty line, and the checkpoint: signed for a witness, not yet signed for the signer.
"""

from dataclasses import dataclass
from typing import Final

from custody.log import tree
from custody.log.spelling import Misspelt, base64, decimal, lines, unbase64

BODY_BYTES_MAX: Final = 65_536
HASHES_MAX: Final = 63
SIGN: Final = "/sign"
ADD_CHECKPOINT: Final = "/add-checkpoint"
SIZE_TYPE: Final = "text/x.tlog.size"
"""Of an answer that is nothing but the size from which a proof should have started."""
REFUSAL_TYPE: Final = "text/x.custody.refusal"
"""Of an answer by which a signer refuses: a proxy before it may answer with any status."""

_OLD: Final = "old "


class BadRequest(ValueError):
    """The body is not what is to be sent."""


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint, and what shows that it continues the one of size `old`."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def content(self) -> bytes:
        """Write the body."""
        said = [f"{_OLD}{self.old}", *map(base64, self.proof), ""]
        return "".join(f"{line}\n" for line in said).encode() + self.checkpoint


def parse(content: bytes) -> Request:
    """Read a body; BadRequest unless it is exactly what `content` would write."""
    if len(content) > BODY_BYTES_MAX:
        raise BadRequest(f"a body has at most {BODY_BYTES_MAX} bytes")
    above, separated, checkpoint = content.partition(b"\n\n")
    try:
        old, *proof = lines(f"{above.decode('ascii')}\n")
        if not separated or not old.startswith(_OLD):
            raise BadRequest("first come the old size, the proof and an empty line")
        size, hashes = decimal(old.removeprefix(_OLD)), tuple(map(unbase64, proof))
    except (UnicodeDecodeError, Misspelt) as error:
        raise BadRequest(str(error)) from None
    if len(hashes) > HASHES_MAX or any(len(it) != tree.HASH_BYTES for it in hashes):
        raise BadRequest(f"a proof has at most {HASHES_MAX} hashes of {tree.HASH_BYTES} bytes")
    return Request(size, hashes, checkpoint)
