"""Does this evidence hold a battery's whole history, and has nobody changed it?

A program of one file, for someone who does not trust whoever handed the evidence over. It needs
Python 3.9 or newer and the package `cryptography`, no network, and nothing else of the service:

    python custody_verify.py --policy POLICY BUNDLE.json

POLICY says whose signatures count. Get it from somebody other than the maker of the bundle.
The exit code is 0: whole and unchanged; 1: something is wrong; 2: the question was unusable.

Sections: 1 strict reading · 2 the Merkle tree · 3 keys, policy and notes · 4 what a bundle says
· 5 what is found · 6 the checks, in order · 7 what is told · 8 words · 9 the command.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import sys
import time
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write("需要 cryptography 软件包 / the package `cryptography` is needed\n")
    raise SystemExit(2) from None

VERSION = "1.0"
BUNDLE_BYTES_MAX = 256 * 1024 * 1024
POLICY_BYTES_MAX = 1024 * 1024
DEPTH_MAX = 64  # of nested JSON
DIGITS_MAX = 20  # of a whole number
INTEGER_MAX = 2**53 - 1
SIGNATURES_MAX = 100  # lines of one note
NAMES_MAX = 256  # of witnesses and groups in a policy
HEADS_OLD_MAX_S = 24 * 3600  # that a heads leaf may be older than the checkpoint, unremarked
AHEAD_MAX_S = 300  # that somebody's clock may be ahead of ours, or of a witness's

# ---------------------------------------------------------------------------------------------
# 1. Strict reading. There is one way to write a thing; whatever is written otherwise is refused.


class Malformed(Exception):
    """Something is not written as the format says: a stable code, the place, particulars."""

    def __init__(self, code: str, where: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code, self.where, self.params = code, where, params


class Fraction(float):
    """A number with a fraction or an exponent, which remembers how it was written."""

    text = ""


def read_json(raw: bytes, where: str = "", fractions: bool = False) -> Any:
    """Read JSON: no key twice, no NaN, no byte-order mark, no half of a surrogate pair."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for key, n in Counter(key for key, _ in pairs).items() if n > 1)
            raise Malformed("duplicate_key", where, key=twice)
        return found

    def whole_number(text: str) -> int:
        if len(text) > DIGITS_MAX:
            raise ValueError(text)
        return int(text)

    def fraction(text: str) -> Fraction:
        number = Fraction(text)
        number.text = text
        if not fractions or number - number != 0:  # an infinite one differs from itself
            raise ValueError(text)
        return number

    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=once,
            parse_int=whole_number,
            parse_float=fraction,
            parse_constant=fraction,
        )
        _look_through(value, 0)
    except (ValueError, RecursionError):
        raise Malformed("not_json", where) from None
    return value


