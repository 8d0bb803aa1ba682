"""What do those who stand beside find imported already? They are forks of who imports this."""

import gc

from custody import collector

with collector.away():
    import custody.cli.beside
    import custody.cli.sending  # noqa: F401 - kept for those who are forked

gc.freeze()  # none of it is written to by counting, so that it is in memory once
