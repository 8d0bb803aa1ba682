"""How does a command open the books that the settings name?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from custody import keys, settings
from custody.ledger import Ledger, open_engine, open_ledger
from custody.projections.freshness import lay_out
from custody.settings import Settings


def configured() -> Settings:
    """Read the settings of this process."""
    return settings.read(os.environ)


@contextmanager
def ledger_opened(url: str | None = None) -> Iterator[Ledger]:
    """Open the ledger and its keys, laid out if they are new."""
    engine = open_engine(url or configured().database_url)
    try:
        ledger = open_ledger(engine)
        keys.lay_out(engine)
        yield ledger
        ledger.close()
    finally:
        engine.dispose()


@contextmanager
def opened(url: str | None = None) -> Iterator[Ledger]:
    """Open the ledger, its keys and its projections, laid out if they are new."""
    with ledger_opened(url) as ledger:
        lay_out(ledger.engine)
        yield ledger
