"""How seldom may Python's garbage collector look at what a busy process keeps?"""

import gc

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
