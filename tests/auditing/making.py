"""What does an honest log make of its records, and what evidence of a pack? Built from the page
of the format alone: it shares nothing with the program that it is there to test."""

import hmac
import json
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.auditing import tree

JSON = dict[str, Any]
ORIGIN = "log.example.cn/battery-custody-2025a"
BEGIN = datetime(2025, 3, 3, tzinfo=UTC)
PRIVATE = {"operator", "depositor", "order", "note", "signature", "previous", "terminal_sequence"}
MANY = {"batteries", "accepted", "rejected", "missing", "extra", "counted", "children"}


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def jcs(value: Any) -> str:
    """RFC 8785 of what has ASCII keys and no fractions but short ones."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def movement_id(n: int) -> str:
    return f"0195a5c2-7b1e-7c3d-9a10-{n:012x}"


class Signer:
    """A key pair by name, the same on every run; for notes it has a name and a kind."""

    def __init__(self, seed: str, name: str = "", kind: int = 1) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest())
        self.public = self.private.public_key().public_bytes_raw()
        self.name, self.kind = name or seed, kind

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    def line(self, text: str, at: int = 0) -> str:
        """Sign the text of a note, or cosign it."""
        if self.kind == 4:
            message = f"cosignature/v1\ntime {at}\n{text}".encode()
            blob = self.id + at.to_bytes(8, "big") + self.private.sign(message)
        else:
            blob = self.id + self.private.sign(text.encode())
        return f"— {self.name} {b64encode(blob).decode()}\n"


LOG = Signer("log", ORIGIN)
WITNESSES = (Signer("w1", "witness.example/w1", 4), Signer("w2", "audit.example/w2", 4))


def policy(quorum: str = "both", log: Signer = LOG, witnesses: Iterable[Signer] = WITNESSES) -> str:
    lines = [f"log {log.vkey} https://{ORIGIN}", "", "# 两位见证人"]
    lines += [f"witness w{n} {one.vkey}" for n, one in enumerate(witnesses, 1)]
    return "\n".join([*lines, "group both all w1 w2", f"quorum {quorum}", ""])


def sign(body: JSON, key: Signer | None) -> bytes:
    """Write a movement as its terminal sends it: with spaces, in no canonical order."""
    if key is not None:
        signature = key.private.sign(b"custody-movement/v1\n" + jcs(body).encode())
        body = {"signature": b64(signature), **body}
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def normal(ref: str) -> str:
    """Of the codes in these tests."""
    scheme, _, code = ref.partition(":")
    return f"{scheme}:{code.upper().replace('-', '').replace(' ', '')}"


def content(subject: str, body: JSON) -> Any:
    """The `x` of a subject that is not a record's first."""
    if subject.partition(":")[0] not in ("battery", "consignment"):
        return None
    said: JSON = {}
    for name, value in body.items():
        if name == "values":
            said[name] = content(subject, value)
        elif name in MANY:
            refs = [(one["battery"] if name == "rejected" else one, one) for one in value]
            kept = [one for ref, one in refs if f"battery:{normal(ref)}" == subject]
            said.update({name: kept} if kept else {})
        elif name not in PRIVATE:
            said[name] = value
    for output in said.get("outputs", ()):
        if isinstance(output.get("assay_pct"), float):
            output["assay_pct"] = repr(output["assay_pct"])
    return said


@dataclass
class Record:
    """A record of the ledger, and what the log made of it."""

    position: int
    body: bytes
    subjects: tuple[str, ...]
    entry: str
    items: list[str]
    key: bytes

    @property
    def leaf(self) -> bytes:
        return tree.leaf_hash(self.entry.encode())

    def salt(self, k: int) -> bytes:
        return hmac.digest(self.key, k.to_bytes(8, "big"), "sha256")

    def commitments(self) -> list[bytes]:
        return [
            tree.leaf_hash(sha256(b"custody-item/v1\n" + self.salt(k) + one.encode()).digest())
            for k, one in enumerate(self.items, 1)
        ]


