"""What are root and proofs of a Merkle tree, as RFC 6962, section 2.1, defines them?"""

from hashlib import sha256

Hashes = list[bytes]


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def _split(n: int) -> int:
    """The largest power of two that is smaller than n."""
    return int(2 ** ((n - 1).bit_length() - 1))


def root(leaves: Hashes) -> bytes:
    """MTH of what has been hashed as leaves already."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m: int, leaves: Hashes) -> Hashes:
    """PATH(m, D[n]): the inclusion proof of the leaf at m."""
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def proof(m: int, leaves: Hashes) -> Hashes:
    """PROOF(m, D[n]): that the tree of the first m leaves is the beginning of this one."""
    return _subproof(m, leaves, whole=True) if m else []


def _subproof(m: int, leaves: Hashes, whole: bool) -> Hashes:
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if m <= k:
        return [*_subproof(m, leaves[:k], whole), root(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], whole=False), root(leaves[:k])]
