"""Who is behind a depositor's reference? Each site reads what it put down, an auditor all of it."""

import hmac
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, select

from custody.access_log import Look, note
from custody.ledger import writing
from custody.terms import Millis, Refused
from custody.vault.person import Details
from custody.vault.sealing import Unreadable, new_key, seal, unseal
from custody.vault.tables import alone_with, data_key, entry, lock, person, phone_index

SITES_MAX = 100
"""Sites that keep details of the same person; each entry is opened when an auditor asks."""

REFERENCE_BYTES = 16
_INDEX_KEY = "index key"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and for which site, if for one; and of which sites they may read the entries.

    `key` is the id of their key, or how else they are known; `role` and `request_id` are noted.
    """

    key: str
    site: str | None
    sites: Collection[str] | None = None
    """Of one who asks for no site: those whose entries they may read; None stands for all."""
    role: str | None = None
    request_id: str | None = None

    def reads(self, site: str) -> bool:
        """Tell whether what a site has put down is theirs to read."""
        if self.site is not None:
            return site == self.site
        return self.sites is None or site in self.sites


@dataclass(frozen=True, slots=True)
class PutDown:
    """What one site has put down about a person, and when."""

    site: str
    put_at: Millis
    details: dict[str, str]


class Vault:
    """Opens with the operator's master key; what it keeps is noise to anyone without."""

    def __init__(self, engine: Engine, master: bytes) -> None:
        self._engine = engine
        self._master = master

    def reference(self, telephone: str) -> str:
        """Return the reference of whoever has a number; the number itself is not kept."""
        with writing(self._engine) as connection:
            index_key = self._unlocked(connection)
            digest = hmac.digest(index_key, telephone.encode(), "sha256")
            alone_with(connection, digest.hex())
            asked = select(phone_index.c.depositor).where(phone_index.c.digest == digest)
            known: str | None = connection.scalar(asked)
            if known is not None:
                return known
            # Made up, not computed: once the index has forgotten it, nothing leads back from it.
            depositor = f"d:{token_hex(REFERENCE_BYTES)}"
            connection.execute(phone_index.insert().values(digest=digest, depositor=depositor))
        return depositor

    def put(self, depositor: str, details: Details, key: str, site: str, now: Millis) -> bool:
        """Put down what a site knows of a person, in place of what it knew; True the first time.

        Refuses a reference that was forgotten, and a site too many.
        """
        content = details.model_dump_json(exclude_none=True).encode()
        with writing(self._engine) as connection:
            self._unlocked(connection)
            alone_with(connection, depositor)
            own = self._own_key(connection, depositor)
            sites = set(connection.scalars(select(entry.c.site).where(_of(entry, depositor))))
            if site not in sites and len(sites) >= SITES_MAX:
                raise Refused("too_many_sites", max=SITES_MAX)
            connection.execute(entry.delete().where(_of(entry, depositor), entry.c.site == site))
            sealed = seal(own, content, _entry_of(depositor, site))
            row = {"depositor": depositor, "site": site, "put_at": now, "put_by": key}
            connection.execute(entry.insert().values(**row, sealed=sealed))
        return site not in sites

    def read(self, depositor: str, asker: Asker, now: Millis) -> list[PutDown]:
        """Tell what has been put down about a person, the latest first, and keep who asked.

        Refuses a reference that was forgotten, that nobody knows, or that other sites know.
        """
        with writing(self._engine) as connection:
            self._unlocked(connection)
            alone_with(connection, depositor)
            rows = _entries(connection, depositor)
            forgotten = _forgotten_at(connection, depositor) is not None
            wrapped = connection.scalar(select(data_key.c.wrapped).where(_of(data_key, depositor)))
            own = [row for row in rows if asker.reads(row.site)]
            refusal = _refusal(rows, own, wrapped, forgotten=forgotten)
            if forgotten or rows:
                _note(connection, depositor, asker, now, refusal or "told")
        # Only now: a refusal inside the transaction would take the note of it back.
        if refusal is not None:
            raise Refused(refusal)
        assert wrapped is not None, "else it was refused"
        key = unseal(self._master, wrapped, _key_of(depositor))
        return [_opened(key, row) for row in own]

    def _unlocked(self, connection: Connection) -> bytes:
        """Return the key of the index; its own lock tells whether the master key is the right one.

        Raises Refused if this vault was made with another.
        """
        wrapped = connection.scalar(select(lock.c.index_key))
        if wrapped is None:
            wrapped = self._locked(connection)
        try:
            return unseal(self._master, wrapped, _INDEX_KEY)
        except Unreadable as error:
            log.warning("the vault was made with another master key than this process was given")
            raise Refused("vault_closed") from error

    def _locked(self, connection: Connection) -> bytes:
        """Lock a new vault with our master key, unless somebody has been quicker."""
        alone_with(connection, "lock")
        quicker: bytes | None = connection.scalar(select(lock.c.index_key))
        if quicker is not None:
            return quicker
        sealed = seal(self._master, new_key(), _INDEX_KEY)
        connection.execute(lock.insert().values(one=1, index_key=sealed))
        return sealed

    def _own_key(self, connection: Connection, depositor: str) -> bytes:
        """Return the key of a person, making it if there is none. Raises Refused if forgotten."""
        if _forgotten_at(connection, depositor) is not None:
            raise Refused("forgotten")
        wrapped = connection.scalar(select(data_key.c.wrapped).where(_of(data_key, depositor)))
        if wrapped is not None:
            return unseal(self._master, wrapped, _key_of(depositor))
        known = connection.scalar(select(person.c.depositor).where(_of(person, depositor)))
        if known is None:
            connection.execute(person.insert().values(depositor=depositor))
        # Restored without keys: what was sealed with the one that is lost, nobody reads again.
        connection.execute(entry.delete().where(_of(entry, depositor)))
        own = new_key()
        sealed = seal(self._master, own, _key_of(depositor))
        connection.execute(data_key.insert().values(depositor=depositor, wrapped=sealed))
        return own


def _entries(connection: Connection, depositor: str) -> Sequence[Row[Any]]:
    latest_first = (entry.c.put_at.desc(), entry.c.site)
    asked = select(entry).where(_of(entry, depositor)).order_by(*latest_first)
    return connection.execute(asked).all()


def _forgotten_at(connection: Connection, depositor: str) -> Millis | None:
    at: Millis | None = connection.scalar(
        select(person.c.forgotten_at).where(_of(person, depositor))
    )
    return at


def _refusal(
    rows: Sequence[Row[Any]], own: Sequence[Row[Any]], wrapped: bytes | None, *, forgotten: bool
) -> str | None:
    """Say why nothing is told, if it is not."""
    if forgotten:
        return "forgotten"
    if not rows:
        return "not_found"
    if not own:
        return "not_your_site"
    return "key_lost" if wrapped is None else None


def _note(connection: Connection, depositor: str, asker: Asker, now: Millis, outcome: str) -> None:
    """Keep who asked for whose details, and what they were answered."""
    look = Look(
        asker.key,
        "read_depositor",
        depositor,
        outcome,
        now,
        asker.role,
        asker.site,
        asker.request_id,
    )
    note(connection, look)


def _opened(key: bytes, row: Row[Any]) -> PutDown:
    content = unseal(key, row.sealed, _entry_of(row.depositor, row.site))
    return PutDown(row.site, row.put_at, orjson.loads(content))


def _of(table: Any, depositor: str) -> Any:
    return table.c.depositor == depositor


def _key_of(depositor: str) -> str:
    return f"key\n{depositor}"


def _entry_of(depositor: str, site: str) -> str:
    return f"entry\n{depositor}\n{site}"