@dataclass
class Log:
    """Records in their order, with the tree over them."""

    records: list[Record] = field(default_factory=list)
    last: dict[str, tuple[int, str]] = field(default_factory=dict)  # version, leaf hash
    heads_rows: dict[int, list[tuple[str, bytes, int, bytes]]] = field(default_factory=dict)
    now: datetime = BEGIN

    @property
    def size(self) -> int:
        return len(self.records)

    @property
    def leaves(self) -> list[bytes]:
        return [record.leaf for record in self.records]

    def record(self, body: bytes, subjects: Iterable[str], **entry: Any) -> Record:
        """Append a record; `entry` overrules what its leaf would honestly say."""
        said = json.loads(body)
        self.now += timedelta(minutes=7, milliseconds=13)
        at = instant(self.now)
        key = sha256(b"record key %d" % self.size).digest()
        record = Record(self.size + 1, body, tuple(subjects), "", [], key)
        for k, subject in enumerate(record.subjects, 1):
            n, p = self.last.get(subject, (0, None))
            x = content(subject, json.loads(body))
            if k == 1:
                x = {"posted_by": "key-1", "remarks": None, "sent_at": at}
            record.items.append(jcs({"n": n + 1, "p": p, "s": subject, "x": x}))
        claimed = datetime.fromisoformat(said["occurred_at"]) if "id" in said else self.now
        record.entry = jcs(
            {
                "b": b64(sha256(b"custody-body/v1\n" + record.salt(0) + body).digest()),
                "e": said.get("id"),
                "i": b64(tree.root(record.commitments())),
                "m": len(record.items),
                "o": instant(claimed.astimezone(UTC)),
                "r": at,
                "t": said["type"],
                "v": 1,
                **entry,
            }
        )
        self.records.append(record)
        for subject in record.subjects:
            n = self.last.get(subject, (0, None))[0]
            self.last[subject] = (n + 1, b64(record.leaf))
        return record

    def heads(self, **overruled: Any) -> Record:
        """Append a heads leaf over every battery."""
        rows = []
        for subject, (version, leaf) in self.last.items():
            if subject.startswith("battery:"):
                salt = sha256(subject.encode()).digest()[:16]
                reference = sha256(b"custody-ref/v1\n" + salt + subject.encode()).digest()
                data = reference + version.to_bytes(8, "big") + _unb64(leaf)
                rows.append((subject, salt, version, data))
        rows.sort(key=lambda row: row[3])
        root = tree.root([tree.leaf_hash(row[3]) for row in rows])
        said = {"rows": len(rows), "root": b64(root), "through": self.size, "type": "heads"}
        record = self.record(jcs({**said, **overruled}).encode(), ())
        self.heads_rows[record.position] = rows
        return record

    def note(self, size: int, at: int, log: Signer = LOG, by: Iterable[Signer] = WITNESSES) -> str:
        """Sign a checkpoint and have it cosigned, each witness a second later."""
        root = b64encode(tree.root(self.leaves[:size])).decode()
        text = f"{log.name}\n{size}\n{root}\n"
        lines = [one.line(text, at + n) for n, one in enumerate(by, 1)]
        return f"{text}\n{log.line(text)}{''.join(lines)}"

    # What the log hands to an auditor.

    def fact(self, position: int, size: int, subjects: Iterable[str], body: bool = True) -> JSON:
        record = self.records[position - 1]
        commitments = record.commitments()
        items = [
            {
                "k": k,
                "item": record.items[k - 1],
                "salt": b64(record.salt(k)),
                "proof": [*map(b64, tree.path(k - 1, commitments))],
            }
            for k, subject in enumerate(record.subjects, 1)
            if subject in subjects or (body and subject.startswith("terminal:"))
        ]
        return {**self._leaf(record, size, body), "items": items}

    def _leaf(self, record: Record, size: int, body: bool) -> JSON:
        path = tree.path(record.position - 1, self.leaves[:size])
        disclosed = {"body": b64(record.body), "body_salt": b64(record.salt(0))}
        leaf = {"index": record.position - 1, "entry": record.entry, "proof": [*map(b64, path)]}
        return {**leaf, **(disclosed if body else {})}

    def heads_fact(self, position: int, size: int, subjects: Iterable[str]) -> JSON:
        rows = self.heads_rows[position]
        hashes = [tree.leaf_hash(row[3]) for row in rows]
        shown = [
            {
                "subject": subject,
                "salt": b64(salt),
                "version": version,
                "leaf": b64(data[40:]),
                "row": k,
                "proof": [*map(b64, tree.path(k, hashes))],
            }
            for k, (subject, salt, version, data) in enumerate(rows)
            if subject in subjects
        ]
        return {**self._leaf(self.records[position - 1], size, body=True), "rows": shown}

    def evidence(
        self,
        *codes: str,
        checkpoints: list[tuple[int, int]],
        heads: int | None = None,
        withheld: Iterable[int] = (),
        destroyed: Iterable[int] = (),
    ) -> JSON:
        """The bundle of a pack: `checkpoints` are (size, time), the last one the bundle's own."""
        subjects = [f"battery:{code}" for code in codes]
        *earlier, (size, at) = checkpoints
        about = [r for r in self.records[:size] if not {*subjects}.isdisjoint(r.subjects)]
        keys = [r for r in self.records[:size] if b'"terminal_registered"' in r.body]
        gone = {f"redaction:{position}" for position in destroyed}
        announced = [
            self.fact(r.position, size, r.subjects[:1])
            for r in self.records[:size]
            if not gone.isdisjoint(r.subjects[:1])
        ]
        facts = [
            self._leaf(r, size, body=False) | {"items": []}
            if f"redaction:{r.position}" in gone
            else self.fact(r.position, size, subjects, r.position not in withheld)
            for r in about
        ]
        return {
            "manifest": {
                "version": "evidence-v1",
                "battery": codes[0],
                "origin": ORIGIN,
                "size": size,
                "made_at": instant(datetime.fromtimestamp(at + 60, UTC)),
            },
            "checkpoint": self.note(size, at),
            "subjects": subjects,
            "facts": facts,
            "heads": heads and self.heads_fact(heads, size, subjects),
            "keys": [self.fact(r.position, size, ()) for r in keys],
            "checkpoints": [
                {
                    "note": self.note(n, when),
                    "consistency": [*map(b64, tree.proof(n, self.leaves[:size]))],
                }
                for n, when in earlier
            ],
            **({"redactions": announced} if announced else {}),
        }


def _unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
