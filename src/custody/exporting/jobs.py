"""Which exports have been asked for, by whom, and how far has each come?"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    func,
    select,
)

from custody.access import Role, Subject
from custody.exporting import wanted
from custody.exporting.wanted import Wanted
from custody.keys import api_key
from custody.ledger import laying_out, writing
from custody.ledger.columns import TEXT, column
from custody.ledger.errors import translated
from custody.terms import DAY, Millis, Position, Refused

JOBS_MAX: Final = 10
"""Exports that one asker may have at once, waiting, being made, or to be fetched."""

KEPT: Final[Millis] = DAY
"""How long an export may be fetched once it is there."""

LAYOUT_LOCK: Final = 0x65787074
_SECRET_BYTES: Final = 32

State = Literal["waiting", "running", "done", "failed"]
UNFINISHED: Final = ("waiting", "running")

metadata = MetaData()
job = Table(
    "export_job",
    metadata,
    column("id", TEXT, primary_key=True),
    column("asker", TEXT, index=True),
    column("role", TEXT),
    column("site", TEXT, nullable=True),
    column("organisation", TEXT, nullable=True),
    column("division", TEXT, nullable=True),
    # What was asked for, as JSON; and up to which position it is told.
    column("asked", LargeBinary()),
    column("position", BigInteger()),
    column("state", Text(), index=True),
    column("done", BigInteger()),
    column("total", BigInteger()),
    column("created_at", BigInteger()),
    column("finished_at", BigInteger(), nullable=True),
    column("expires_at", BigInteger(), nullable=True),
    column("name", TEXT, nullable=True),
    column("bytes", BigInteger(), nullable=True),
    column("sha256", TEXT, nullable=True),
    column("problem", TEXT, nullable=True),
)
secret = Table(
    "export_secret",
    metadata,
    column("one", BigInteger(), primary_key=True),
    column("secret", LargeBinary()),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A file that an export has become."""

    name: str
    """What it is called by whoever fetches it."""
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Job:
    """An export that was asked for."""

    id: str
    asker: Subject
    asked: Wanted
    position: Position
    """Up to where it tells the ledger, as that was when it was asked for."""
    state: State
    done: int
    total: int
    created_at: Millis
    finished_at: Millis | None
    expires_at: Millis | None
    made: Made | None
    problem: str | None


def lay_out(engine: Engine) -> None:
    """Make the tables where they are not there yet, and the secret that links are signed with."""
    with laying_out(engine, LAYOUT_LOCK) as connection:
        metadata.create_all(connection)
        if connection.scalar(select(secret.c.secret)) is None:
            made = secrets.token_bytes(_SECRET_BYTES)
            connection.execute(secret.insert().values(one=1, secret=made))


def secret_of(engine: Engine) -> bytes:
    """Return what links are signed with."""
    with translated(), engine.connect() as connection:
        return bytes(connection.scalars(select(secret.c.secret)).one())


def ask(engine: Engine, asker: Subject, asked: Wanted, position: Position, now: Millis) -> Job:
    """Take an export in. Raises Refused if the asker has too many of them."""
    total = asked.to - asked.from_ + 1 if isinstance(asked, wanted.FactsWanted) and asked.to else 1
    id_ = secrets.token_hex(16)
    row = {
        "id": id_,
        "asker": asker.id,
        "role": asker.role,
        "site": asker.site,
        "organisation": asker.organisation,
        "division": asker.division,
        "asked": asked.model_dump_json(by_alias=True, exclude_none=True).encode(),
        "position": position,
        "state": "waiting",
        "done": 0,
        "total": total,
        "created_at": now,
    }
    with writing(engine) as connection:
        # One after another: two that ask at once would each find the last place free.
        connection.execute(select(secret.c.one).with_for_update())
        count = select(func.count()).select_from(job).where(job.c.asker == asker.id)
        if (connection.scalar(count) or 0) >= JOBS_MAX:
            raise Refused("too_many_exports", max=JOBS_MAX)
        connection.execute(job.insert().values(**row))
    found = find(engine, id_)
    assert found is not None, "it has just been written"
    return found


def find(engine: Engine, id_: str, asker: str | None = None) -> Job | None:
    """Return a job, if there is one and it is the asker's."""
    asked = select(job).where(job.c.id == id_)
    if asker is not None:
        asked = asked.where(job.c.asker == asker)
    with translated(), engine.connect() as connection:
        row = connection.execute(asked).first()
    return None if row is None else _job(row)


def listing(engine: Engine, asker: str) -> Sequence[Job]:
    """Return an asker's jobs, the latest first."""
    asked = select(job).where(job.c.asker == asker).order_by(job.c.created_at.desc(), job.c.id)
    with translated(), engine.connect() as connection:
        return [_job(row) for row in connection.execute(asked)]


def withdraw(engine: Engine, id_: str) -> None:
    """Let a job be no more; whoever is making it stops."""
    with writing(engine) as connection:
        connection.execute(job.delete().where(job.c.id == id_))


def is_revoked(connection: Connection, asker: str) -> bool:
    """Tell whether the key of whoever asked opens nothing any more."""
    at = select(api_key.c.revoked_at).where(api_key.c.id == asker)
    return connection.scalar(at) is not None


def is_good(engine: Engine, one: Job, now: Millis) -> bool:
    """Tell whether what a job has become may still be fetched."""
    with translated(), engine.connect() as connection:
        revoked = is_revoked(connection, one.asker.id)
    return one.state == "done" and not revoked and (one.expires_at or 0) > now


def _job(row: Row[Any]) -> Job:
    role: Role = row.role
    asker = Subject(row.asker, role, row.site, organisation=row.organisation, division=row.division)
    made = None if row.name is None else Made(row.name, row.bytes, row.sha256)
    return Job(
        row.id, asker, wanted.read(bytes(row.asked)), row.position, row.state, row.done, row.total,
        row.created_at, row.finished_at, row.expires_at, made, row.problem,
    )  # fmt: skip
