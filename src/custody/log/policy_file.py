"""How is a policy written down? The short text file that whoever verifies keeps for himself.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <member>...
    quorum <name>|none

C2SP tlog-policy: words stand between spaces and tabs, lines end in a newline, `#` begins a comment.
A group or the quorum names only what stands above it.
"""

from collections.abc import Iterator
from typing import Final

from custody.log.cosignature import CosignatureVerifier
from custody.log.keys import BadKey
from custody.log.note import Ed25519Verifier
from custody.log.policy import Group, Log, Policy, Witness
from custody.log.spelling import Misspelt, decimal

POLICY_BYTES_MAX: Final = 262_144
_NONE: Final = "none"
_PRINTABLE: Final = frozenset(range(0x20, 0x7F)) | frozenset(range(0x80, 0x100)) | {0x09}


class BadPolicy(ValueError):
    """The file is no policy; `line` tells where, from 1, or 0 for the whole."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}" if line else why)
        self.line = line


def parse(content: bytes) -> Policy:
    """Read a policy file; BadPolicy tells the line that is wrong."""
    if len(content) > POLICY_BYTES_MAX:
        raise BadPolicy(0, f"a policy has at most {POLICY_BYTES_MAX} bytes")
    reading = _Reading()
    for number, words in _lines(content):
        try:
            reading.take(words)
        except (BadKey, Misspelt) as error:
            raise BadPolicy(number, str(error)) from None
    if not reading.decided:
        raise BadPolicy(0, "there is no quorum line")
    return reading.policy


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that says something, with its number, cut into words."""
    *lines, rest = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not _PRINTABLE.issuperset(line):
            raise BadPolicy(number, "a control character")
        # Words are opaque bytes: what is not UTF-8 stays distinct, and is no key.
        text = line.replace(b"\t", b" ").decode("utf-8", "surrogateescape")
        words = [word for word in text.split(" ") if word]
        if words and not words[0].startswith("#"):
            yield number, words
    if rest:
        raise BadPolicy(len(lines) + 1, "the last line has no newline")


class _Reading:
    """A policy as far as it has been read."""

    def __init__(self) -> None:
        self.policy = Policy()
        self.decided = False
        self._names = {_NONE}
        self._members = set[str]()

    def take(self, words: list[str]) -> None:
        """Take in a line; Misspelt or BadKey says what is wrong with it."""
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._log(Log(Ed25519Verifier.parse(vkey), *url))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._witness(Witness(name, CosignatureVerifier.parse(vkey), *url))
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, tuple(members))
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise Misspelt(f"{words[0][:80]!r} does not begin such a line")

    def _log(self, log: Log) -> None:
        known = [it.verifier.key.material for it in self.policy.logs]
        if log.verifier.key.material in known:
            raise Misspelt("this log's key is another's too")
        self.policy.logs.append(log)

    def _witness(self, witness: Witness) -> None:
        self._define(witness.name)
        known = [it.verifier.key.material for it in self.policy.witnesses]
        if witness.verifier.key.material in known:
            raise Misspelt("this witness's key is another's too")
        self.policy.witnesses.append(witness)

    def _group(self, name: str, threshold: str, members: tuple[str, ...]) -> None:
        for member in members:
            self._check_defined(member)
            if member in self._members:
                raise Misspelt(f"{member!r} is in a group already")
            self._members.add(member)
        self._define(name)
        words = {"all": len(members), "any": 1}
        needed = words[threshold] if threshold in words else decimal(threshold)
        if not 1 <= needed <= len(members):
            raise Misspelt(f"a threshold of {needed} for {len(members)} members")
        self.policy.groups.append(Group(name, needed, members))

    def _quorum(self, name: str) -> None:
        if self.decided:
            raise Misspelt("there is a quorum already")
        if name != _NONE:
            self._check_defined(name)
            self.policy.quorum = name
        self.decided = True

    def _define(self, name: str) -> None:
        if name in self._names:
            raise Misspelt(f"{name!r} is defined already")
        self._names.add(name)

    def _check_defined(self, name: str) -> None:
        if name == _NONE or name not in self._names:
            raise Misspelt(f"{name!r} is not defined above")
