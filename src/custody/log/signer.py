"""Who signs a log's checkpoints, and when not?

The signer keeps the key and remembers what it has signed. It does not look at entries: it sees to
it that each tree it signs continues the one before, whatever has happened to the database.
"""

from collections.abc import Sequence
from typing import Protocol

from custody.log import checkpoint, note
from custody.log.guard import Guard
from custody.log.note import Note, Signature, Signer


class OtherOrigin(ValueError):
    """The checkpoint is that of a log which nobody here signs or cosigns for."""


class CheckpointSigner(Protocol):
    """Signs checkpoints of one log, here or in another process."""

    def sign(self, old: int, proof: Sequence[bytes], text: str) -> tuple[Signature, ...]:
        """Return the lines to stand under a checkpoint's text.

        `proof` shows that it continues the checkpoint of size `old`, the last one signed. Raises
        BadCheckpoint, OtherOrigin, BadProof, or Shrunk, Stale and Forked of `guard`.
        """
        ...


class LocalSigner:
    """Signs in this process, with one key or more that are called like the log."""

    def __init__(self, guard: Guard, key: Signer, *others: Signer) -> None:
        self.origin = key.key.name
        self._guard = guard
        self._keys = (key, *others)

    def sign(self, old: int, proof: Sequence[bytes], text: str) -> tuple[Signature, ...]:
        """Remember the checkpoint, then return a line of each key; errors as promised above."""
        said = checkpoint.parse(text)
        if said.origin != self.origin:
            raise OtherOrigin(f"{said.origin} is not {self.origin}")
        lines = tuple(note.signature(text, key) for key in self._keys)
        self._guard.advance(old, proof, said, Note(text, lines).content().decode())
        return lines