def _look_through(value: Any, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise ValueError(depth)
    if isinstance(value, str):
        if not value.isascii():
            value.encode("utf-8")  # fails on half of a surrogate pair
    elif isinstance(value, dict):
        _look_through([*value, *value.values()], depth)
    elif isinstance(value, list):
        for one in value:
            _look_through(one, depth + 1)


def canonical(value: Any) -> str:
    """Write a value in the one form of RFC 8785 (JCS)."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) or (type(value) is int and abs(value) > INTEGER_MAX):
        return ecmascript(float(value))
    return _write(value)


_write = json.JSONEncoder(ensure_ascii=False).encode  # escapes what RFC 8785 does, and as it does


def ecmascript(number: float) -> str:
    """Write a number as ECMAScript does: the shortest digits that read back as the same double."""
    if number == 0:
        return "0"
    sign, ten, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits = "".join(map(str, ten))
    point = len(digits) + int(exponent)  # where it stands: 0 is before the first digit
    if 0 < point <= 21:
        whole = digits[:point].ljust(point, "0")
        text = whole + ("." + digits[point:] if point < len(digits) else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + f"e{point - 1:+d}"
    return "-" * sign + text


def unbase64(text: Any, where: str = "", length: int | None = None, url: bool = True) -> bytes:
    """Decode base64url without padding, or (not `url`) base64 with it, in its one spelling."""
    data = b""
    if isinstance(text, str) and text.isascii():
        try:
            padded = text + "=" * (-len(text) % 4) if url else text
            data = base64.b64decode(padded, b"-_" if url else None, validate=True)
        except ValueError:
            raise Malformed("base64_malformed", where) from None
    if text != base64url(data) if url else text != base64.b64encode(data).decode():
        raise Malformed("base64_malformed", where)
    if length is not None and len(data) != length:
        raise Malformed("wrong_length", where, length=length)
    return data


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def millis(text: Any) -> int | None:
    """Read RFC 3339 as milliseconds since 1970."""
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    *clock, part, sign, hours, minutes = match.groups()
    try:
        local = datetime(*map(int, clock), tzinfo=timezone.utc)  # type: ignore[arg-type, misc]
        ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        utc = local + ahead if sign == "-" else local - ahead
    except (ValueError, OverflowError):
        return None
    return (utc - _EPOCH) // timedelta(seconds=1) * 1000 + int(((part or "") + "000")[:3])


# ---------------------------------------------------------------------------------------------
# 2. The Merkle tree of RFC 9162, section 2.1, with SHA-256.


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


EMPTY_ROOT = sha256()


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00", entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01", left, right)


def root_of(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Climb from a leaf to the root (2.1.3.2); None if the proof's length fits no such leaf."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if here % 2 == 1 or here == last:
            found = node_hash(sibling, found)
            while here % 2 == 0 and here != 0:  # a border without a right sibling
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(
    size: int, root: bytes, later_size: int, later_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the later tree begins with the earlier one, leaf by leaf (2.1.4.2)."""
    if size == later_size:
        return root == later_root and not proof
    if not 0 <= size < later_size:
        return False
    if size == 0:
        return root == EMPTY_ROOT and not proof
    path = [*([root] if size & (size - 1) == 0 else []), *proof]
    if not path:
        return False
    here, last = size - 1, later_size - 1
    while here % 2 == 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if here % 2 == 1 or here == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while here % 2 == 0 and here != 0:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and old == root and new == later_root


# ---------------------------------------------------------------------------------------------
# 3. Keys (Ed25519), the policy (C2SP tlog-policy), and signed notes (C2SP signed-note,
#    tlog-checkpoint, tlog-cosignature).

_FIELD = 2**255 - 19
_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_LOW_ORDER = {0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8}  # y of the eight points of the torsion

LOG_KEY, WITNESS_KEY = 1, 4
_SPACE_OR_PLUS = re.compile(r"[\s+]")


class Key(NamedTuple):
    """A key by the name and the id that its signature lines bear."""

    name: str
    id: bytes
    public: bytes


def is_weak(public: bytes) -> bool:
    """Tell a key under which signatures prove nothing: of low order, or not in its one spelling."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return y >= _FIELD or y in _LOW_ORDER


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_vkey(text: str, kind: int) -> Key:
    """Read `name+id+base64(kind, key)`; the id must be the one that name and key give."""
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    data = unbase64(encoded, length=33, url=False)
    id_ = sha256(name.encode("utf-8", "surrogateescape"), b"\n", data)[:4]
    if not name or _SPACE_OR_PLUS.search(name) or number != id_.hex() or data[0] != kind:
        raise Malformed("vkey")
    if is_weak(data[1:]):
        raise Malformed("weak_key")
    return Key(name, id_, data[1:])


@dataclass
class Policy:
    """Whose signatures count, and how many witnesses are enough."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = ""

    def is_met(self, present: Sequence[str], name: str = "") -> bool:
        """Tell whether these witnesses are a quorum, or enough for the group of a name."""
        name = name or self.quorum
        if name in self.groups:
            enough, members = self.groups[name]
            return sum(self.is_met(present, one) for one in members) >= enough
        return name in present or name == "none"


def read_policy(raw: bytes) -> Policy:
    """Read a policy file; raises Malformed with the line at fault."""
    policy = Policy()
    members: list[str] = []
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", raw):
        raise Malformed("policy_malformed", "control character (CRLF?)")
    for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = re.split("[ \t]+", line.strip(" \t"))
        if words[0] == "" or words[0].startswith("#"):
            continue
        try:
            _read_rule(policy, words, members)
            if len(policy.witnesses) + len(policy.groups) > NAMES_MAX:
                raise ValueError(number)
        except (Malformed, ValueError, IndexError):
            raise Malformed("policy_malformed", f"line {number}") from None
    publics = [key.public for key in (*policy.logs, *policy.witnesses.values())]
    if not policy.logs or not policy.quorum or len(set(publics)) < len(publics):
        raise Malformed("policy_malformed", "no log, no quorum, or one key twice")
    return policy


def _read_rule(policy: Policy, words: list[str], members: list[str]) -> None:
    kind, name, rest = words[0], words[1], words[2:]
    known = {*policy.witnesses, *policy.groups}
    if kind == "log" and len(rest) <= 1:
        policy.logs.append(read_vkey(name, LOG_KEY))
    elif kind == "witness" and 1 <= len(rest) <= 2 and name not in {*known, "none"}:
        policy.witnesses[name] = read_vkey(rest[0], WITNESS_KEY)
    elif kind == "group" and len(rest) >= 2 and name not in {*known, "none"}:
        threshold, *own = rest
        members += own
        if not known.issuperset(own) or len(set(members)) < len(members):
            raise ValueError(own)
        if threshold not in {"any", "all"} and not re.fullmatch("[1-9][0-9]{0,5}", threshold):
            raise ValueError(threshold)
        enough = {"any": 1, "all": len(own)}.get(threshold) or int(threshold)
        if enough > len(own):
            raise ValueError(threshold)
        policy.groups[name] = (enough, own)
    elif kind == "quorum" and not rest and not policy.quorum and name in {*known, "none"}:
        policy.quorum = name
    else:
        raise ValueError(kind)


@dataclass
class Checkpoint:
    """A tree of so many leaves with this root, and who signed that."""

    where: str
    text: bytes
    origin: str
    size: int
    root: bytes
    lines: list[tuple[str, bytes]]
    times: dict[str, int] = field(default_factory=dict)
    """Witness of the policy → when it cosigned, in seconds."""
    proof: list[bytes] = field(default_factory=list)

    def after(self) -> int | None:
        """No witness had seen more than this tree before then."""
        return min(self.times.values(), default=None)

    def by(self, policy: Policy) -> int | None:
        """When enough witnesses had seen it."""
        for moment in sorted(self.times.values()):
            if policy.is_met([name for name, at in self.times.items() if at <= moment]):
                return moment if policy.quorum != "none" else max(self.times.values())
        return None


def read_note(note: str, where: str) -> Checkpoint:
    """Take a signed note apart; nothing in it counts before its signatures are verified."""
    body, blank, below = note.rpartition("\n\n")
    lines = below.split("\n")
    parts = body.split("\n")
    sound = blank and not re.search(r"[\x00-\x09\x0b-\x1f]", note) and lines.pop() == ""
    if not sound or len(parts) != 3 or not 0 < len(lines) <= SIGNATURES_MAX:
        raise Malformed("note_malformed", where)
    origin, size, root = parts
    if not origin or not re.fullmatch("0|[1-9][0-9]{0,17}", size):
        raise Malformed("note_malformed", where)
    signed = []
    for line in lines:
        match = re.fullmatch(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
        blob = unbase64(match[2], where, url=False) if match else b""
        if match is None or len(blob) < 5:
            raise Malformed("note_malformed", where)
        signed.append((match[1], blob))
    text = (body + "\n").encode("utf-8")
    return Checkpoint(where, text, origin, int(size), unbase64(root, where, 32, url=False), signed)


# ---------------------------------------------------------------------------------------------
# 4. What a bundle says. Here only its shape is looked at, and binary values are decoded.


@dataclass
class Item:
    """What one fact says of one subject, committed to by the k-th leaf of the fact's own tree."""

    where: str
    k: int
    item: str
    salt: bytes
    proof: list[bytes]
    # What the text says, once it has been read: version, previous leaf, subject, content.
    n: int = 0
    p: str | None = None
    s: str = ""
    x: Any = None


@dataclass
class Fact:
    """One leaf of the log, and what of it is disclosed."""

    where: str
    index: int
    entry: str
    proof: list[bytes]
    items: list[Item] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    body: bytes | None = None
    body_salt: bytes | None = None
    leaf: bytes = b""
    says: dict[str, Any] = field(default_factory=dict)  # the entry; empty if it is malformed
    told: Any = None  # the disclosed body, read
    signature: str = "withheld"
    announced: Fact | None = None  # the fact that told of its destruction

    @property
    def type(self) -> str:
        return str(self.says.get("t", "")).partition(".v")[0]

    def millis(self, name: str) -> int:
        return millis(self.says.get(name)) or 0


Link = tuple[Item, Fact]  # what a fact says of a subject, and the fact


class Row(NamedTuple):
    """What the heads leaf says of one subject: its last version then, and the leaf holding it."""

    where: str
    subject: str
    salt: bytes
    version: int
    leaf: bytes
    row: int
    proof: list[bytes]


@dataclass
class Earlier:
    """An earlier checkpoint, and the proof that the bundle's own begins with it."""

    where: str
    note: str
    consistency: list[bytes]


@dataclass
class Bundle:
    """The whole file."""

    manifest: dict[str, Any]
    checkpoint: str
    subjects: list[str]
    facts: list[Fact]
    heads: Fact | None
    keys: list[Fact]
    checkpoints: list[Earlier]
    redactions: list[Fact] = field(default_factory=list)
    links: dict[str, list[Link]] = field(default_factory=dict)
    """What facts say of each subject of the pack, by version."""

    def leaves(self) -> list[Fact]:
        return [*self.facts, *self.keys, *self.redactions, *([self.heads] if self.heads else [])]

    def redacted(self) -> dict[bytes, Fact]:
        """Return the facts that show nothing but their leaf."""
        return {fact.leaf: fact for fact in self.facts if not fact.items}


def _is(wanted: str, so: Callable[[Any], bool]) -> Callable[[Any, str], Any]:
    def checked(value: Any, where: str) -> Any:
        if not so(value):
            raise Malformed("wrong_type", where, wanted=wanted)
        return value

    return checked


is_text = _is("string", lambda value: isinstance(value, str))
is_count = _is("0 … 2^53-1", lambda value: type(value) is int and 0 <= value <= INTEGER_MAX)
is_instant = _is("RFC 3339", lambda value: millis(value) is not None)
is_hash, is_salt_of_subject = partial(unbase64, length=32), partial(unbase64, length=16)


def or_null(shape: Any) -> Callable[[Any, str], Any]:
    return lambda value, where: None if value is None else shaped(value, shape, where)


_LEAF = {"index": is_count, "entry": is_text, "proof": [is_hash]}
_BODY = {"body?": unbase64, "body_salt?": is_hash}
_ITEM = (Item, {"k": is_count, "item": is_text, "salt": is_hash, "proof": [is_hash]})
_FACT = (Fact, {**_LEAF, **_BODY, "items": [_ITEM]})
_REDACTION = (Fact, {**_LEAF, "body": unbase64, "body_salt": is_hash, "items": [_ITEM]})
_ROW = {"subject": is_text, "salt": is_salt_of_subject, "version": is_count, "leaf": is_hash}
_HEADS = (Fact, {**_LEAF, **_BODY, "rows": [(Row, {**_ROW, "row": is_count, "proof": [is_hash]})]})
_NAMES = {"version": is_text, "battery": is_text, "origin": is_text}
EVIDENCE_V1 = {
    "manifest": {**_NAMES, "size": is_count, "made_at": is_instant},
    "checkpoint": is_text,
    "subjects": [is_text],
    "facts": [_FACT],
    "heads": or_null(_HEADS),
    "keys": [_FACT],
    "checkpoints": [(Earlier, {"note": is_text, "consistency": [is_hash]})],
    "redactions?": [_REDACTION],
}
ENTRY = {"b": is_hash, "e": or_null(is_text), "i": is_hash, "m": is_count}
ENTRY |= {"o": is_instant, "r": is_instant, "t": is_text, "v": is_count}
ITEM_TEXT = {"n": is_count, "p": or_null(is_hash), "s": is_text, "x": lambda value, _: value}
HEADS_BODY = {"rows": is_count, "root": is_hash, "through": is_count, "type": is_text}
REDACTION_BODY = {"type": is_text, "position": is_count, "movement": is_text}
REDACTION_BODY |= {"reason": is_text, "case?": is_text}


def shaped(value: Any, shape: Any, where: str = "") -> Any:
    """Read a value as a shape says: a list of one shape, an object of many, a class, a function.

    No key may be missing but those with a question mark, and there may be no others.
    """
    if isinstance(shape, tuple):
        kind, inner = shape
        return kind(where=where, **shaped(value, inner, where))
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise Malformed("wrong_type", where, wanted="[…]")
        return [shaped(one, shape[0], f"{where}/{n}") for n, one in enumerate(value)]
    if not isinstance(shape, dict):
        return shape(value, where)
    if not isinstance(value, dict):
        raise Malformed("wrong_type", where, wanted="{…}")
    known = {key.rstrip("?"): key for key in shape}
    for key in value:
        if key not in known:
            raise Malformed("unknown_key", where, key=key)
    for key, named_so in known.items():
        if named_so == key and key not in value:
            raise Malformed("missing_key", where, key=key)
    return {key: shaped(one, shape[known[key]], f"{where}/{key}") for key, one in value.items()}


def read_bundle(raw: bytes) -> Bundle:
    """Read the file; raises Malformed at the first thing that is not as `evidence-v1` says."""
    bundle = Bundle(**shaped(read_json(raw), EVIDENCE_V1))
    if bundle.manifest["version"] != "evidence-v1":
        raise Malformed("version_unknown", "/manifest/version")
    once = len(set(bundle.subjects)) == len(bundle.subjects)
    if not once or not all(subject.startswith("battery:") for subject in bundle.subjects):
        raise Malformed("wrong_type", "/subjects", wanted="battery:…")
    for fact in bundle.leaves():
        if (fact.body is None) != (fact.body_salt is None):
            raise Malformed("missing_key", fact.where, key="body, body_salt")
        fact.leaf = leaf_hash(fact.entry.encode("utf-8"))
    return bundle


# ---------------------------------------------------------------------------------------------
# 5. What is found.


class Finding(NamedTuple):
    """A code of section 8, the place in the bundle (a JSON pointer), and particulars."""

    code: str
    where: str
    params: dict[str, Any]


@dataclass
class Report:
    """What was looked at, and what is wrong with it."""

    now: int
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    bundle: Bundle | None = None
    checkpoint: Checkpoint | None = None
    through: int | None = None  # the heads leaf speaks of everything up to this position
    brackets: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)
    """Index of a leaf → recorded after and by, as witnesses say, in seconds."""

    def wrong(self, code: str, where: str = "", **params: Any) -> None:
        self.errors.append(Finding(code, where, params))

    def doubt(self, strict: bool, code: str, where: str = "", **params: Any) -> None:
        """Report what is an error only if the asker insists on it."""
        (self.errors if strict else self.warnings).append(Finding(code, where, params))

    def is_ahead(self, seconds: float) -> bool:
        return seconds > self.now + AHEAD_MAX_S


class Wishes(NamedTuple):
    """What the asker insists on."""

    battery: str | None = None
    heads: bool = False
    signatures: bool = False


# ---------------------------------------------------------------------------------------------
# 6. The checks, in order. Everything that is claimed is checked; after an error it goes on.


def verify(policy: Policy, raw: bytes, now: int, wishes: Wishes) -> Report:
    """Check a bundle against a policy (read in step 1) as of `now`, in seconds since 1970."""
    report = Report(now)
    try:
        bundle = report.bundle = read_bundle(raw)  # step 2
    except Malformed as error:
        report.wrong(error.code, error.where, **error.params)
        return report
    report.checkpoint = check_note(report, policy, bundle.checkpoint, "/checkpoint")
    check_manifest(report, bundle, wishes)
    check_leaves(report, bundle)
    check_inclusion(report, bundle)
    check_items(report, bundle)
    check_versions(report, bundle, wishes)
    check_links(report, bundle)
    check_heads(report, bundle, wishes)
    check_bodies(report, bundle)
    check_redactions(report, bundle)
    check_signatures(report, bundle, wishes)
    check_times(report, policy, bundle, wishes)
    return report


def check_note(report: Report, policy: Policy, note: str, where: str) -> Checkpoint | None:
    """Steps 3 to 5: check a checkpoint and who signed it; None if it cannot even be read."""
    try:
        found = read_note(note, where)
    except Malformed:
        report.wrong("note_malformed", where)
        return None
    by_log = []
    for name, blob in found.lines:
        for key in policy.logs:
            if (name, blob[:4]) == (key.name, key.id):
                own = name == found.origin
                by_log.append(own and verifies(key.public, blob[4:], found.text))
        for witness, key in policy.witnesses.items():
            if (name, blob[:4]) == (key.name, key.id):
                _cosignature(report, found, witness, key, blob[4:])
    if not by_log or not all(by_log):  # a bad signature by a known key spoils the note
        report.wrong("log_signature", where, name=found.origin)
    if not policy.is_met([*found.times]):
        report.wrong("quorum", where, quorum=policy.quorum, present=", ".join(found.times) or "-")
    report.checked["checkpoints"] += 1
    report.checked["cosignatures"] += len(found.times)
    return found


def _cosignature(report: Report, found: Checkpoint, witness: str, key: Key, blob: bytes) -> None:
    at = int.from_bytes(blob[:8], "big")
    message = b"cosignature/v1\ntime %d\n" % at + found.text
    if len(blob) != 72 or at >= 2**63 or not verifies(key.public, blob[8:], message):
        report.wrong("cosignature", found.where, name=witness)
    elif report.is_ahead(at):
        report.wrong("timestamp_in_future", found.where, name=witness)
    else:  # however often it signs, a witness is one
        found.times[witness] = min(at, found.times.get(witness, at))


def check_manifest(report: Report, bundle: Bundle, wishes: Wishes) -> None:
    """The manifest says what the rest says, and is about the battery that was asked for."""
    manifest, checkpoint = bundle.manifest, report.checkpoint
    asked = manifest["battery"] if wishes.battery is None else normal(wishes.battery)
    if asked != manifest["battery"] or f"battery:{asked}" not in bundle.subjects:
        report.wrong("other_battery", "/manifest/battery", battery=asked)
    if checkpoint and manifest["origin"] != checkpoint.origin:
        report.wrong("origin_differs", "/manifest/origin", origin=checkpoint.origin)
    if checkpoint and manifest["size"] != checkpoint.size:
        report.wrong("size_differs", "/manifest/size", size=checkpoint.size)
    if report.is_ahead((millis(manifest["made_at"]) or 0) / 1000):
        report.wrong("timestamp_in_future", "/manifest/made_at", name="made_at")


_UTC_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_TYPE = re.compile(r"[a-z][a-z_]*(\.v([2-9]|[1-9][0-9]+))?")
_MOVEMENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def check_leaves(report: Report, bundle: Bundle) -> None:
    """Step 6: each entry is in its one form; facts come in the log's order, each of them once."""
    for fact in bundle.leaves():
        try:
            fact.says = read_entry(fact.entry, fact.where)
        except Malformed:
            report.wrong("leaf_malformed", fact.where)
    for facts in (bundle.facts, bundle.keys, bundle.redactions):
        for one, two in zip(facts, facts[1:]):
            if two.index < one.index:
                report.wrong("facts_out_of_order", two.where)
    seen: dict[Any, str] = {}
    for fact in bundle.leaves():
        names = {fact.index, fact.leaf, fact.says.get("e") or fact.index}
        others = {seen[name] for name in names if name in seen}
        if others:
            report.wrong("duplicate_fact", fact.where, other=min(others))
        seen.update(dict.fromkeys(names, fact.where))
    report.checked["facts"] = len(bundle.facts)


def read_entry(text: str, where: str) -> dict[str, Any]:
    """Read what a leaf says; raises Malformed."""
    said = read_json(text.encode("utf-8"), where)
    shaped(said, ENTRY, where)
    sound = (
        canonical(said) == text
        and said["v"] == 1
        and _UTC_TIME.fullmatch(said["o"])
        and _UTC_TIME.fullmatch(said["r"])
        and _TYPE.fullmatch(said["t"])
        and (said["o"] == said["r"] if said["e"] is None else _MOVEMENT_ID.fullmatch(said["e"]))
    )
    if not sound:
        raise Malformed("leaf_malformed", where)
    return dict(said)


def check_inclusion(report: Report, bundle: Bundle) -> None:
    """Step 7: each leaf is in the tree that the checkpoint signs, at the index claimed for it."""
    checkpoint = report.checkpoint
    if checkpoint is None:
        return
    for fact in bundle.leaves():
        if fact is bundle.heads and fact.index >= checkpoint.size:
            report.wrong("heads_newer_than_checkpoint", fact.where, index=fact.index)
        elif root_of(fact.index, checkpoint.size, fact.leaf, fact.proof) != checkpoint.root:
            report.wrong("inclusion", fact.where, index=fact.index)
        report.checked["inclusion_proofs"] += 1


def check_items(report: Report, bundle: Bundle) -> None:
    """Step 8: each item is what its leaf commits to, of this pack or the fact's own terminal."""
    pack = {*bundle.subjects}
    told = {f"redaction:{fact.index + 1}" for fact in bundle.redacted().values()}
    for facts, may in ((bundle.facts, pack), (bundle.keys, set()), (bundle.redactions, told)):
        for fact in facts:
            for item in fact.items:
                if not (fact.says and _check_item(report, fact, item)):
                    continue
                own = fact.body is not None and item.s.startswith("terminal:")
                if item.s in may & pack:
                    bundle.links.setdefault(item.s, []).append((item, fact))
                elif item.s not in may and not own:
                    report.wrong("foreign_subject", item.where, subject=item.s)
            if any(two.k <= one.k for one, two in zip(fact.items, fact.items[1:])):
                report.wrong("item_malformed", fact.where)
    for links in bundle.links.values():
        links.sort(key=lambda link: link[0].n)


def _check_item(report: Report, fact: Fact, item: Item) -> bool:
    data = item.item.encode("utf-8")
    try:
        said = read_json(data, item.where)
        shaped(said, ITEM_TEXT, item.where)
        if canonical(said) != item.item or said["n"] < 1 or (said["p"] is None) != (said["n"] == 1):
            raise Malformed("item_malformed")
    except Malformed:
        report.wrong("item_malformed", item.where)
        return False
    item.n, item.p, item.s, item.x = said["n"], said["p"], said["s"], said["x"]
    commitment = sha256(b"custody-item/v1\n", item.salt, data)
    root = root_of(item.k - 1, fact.says["m"], leaf_hash(commitment), item.proof)
    if root is None:
        report.wrong("item_proof", item.where, subject=item.s)
    elif base64url(root) != fact.says["i"]:
        report.wrong("item_commitment", item.where, subject=item.s)
    report.checked["items"] += 1
    return True


def check_versions(report: Report, bundle: Bundle, wishes: Wishes) -> None:
    """Step 9: versions 1..n of every code of the pack are there, each naming the leaf before it."""
    redacted = bundle.redacted()
    shown: set[bytes] = set()
    for row in bundle.heads.rows if bundle.heads else ():
        links = bundle.links.get(row.subject, [])
        n, before = (links[-1][0].n, links[-1][1]) if links else (0, None)
        run = _run(before, redacted.get(row.leaf), redacted) if row.version > n + 1 else {}
        shown |= {row.leaf, *run}
    for subject in bundle.subjects:
        shown |= _check_chain(report, subject, bundle.links.get(subject, []), redacted)
    for leaf, fact in redacted.items():
        if leaf not in shown:
            report.wrong("foreign_subject", fact.where, subject="?")
        elif fact.type in JOINING:
            report.doubt(wishes.heads, "redacted_link", fact.where)
    terminals: dict[str, list[Link]] = {}
    for fact in sorted((*bundle.facts, *bundle.keys), key=lambda fact: fact.index):
        for item in fact.items:
            if item.n and item.s not in bundle.links:
                terminals.setdefault(item.s, []).append((item, fact))
    for subject, links in terminals.items():  # only some of a terminal's are shown: they must fit
        for (one, fact), (two, later) in zip(links, links[1:]):
            if two.n == one.n + 1:
                _follows(report, two, later, fact)
            elif not 0 < two.n - one.n <= later.index - fact.index:
                report.wrong("version_order", two.where, subject=subject, n=two.n)


def _check_chain(
    report: Report, subject: str, links: list[Link], redacted: dict[bytes, Fact]
) -> set[bytes]:
    """Follow the versions of one code; return the leaves that stand in it but show no item.

    Such is a fact whose key was destroyed; the one after it names its leaf all the same. Of several
    in a row the last is named so; of the others is known how many there are.
    """
    expected, before, shown = 1, None, set()
    for item, fact in links:
        hidden = redacted.get(unbase64(item.p)) if item.p else None
        missing = item.n - expected
        if hidden and missing == 1:
            if before and hidden.index <= before.index:
                report.wrong("version_order", item.where, subject=subject, n=expected)
            shown.add(hidden.leaf)
            expected, before = item.n, hidden
        elif hidden and 1 < missing <= len(run := _run(before, hidden, redacted)):
            report.doubt(False, "redacted_unplaced", item.where, subject=subject, n=missing)
            shown |= {*run}
            expected, before = item.n, hidden
        if item.n < expected:
            report.wrong("version_twice", item.where, subject=subject, n=item.n)
        elif item.n > expected:
            report.wrong("versions_gap", item.where, subject=subject, n=expected)
        elif before is not None:
            _follows(report, item, fact, before)
        expected, before = item.n + 1, fact
    if not links:
        report.wrong("versions_gap", "/subjects", subject=subject, n=1)
    return shown


def _run(before: Fact | None, last: Fact | None, redacted: dict[bytes, Fact]) -> dict[bytes, Fact]:
    """Return the facts without items that stand behind one fact, up to another without items."""
    after, until = before.index if before else -1, last.index if last else -1
    return {leaf: fact for leaf, fact in redacted.items() if after < fact.index <= until}


def _follows(report: Report, item: Item, fact: Fact, before: Fact) -> None:
    if item.p != base64url(before.leaf):
        report.wrong("previous_mismatch", item.where, subject=item.s, n=item.n)
    if fact.index <= before.index:
        report.wrong("version_order", item.where, subject=item.s, n=item.n)


def check_links(report: Report, bundle: Bundle) -> None:
    """The subjects are the codes that facts call one pack's: all of them, and no others (step 9).

    A link counts as it was last put right: of several takings back the greatest (o, e) wins.
    """
    told: dict[str, tuple[Fact, dict[str, Any]]] = {}
    for links in bundle.links.values():
        told.update((f.says["e"] or f.where, (f, i.x)) for i, f in links if isinstance(i.x, dict))
    takings = [one for one in told.values() if one[0].type in TAKING_BACK]
    takings.sort(key=lambda one: (one[0].millis("o"), one[0].says["e"] or ""))
    verdicts = {str(x.get("target")): x for _, x in takings}
    pack, beside = {*bundle.subjects}, dict[str, set[str]]()
    for name, (fact, x) in told.items():
        if fact.type in TAKING_BACK and str(x.get("target")) in told:
            continue  # it counts with its target
        verdict = verdicts.get(name, x)
        values = verdict.get("values")
        counts = {**x, **values} if isinstance(values, dict) else x
        # `new_code` joins nothing: what comes of a second life is another product.
        if isinstance(counts.get("same_as"), str) and verdict.get("type") != "void":
            joined = named({end: counts.get(end) for end in SAME})
            for code in sorted(joined - pack):
                report.wrong("linked_code_missing", fact.where, subject=code)
            for code in joined:
                beside.setdefault(code, set()).update(joined)
    own, waiting = set[str](), {f"battery:{bundle.manifest['battery']}"}
    while waiting:
        own.add(code := waiting.pop())
        waiting |= beside.pop(code, set()) - own
    hidden = any(finding.code == "redacted_link" for finding in report.warnings)
    for subject in bundle.subjects if own & {*bundle.links} and not hidden else ():
        if subject not in own:
            report.wrong("foreign_subject", "/subjects", subject=subject)


def check_heads(report: Report, bundle: Bundle, wishes: Wishes) -> None:
    """Step 10: every code's last version, as the heads leaf says it, is in the bundle."""
    heads = bundle.heads
    said = _read_heads(report, heads) if heads else None
    rows: dict[str, Row] = {}
    for row in heads.rows if heads and said else ():
        assert said is not None
        reference = sha256(b"custody-ref/v1\n", row.salt, row.subject.encode("utf-8"))
        leaf = leaf_hash(reference + row.version.to_bytes(8, "big") + row.leaf)
        root = root_of(row.row, said["rows"], leaf, row.proof)
        if root is None or base64url(root) != said["root"]:
            report.wrong("heads_row", row.where, subject=row.subject)
        if row.subject not in bundle.links or row.subject in rows:
            report.wrong("foreign_subject", row.where, subject=row.subject)
        rows[row.subject] = row
        report.checked["heads_rows"] += 1
    if said:
        through = said["through"]
        hidden = {leaf: one for leaf, one in bundle.redacted().items() if one.index < through}
        for subject in bundle.subjects:
            links = [one for one in bundle.links.get(subject, ()) if one[1].index < through]
            _check_tail(report, subject, links, rows.get(subject), hidden)
    if said and rows:
        report.through = said["through"]
    elif not heads or said:  # one from before the pack's first fact says nothing of it
        report.doubt(wishes.heads, "heads_absent", "/heads")


def _read_heads(report: Report, heads: Fact) -> dict[str, Any] | None:
    says = heads.says
    try:
        said = read_json(heads.body or b"", heads.where)
        shaped(said, HEADS_BODY, heads.where)
    except Malformed:
        said = None
    sound = (
        said
        and canonical(said).encode("utf-8") == heads.body
        and said["type"] == says.get("t") == "heads"
        and says["e"] is None
        and (says["m"], says["i"]) == (0, base64url(EMPTY_ROOT))
        and said["through"] <= heads.index
    )
    if not sound:
        report.wrong("heads_malformed", heads.where)
        return None
    return dict(said)


def _check_tail(
    report: Report, subject: str, links: list[Link], row: Row | None, hidden: dict[bytes, Fact]
) -> None:
    last, leaf = (links[-1][0].n, links[-1][1].leaf) if links else (0, b"")
    if row is None:
        if links:  # a code that came up later has no row yet
            report.wrong("heads_row", "/heads/rows", subject=subject)
        return
    run = _run(links[-1][1] if links else None, hidden.get(row.leaf), hidden)
    missing = row.version - last
    if missing == 1 and row.leaf in hidden:
        last, leaf = row.version, row.leaf
    elif 1 < missing <= len(run):
        report.doubt(False, "redacted_unplaced", row.where, subject=subject, n=missing)
        last, leaf = row.version, row.leaf
    if row.version > last:
        report.wrong("tail_missing", row.where, subject=subject, n=last + 1, to=row.version)
    elif row.version < last or row.leaf != leaf:
        report.wrong("heads_disagree", row.where, subject=subject, n=row.version)


PRIVATE = {"operator", "depositor", "order", "note", "signature", "previous", "terminal_sequence"}
LISTS = {"batteries", "accepted", "rejected", "missing", "extra", "counted", "children"}
SAME, ENDS = ("battery", "same_as"), ("battery", "same_as", "new_code")  # single references
TAKING_BACK = {"void", "correct"}
REFERRING = {*TAKING_BACK, "hand_on"}  # types that concern batteries which they do not name
JOINING = {"tag", "second_life", "correct"}  # types that may call two codes one pack's
_DROPPED = str.maketrans("", "", " \t\n\r-\u00ad\u2043\u2053\u2212")


def normal(ref: str) -> str:
    """Write `scheme:CODE` in its one spelling: widths and cases folded, no blanks and dashes."""
    scheme, colon, code = ref.partition(":")
    if code.isascii():
        return scheme + colon + code.translate(_DROPPED).upper()
    before = None
    while before != code:
        before = code
        code = unicodedata.normalize("NFKC", code).translate(_DROPPED)
        code = "".join(c for c in code if unicodedata.category(c) not in ("Zs", "Pd")).upper()
    return scheme + colon + code


def _ref(value: Any, key: str) -> Iterator[str]:
    value = value.get(key) if isinstance(value, dict) else value
    if isinstance(value, str):
        yield f"battery:{normal(value)}"


def named(body: dict[str, Any]) -> set[str]:
    """Return the batteries that a body names, as subjects."""
    found = {ref for end in ENDS for ref in _ref(body.get(end), "code")}
    for name in LISTS:
        many = body.get(name)
        for one in many if isinstance(many, list) else ():
            found.update(_ref(one, "battery"))
    values = body.get("values")
    return found | (named(values) if isinstance(values, dict) else set())


def derive(subject: str, body: dict[str, Any]) -> Any:
    """Return what a body says of a subject that is not its first: the rule of the item's `x`."""
    if subject.partition(":")[0] not in {"battery", "consignment"}:
        return None
    told = {}
    for key, value in body.items():
        if key == "values" and isinstance(value, dict):
            told[key] = derive(subject, value)
        elif key in LISTS and isinstance(value, list):
            own = [one for one in value if subject in _ref(one, "battery")]
            told.update({key: _as_text(own)} if own else {})
        elif key not in PRIVATE:
            told[key] = _as_text(value)
    return told


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return value.text if isinstance(value, Fraction) else value


def check_bodies(report: Report, bundle: Bundle) -> None:
    """Step 11: bodies are those that leaves commit to; entries and items say what bodies say."""
    for fact in bundle.leaves():
        if fact.body is not None and fact.says:
            commitment = sha256(b"custody-body/v1\n", fact.body_salt or b"", fact.body)
            if base64url(commitment) != fact.says["b"]:
                report.wrong("body_commitment", fact.where)
            try:
                fact.told = read_json(fact.body, fact.where, fractions=True)
            except Malformed as error:
                report.wrong(error.code, f"{fact.where}/body", **error.params)
            report.checked["bodies"] += 1
    pack = {*bundle.subjects}
    for fact in (*bundle.facts, *bundle.keys, *bundle.redactions):
        if fact.told is not None and not _is_entry_of(fact.says, fact.told):
            report.wrong("entry_not_derived", fact.where)
            fact.told = None
        for item in fact.items:
            if item.n and not _is_derived(fact, item):
                report.wrong("item_not_derived", item.where, subject=item.s)
        shown = {item.s for item in fact.items}
        for subject in sorted((named(fact.told or {}) & pack) - shown):
            report.wrong("item_missing", fact.where, subject=subject)


def check_redactions(report: Report, bundle: Bundle) -> None:
    """Step 11 too: what was destroyed was announced, by a fact of its own that came after it."""
    hidden = {fact.index + 1: fact for fact in bundle.redacted().values()}
    for one in bundle.redactions:
        try:
            said = shaped(one.told, REDACTION_BODY, one.where)
        except Malformed:
            said = {"position": 0}
        fact, own = hidden.get(said["position"]), (1, f"redaction:{said['position']}")
        if (
            fact is None
            or fact.announced
            or (one.type, [(item.k, item.s) for item in one.items]) != ("redaction", [own])
            or said["movement"] != fact.says.get("e")
            or one.index < fact.index
        ):
            report.wrong("redaction_malformed", one.where)
        else:
            fact.announced = one
    for position, fact in hidden.items():
        if fact.announced is None:
            report.wrong("redaction_untold", fact.where, n=position, i=fact.index)


def _is_entry_of(says: dict[str, Any], told: Any) -> bool:
    """Tell whether a leaf's entry says what a body (or what an item tells of one) says."""
    if not isinstance(told, dict) or told.get("type") != says["t"].partition(".v")[0]:
        return False
    if says["e"] is None:
        return True
    return told.get("id") == says["e"] and millis(told.get("occurred_at")) == millis(says["o"])


def _is_derived(fact: Fact, item: Item) -> bool:
    kind = item.s.partition(":")[0]
    if item.k == 1:  # a record's first subject is the record itself
        own = f"movement:{fact.says['e']}" if fact.says["e"] else item.s
        about = isinstance(item.x, dict) and {*item.x} == {"posted_by", "remarks", "sent_at"}
        # Of these kinds only a terminal has a chain: any other first subject is its own first fact.
        return about and item.s == own and (kind == "terminal" or item.n == 1) and kind != "battery"
    if kind == "battery" and not (
        _is_entry_of(fact.says, item.x) and (item.x["type"] in REFERRING or item.s in named(item.x))
    ):
        return False
    told = item.x if fact.told is None else fact.told  # what is derived once derives the same again
    return canonical(item.x) == canonical(derive(item.s, told) if isinstance(told, dict) else None)


Registered = tuple[int, bytes, int, str]  # from which leaf on a key counts, until when (ms), where


def check_signatures(report: Report, bundle: Bundle, wishes: Wishes) -> None:
    """Step 12: movements were signed by the terminals that the log's own register gives keys."""
    register: dict[str, list[Registered]] = {}
    for fact in bundle.keys:
        told = fact.told or {}
        terminal = f"terminal:{told.get('terminal')}"
        others = {item.s for item in fact.items} - {terminal}
        until = INTEGER_MAX if told.get("active_to") is None else millis(told["active_to"])
        if not told or fact.type != "terminal_registered" or others or until is None:
            report.wrong("key_malformed", fact.where)
            continue
        public, said = b"", told.get("public_key")  # none, or none that counts
        try:
            public = b"" if said is None else unbase64(said, fact.where, 32)
        except Malformed as error:
            report.wrong(error.code, fact.where, **error.params)
        if public and is_weak(public):
            report.wrong("weak_key", fact.where)
            public = b""
        register.setdefault(terminal, []).append((fact.index, public, until, str(told.get("site"))))
    for known in register.values():
        known.sort()
    for fact in bundle.facts:
        if fact.told is not None:
            _check_signature(report, fact, register, wishes)
            report.checked["terminal_signatures"] += fact.signature == "ok"


def _check_signature(
    report: Report, fact: Fact, register: dict[str, list[Registered]], wishes: Wishes
) -> None:
    terminals = [item.s for item in fact.items if item.s.startswith("terminal:")]
    keys = []  # each terminal's by its last registration before this fact; later ones count later
    for terminal in terminals:
        known = register.get(terminal, [])
        before = bisect_left(known, (fact.index,))
        _, public, until, site = known[before - 1] if before else (0, b"", 0, "")
        keys.append((public if fact.millis("r") < until else b"", site))
    if fact.told.get("signature") is None:
        fact.signature = "none"
        if wishes.signatures or any(key for key, _ in keys):
            report.doubt(wishes.signatures, "terminal_unsigned", fact.where)
        return
    unsigned = {key: value for key, value in fact.told.items() if key != "signature"}
    message = b"custody-movement/v1\n" + canonical(unsigned).encode("utf-8")
    try:
        signature = unbase64(fact.told["signature"], fact.where, 64)
    except Malformed:
        signature = b""
    sites = [site for key, site in keys if key and verifies(key, signature, message)]
    if sites:
        fact.signature = "ok"
        if fact.told.get("site") not in sites:
            report.doubt(wishes.signatures, "signed_elsewhere", fact.where, site=", ".join(sites))
    elif keys and all(key for key, _ in keys):
        fact.signature = "bad"
        report.wrong("terminal_signature", fact.where, terminal=", ".join(terminals))
    else:
        fact.signature = "unknown"
        names = ", ".join(terminals) or "?"
        report.doubt(wishes.signatures, "terminal_key_unknown", fact.where, terminal=names)


def check_times(report: Report, policy: Policy, bundle: Bundle, wishes: Wishes) -> None:
    """Step 13: earlier checkpoints are of the same tree; facts were recorded between two of them.

    The operator's clock proves nothing; what witnesses had seen, and when, does.
    """
    own = report.checkpoint
    known: list[Checkpoint] = []
    for earlier in bundle.checkpoints:
        one = check_note(report, policy, earlier.note, earlier.where)
        if one is None or own is None:
            continue
        trees = (one.size, one.root, own.size, own.root)
        if one.origin != own.origin or not is_consistent(*trees, earlier.consistency):
            report.wrong("consistency", earlier.where, size=one.size)
        elif one.size >= own.size or (known and one.size <= known[-1].size):
            report.wrong("checkpoints_out_of_order", earlier.where)
        else:
            known.append(one)
    known += [own] if own else []
    sizes, last = [one.size for one in known], 0
    for fact in sorted(bundle.leaves(), key=lambda fact: fact.index):
        n = bisect_right(sizes, fact.index)  # so many of these trees did not hold it yet
        after = known[n - 1].after() if n else None
        by = known[n].by(policy) if n < len(known) else None
        report.brackets[fact.index] = (after, by)
        if fact.says:
            _check_time(report, fact, after, by)
            if fact.millis("r") < last:
                report.wrong("recorded_at_goes_back", fact.where)
            last = fact.millis("r")
    seen = own.by(policy) if own else None
    if bundle.heads and seen and seen - bundle.heads.millis("r") / 1000 > HEADS_OLD_MAX_S:
        report.doubt(wishes.heads, "heads_old", "/heads")


def _check_time(report: Report, fact: Fact, after: int | None, by: int | None) -> None:
    recorded = fact.millis("r")
    if report.is_ahead(recorded / 1000):
        report.wrong("timestamp_in_future", fact.where, name="r")
    if report.is_ahead(fact.millis("o") / 1000):
        report.doubt(False, "claimed_in_future", fact.where)
    if after is not None and by is not None and after > by + AHEAD_MAX_S:
        report.wrong("bracket_reversed", fact.where)
    early = after is not None and recorded < (after - AHEAD_MAX_S) * 1000
    if early or (by is not None and recorded > (by + AHEAD_MAX_S) * 1000):
        report.doubt(False, "clock_disagrees", fact.where)


# ---------------------------------------------------------------------------------------------
# 7. What is told: for machines, as JSON; or for people, in their language and time zone.


def tell(report: Report, digest: str, lang: str) -> dict[str, Any]:
    """Tell everything; instants are in seconds since 1970, or None where nobody can say."""
    bundle, checkpoint = report.bundle, report.checkpoint
    doubted = report.through is None or any(f.code == "redacted_link" for f in report.warnings)
    verdict = "wrong" if report.errors else "unchanged" if doubted else "whole"
    told: dict[str, Any] = {"verdict": verdict, "sha256": digest}
    for name, findings in (("errors", report.errors), ("warnings", report.warnings)):
        told[name] = [
            {"step": CODES[f.code].step, "code": f.code, "where": f.where, "detail": say(f, lang)}
            for f in findings
        ]
    if bundle is None:
        return told
    facts = [_tell_fact(report, bundle, fact) for fact in bundle.facts]
    return {
        **told,
        "battery": bundle.manifest["battery"],
        "codes": [subject.partition(":")[2] for subject in bundle.subjects],
        "origin": checkpoint and checkpoint.origin,
        "size": checkpoint and checkpoint.size,
        "root": checkpoint and base64url(checkpoint.root),
        "through": report.through,
        "heads_recorded_at": bundle.heads and bundle.heads.millis("r") / 1000,
        "after": facts[0]["after"] if facts else None,
        "by": facts[-1]["by"] if facts else None,
        "checked": dict(report.checked),
        "facts": facts,
        "cannot_say": [*_cannot_say(report, facts)],
    }


def _tell_fact(report: Report, bundle: Bundle, fact: Fact) -> dict[str, Any]:
    after, by = report.brackets.get(fact.index, (None, None))
    return {
        "index": fact.index,
        "id": fact.says.get("e"),
        "type": fact.says.get("t"),
        "versions": {item.s: item.n for item in fact.items if item.s in bundle.subjects},
        "claimed": fact.millis("o") / 1000,
        "recorded": fact.millis("r") / 1000,
        "after": after,
        "by": by,
        "body": "disclosed" if fact.body is not None else "withheld" if fact.items else "redacted",
        "signature": fact.signature,
        "terminals": [item.s[9:] for item in fact.items if item.s.startswith("terminal:")],
        "redaction": fact.announced and _tell_redaction(report, fact.announced),
    }


def _tell_redaction(report: Report, one: Fact) -> dict[str, Any]:
    after, by = report.brackets.get(one.index, (None, None))
    told = {"position": one.index + 1, "recorded": one.millis("r") / 1000, "after": after, "by": by}
    posting = one.items[0].x if isinstance(one.items[0].x, dict) else {}
    told |= {"posted_by": posting.get("posted_by"), "reason": one.told["reason"]}
    return {**told, "case": one.told.get("case")}


def _cannot_say(report: Report, facts: list[dict[str, Any]]) -> Iterator[str]:
    """Name what a bundle leaves open even if it is in order."""
    signatures = {fact["signature"] for fact in facts}
    yield "left_out" if report.through is None else "later_facts"
    if not facts or facts[0]["after"] is None:
        yield "lower_bound"
    if not facts or facts[-1]["by"] is None:
        yield "not_witnessed"
    if "withheld" in signatures:
        yield "withheld_bodies"
    if signatures & {"none", "unknown"}:
        yield "unsigned"
    if "ok" in signatures:
        yield "key_register"
    yield "truth"


def as_text(told: dict[str, Any], lang: str) -> str:
    """Write it for a person: the verdict first."""
    word = in_language(WORDS, lang)
    later = sum(fact["index"] >= (told["through"] or 0) for fact in told.get("facts", ()))
    times = {name: _clock(told.get(name), word) for name in ("after", "by", "heads_recorded_at")}
    when = "unseen" if told.get("after") is told.get("by") is None else "seen"
    times["when"] = word[when].format_map(times)
    total = len(told.get("facts", ()))
    numbers = {"n": total - later, "later": later, "total": total, "wrong": len(told["errors"])}
    codes = ", ".join(told.get("codes", ()))
    lines = [word[told["verdict"]].format_map({**told, **times, **numbers, "codes": codes}), ""]
    for kind in ("errors", "warnings"):
        finding = word[kind] + " {step}.{code} {where}: {detail}"
        lines += [finding.format_map(one) for one in told[kind]]
    lines.append(f"SHA-256 {told['sha256']}")
    if "facts" in told:
        lines += [f"{word['log']} {told['origin']} · {told['size']}", "", word["checked"]]
        lines += [f"    {word[name]}: {n}" for name, n in sorted(told["checked"].items())]
        rows = [word["columns"].split("|"), *(_row(fact, word) for fact in told["facts"])]
        lines += ["", *_table(rows)]
        hidden = [str(fact["index"]) for fact in told["facts"] if fact["body"] != "disclosed"]
        lines += ["", f"{word['hidden']} {', '.join(hidden) or '-'}"]
        lines += [_announced(fact, word) for fact in told["facts"] if fact["redaction"]]
        lines += [word["cannot_say"], *(f"    {word[name]}" for name in told["cannot_say"])]
    return "\n".join(map(_shown, lines))


def _row(fact: dict[str, Any], word: dict[str, str]) -> list[str]:
    after, by, claimed, recorded = (
        _clock(fact[name], word) for name in ("after", "by", "claimed", "recorded")
    )
    signature = word[f"signature_{fact['signature']}"]
    state = [word[fact["body"]], " ".join([signature, *fact["terminals"]])]
    return [str(fact["index"]), str(fact["type"]), claimed, recorded, f"({after}, {by}]", *state]


def _announced(fact: dict[str, Any], word: dict[str, str]) -> str:
    said = {**fact["redaction"], "index": fact["index"], "own": fact["index"] + 1}
    said |= {name: _clock(said[name], word) for name in ("after", "by")}
    said["reason"] = word.get(f"because_{said['reason']}", said["reason"])
    return "    " + word["announced"].format_map({**said, "case": said["case"] or "-"})


def _clock(seconds: float | None, word: dict[str, str]) -> str:
    """Write an instant in the reader's zone."""
    if seconds is None:
        return word["unknown"]
    try:
        local = datetime.fromtimestamp(int(seconds), timezone.utc).astimezone()
    except (ValueError, OverflowError, OSError):
        return f"{seconds:.0f} s"
    return local.isoformat(" ")


def _table(rows: list[list[str]]) -> Iterator[str]:
    def width(text: str) -> int:
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

    widths = [max(map(width, column)) for column in zip(*rows)]
    for row in rows:
        padded = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths))
        yield "  ".join(padded).rstrip()


