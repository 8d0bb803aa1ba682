"""What does a leaf of the log commit to? A record's whole body, and what it says of each subject.

The entry holds salted digests and no names. Whoever has the record can show that the entry is its;
whoever is shown one item of it learns nothing of the others; and when a record's key is destroyed,
the entry stays as it is and commits to what nobody can guess.
"""

from binascii import b2a_base64
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256, shake_256
from typing import Any, Final, NamedTuple

from orjson import dumps

from custody.events.fact import type_ranks
from custody.ledger import Record
from custody.log import says, tree
from custody.log.says import NULL, said, written
from custody.terms import Millis, Position, Subject, in_utc, rfc3339

VERSION: Final = 1
SALT_BYTES: Final = 32
SALTS: Final = b"custody-salts/v1\n"
BODY: Final = b"custody-body/v1\n"
ITEM: Final = b"custody-item/v1\n"

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")

# A digest that was begun is copied sooner than one begins.
_item: Final = sha256(ITEM).copy
_leaf: Final = sha256(b"\0").copy

ITEMISED: Final = ("battery:", "consignment:", "terminal:")
"""Kinds of subject that have an item in each leaf about them, each chained to the one before. So
has a record's first subject, which is no chain's where it is of another kind."""


class End(NamedTuple):
    """Where a subject's chain ends so far: its last version, and the leaf that holds it."""

    version: int
    leaf: bytes
    """As items name it, in quotes."""


Ends = Mapping[Subject, End]
"""Where the chains of subjects end before a record; those that are not in it begin there."""


class Item(NamedTuple):
    """What a leaf commits to of one subject, and the salt that hides it."""

    subject: Subject
    text: bytes
    salt: bytes


class Leaf(NamedTuple):
    """An entry of the log, its hash, and the subjects whose chains end in it now."""

    entry: bytes
    hash: bytes
    chained: Sequence[Subject]


class Unreadable(ValueError):
    """A record is none that was ever recorded: somebody has changed it since."""

    def __init__(self, position: Position) -> None:
        super().__init__(f"record {position} cannot be read")
        self.position = position


Looks = Callable[[Record, dict[str, Any]], None]
"""Is shown a record, and its body as it was read: to do so again takes as long as four digests."""


def leaf(record: Record, ends: Ends, look: Looks | None = None) -> Leaf:
    """Return the leaf of a record, given where its subjects' chains end before it.

    `look` sees it on the way, unless its body was destroyed. Raises Unreadable for what is no
    record.
    """
    try:
        subjects = chained(record.subjects)
        if record.redacted:
            entry = _left(record)
        else:
            body = says.read(record.data)
            if look is not None:
                look(record, body)
            entry = _entry(record, body, _texts(record, subjects, body, ends))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unreadable(record.position) from error
    return Leaf(entry, tree.leaf_hash(entry), subjects)


def items(record: Record, ends: Ends) -> list[Item]:
    """Return what the leaf of a record commits to, item by item, in the order of its tree."""
    texts = _texts(record, chained(record.subjects), says.read(record.data), ends)
    salts = salts_of(record.key, len(texts))
    return list(map(Item, itemised(record.subjects), texts, salts[1:]))


def chained(subjects: Sequence[Subject]) -> list[Subject]:
    """Return the subjects whose chain goes through the leaf about them, in the record's order."""
    return [one for one in subjects if one.startswith(ITEMISED)]


def itemised(subjects: Sequence[Subject]) -> list[Subject]:
    """Return the subjects that have an item, in its order: the first, then those of some kinds."""
    return [*subjects[:1], *chained(subjects[1:])]


def named(leaf_hash: bytes) -> bytes:
    """Write a leaf's hash as the items name it that come after it in a chain."""
    return b'"%s"' % _spelt(leaf_hash)


def salts_of(key: bytes, items: int) -> list[bytes]:
    """Return the salts of a record's body and of its items, in this order.

    One squeeze of the record's key yields all: a digest for each would cost more than all else that
    a leaf takes. Who knows one learns nothing of the key or of another.
    """
    squeezed = _squeezed(key, items)
    return [squeezed[at : at + SALT_BYTES] for at in range(0, len(squeezed), SALT_BYTES)]


