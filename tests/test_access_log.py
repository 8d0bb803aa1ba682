"""Does it stay on record who has read what, in databases of before as well?"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import DBAPIError

from custody import access_log
from custody.access_log import Look, looks
from custody.backup.tables import named
from custody.ledger import create_schema, open_engine, writing

FORMER = """
create table vault_access (
    id text primary key, at bigint not null, key text not null, site text,
    depositor text not null, outcome text not null
)
"""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    create_schema(engine)
    yield engine
    engine.dispose()


def noted(engine: Engine, at: int, **said: str) -> None:
    with writing(engine) as connection:
        look = {"asker": "k-1", "action": "read_depositor", "resource": "d:1", "outcome": "told"}
        access_log.note(connection, Look(**{**look, **said}, at=at))


def test_looks_are_listed_the_latest_first_by_what_is_asked(engine: Engine) -> None:
    access_log.lay_out(engine)
    access_log.lay_out(engine)  # what is there is left as it is
    noted(engine, 5)
    noted(engine, 6, asker="k-2", action="read_evidence", resource="battery:maker:1")
    noted(engine, 7, resource="d:2", role="auditor", site="330106-0007", request_id="r-1")

    def at(**asked: object) -> list[int]:
        return [look.at for look in access_log.listing(engine, **{"limit": 10, **asked})]  # type: ignore[arg-type]

    assert at() == [7, 6, 5]
    assert at(asker="k-1") == [7, 5]
    assert at(action="read_evidence") == at(resource="battery:maker:1") == [6]
    assert at(since=6) == [7, 6]
    assert at(until=6) == [5]
    assert at(limit=1) == [7]
    (latest,) = access_log.listing(engine, limit=1)
    assert at(after=latest.id) == [6, 5]
    assert (latest.role, latest.site, latest.request_id) == ("auditor", "330106-0007", "r-1")


@pytest.mark.parametrize("act", ["update access_log set outcome = ''", "delete from access_log"])
def test_what_was_noted_is_never_changed(engine: Engine, act: str) -> None:
    access_log.lay_out(engine)
    noted(engine, 5)
    with pytest.raises(DBAPIError, match="stays on record"), engine.begin() as connection:
        connection.exec_driver_sql(act)
    assert len(access_log.listing(engine, limit=10)) == 1


def test_what_was_noted_before_it_had_its_name_is_kept(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(FORMER)
        connection.exec_driver_sql(
            "create index ix_vault_access_depositor on vault_access (depositor)"
        )
        connection.exec_driver_sql(
            "insert into vault_access values ('0000000000001-a', 1, 'k-1', null, 'd:1', 'told')"
        )
    access_log.lay_out(engine)
    noted(engine, 2)
    first = access_log.listing(engine, limit=10)[-1]
    assert first == Look("k-1", "read_depositor", "d:1", "told", 1, id="0000000000001-a")
    assert not inspect(engine).has_table("vault_access")
    with pytest.raises(DBAPIError, match="stays on record"), engine.begin() as connection:
        connection.exec_driver_sql("delete from access_log")
    with engine.connect() as connection:
        assert len(connection.execute(select(looks)).all()) == 2


def test_a_backup_of_before_means_this_table() -> None:
    table, columns = named("vault_access", ["id", "at", "key", "site", "depositor", "outcome"])
    assert table is looks
    assert columns == ["id", "at", "asker", "site", "resource", "outcome"]
    assert named("toys", ["id"]) == (None, ["id"])
