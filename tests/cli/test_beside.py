"""What does a process that follows the ledger do if its database goes away while it starts?"""

from collections.abc import Iterator
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy.engine import make_url

from custody.cli.beside import follow_once
from custody.exporting.jobs import LAYOUT_LOCK, lay_out
from custody.ledger import Ledger, Unavailable
from tests.postgres import Postgres
from tests.waiting import LONG_S, eventually

HELD_UP = """
    select pid from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'
"""


class Idle:
    """Follows nothing, and knows whether it was started and stopped."""

    def __init__(self) -> None:
        self.started = Event()
        self.stopped = Event()

    def start(self) -> None:
        self.started.set()

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    yield postgres.database("beside")
    postgres.drop("beside")


def test_a_session_that_ends_while_tables_are_made_leaves_nothing_open_and_can_be_tried_again(
    url: str,
) -> None:
    early, late, enough = Idle(), Idle(), Event()

    def followers(ledger: Ledger) -> Iterator[Idle]:
        yield early
        lay_out(ledger.engine)
        yield late

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s)", [LAYOUT_LOCK])
        trying = Trying(url, followers, enough)
        other.execute("select pg_terminate_backend(%s)", [held_up(other)])
        trying.join(LONG_S)
        assert isinstance(trying.error, Unavailable)
        assert early.stopped.is_set()
        assert not late.started.is_set()
        other.execute("select pg_advisory_unlock(%s)", [LAYOUT_LOCK])

    again = Trying(url, followers, enough)
    assert late.started.wait(LONG_S)
    enough.set()
    again.join(LONG_S)
    assert again.error is None
    assert late.stopped.is_set()


class Trying(Thread):
    """Follows in a thread, and keeps what that ended with."""

    def __init__(self, *told: object) -> None:
        super().__init__(daemon=True)
        self.told = told
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            follow_once(*self.told)  # type: ignore[arg-type]
        except Unavailable as error:
            self.error = error


def held_up(connection: "psycopg.Connection[tuple[int]]") -> int:
    """Return the session that waits for the lock that another holds, as soon as it does."""
    return eventually(lambda: connection.execute(HELD_UP).fetchone())[0]
