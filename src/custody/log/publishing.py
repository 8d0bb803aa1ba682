"""How does what is sealed become a checkpoint that others can hold us to?

Before anything is signed, the new leaves are read again and hashed again, and must come to the root
that was sealed: one bit that had flipped before it was hashed would spoil the log for ever. Then
the signer is asked, which has a memory of its own, then the witnesses; and what the policy's quorum
has seen is handed out, and nothing else.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, select

from custody.ledger import writing
from custody.ledger.errors import translated
from custody.ledger.tables import head
from custody.log import cosignature, notes, policy, store, tree
from custody.log.checkpoint import BadCheckpoint, Checkpoint
from custody.log.guard import Contradicts, Guard, Stale
from custody.log.note import Note, Signature
from custody.log.notes import Published
from custody.log.policy import NotAccepted, Policy
from custody.log.remote import RemoteWitness, Unreachable
from custody.log.signer import CheckpointSigner, OtherOrigin
from custody.log.tree import BadProof, Edge
from custody.terms import Millis

log = logging.getLogger(__name__)

LEAVES_AT_ONCE: Final = 5_000


class Stopped(Exception):
    """Nothing more may be published: a stable code, and what somebody must see to."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en


class Waiting(Exception):
    """Nothing can be published for now; it may go better the next time."""


class Parties(NamedTuple):
    """Who signs, who cosigns, and what counts."""

    signer: CheckpointSigner
    witnesses: Sequence[RemoteWitness]
    rules: Policy