def _shown(text: str) -> str:
    """Show what a bundle says without letting it move the cursor or turn the text around."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


# ---------------------------------------------------------------------------------------------
# 8. Words: `name | 中文 | English`; what is indented goes on with the line above it.


class Words(NamedTuple):
    """A text in both languages; of a code also the step that finds it."""

    zh: str
    en: str
    step: int


def _words(lines: str) -> dict[str, Words]:
    found = {}
    for line in re.sub(r"\n {4}", " ", lines).strip().split("\n"):
        head, zh, en = line.split(" | ")
        *step, name = head.split()
        found[name] = Words(re.sub("(?<=[，：；）]) ", "", zh), en, int(step[0]) if step else 0)
    return found


CODES = _words("""
1 policy_malformed | 策略文件不可用：{line} | the policy is unusable: {line}
2 not_json | 不是合规的 JSON（UTF-8） | not sound JSON in UTF-8
2 duplicate_key | 同一对象中键“{key}”出现两次 | the key {key} occurs twice in one object
2 unknown_key | 未知的键“{key}” | an unknown key: {key}
2 missing_key | 缺少“{key}” | {key} is missing
2 wrong_type | 值的类型不符，应为 {wanted} | not the kind of value that belongs here: {wanted}
2 wrong_length | 应为 {length} 字节 | should be {length} bytes
2 base64_malformed | base64 写法不规范 | base64 that is not in its one spelling
2 version_unknown | 本程序只识别 evidence-v1 | only evidence-v1 is known here
2 other_battery | 这不是电池 {battery} 的证据 | this is not the evidence of {battery}
2 origin_differs | 检查点属于另一个日志：{origin} | the checkpoint is of another log: {origin}
2 size_differs | 检查点的规模是 {size} | the checkpoint is of size {size}
3 note_malformed | 检查点的写法不合规 | the checkpoint is not a sound note
4 log_signature | 没有策略所列日志密钥（{name}）的有效签名
    | no valid signature by a log key of the policy ({name})
