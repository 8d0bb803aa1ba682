"""What goes into a backup, and in which order?

Projections do not: they are made again. A table that holds what nobody could make again has to be
named here, and any other among what is left out, with the reason.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Table

from custody import access_log, keys
from custody.exchange import tables as exchange
from custody.ledger.tables import record
from custody.pushing import tables as pushing
from custody.relaying import tables as relaying
from custody.vault import tables as vault

VAULT_KEYS: tuple[Table, ...] = (vault.lock, vault.data_key, vault.phone_index)
"""What leads from a reference back to its person: goes along only if the operator says so."""

BESIDE_LEDGER: tuple[Table, ...] = (
    keys.api_key,
    access_log.looks,
    pushing.subscription,
    pushing.dead_letter,
    exchange.capture,
    exchange.query,
    relaying.relay,
    vault.entry,
    *VAULT_KEYS,
    # Last: of somebody who is forgotten meanwhile, the mark is read after all that it undoes.
    vault.person,
)

_FOLLOWS: Final = "follows from the ledger"
_LOG: Final = "a ledger that was restored has a log of its own"
_INDEX: Final = "the index of events, which is built again from the ledger"
_FILES: Final = "belongs to files that are kept for a day, beside the database"

LEFT_OUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("about", "head", "projected"), _FOLLOWS),
    "schema_version": "is that of the program that restores",
    **dict.fromkeys(("log_leaf", "log_tile", "log_landmark", "log_head_chunk"), _LOG),
    **dict.fromkeys(("log_state", "log_note"), _LOG),
    **dict.fromkeys(("epcis_event", "epcis_value", "epcis_trait", "epcis_measure"), _INDEX),
    **dict.fromkeys(("epcis_whose", "epcis_attribute", "epcis_reached"), _INDEX),
    **dict.fromkeys(("export_job", "export_secret"), _FILES),
    "signed_request": "means something for ten minutes only",
}
"""Tables that a backup does not hold, beside those of the projections, and why."""

ALL: tuple[Table, ...] = (record, *BESIDE_LEDGER)
BY_NAME = {table.name: table for table in ALL}


def named(name: str, columns: list[str]) -> tuple[Table | None, list[str]]:
    """Return the table and the columns that a backup means: an older one has other names."""
    if name == access_log.FORMER_NAME:
        former = access_log.FORMER_COLUMNS
        return access_log.looks, [former.get(column, column) for column in columns]
    return BY_NAME.get(name), columns
