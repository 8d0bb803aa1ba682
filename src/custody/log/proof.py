"""What shows, to somebody who has nothing but a policy, that an entry is in a log?

C2SP tlog-proof, version 1: the entry's index, its inclusion proof and a signed checkpoint, as text.
"""

from dataclasses import dataclass
from typing import Final

from custody.log import policy, tree
from custody.log.policy import Accepted, Policy
from custody.log.spelling import Misspelt, base64, decimal, lines, unbase64

HEADER: Final = "c2sp.org/tlog-proof@v1"
HASHES_MAX: Final = 63
_EXTRA: Final = "extra "
_INDEX: Final = "index "


class BadText(ValueError):
    """The text is no proof of this form."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Leaf `index` with the hashes beside it, and the checkpoint as its log wrote it.

    Nobody has signed `extra`; it may help to find the entry, and is otherwise not to be believed.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def text(self) -> str:
        """Write the proof."""
        extra = [_EXTRA + base64(self.extra)] if self.extra else []
        said = [HEADER, *extra, f"{_INDEX}{self.index}", *map(base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in said) + self.checkpoint


def parse(text: str) -> Proof:
    """Read a proof, without asking what it shows; BadText if it is not written like one."""
    above, _, checkpoint = text.partition("\n\n")
    try:
        header, *said = lines(above + "\n")
        if header != HEADER or not checkpoint:
            raise BadText(f"a proof begins with {HEADER} and ends with a checkpoint")
        extra = _after(_EXTRA, said.pop(0)) if said and said[0].startswith(_EXTRA) else None
        index = decimal(_after(_INDEX, said.pop(0) if said else ""))
        hashes = tuple(map(unbase64, said))
        found = Proof(index, hashes, checkpoint, b"" if extra is None else unbase64(extra))
    except Misspelt as error:
        raise BadText(str(error)) from None
    if len(hashes) > HASHES_MAX or any(len(it) != tree.HASH_BYTES for it in hashes):
        raise BadText(f"a proof has at most {HASHES_MAX} hashes of {tree.HASH_BYTES} bytes")
    if extra == "":
        raise BadText("nothing extra is not written")
    return found


def check(proof: Proof, leaf: bytes, rules: Policy, now: int | None = None) -> Accepted:
    """See that a leaf hash is in a log that a policy accepts, and return what was accepted.

    Raises NotAccepted where the checkpoint is not good enough, BadProof where the leaf is not shown
    to be in it. `now` is as for `policy.accept`.
    """
    accepted = policy.accept(proof.checkpoint.encode("utf-8", "replace"), rules, now)
    size, root = accepted.checkpoint.size, accepted.checkpoint.root
    if tree.root_of_inclusion(leaf, proof.index, size, proof.hashes) != root:
        raise tree.BadProof(f"leaf {proof.index} is not the one that was shown")
    return accepted


def _after(prefix: str, line: str) -> str:
    if not line.startswith(prefix):
        raise BadText(f"{line[:80]!r} does not begin with {prefix!r}")
    return line.removeprefix(prefix)
