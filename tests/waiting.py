"""How does a test wait for what somebody else brings about? It looks, rests a little, looks again.

Whoever looks without a rest takes a core, and within one process the interpreter itself, from the
very thread or program that is waited for: each look at a database was a whole query.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final, TypeVar

T = TypeVar("T")

LOOK_S: Final = 0.004
LONG_S: Final = 240.0
"""Nothing takes so long unless it never ends: not on a machine that ten others share, nor if all of
it stands still for a minute. Whoever waits for anything in a test waits no less."""


def eventually(so: Callable[[], T | None], seen: Callable[[], object] = str) -> T:
    """Wait until something is so, and return it; it fails only when it takes absurdly long.

    `seen`: what there is to see then, of whoever was to bring it about.
    """
    deadline = monotonic() + LONG_S
    while not (found := so()):
        assert monotonic() < deadline, f"it never came to be so: {seen()}"
        sleep(LOOK_S)
    return found