5 cosignature | 见证人 {name} 的签名无效 | the cosignature of {name} does not verify
5 quorum | 见证人不足：策略要求 {quorum}，仅有 {present}
    | too few witnesses: the policy wants {quorum}, present: {present}
6 leaf_malformed | 日志条目的写法不合规 | the leaf's entry is not in its one form
6 facts_out_of_order | 事实未按日志顺序排列 | facts are not in the log's order
6 duplicate_fact | 与 {other} 是同一事实 | the same fact as {other}
7 heads_newer_than_checkpoint | 版本汇总叶（{index}）在检查点之后
    | the heads leaf ({index}) lies beyond the checkpoint
7 inclusion | 第 {index} 号条目不在该日志中 | no such leaf at {index} in the tree that was signed
8 item_malformed | 条项的写法不合规 | the item is not in its one form
8 item_proof | 关于 {subject} 的条项证明长度不符 | the proof about {subject} does not fit its place
8 item_commitment | 关于 {subject} 的条项不是日志所承诺的
    | the item about {subject} is not what the leaf commits to
8 foreign_subject | 混入了其他主体：{subject} | something of another subject: {subject}
9 versions_gap | {subject} 缺少第 {n} 版 | version {n} of {subject} is missing
9 version_twice | {subject} 的第 {n} 版出现两次 | version {n} of {subject} occurs twice
9 previous_mismatch | {subject} 第 {n} 版所指的前一条不是这一条
    | version {n} of {subject} names another fact before it
