"""Which logs count, and how many witnesses must have seen a checkpoint before it does?

C2SP tlog-policy. A log cannot witness itself: a witness whose key is also a log's never counts.
"""

from dataclasses import dataclass, field
from typing import Final

from custody.log import checkpoint, cosignature, note
from custody.log.checkpoint import BadCheckpoint, Checkpoint
from custody.log.cosignature import CosignatureVerifier
from custody.log.note import BadNote, Ed25519Verifier, Opened

AHEAD_S_MAX: Final = 60
BEHIND_S_MAX: Final = 300
"""How far a witness's clock may be from ours, who publish. A cosignature of another time would tell
auditors of a time at which nobody had seen the checkpoint."""


class NotAccepted(ValueError):
    """The checkpoint is not good enough for the policy."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log whose checkpoints count; its key's name is its origin."""

    verifier: Ed25519Verifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """Whoever cosigns, under the name that the policy knows it by."""

    name: str
    verifier: CosignatureVerifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and smaller groups, of which `threshold` must have witnessed."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(slots=True)
class Policy:
    """What counts. Groups stand after whatever they are made of; a quorum of None asks nothing."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None

    def counted(self) -> list[Witness]:
        """List the witnesses that are not logs themselves."""
        own = {log.verifier.key.material for log in self.logs}
        return [it for it in self.witnesses if it.verifier.key.material not in own]

    def is_reached(self, by: set[str]) -> bool:
        """Tell whether the quorum is reached when these witnesses, by name, have cosigned."""
        witnessed = set(by)
        for group in self.groups:
            if sum(member in witnessed for member in group.members) >= group.threshold:
                witnessed.add(group.name)
        return self.quorum is None or self.quorum in witnessed


def is_timely(time: int, now: int) -> bool:
    """Tell whether a cosignature that was just asked for bears the time, in seconds since 1970."""
    return now - BEHIND_S_MAX <= time <= now + AHEAD_S_MAX


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint that counts: which log's, and when each witness has seen it (s since 1970)."""

    checkpoint: Checkpoint
    log: Log
    seen_at: dict[str, int]


def accept(content: bytes, rules: Policy, now: int | None = None) -> Accepted:
    """Read a signed checkpoint that counts by these rules; NotAccepted if it does not.

    With `now`, in seconds since 1970, a cosignature of a time to come does not count; witnesses'
    clocks may be AHEAD_S_MAX ahead.
    """
    logs = [log.verifier for log in rules.logs]
    witnesses = [witness.verifier for witness in rules.counted()]
    try:
        opened = note.opened(content, (*logs, *witnesses))
        said = checkpoint.parse(opened.text)
    except (BadNote, BadCheckpoint) as error:
        raise NotAccepted(str(error)) from error
    signed = {verifier.key for verifier, _ in opened.signatures}
    for log in rules.logs:
        if log.verifier.key in signed and log.verifier.key.name == said.origin:
            break
    else:
        raise NotAccepted(f"no log of this policy has signed for {said.origin}")
    seen_at = _seen_at(opened, rules, now)
    if not rules.is_reached(set(seen_at)):
        raise NotAccepted(f"{len(seen_at)} witnesses do not reach the quorum {rules.quorum}")
    return Accepted(said, log, seen_at)


def _seen_at(opened: Opened, rules: Policy, now: int | None) -> dict[str, int]:
    by_key = {witness.verifier.key: witness.name for witness in rules.counted()}
    times = {
        by_key[verifier.key]: cosignature.parse(signature.content)[0]
        for verifier, signature in opened.signatures
        if verifier.key in by_key
    }
    latest = None if now is None else now + AHEAD_S_MAX
    return {name: time for name, time in times.items() if latest is None or time <= latest}
