"""What goes into a backup, and in which order?

Projections do not: they are made again. A table that holds what nobody could make again has to be
named here.
"""

from sqlalchemy import Table

from custody import keys
from custody.ledger.tables import record
from custody.vault import tables as vault

VAULT_KEYS: tuple[Table, ...] = (vault.lock, vault.data_key, vault.phone_index)
"""What leads from a reference back to its person: goes along only if the operator says so."""

BESIDE_LEDGER: tuple[Table, ...] = (
    keys.api_key,
    vault.access,
    vault.entry,
    *VAULT_KEYS,
    # Last: of somebody who is forgotten meanwhile, the mark is read after all that it undoes.
    vault.person,
)

ALL: tuple[Table, ...] = (record, *BESIDE_LEDGER)
BY_NAME = {table.name: table for table in ALL}