9 version_order | {subject} 第 {n} 版的次序与日志不符
    | version {n} of {subject} does not stand where the log has it
9 redacted_link | 内容已销毁：是否涉及同一电池的其他编码，无法判断
    | its content is destroyed: whether it names another code of the pack cannot be said
9 redacted_unplaced | {subject} 有 {n} 条相连的内容已销毁：只有最后一条的位置可以证实
    | {n} facts of {subject} in a row are destroyed: only where the last one stands is proved
9 linked_code_missing | 同一电池的另一编码 {subject} 未列入
    | another code of the same pack is not covered: {subject}
10 heads_absent | 没有涉及此电池的版本汇总叶：末尾是否缺少事实无法判断
    | no heads leaf speaks of it: whether the last facts were left out cannot be said
10 heads_old | 版本汇总叶比检查点早一天以上 | the heads leaf is over a day older than the checkpoint
10 heads_malformed | 版本汇总叶不合规 | the heads leaf is not sound
10 heads_row | 版本汇总中没有 {subject} 的这一行 | the heads leaf has no such row of {subject}
10 tail_missing | {subject} 末尾缺少第 {n} 至 {to} 版
    | versions {n} to {to} of {subject} were left out at the end
10 heads_disagree | 版本汇总所记 {subject} 第 {n} 版与本文件不符
    | the heads leaf says otherwise of version {n} of {subject}
