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
from custody.log import leaves, notes, store, tree
from custody.log.entry import (
    Item,
    Unreadable,
    item_commitment,
    items,
    leaf,
    salts_of,
)
from custody.log.heads import Row, rows_of
from custody.log.making import HEADS
from custody.log.notes import Published
from custody.log.tree import Edge
from custody.terms import Millis, Position, Subject, rfc3339

VERSION: Final = "evidence-v1"
TERMINAL: Final = "terminal:"

Discloses = Callable[[Sequence[Record]], Collection[Position]]
"""Tells of which of some records the asker may see the whole body, by their positions."""


def every_body(records: Sequence[Record]) -> Collection[Position]:
    """Disclose all."""
    return {one.position for one in records}


def no_body(_: Sequence[Record]) -> Collection[Position]:
    """Disclose none."""
    return ()


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

    `codes`: all codes of the pack, under which its facts are found. However many facts there are,
    the database is asked as often. Raises Unpublished, or Inconsistent where what is stored
    contradicts itself.
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
        announcing = _announcing(ledger, records)
        marked = _Marked(ledger, connection, records, size)
        indexes = sorted(one.position - 1 for one in (*records, *announcing))
        around = [one for one in notes.around(connection, indexes) if one.edge.size < size]
        showing = _Showing(
            connection, [*records, *announcing, *marked.records], around, published.edge
        )
        disclosed = discloses(records)
        facts = [showing.fact(one, subjects, bare=one.position not in disclosed) for one in records]
        if any(one.position > size for one in announcing):
            raise Unpublished
        told = {
            "manifest": {
                "version": VERSION,
                "battery": ref,
                "origin": showing.log.origin,
                "size": size,
                "made_at": rfc3339(now),
            },
            "checkpoint": published.text,
            "subjects": subjects,
            "facts": facts,
            "heads": showing.heads(marked.heads, subjects),
            "keys": [
                showing.fact(one, (party,), bare=False) for one, party in marked.registrations
            ],
            "checkpoints": showing.checkpoints(),
        }
        if announcing:
            told["redactions"] = [
                showing.fact(one, one.subjects[:1], bare=False) for one in announcing
            ]
        return told


def _announcing(ledger: Ledger, records: Iterable[Record]) -> list[Record]:
    """Return the records that announced the destruction of some, each the first to do so."""
    destroyed = [announcement_of(one.position) for one in records if one.redacted]
    if not destroyed:
        return []
    first = {one.subjects[0]: one for one in reversed(ledger.read(destroyed).records)}
    return sorted(first.values(), key=lambda one: one.position)


class _Marked:
    """What else evidence needs: all that was registered of the terminals that some records name,
    each registration with its party, and the latest taking of heads.
    """

    def __init__(
        self, ledger: Ledger, connection: Connection, records: Iterable[Record], size: int
    ) -> None:
        parties = sorted(
            {one for record in records for one in record.subjects if _is_terminal(one)}
        )
        places = leaves.marked(connection, parties, size)
        taken = store.last_marked(connection, HEADS, size)
        wanted = {position for position, _ in places}
        wanted |= set() if taken is None else {taken}
        self.records = ledger.at(wanted)
        found = {one.position: one for one in self.records}
        if missing := wanted - found.keys():
            raise Inconsistent(min(missing))
        self.registrations = [(found[position], party) for position, party in places]
        self.heads = None if taken is None else found[taken]


class _Showing:
    """Shows single leaves of the log, as of one checkpoint, from what was looked up for all."""

    def __init__(
        self,
        connection: Connection,
        records: Collection[Record],
        around: Sequence[Published],
        edge: Edge,
    ) -> None:
        """`around`: the checkpoints to be shown, which are of trees that `edge` goes on from."""
        self.log = store.sealed(connection)
        self._connection = connection
        self._around = around
        self._size = edge.size
        positions = {one.position for one in records}
        self._entries = leaves.entries(connection, positions)
        self._ends = leaves.ends(connection, records)
        last = {one.edge.size for one in around}
        self._node = leaves.nodes(connection, (one - 1 for one in positions | last), edge)

    def fact(self, record: Record, subjects: Collection[Subject], *, bare: bool) -> dict[str, Any]:
        """Show a record's leaf, its items of some subjects, and its body unless `bare`.

        Of one that was destroyed there is the leaf alone.
        """
        ends = self._ends[record.position]
        stored = self._entries.get(record.position)
        try:
            same = leaf(record, ends).entry == stored
        except Unreadable as error:
            raise Inconsistent(record.position) from error
        if stored is None or not same:
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

    def heads(self, record: Record | None, subjects: Iterable[Subject]) -> dict[str, Any] | None:
        """Show a taking of heads and the battery's rows in it; None if there are none."""
        if record is None:
            return None
        taken = decode(record.type, record.version, record.data)
        assert isinstance(taken, HeadsTaken), "marked as one"
        rows = rows_of(self._connection, self.log.secret, subjects, taken)
        if not rows:
            return None
        shown = self.fact(record, (), bare=False)
        del shown["items"]
        return {**shown, "rows": [_row(subject, row) for subject, row in rows.items()]}

    def checkpoints(self) -> list[dict[str, Any]]:
        """Show the checkpoints, and that the tree goes on from each."""
        return [
            {
                "note": one.text,
                "consistency": [
                    base64url.encode(hash_)
                    for hash_ in tree.consistency(one.edge.size, self._size, self._node)
                ],
            }
            for one in self._around
        ]

    def _leaf(self, position: Position, entry: bytes) -> dict[str, Any]:
        proof = tree.inclusion(position - 1, self._size, self._node)
        texts = [base64url.encode(one) for one in proof]
        return {"index": position - 1, "entry": entry.decode(), "proof": texts}


def _row(subject: Subject, row: Row) -> dict[str, Any]:
    return {
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
