"""Does a log that others run only ever grow? A witness sees to it, and says since when.

C2SP tlog-witness. It trusts nobody: the log's key must have signed the checkpoint, and it must
continue the last one that this witness has seen of that log.
"""

from collections.abc import Callable, Iterable

from custody.log import checkpoint, note
from custody.log.asking import Request
from custody.log.cosignature import Cosigner
from custody.log.guard import Guard
from custody.log.note import BadNote, Ed25519Verifier, Signature
from custody.log.signer import OtherOrigin


class NotTheLog(ValueError):
    """No key that is known for the log has signed the checkpoint."""


class Witness:
    """Cosigns the checkpoints of the logs it knows."""

    def __init__(
        self,
        guard: Guard,
        cosigner: Cosigner,
        logs: Iterable[Ed25519Verifier],
        clock: Callable[[], float],
    ) -> None:
        """`clock` tells the seconds since 1970; a log's keys are called like its origin."""
        self._guard = guard
        self._cosigner = cosigner
        self._logs = list(logs)
        self._clock = clock

    def cosign(self, request: Request) -> Signature:
        """Remember the checkpoint, then return the line of this witness.

        Raises BadNote or BadCheckpoint for what is none, OtherOrigin, NotTheLog, BadProof, or
        Shrunk, Stale and Forked of `guard`.
        """
        signed = note.parse(request.checkpoint)
        said = checkpoint.parse(signed.text)
        verifiers = [log for log in self._logs if log.key.name == said.origin]
        if not verifiers:
            raise OtherOrigin(f"{said.origin} is not known here")
        try:
            note.verified(signed, verifiers)
        except BadNote as error:
            raise NotTheLog(str(error)) from None
        # Read before the guard's turn: by then nobody has shown us a larger tree.
        time = int(self._clock())
        self._guard.advance(request.old, request.proof, said, request.checkpoint.decode())
        return self._cosigner.cosign(signed.text, time)
