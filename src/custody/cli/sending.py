"""Who brings the facts to those who do not come for them, and makes what they are to fetch?"""

import os
from collections.abc import Iterator

from custody import keys, settings, vault
from custody.clock import now
from custody.exporting import jobs
from custody.exporting.exporter import Exporter, directory
from custody.ledger import Ledger
from custody.pushing.delivering import Deliverer


def followers(ledger: Ledger) -> Iterator[Deliverer | Exporter]:
    """Return both, by the environment: one process has time enough for them."""
    networks = settings.read(os.environ).serving.push_networks or ()
    yield Deliverer(ledger, vault.configured(), networks, now)
    yield exporter_of(ledger, os.environ.get("CUSTODY_EXPORTS_DIRECTORY"))


def exporter_of(ledger: Ledger, configured: str | None) -> Exporter:
    """Return what makes a database's exports, laid out if it is new."""
    keys.lay_out(ledger.engine)
    jobs.lay_out(ledger.engine)
    return Exporter(ledger, directory(ledger.engine, configured), now)
