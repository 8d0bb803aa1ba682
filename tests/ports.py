"""On which port may somebody listen in a test, and find it free again when they are restarted?"""

import random
import socket
from typing import Final

PORTS: Final = range(12_000, 32_000)
"""Below those that outgoing connections take."""


def free_port() -> int:
    """Choose a port that nobody listens on, nor is likely to before we do."""
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
