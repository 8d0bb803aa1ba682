"""Does whoever waits for what was recorded wake the projector, in whichever process it is?"""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import psycopg
import pytest
from sqlalchemy import Engine, text

from custody import projector
from custody.api import desk
from custody.ledger import Ledger, open_ledger
from custody.ledger.notices import CHANNELS
from custody.projections.freshness import reached
from custody.projector import Projector
from tests.given import drop_off, other
from tests.projections.bookkeeping import Office, laid_out
from tests.waiting import LONG_S, eventually

LISTENING = text(
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and state = 'idle' and (query = :last or query like 'select pg_notify%')"
)


class Rested(NamedTuple):
    """An office, and its projector, which has projected something and now rests for an hour."""

    office: Office
    projector: Projector


def listens(engine: Engine) -> bool:
    """Say whether the process that records hears what others tell it."""
    if engine.dialect.name == "sqlite":
        return True
    *_, last = CHANNELS
    with engine.connect() as connection:
        found = connection.execute(LISTENING, {"last": f"listen {last}"})
        return bool(found.scalar_one())


@pytest.fixture
def rested(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rested]:
    monkeypatch.setattr(projector, "REST_S", 3600.0)
    office = laid_out(ledger)
    office.post(drop_off())
    leading = Projector(ledger)
    leading.start()
    try:
        eventually(lambda: reached(ledger.engine) == ledger.head().position)
        eventually(lambda: listens(ledger.engine))
        yield Rested(office, leading)
    finally:
        leading.stop()


@pytest.fixture
def elsewhere(ledger: Ledger, database_url: str, rested: Rested) -> Iterator[Projector]:
    """Who waits: in another process, as far as the database knows; on a file, in the same."""
    if ledger.engine.dialect.name == "sqlite":
        yield rested.projector
        return
    with closing(open_ledger(database_url)) as other_ledger:
        yield Projector(other_ledger)


def test_who_waits_ends_the_rest_and_is_told(
    ledger: Ledger, rested: Rested, elsewhere: Projector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was not told would look once an hour."""
    monkeypatch.setattr(projector, "LOOK_S", 3600.0)
    rested.office.post(drop_off(other))
    assert elsewhere.wait_for(ledger.head().position, 3600.0)


def test_what_is_projected_already_is_wanted_no_more(
    ledger: Ledger, rested: Rested, elsewhere: Projector
) -> None:
    heard: list[int] = []
    elsewhere.wait_for(ledger.head().position, LONG_S)
    ledger.hear("wanted", heard.append)
    assert elsewhere.wait_for(ledger.head().position, LONG_S)
    rested.projector.hurry(ledger.head().position)
    assert not heard


def test_who_waits_for_what_nobody_has_recorded_hides_no_other_want(
    ledger: Ledger, rested: Rested, elsewhere: Projector
) -> None:
    if ledger.engine.dialect.name == "sqlite":
        return  # where one process does it all, nothing is told
    heard: list[int] = []
    ledger.hear("wanted", heard.append)
    rested.office.post(drop_off(other))
    head = ledger.head().position
    assert desk._hurried(elsewhere, elsewhere._ledger, 10**15) < head
    eventually(lambda: heard != [])
    assert heard == [head]


def test_what_is_not_projected_is_believed_by_nobody(ledger: Ledger, database_url: str) -> None:
    if ledger.engine.dialect.name == "sqlite":
        return  # where nobody notifies
    office = laid_out(ledger)
    follower = Projector(ledger)
    heard: list[int] = []
    ledger.hear("wanted", heard.append)
    assert not ledger.wait(ledger.head().position, 0), "it listens from now on"
    eventually(lambda: listens(ledger.engine))
    office.post(drop_off())
    head = ledger.head().position
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as stranger:
        stranger.execute("select pg_notify('custody_projected', %s)", (str(head),))
        stranger.execute("select pg_notify('custody_wanted', %s)", (str(head),))
    eventually(lambda: heard != [])
    assert not follower.wait_for(head, 0)
    follower.catch_up()
    assert follower.wait_for(head, 0)


def test_what_lies_beyond_the_end_is_believed_by_nobody(
    ledger: Ledger, rested: Rested, database_url: str
) -> None:
    """Whoever may connect to the database may notify: who follows would rest no more."""
    if ledger.engine.dialect.name == "sqlite":
        return  # where nobody notifies
    heard: list[int] = []
    ledger.hear("wanted", heard.append)
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as stranger:
        for channel in CHANNELS:
            stranger.execute("select pg_notify(%s, %s)", (channel, "9" * 17))
        stranger.execute("select pg_notify('custody_wanted', '1')")
    eventually(lambda: heard != [])
    assert heard == [1], "of what was wanted, what can be there"
    head = ledger.head().position
    assert not rested.projector.wait_for(head + 1, 0)
    assert not ledger.wait(head, 0.01)
