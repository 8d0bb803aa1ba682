"""How does a test wait for what somebody else brings about? It looks, rests a little, looks again.

Whoever looks without a rest takes a core, and within one process the interpreter itself, from the
very thread or program that is waited for: each look at a database was a whole query.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

LOOK_S: Final = 0.004
LONG_S: Final = 240.0
"""Nothing takes so long unless it never ends."""


def eventually(so: Callable[[], object]) -> None:
    """Wait until something is so; it fails only when it takes absurdly long."""
    deadline = monotonic() + LONG_S
    while not so():
        assert monotonic() < deadline, "it never came to be so"
        sleep(LOOK_S)
