"""Who turns what is recorded into leaves of the log? One that follows the ledger, in its order."""

from custody.ledger import Ledger, writing
from custody.ledger.errors import translated
from custody.log import store
from custody.log.making import Maker, Makes

RECORDS_MAX = 2_000
"""Records a transaction."""


class Overtaken(Exception):
    """Another has sealed these records; nothing was written."""


class Sealer:
    """Seals the next records, in one transaction each time. Two at once cannot both succeed."""

    def __init__(
        self, ledger: Ledger, records_max: int = RECORDS_MAX, makes: Makes | None = None
    ) -> None:
        """`makes`: who makes the leaves, if not the sealer itself."""
        self._engine = ledger.engine
        self._records_max = records_max
        self._makes = makes or Maker(ledger).make
        self.size = 0
        """How far the log had come when it was last looked at."""

    def step(self) -> int:
        """Seal the next records; return how many. Raises Overtaken."""
        with translated(), self._engine.connect() as connection:
            before = store.sealed(connection).edge
        self.size = before.size
        made = self._makes(before.size, self._records_max)
        if not made.hashes:
            return 0
        after = before.extend(made.hashes)
        with writing(self._engine, durable=False) as connection:
            if not store.advance(connection, before, after):
                raise Overtaken
            store.add(connection, before.size, made.hashes, made.entries)
            store.mark(connection, made.landmarks)
        self.size = after.size
        return len(made.hashes)

    def catch_up(self) -> None:
        """Seal all there is."""
        while self.step():
            pass