class Publisher:
    """Publishes one checkpoint after another."""

    def __init__(
        self,
        engine: Engine,
        parties: Parties,
        clock: Callable[[], Millis],
        guard: Guard | None = None,
    ) -> None:
        """`guard`: the memory of a signer in this process, let go when the publisher closes."""
        self._engine = engine
        self._guard = guard
        self._signer, self._witnesses, self._rules = parties
        self._clock = clock
        self._seen: Edge | None = None
        """The edge up to which leaves were read again and found to be as they were sealed."""
        self._signed = 0
        """The size that the signer has signed last, as far as we know."""
        self._introduced = False
        """Whether the signer was asked since this was opened."""
        self._threads = ThreadPoolExecutor(max(1, len(self._witnesses)), "witness")

    def close(self) -> None:
        """Let the threads go that ask witnesses, and let another process have the signer's file."""
        self._threads.shutdown()
        if self._guard is not None:
            self._guard.close()

    def step(self) -> Published | None:
        """Publish what is sealed, if that is more than was published; return what was.

        Raises Waiting, or Stopped.
        """
        with translated(), self._engine.connect() as connection:
            edge, origin = self._unpublished(connection)
            if edge is None:
                self._introduce(connection)
                return None
            self._see(connection, edge)
            text = Checkpoint(origin, edge.size, edge.root()).text()
            lines = self._sign(connection, edge.size, text)
            signed = Note(text, lines).content()
        lines += tuple(self._cosigned(signed, edge.size))
        whole = Note(text, lines).content()
        now = self._clock()
        try:
            policy.accept(whole, self._rules, now // 1000)
        except NotAccepted as error:
            raise Waiting(str(error)) from error
        published = Published(edge, whole.decode(), now)
        with writing(self._engine, durable=False) as connection:
            is_first = notes.publish(connection, *published)
        return published if is_first else None

    def _unpublished(self, connection: Connection) -> tuple[Edge | None, str]:
        sealed = store.sealed(connection)
        last = notes.latest(connection)
        if self._seen is None:
            self._seen = last.edge if last else Edge()
            self._signed = self._seen.size
        if sealed.edge.size <= (last.edge.size if last else 0):
            return None, sealed.origin
        return sealed.edge, sealed.origin

    def _introduce(self, connection: Connection) -> None:
        """Have the last checkpoint signed once more, when there is nothing new at the start.

        A database that was restored from a backup is told at once, and not by the first movement.
        """
        last = notes.latest(connection)
        if last is not None and not self._introduced:
            origin = store.sealed(connection).origin
            text = Checkpoint(origin, last.edge.size, last.edge.root()).text()
            self._sign(connection, last.edge.size, text)
        self._introduced = True

    def _see(self, connection: Connection, sealed: Edge) -> None:
        """Read the new leaves again. Raises Stopped if they are not what was sealed."""
        assert self._seen is not None, "set when the last checkpoint was read"
        seen = self._seen
        while seen.size < sealed.size:
            last = min(seen.size + LEAVES_AT_ONCE, sealed.size)
            entries = store.entries(connection, seen.size + 1, last)
            if len(entries) < last - seen.size:
                break
            seen = seen.extend(map(tree.leaf_hash, entries))
        if seen != sealed:
            raise Stopped(
                "leaves_changed",
                f"第 {self._seen.size + 1} 至 {sealed.size} 条的日志叶与封存时不符，已停止签名。"
                "请运行 custody verify 找出位置。",
                f"The leaves of {self._seen.size + 1} to {sealed.size} are not what was sealed. "
                "Nothing is signed any more; custody verify tells where.",
            )
        self._seen = seen

    def _sign(self, connection: Connection, size: int, text: str) -> tuple[Signature, ...]:
        try:
            try:
                lines = self._signed_from(connection, min(self._signed, size), size, text)
            except Stale as known:
                # It has signed more than was published, or less than we believed.
                if known.size > size:
                    raise _behind(connection, known.size) from known
                lines = self._signed_from(connection, known.size, size, text)
        except (Contradicts, BadProof, OtherOrigin, BadCheckpoint) as error:
            raise Stopped(
                "signer_refuses",
                f"签名程序拒绝签名：数据库中的日志不是它已签名的日志的延续（{error}）。",
                "The signer refuses: the log in the database does not go on from the one that it "
                f"has signed ({error}).",
            ) from error
        except (Unreachable, OSError) as error:
            raise Waiting(str(error)) from error
        self._signed = size
        self._introduced = True
        return lines

    def _signed_from(
        self, connection: Connection, old: int, size: int, text: str
    ) -> tuple[Signature, ...]:
        proof = tree.consistency(old, size, notes.nodes(connection))
        return self._signer.sign(old, proof, text)

    def _cosigned(self, signed: bytes, size: int) -> list[Signature]:
        """Ask all witnesses at once; those that do not answer, or will not, hold nobody up."""

        def proof_from(old: int) -> list[bytes]:
            with translated(), self._engine.connect() as connection:
                return tree.consistency(old, size, notes.nodes(connection))

        def cosign(witness: RemoteWitness) -> Signature | None:
            try:
                line = witness.cosign(signed, size, proof_from)
                time, _ = cosignature.parse(line.content)
                if policy.is_timely(time, self._clock() // 1000):
                    return line
                log.warning("a witness cosigns size %s as of another time: %s", size, time)
            except (Unreachable, ValueError) as error:
                log.warning("a witness does not cosign size %s: %s", size, error)
            return None

        return [line for line in self._threads.map(cosign, self._witnesses) if line is not None]


def _behind(connection: Connection, signed: int) -> Exception:
    """Say what is wrong when the signer has signed more than is sealed here."""
    recorded = connection.scalar(select(head.c.position)) or 0
    if recorded >= signed:
        return Waiting("what was signed before a crash is being sealed again")
    return Stopped(
        "signer_ahead",
        f"签名程序已签到第 {signed} 条，而数据库只有 {recorded} 条：数据库可能是由旧备份恢复的。"
        "请恢复较新的备份，或以新的密钥和新的日志名继续。",
        f"The signer has signed up to {signed}, and the database has {recorded} records: it may "
        "have been restored from a backup. Restore a newer one, or go on under a new key and "
        "origin.",
    )
