"""How does a command open the books that the settings name?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from custody import keys, settings
from custody.ledger import Ledger, open_ledger
from custody.projections.freshness import lay_out
from custody.settings import Settings


def configured() -> Settings:
    """Read the settings of this process."""
    return settings.read(os.environ)


@contextmanager
def ledger_opened(url: str | None = None) -> Iterator[Ledger]:
    """Open the ledger and its keys, laid out if they are new."""
    ledger = open_ledger(url or configured().database_url)
    try:
        keys.lay_out(ledger.engine)
        yield ledger
    finally:
        ledger.close()


@contextmanager
def opened(url: str | None = None) -> Iterator[Ledger]:
    """Open the ledger, its keys and its projections, laid out if they are new."""
    with ledger_opened(url) as ledger:
        lay_out(ledger.engine)
        yield ledger
