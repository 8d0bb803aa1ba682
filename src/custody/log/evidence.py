"""What shows an outsider the whole history of one battery? A bundle that needs no trust in us.

It holds the facts' leaves with their proofs, what each says of the battery and of nobody else, the
battery's row in the latest taking of heads, the checkpoints before and after, and the bodies where
the asker may see all of them. Of what was destroyed it holds the leaf, and the fact that announced
the destruction. The format is told in docs/verifying.md.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from custody.codes import base64url
from custody.events import HeadsTaken, decode
from custody.events.redaction import announcement_of
from custody.ledger import Ledger, Record
from custody.ledger.errors import translated
from custody.log import notes, store, tree
from custody.log.entry import (
    Item,
    Unreadable,
    chained,
    item_commitment,
    items,
    leaf,
    salts_of,
)
from custody.log.heads import row_of
from custody.log.making import HEADS
from custody.log.notes import Published
from custody.terms import Millis, Position, Subject, rfc3339

VERSION: Final = "evidence-v1"
TERMINAL: Final = "terminal:"

Discloses = Callable[[Record], bool]
"""Tells whether the asker may see the whole body of a record."""


class Unpublished(Exception):
    """No checkpoint is published yet that covers what was asked for, and what announces that some
    of it was destroyed."""


class Inconsistent(Exception):
    """The leaf of a record is not what its record comes to: one of them was changed."""

    def __init__(self, position: Position) -> None:
        super().__init__(position)
        self.position = position


def bundle(
    ledger: Ledger, ref: str, codes: Sequence[str], discloses: Discloses, now: Millis
) -> dict[str, Any]:
    """Return the evidence of a battery, up to the latest checkpoint.

    `codes`: all codes of the pack, under which its facts are found. Raises Unpublished, or
    Inconsistent where what is stored contradicts itself.
    """
    subjects = [f"battery:{code}" for code in codes]
    with translated(), ledger.engine.connect() as connection:
        published = notes.latest(connection)
        if published is None:
            raise Unpublished
        size = published.edge.size
        past = ledger.read(subjects, redacted=True)
        records = [one for one in past.records if one.position <= size]
        if not records:
            raise Unpublished
        showing = _Showing(ledger, connection, size)
        facts = [showing.fact(one, subjects, bare=not discloses(one)) for one in records]
        announcing = showing.announcing([one.position for one in records if one.redacted])
        shown = sorted(one.position - 1 for one in (*records, *announcing))
        about = {one for record in records for one in record.subjects}
        told = {
            "manifest": {
                "version": VERSION,
                "battery": ref,
                "origin": store.sealed(connection).origin,
                "size": size,
                "made_at": rfc3339(now),
            },
            "checkpoint": published.text,
            "subjects": subjects,
            "facts": facts,
            "heads": showing.heads(subjects),
            "keys": showing.registrations(filter(_is_terminal, about)),
            "checkpoints": showing.checkpoints(shown, published),
        }
        if announcing:
            told["redactions"] = [
                showing.fact(one, one.subjects[:1], bare=False) for one in announcing
            ]
        return told


class _Showing:
    """Shows single leaves of the log, as of one checkpoint."""

    def __init__(self, ledger: Ledger, connection: Connection, size: int) -> None:
        self._ledger = ledger
        self._connection = connection
        self._size = size
        self._node = notes.nodes(connection)

    def fact(self, record: Record, subjects: Collection[Subject], *, bare: bool) -> dict[str, Any]:
        """Show a record's leaf, its items of some subjects, and its body unless `bare`.

        Of one that was destroyed there is the leaf alone.
        """
        before = record.position - 1
        ends = store.ends(self._connection, chained(record.subjects), before)
        (stored,) = store.entries(self._connection, record.position, record.position)
        try:
            same = leaf(record, ends).entry == stored
        except Unreadable as error:
            raise Inconsistent(record.position) from error
        if not same:
            raise Inconsistent(record.position)
        shown = self._leaf(record.position, stored)
        if record.redacted:
            return {**shown, "items": []}
        said = items(record, ends)
        wanted = [
            place
            for place, item in enumerate(said)
            if item.subject in subjects or (not bare and _is_terminal(item.subject))
        ]
        shown["items"] = _shown(said, wanted)
        if not bare:
            salt = salts_of(record.key, 0)[0]
            shown["body"], shown["body_salt"] = (
                base64url.encode(record.data),
                base64url.encode(salt),
            )
        return shown

    def heads(self, subjects: Iterable[Subject]) -> dict[str, Any] | None:
        """Show the latest taking of heads, and the battery's rows in it; None if there is none."""
        for position in reversed(store.marked(self._connection, HEADS, self._size)):
            (record,) = self._ledger.since(position - 1, 1)
            taken = decode(record.type, record.version, record.data)
            assert isinstance(taken, HeadsTaken), "marked as one"
            rows = [row for one in subjects for row in self._row(one, taken)]
            if not rows:
                return None
            shown = self.fact(record, (), bare=False)
            del shown["items"]
            return {**shown, "rows": rows}
        return None

    def announcing(self, positions: Collection[Position]) -> list[Record]:
        """Return the records that announced the destruction of others, each the first to do so.

        Raises Unpublished if the checkpoint does not hold one of them yet: without it, a verifier
        would say that the destruction was never announced.
        """
        if not positions:
            return []
        past = self._ledger.read([announcement_of(position) for position in positions])
        first = {one.subjects[0]: one for one in reversed(past.records)}
        if any(one.position > self._size for one in first.values()):
            raise Unpublished
        return sorted(first.values(), key=lambda one: one.position)

    def registrations(self, parties: Iterable[Subject]) -> list[dict[str, Any]]:
        """Show all that was registered of some parties, bodies included."""
        shown = []
        for party in sorted(parties):
            for position in store.marked(self._connection, party, self._size):
                (record,) = self._ledger.since(position - 1, 1)
                shown.append(self.fact(record, (party,), bare=False))
        return sorted(shown, key=lambda one: one["index"])

    def checkpoints(self, indexes: Iterable[int], latest: Published) -> list[dict[str, Any]]:
        """Show the checkpoints right before and right after some leaves, the latest left out."""
        found = {
            one.edge.size: one
            for index in indexes
            for one in (
                notes.up_to(self._connection, index),
                notes.from_on(self._connection, index + 1),
            )
            if one is not None and one.edge.size < latest.edge.size
        }
        return [
            {
                "note": one.text,
                "consistency": [base64url.encode(hash_) for hash_ in self._consistency(size)],
            }
            for size, one in sorted(found.items())
        ]

    def _consistency(self, old: int) -> list[bytes]:
        return tree.consistency(old, self._size, self._node)

    def _leaf(self, position: Position, entry: bytes) -> dict[str, Any]:
        proof = tree.inclusion(position - 1, self._size, self._node)
        texts = [base64url.encode(one) for one in proof]
        return {"index": position - 1, "entry": entry.decode(), "proof": texts}

    def _row(self, subject: Subject, taken: HeadsTaken) -> Iterable[dict[str, Any]]:
        secret = store.sealed(self._connection).secret
        row = row_of(self._connection, secret, subject, taken)
        if row is not None:
            yield {
                "subject": subject,
                "salt": base64url.encode(row.salt),
                "version": row.version,
                "leaf": base64url.encode(row.leaf),
                "row": row.number,
                "proof": [base64url.encode(one) for one in row.proof],
            }


def _shown(said: Sequence[Item], wanted: Iterable[int]) -> list[dict[str, Any]]:
    """Show some items of a leaf, each with its way to the root of the leaf's own tree."""
    hashes = [tree.leaf_hash(item_commitment(item.salt, item.text)) for item in said]

    def node(level: int, index: int) -> bytes:
        return tree.root(hashes[index << level : index + 1 << level])

    return [
        {
            "k": place + 1,
            "item": said[place].text.decode(),
            "salt": base64url.encode(said[place].salt),
            "proof": [base64url.encode(one) for one in tree.inclusion(place, len(said), node)],
        }
        for place in wanted
    ]


def _is_terminal(subject: Subject) -> bool:
    return subject.startswith(TERMINAL)