11 body_commitment | 正文不是日志所承诺的 | the body is not what the leaf commits to
11 entry_not_derived | 条目与正文不符 | the leaf's entry does not say what the body says
11 item_not_derived | 关于 {subject} 的条项与正文不符
    | the item about {subject} does not say what the body says
11 redaction_untold | 第 {n} 条（索引 {i}）的内容已销毁，却没有告知销毁的事实
    | what stood at position {n} (index {i}) is destroyed, and no fact that announces it is shown
11 redaction_malformed | 告知销毁的事实不合规，或与所销毁的不符
    | the fact that announces a destruction is not sound, or not of what was destroyed
11 item_missing | 正文提到 {subject}，却没有其条项 | the body names {subject}; its item is not shown
12 key_malformed | 终端登记不合规 | not a sound registration of a terminal
12 weak_key | 终端公钥不安全 | a terminal's key under which signatures prove nothing
12 terminal_signature | 终端 {terminal} 的签名无效 | the signature of {terminal} does not verify
12 signed_elsewhere | 签名终端登记于站点 {site}，不是正文所述站点
    | the terminal that signed it is registered at site {site}, and not where it says it happened
12 terminal_key_unknown | 终端 {terminal} 的公钥未附，签名未能核对
    | no key of {terminal} is shown: its signature was not checked
