"""Is this the public key of an Ed25519 signer, under which nobody else's signature ever holds?

Libraries take any point for a key. Under a point of low order one signature holds for most messages
and takes no secret; with a part of low order in it, or in a second spelling, a key is judged
differently by different verifiers. So a key must be spelt as RFC 8032 spells it, lie on the curve,
and be of the order of the base point, as every key is that was made by the rules.
"""

from custody.codes import base64url
from custody.codes.errors import CodeError

KEY_BYTES = 32
COFACTOR = 8

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
"""RFC 8032, section 5.1: of the field, and of the base point's group."""

_D = -121665 * pow(121666, -1, PRIME) % PRIME
_ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)

Point = tuple[int, int, int, int]
"""(X, Y, Z, T) for x = X/Z, y = Y/Z, xy = T/Z."""

NOWHERE: Point = (0, 1, 1, 0)
"""The neutral point."""


def public_key(text: str) -> bytes:
    """Return the 32 bytes of a key written in base64url without padding. Raises CodeError."""
    try:
        data = base64url.decode(text)
    except ValueError:
        raise _not_canonical() from None
    return sound(data)


def sound(data: bytes) -> bytes:
    """Return the bytes of a key as they are. Raises CodeError if it is none to be trusted."""
    if len(data) != KEY_BYTES:
        raise _not_canonical()
    point = _decoded(data)
    if _is_nowhere(_times(COFACTOR, point)):
        raise CodeError(
            "public_key_weak",
            "the public key is a point of low order: anybody could sign under it",
            "公钥是低阶点，任何人都能伪造其签名",
        )
    if not _is_nowhere(_times(ORDER, point)):
        raise CodeError(
            "public_key_mixed",
            "the public key has a part of low order: verifiers would disagree about its signatures",
            "公钥含有低阶分量，不同的验证方会得出不同结论",
        )
    return data


def _decoded(data: bytes) -> Point:
    """Find the point that 32 bytes spell: y, and in the highest bit whether x is odd."""
    number = int.from_bytes(data, "little")
    y, odd = number & (1 << 255) - 1, number >> 255
    if y >= PRIME:
        raise _not_canonical()
    above, below = (y * y - 1) % PRIME, (_D * y * y + 1) % PRIME
    square = above * pow(below, -1, PRIME) % PRIME  # below is never 0: -1/d is no square
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * _ROOT_OF_MINUS_ONE % PRIME
    if x * x % PRIME != square:
        raise CodeError(
            "public_key_not_on_curve",
            "the public key is no point of the curve Ed25519",
            "公钥不是 Ed25519 曲线上的点",
        )
    if x == 0 and odd:
        raise _not_canonical()
    if x & 1 != odd:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def _plus(one: Point, other: Point) -> Point:
    """Add two points; the same formula doubles one (RFC 8032, section 5.1.4)."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % PRIME, (y1 + x1) * (y2 + x2) % PRIME
    c, d = 2 * t1 * t2 * _D % PRIME, 2 * z1 * z2 % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _times(number: int, point: Point) -> Point:
    """Add a point to itself so many times, bit by bit: a public key has nothing to hide."""
    total = NOWHERE
    for bit in f"{number:b}":
        total = _plus(total, total)
        if bit == "1":
            total = _plus(total, point)
    return total


def _is_nowhere(point: Point) -> bool:
    x, y, z, _ = point
    return x % PRIME == 0 and (y - z) % PRIME == 0


def _not_canonical() -> CodeError:
    return CodeError(
        "public_key_not_canonical",
        "the public key is not written in the one way that RFC 8032 allows",
        "公钥不是 RFC 8032 规定的唯一写法",
    )