def body_commitment(salt: bytes, body: bytes) -> bytes:
    """Return the digest that stands for a body in its entry."""
    return sha256(BODY + salt + body).digest()


def item_commitment(salt: bytes, text: bytes) -> bytes:
    """Return the digest that stands for an item in its leaf's tree of items."""
    return sha256(ITEM + salt + text).digest()


def _texts(
    record: Record, subjects: list[Subject], body: dict[str, Any], ends: Ends
) -> list[bytes]:
    """Write the items; what the first says is how the record came to be recorded."""
    if not record.subjects:
        return []
    first = record.subjects[0]
    others = subjects[1:] if subjects[:1] == [first] else subjects
    posting = _posting(record.posted_by, record.remarks, record.sent_at)
    texts = [_text(first, ends.get(first), posting)]
    for subject, text in zip(others, said(body, others), strict=True):
        texts.append(_text(subject, ends.get(subject), text))
    return texts


def _text(subject: Subject, end: End | None, text: bytes) -> bytes:
    if end is None:
        return b'{"n":1,"p":null,"s":%s,"x":%s}' % (dumps(subject), text)
    return b'{"n":%d,"p":%s,"s":%s,"x":%s}' % (end.version + 1, end.leaf, dumps(subject), text)


@lru_cache(maxsize=4_096)  # most are posted by some key, without a remark
def _posting(posted_by: str | None, remarks: bytes | None, sent_at: Millis | None) -> bytes:
    """Say what was recorded with a body: by whose key, with which remarks, sent when."""
    told = {
        "posted_by": posted_by,
        "remarks": None if remarks is None else _spelt(sha256(remarks).digest()).decode(),
        "sent_at": None if sent_at is None else rfc3339(sent_at),
    }
    return written(told)


def _entry(record: Record, body: Mapping[str, Any], texts: Sequence[bytes]) -> bytes:
    salts = _squeezed(record.key, len(texts))
    hashes, at = [], SALT_BYTES
    for text in texts:
        item, leaf = _item(), _leaf()
        item.update(salts[at : at + SALT_BYTES] + text)
        leaf.update(item.digest())
        hashes.append(leaf.digest())
        at += SALT_BYTES
    recorded_at = _recorded_at(record.recorded_at)
    id_, occurred_at = NULL, recorded_at
    if record.type in type_ranks:
        id_, occurred_at = dumps(body["id"]), in_utc(body["occurred_at"]).encode()
    return b'{"b":"%s","e":%s,"i":"%s","m":%d,"o":"%s","r":"%s","t":"%s","v":%d}' % (
        _spelt(body_commitment(salts[:SALT_BYTES], record.data)),
        id_,
        _spelt(tree.root(hashes)),
        len(texts),
        occurred_at,
        recorded_at,
        _type(record).encode(),
        VERSION,
    )


def _left(record: Record) -> bytes:
    """Return the entry of a record that was destroyed: it was put in the body's place.

    Raises ValueError where it says otherwise than what else is left of the record.
    """
    said = says.read(record.data)
    first = record.subjects[0]
    told = {
        "e": first.removeprefix("movement:") if record.type in type_ranks else None,
        "m": len(itemised(record.subjects)),
        "r": rfc3339(record.recorded_at),
        "t": _type(record),
    }
    if said != {**said, **told}:
        raise ValueError(record.position)
    return record.data


def _type(record: Record) -> str:
    return record.type if record.version == 1 else f"{record.type}.v{record.version}"


def _squeezed(key: bytes, items: int) -> bytes:
    return shake_256(SALTS + key).digest(SALT_BYTES * (items + 1))


@lru_cache(maxsize=16)  # what was committed together has one recorded time
def _recorded_at(at: Millis) -> bytes:
    return rfc3339(at).encode()


def _spelt(data: bytes) -> bytes:
    """Write bytes as `codes.base64url` does, but as bytes: there are many in a leaf."""
    return b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL)