12 terminal_unsigned | 没有终端签名 | no terminal has signed it
13 consistency | 规模为 {size} 的较早检查点与本日志不一致
    | the earlier checkpoint of size {size} is of another tree
13 checkpoints_out_of_order | 较早的检查点未按规模排列 | earlier checkpoints are not ordered by size
13 timestamp_in_future | {name} 的时间在未来 | a time in the future: {name}
13 claimed_in_future | 终端自称的时间在未来 | it is claimed to have happened in the future
13 recorded_at_goes_back | 记录时间早于其前一条 | recorded before the fact that stands before it
13 bracket_reversed | 见证人的时间相互矛盾 | witnesses contradict one another about the time
13 clock_disagrees | 运营方所记时间与见证人不符
    | the operator's time of recording is not what witnesses say
""")
"""Step and code → what it means. Codes never change."""

WORDS = _words("""
whole | 完整且未被改动：这是电池 {codes} 截至日志第 {through} 条（版本汇总记于 {heads_recorded_at}）
    的全部历史，共 {n} 条事实，另有其后的 {later} 条；{when}。
    | Whole and unchanged: this is the whole history of battery {codes} up to position {through} of
    the log (its heads recorded {heads_recorded_at}), {n} facts, and {later} later ones; {when}.
unchanged | 未被改动：电池 {codes} 的这 {total} 条事实与日志一致，{when}；有无其他事实，无法判断。
    | Unchanged: these {total} facts of battery {codes} are as logged, {when}; whether others
    followed cannot be said.
