"""How seldom may Python's garbage collector look at what a busy process keeps?"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG_MAX = 100_000
OLDER_AFTER = 50
OLDEST_AFTER = 100


def calm() -> None:
    """Let it look seldom, and never at what is there already: for a process that does nothing else.

    Nothing on the way of a movement is cyclic, while facts kept as objects are many: by default it
    went through them again and again, for 45 % of the time of an ingest.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, OLDER_AFTER, OLDEST_AFTER)


@contextmanager
def away() -> Iterator[None]:
    """Do without it while a program is imported: nearly all of that stays.

    Of what it took to import the service, looking through it again and again was a quarter.
    """
    was_there = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_there:
            gc.enable()
