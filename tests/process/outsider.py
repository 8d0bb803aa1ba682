"""What does an outsider see of a log, who has its policy and asks for what is public?"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import httpx

from custody.log import policy, tiles, tree
from custody.log.checkpoint import Checkpoint
from custody.log.policy import Policy
from custody.log.spelling import unbase64
from tests.process.program import custody_at
from tests.process.server import Server
from tests.process.terminals import Crowd
from tests.waiting import LONG_S

LOOK_S = 0.05


class Outsider(Thread):
    """Asks for the checkpoint again and again, and keeps every one."""

    def __init__(self, server: Server, rules: Policy) -> None:
        super().__init__(name="outsider", daemon=True)
        self._server = server
        self._rules = rules
        self.enough = Event()
        self.kept: list[str] = []

    def run(self) -> None:
        while not self.enough.wait(LOOK_S):
            try:
                answer = self._server.get("/log/checkpoint")
            except httpx.TransportError:
                continue
            if answer.status_code == httpx.codes.OK and answer.text not in self.kept[-1:]:
                self.kept.append(answer.text)

    @property
    def size(self) -> int:
        """How large the log was when it was last seen."""
        return int(self.kept[-1].split("\n")[1]) if self.kept else 0

    def wait_for(self, size: int) -> None:
        """Return when a checkpoint of at least a size was seen."""
        deadline = time.monotonic() + LONG_S
        while self.size < size:
            assert self.is_alive(), "it does not look"
            assert time.monotonic() < deadline, (
                f"{self.size}, not {size}, after {LONG_S} s:\n{self._server.log()[-3_000:]}"
            )
            Event().wait(LOOK_S)

    def assert_one_history(self) -> None:
        """Each checkpoint holds by the policy, and is the beginning of the next."""
        now = int(time.time())
        seen = [policy.accept(one.encode(), self._rules, now).checkpoint for one in self.kept]
        assert seen
        for old, new in pairwise(seen):
            assert old.size <= new.size
            proof = self._proof(old, new)
            tree.check_consistency(old.size, old.root, new.size, new.root, proof)

    def assert_in_the_log(self, crowd: Crowd) -> None:
        """Whatever was acknowledged is a leaf of the log, once, at the place that was told."""
        last = policy.accept(self.kept[-1].encode(), self._rules).checkpoint
        entries = self._entries(last.size)
        assert tree.root([tree.leaf_hash(one) for one in entries]) == last.root
        places: dict[str, list[int]] = {}
        for position, entry in enumerate(entries, 1):
            places.setdefault(json.loads(entry)["e"], []).append(position)
        for id_, answer in crowd.answered.items():
            if answer["position"] <= last.size:
                assert places.get(id_) == [answer["position"]], answer
        assert max(answer["position"] for answer in crowd.answered.values()) <= last.size

    def assert_verified(self, policy_file: Path, folder: Path) -> None:
        """The operator's own verification finds nothing wrong with any checkpoint that was kept."""
        arguments = []
        for number, text in enumerate(self.kept):
            (folder / f"kept-{number}").write_text(text, encoding="utf-8")
            arguments += ["--checkpoint", str(folder / f"kept-{number}")]
        told = custody_at(
            self._server.database_url, "verify", "--json", "--policy", str(policy_file), *arguments
        )
        found = json.loads(told)
        assert found["wrong"] == []
        assert found["records"] >= self.size
        assert found["checkpoints"] >= len(self.kept)

    def _proof(self, old: Checkpoint, new: Checkpoint) -> list[bytes]:
        asked = f"/log/proof/consistency?old={old.size}&new={new.size}"
        answer = self._server.get(asked)
        assert answer.status_code == httpx.codes.OK, answer.text
        return [unbase64(line) for line in answer.text.splitlines()]

    def _entries(self, size: int) -> list[bytes]:
        found: list[bytes] = []
        for number in range(-(-size // tiles.WIDTH_MAX)):
            width = tiles.width(tiles.ENTRIES, number, size)
            answer = self._server.get(f"/log/{tiles.path(tiles.ENTRIES, number, width)}")
            assert answer.status_code == httpx.codes.OK, answer.text
            found += tiles.unbundle(answer.content)
        return found


@contextmanager
def looking(server: Server, rules: Policy) -> Iterator[Outsider]:
    """Let an outsider look until the block ends."""
    outsider = Outsider(server, rules)
    outsider.start()
    try:
        yield outsider
    finally:
        outsider.enough.set()
        outsider.join(LONG_S)
