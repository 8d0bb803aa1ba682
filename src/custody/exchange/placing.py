"""Which site of ours is a place that a partner names by a GLN? The one that its master data say.

Our register knows sites by numbers of its own. Whoever captures for a site or an organisation may
say in master data that a location is one of them: `custody:site`. Only what the same side said
counts, so that nobody can place another's events; and whether it may post there is asked as ever.
"""

from collections.abc import Callable
from json import loads
from typing import Final

from custody.access import Scope
from custody.epcis import own_names
from custody.epcis.context import Context
from custody.epcis.outward.saying import NAMESPACE
from custody.exchange import indexing
from custody.exchange.captured import Captor
from custody.exchange.described import value_of, values_of
from custody.exchange.describing import ANY, SPOKEN_OF, statements
from custody.exchange.traits import spelt
from custody.ledger import Ledger
from custody.ledger.errors import translated

SITE: Final = f"{NAMESPACE}site"
"""By this attribute master data say which site of ours a place is."""

PLACES_MAX: Final = 10_000
"""Places of one side that are looked up at once, when one of them is asked for."""

Said = Callable[[str], str | None]
"""What was said of a place: the number of the site that it is."""


class Placing:
    """Knows the places of one who captures; what comes along counts before what was said."""

    def __init__(
        self,
        ledger: Ledger,
        captor: Captor,
        header: bytes | None = None,
        context: Context | None = None,
    ) -> None:
        self._ledger = ledger
        self._scope = Scope(site=captor.site, organisation=captor.organisation)
        self._known: dict[str, str | None] = {}
        self._before: Said | None = None
        if header is not None and context is not None:
            said = statements(loads(header), context)
            self._known = {element: None for name, _, element in said if name == SPOKEN_OF}
            self._known |= {
                element: _number(value)
                for name, value, element in said
                if name == SITE and value != ANY
            }

    def __call__(self, location: str) -> str | None:
        """Return the number of the site that a location is, by its form for comparing."""
        element = spelt(location)
        if element not in self._known:
            self._known[element] = self._said_before(element)
        return self._known[element]

    def _said_before(self, element: str) -> str | None:
        if self._before is None:
            self._before = self._all_said_before()
        return self._before(element)

    def _all_said_before(self) -> Said:
        """Look up at once what was said of all places; of very many, one by one."""
        if self._scope.everything:  # who speaks for all speaks for nobody's places
            return _nothing
        engine = self._ledger.engine
        with translated(), engine.connect() as connection:
            until = indexing.position(connection)
            if until is None:
                return _nothing
            found = values_of(connection, SITE, self._scope, until, PLACES_MAX)
        if found is not None:
            return {element: _number(said) for element, said in found.items()}.get

        def one_by_one(element: str) -> str | None:
            with translated(), engine.connect() as connection:
                said = value_of(connection, SITE, element, self._scope, until)
            return None if said is None else _number(said)

        return one_by_one


def _nothing(_: str) -> None:
    return None


def _number(said: str) -> str:
    """Read a site as our API writes it, or as our events do."""
    return own_names.one(said, "site") or said
