"""Does the database itself keep what is not theirs from scoped askers, and go on doing so?"""

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import ProgrammingError

from custody.access import EVERYTHING, Scope
from custody.ledger import Ledger
from custody.projections import EVERYTHING as EVERY_PROJECTION
from custody.projections import guard
from custody.projections.freshness import snapshot
from custody.projections.guard import FOR_ALL, POLICIES
from custody.projections.inventory import inventory
from custody.projections.location import location
from custody.projections.tables import metadata
from custody.rebuilding import rebuild
from tests.access.conftest import World
from tests.access.world import CARRIER, FAR, NEIGHBOUR, OURS, OWN, SISTER, kept, sent

on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
pytestmark = on_postgres

SCOPES = [
    (Scope(site=OWN), {OWN}),
    (Scope(organisation=OURS), {OWN, SISTER}),
    (Scope(division="3301"), {OWN, SISTER, NEIGHBOUR}),
    (Scope(organisation=OURS, division="44"), set()),
    (Scope(organisation=CARRIER, carrier=CARRIER), set()),
]


def _refs(connection: Connection) -> set[str]:
    return set(connection.scalars(select(location.c.ref)))


def _shown(world: World) -> None:
    engine = world.service.engine
    for scope, sites in SCOPES:
        with snapshot(engine, scope) as (connection, _):
            carried = {sent(OWN), sent(NEIGHBOUR)} if scope.carrier else set()
            assert _refs(connection) == {kept(site) for site in sites} | carried
            assert set(connection.scalars(select(inventory.c.site))) == sites
    with snapshot(engine, Scope(division="44", follows=True)) as (connection, _):
        assert _refs(connection) == {kept(FAR), sent(FAR)}


def test_a_query_that_forgot_its_scope_is_shown_the_scope_alone(world: World) -> None:
    desk = world.service.app.state.desk
    assert desk.guarded
    world.clients["admin"].get("/v1/batteries", params={"at_least": world.position})
    _shown(world)


def test_tables_that_a_rebuild_has_put_in_their_place_are_kept_as_well(world: World) -> None:
    world.clients["admin"].get("/v1/batteries", params={"at_least": world.position})
    ledger: Ledger = world.service.app.state.desk.ledger
    rebuild(ledger, EVERY_PROJECTION, lambda _done, _end: None)
    _shown(world)


def test_the_next_query_of_a_connection_sees_everything_again(world: World) -> None:
    world.clients["admin"].get("/v1/batteries", params={"at_least": world.position})
    engine = world.service.engine
    with snapshot(engine, Scope(site=OWN)) as (connection, _):
        assert len(_refs(connection)) == 1
    with snapshot(engine, EVERYTHING) as (connection, _):
        assert len(_refs(connection)) == 8


@pytest.mark.parametrize("table", ["record", "about", "api_key", "vault_entry", "access_log"])
def test_of_what_is_no_projection_it_is_shown_nothing(world: World, table: str) -> None:
    with (
        pytest.raises(ProgrammingError) as refused,
        snapshot(world.service.engine, Scope(site=OWN)) as (connection, _),
    ):
        connection.exec_driver_sql(f"select count(*) from {table}")
    assert isinstance(refused.value.orig, InsufficientPrivilege)


def test_every_table_of_the_projections_is_kept_shown_to_all_or_not_at_all(world: World) -> None:
    unread = {"consignment_item", "consignment_vouching"}
    named = {table.name for table in (*POLICIES, *FOR_ALL)}
    assert named | unread == set(metadata.tables)
    with world.service.engine.connect() as connection:
        assert named <= set(inspect(connection).get_table_names())
        assert guard.hangs(world.service.engine)
        counted = select(func.count()).select_from(location)
        assert connection.scalar(counted) == 8