seen | 据见证人记录于 {after} 之后、{by} 之前 | recorded after {after} and by {by}, as witnesses say
unseen | 记录于何时没有见证人可证 | and no witness says when they were recorded
unreadable | 无法读取： | cannot be read:
wrong | 有 {wrong} 处不对：不要采信这份文件。 | Do not rely on this file; wrong things: {wrong}.
unknown | 不明 | unknown
errors | 错误 | ERROR
warnings | 注意 | NOTE
log | 日志 | Log
checked | 已核对： | Checked:
columns | 序号|类型|自称时间|运营方记录时间|见证区间|正文|终端签名
    | index|type|claimed|recorded (operator)|witnessed|body|signature
withheld | 未披露 | withheld
disclosed | 已披露 | disclosed
redacted | 已销毁 | redacted
signature_withheld | - | -
signature_ok | 有效 | ok
signature_none | 无 | none
signature_bad | 无效 | BAD
signature_unknown | 未核对 | unchecked
hidden | 正文未披露或已销毁的条目： | Bodies withheld or redacted:
announced | {index}（第 {own} 条）：{posted_by} 在第 {position} 条告知销毁，
    记录于 {after} 之后、{by} 之前；事由：{reason}；案号：{case}
    | {index} (position {own}): announced at position {position} by {posted_by}, recorded after
    {after} and by {by}; reason: {reason}; case: {case}
because_request | 所涉之人的请求 | asked for by somebody it named
because_order | 法院或主管机关的命令 | ordered by a court or an authority
because_misplaced | 本不应写入 | should never have been written there
cannot_say | 仅凭本文件无法判断： | What cannot be said from this file:
later_facts | 版本汇总之后还有没有别的事实
    | whether there are facts after those that the heads leaf speaks of, other than shown
left_out | 最后一条之后还有没有别的事实 | whether there are facts after the last one shown
lower_bound | 第一条事实最早可能在何时记录 | when at the earliest the first fact was recorded
not_witnessed | 事实最晚在何时已经存在：没有见证人
    | when at the latest the facts were there: no witness says so
withheld_bodies | 未披露的正文写了什么，由谁签名 | what a withheld body says, and who signed it
unsigned | 没有签名或签名未核对的事实是否出自终端
    | whether a fact without a checked signature came from a terminal
key_register | 终端密钥的登记是否齐全，终端密钥是否由他人掌握
    | whether every registration of a terminal's key is shown, and who else has that key
truth | 事实本身是否属实：日志只证明当时这样记录，此后未改
    | whether what is told is true: a log proves that it was told then, and not changed since
checkpoints | 检查点 | checkpoints
cosignatures | 见证签名 | cosignatures
facts | 事实 | facts
inclusion_proofs | 在册证明 | inclusion proofs
items | 条项 | items
heads_rows | 版本汇总行 | rows of the heads leaf
bodies | 正文 | bodies
terminal_signatures | 终端签名 | terminal signatures
""")


def in_language(words: dict[str, Words], lang: str) -> dict[str, str]:
    return {name: text.zh if lang == "zh" else text.en for name, text in words.items()}


def say(finding: Finding, lang: str) -> str:
    return in_language(CODES, lang)[finding.code].format_map(finding.params)


# ---------------------------------------------------------------------------------------------
# 9. The command.


def reader_language() -> str:
    chosen = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="custody_verify.py",
        description="核对一块电池的证据：历史是否完整、是否被改动。"
        " / Check a battery's evidence: is its history whole and unchanged?",
        epilog="退出码 / exit code: 0 未被改动 unchanged; 1 有误 something is wrong; "
        "2 无法核对 unusable arguments or files",
    )
    parser.add_argument("bundle", metavar="BUNDLE.json", help="证据文件 / the evidence")
    parser.add_argument(
        "--policy", required=True, help="信任谁的签名（C2SP tlog-policy）/ whose signatures count"
    )
    parser.add_argument("--battery", metavar="REF", help="哪块电池 / the battery it must be about")
    for name, said in (
        ("--require-heads", "没有版本汇总叶即为错误 / no heads leaf is an error"),
        ("--require-signatures", "正文须有可核对的终端签名 / bodies must bear sound signatures"),
        ("--json", "供程序读取 / for machines"),
    ):
        parser.add_argument(name, action="store_true", help=said)
    parser.add_argument("--lang", choices=("zh", "en"), help="语言 / language")
    parser.add_argument("--version", action="version", version=f"custody_verify {VERSION}")
    return parser


def contents(path: str, bytes_max: int) -> bytes:
    """Read a file that is not too long; raises OSError."""
    with Path(path).open("rb") as file:
        data = file.read(bytes_max + 1)
    if len(data) > bytes_max:
        raise OSError(f"{path}: > {bytes_max} bytes")
    return data


def main(argv: Sequence[str] | None = None) -> int:
    """Answer by what is printed, and by the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # not every terminal shows every character
        sys.stdout.reconfigure(errors="backslashreplace")
    asked = arguments().parse_args(argv)
    lang = asked.lang or reader_language()
    try:
        policy = read_policy(contents(asked.policy, POLICY_BYTES_MAX))
        raw = contents(asked.bundle, BUNDLE_BYTES_MAX)
    except Malformed as error:
        sys.stderr.write(say(Finding("policy_malformed", "", {"line": error.where}), lang) + "\n")
        return 2
    except (OSError, ValueError) as error:  # ValueError: a NUL in a path
        why = re.sub(r"^\[Errno \d+\] ", "", str(error))
        sys.stderr.write(_shown(f"{in_language(WORDS, lang)['unreadable']} {why}") + "\n")
        return 2
    wishes = Wishes(asked.battery, asked.require_heads, asked.require_signatures)
    report = verify(policy, raw, int(time.time()), wishes)
    told = tell(report, sha256(raw).hex(), lang)
    text = json.dumps(told, indent=2) if asked.json else as_text(told, lang)
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main())
