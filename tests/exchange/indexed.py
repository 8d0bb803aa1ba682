"""An index of events without a service around it: what was captured, and what a query finds."""

from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import UUID

import orjson

from custody.access import EVERYTHING, Scope
from custody.exchange import asked, finding, indexing
from custody.exchange.answering import Found
from custody.exchange.captured import Captor
from custody.exchange.captures import Capture
from custody.exchange.following import done
from custody.exchange.incoming import Posted
from custody.exchange.ordering import Key
from custody.exchange.outgoing import Outgoing
from custody.exchange.tables import lay_out
from custody.ledger import Ledger
from custody.projections.freshness import lay_out as lay_out_projections
from tests.exchange.partners import document

PREFIXES = {"b": "https://example.com/battery/"}
ORGANISATION = "91330106MA00000016"
CAPTOR = Captor("key:k", None, ORGANISATION)


class Indexed:
    """Captures documents at once, and asks."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.number = 0
        self.posted: list[Any] = []
        lay_out_projections(ledger.engine)
        lay_out(ledger.engine)
        indexing.begin(ledger)

    def capture(self, *events: Any, captor: Captor = CAPTOR, **said: Any) -> Capture:
        """Capture a document, and let the index follow."""
        return self.capture_body(orjson.dumps({**document(*events), **said}).decode(), captor)

    def capture_body(self, body: str, captor: Captor = CAPTOR) -> Capture:
        """Capture a document as it is, and let the index follow."""
        became = self.record(body, captor)
        self.follow()
        return became

    def record(self, body: str, captor: Captor) -> Capture:
        """Capture a document, and let the index be."""
        became = self.told(body, captor)
        assert not became.errors, became.errors
        return became

    def told(self, body: str, captor: Captor) -> Capture:
        """Have a document told that may be refused, and let the index be."""
        self.number += 1
        new = Capture(UUID(int=self.number), "key:k", captor, "rollback", body, self.number)
        return done(self.ledger, new, 1_000 + self.number, self._post, Outgoing())

    def follow(self, limit: int = indexing.RECORDS_MAX, steps: int | None = None) -> None:
        """Index all there is, so many records at once; or no more than some steps."""
        tell = Outgoing()
        for _ in count() if steps is None else range(steps):
            before = indexing.lag(self.ledger)[0]
            if indexing.step(self.ledger, tell, limit) == before:
                break

    def page(
        self,
        parameters: dict[str, str],
        size: int = 1_000,
        after: Key | None = None,
        scope: Scope = EVERYTHING,
        until: int | None = None,
    ) -> finding.Page:
        """Return a page of what a query finds."""
        wanted = asked.read(asked.of_url(parameters.items()), PREFIXES)
        with self.ledger.engine.connect() as connection:
            known = indexing.position(connection) or 0
            until = known if until is None else until
            return finding.page(connection, wanted, scope, until, after, size)

    def count(self, parameters: dict[str, str], at_most: int) -> int:
        """Count what a query finds."""
        wanted = asked.read(asked.of_url(parameters.items()), PREFIXES)
        with self.ledger.engine.connect() as connection:
            until = indexing.position(connection) or 0
            return finding.count(connection, wanted, EVERYTHING, until, at_most)

    def numbers(self, parameters: dict[str, str], **more: Any) -> list[int]:
        """Return the numbers of the events that a query finds."""
        return numbers(self.page(parameters, **more).shown)

    def _post(self, captor: Captor, bodies: Sequence[bytes]) -> list[Posted]:
        self.posted += [orjson.loads(one) for one in bodies]
        return [Posted(orjson.loads(one)["id"], None, "not_here") for one in bodies]


def numbers(found: Sequence[Found]) -> list[int]:
    """Return the numbers of some events."""
    return [int(one.event_id.rpartition("-")[2]) for one in found]
