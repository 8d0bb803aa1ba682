"""What is to be made next, and what is over? Asked by the one that makes exports."""

from collections.abc import Collection

from sqlalchemy import Engine, and_, exists, or_, select, update

from custody.exporting.jobs import KEPT, UNFINISHED, Made, job
from custody.keys import api_key
from custody.ledger import writing
from custody.ledger.errors import translated
from custody.terms import Millis

_revoked = exists().where(api_key.c.id == job.c.asker, api_key.c.revoked_at.is_not(None))


def is_something_to_do(engine: Engine, now: Millis, waited: Millis) -> bool:
    """Tell whether something is to be made that has waited so long, or is to be removed."""
    to_be_made = and_(job.c.state.in_(UNFINISHED), job.c.created_at <= now - waited)
    due = or_(to_be_made, job.c.expires_at <= now, _revoked)
    with translated(), engine.connect() as connection:
        return connection.execute(select(job.c.id).where(due).limit(1)).first() is not None


def take(engine: Engine) -> str | None:
    """Begin with the job that has waited longest; return its id.

    One that is said to be running is taken, too: whoever asks makes nothing now, and nobody else
    makes anything. It was left, by one that is dead or was told to stop.
    """
    oldest = (
        select(job.c.id)
        .where(job.c.state.in_(UNFINISHED))
        .order_by(job.c.created_at, job.c.id)
        .limit(1)
    )
    with writing(engine) as connection:
        id_: str | None = connection.scalar(oldest)
        if id_ is not None:
            connection.execute(update(job).where(job.c.id == id_).values(state="running", done=0))
    return id_


def put_back(engine: Engine, id_: str) -> None:
    """Let a job wait that cannot be made yet."""
    with writing(engine) as connection:
        connection.execute(update(job).where(job.c.id == id_).values(state="waiting", done=0))


def goes_on(engine: Engine, id_: str, done: int, total: int) -> bool:
    """Note how far a job has come; tell whether it is still wanted by somebody who may."""
    with writing(engine, durable=False) as connection:
        wanted = update(job).where(job.c.id == id_, ~_revoked).values(done=done, total=total)
        return bool(connection.execute(wanted).rowcount)


def finish(engine: Engine, id_: str, made: Made | None, problem: str | None, now: Millis) -> bool:
    """Note what a job has become; tell whether it is still wanted."""
    values = {
        "state": "failed" if made is None else "done",
        "done": job.c.total,
        "finished_at": now,
        "expires_at": now + KEPT,
        "problem": problem,
    }
    if made is not None:
        values |= {"name": made.name, "bytes": made.bytes, "sha256": made.sha256}
    with writing(engine) as connection:
        noted = update(job).where(job.c.id == id_).values(**values)
        return bool(connection.execute(noted).rowcount)


def remove_what_is_over(engine: Engine, now: Millis) -> None:
    """Remove jobs whose time is over, or whose key was revoked."""
    over = or_(job.c.expires_at <= now, _revoked)
    with writing(engine) as connection:
        connection.execute(job.delete().where(over))


def known(engine: Engine) -> Collection[str]:
    """Return the ids of all jobs: files of any other are nobody's."""
    with translated(), engine.connect() as connection:
        return set(connection.scalars(select(job.c.id)))
