"""How fast does the library project? Its `ProjectionRunner`, with a view as its manual shows."""

import time
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from bench.peers.library import Collection


class Places(PostgresTrackingRecorder):
    """A table that says where each battery is."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sql_create_statements.append(
            SQL("create table if not exists place (battery uuid primary key, site text)").format()
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

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take notice of an event, and of where it puts a battery, if it does."""
        match type(domain_event).__qualname__:
            case "Battery.DroppedOff" | "Battery.Received":
                self.view.put(domain_event.originator_id, domain_event.site, tracking)
            case "Battery.Dispatched":
                self.view.put(domain_event.originator_id, None, tracking)
            case _:
                self.view.insert_tracking(tracking)


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
