"""How large was a log, and what was its root? The text that logs sign and witnesses cosign.

C2SP tlog-checkpoint: lines with the log's origin, its size and its root, and others that say more.
"""

import re
from dataclasses import dataclass
from typing import Final

from custody.log import tree
from custody.log.spelling import NUMBER_MAX, Misspelt, base64, decimal, lines, unbase64

# A line of a note's text. It may hold whatever is not a control character; UTF-8 has no surrogates.
_LINE = re.compile(r"[^\x00-\x1f\ud800-\udfff]+")
LINES_MIN: Final = 3


class BadCheckpoint(ValueError):
    """The text is no checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at some size."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(map(_LINE.fullmatch, (self.origin, *self.extensions))):
            raise BadCheckpoint("a line is empty or holds a control character")
        if not 0 <= self.size <= NUMBER_MAX or len(self.root) != tree.HASH_BYTES:
            raise BadCheckpoint("a size is 0 to 2**63-1, and a root has 32 bytes")
        if self.size == 0 and self.root != tree.EMPTY:
            raise BadCheckpoint("the root of an empty tree is another")

    def text(self) -> str:
        """Write it as the text of a note."""
        said = (self.origin, str(self.size), base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in said)


def parse(text: str) -> Checkpoint:
    """Read the text of a note; BadCheckpoint unless it is exactly what `text` would write."""
    try:
        said = lines(text)
        if len(said) < LINES_MIN:
            raise BadCheckpoint("a checkpoint has three lines or more")
        origin, size, root, *extensions = said
        return Checkpoint(origin, decimal(size), unbase64(root), tuple(extensions))
    except Misspelt as error:
        raise BadCheckpoint(str(error)) from None
