"""How fast does the library project? Its `ProjectionRunner`, with a view as its manual shows."""

import time
from functools import singledispatchmethod
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from bench.peers.library import Battery, Collection


class Places(PostgresTrackingRecorder):
    """A table that says where each battery is."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sql_create_statements.append(
            SQL("create table if not exists place (battery uuid primary key, site text)")
        )

    def put(self, battery: UUID, site: str | None, tracking: Tracking) -> None:
        """Say where a battery is, and how far the view is with it."""
        with self.datastore.get_connection() as connection, connection.transaction():
            cursor = connection.cursor()
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "insert into place values (%s, %s)"
                " on conflict (battery) do update set site = excluded.site",
                (battery, site),
            )


class WhereBatteriesAre(Projection[Places]):
    """Follows the events that move a battery; of the others it keeps the place."""

    name = "places"

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take notice of an event that moves nothing."""
        self.view.insert_tracking(tracking)

    @process_event.register
    def _(self, event: Battery.DroppedOff, tracking: Tracking) -> None:
        self.view.put(event.originator_id, event.site, tracking)

    @process_event.register
    def _(self, event: Battery.Dispatched, tracking: Tracking) -> None:
        self.view.put(event.originator_id, None, tracking)

    @process_event.register
    def _(self, event: Battery.Received, tracking: Tracking) -> None:
        self.view.put(event.originator_id, event.site, tracking)


def project(environment: dict[str, str], events: int) -> float:
    """Project what is recorded; return the seconds it took."""
    begun = time.perf_counter()
    with ProjectionRunner(
        application_class=Collection,
        projection_class=WhereBatteriesAre,
        view_class=Places,
        env=environment,
    ) as runner:
        runner.wait(events, timeout=600)
        return time.perf_counter() - begun
