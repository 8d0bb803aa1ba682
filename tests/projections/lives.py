"""Which batteries have lived in the ledger before a test of rebuilding begins?"""

from custody.events import Movement
from custody.ledger import Ledger
from custody.projections import ALL
from custody.projector import Projector
from custody.rebuilding import verify
from custody.terms import MINUTE
from tests.given import (
    dispatch,
    drop_off,
    monday,
    receive,
    store,
    tuesday,
    void,
)
from tests.projections.bookkeeping import Office, laid_out, silent

BATTERIES = 12
EVERYTHING = frozenset(projection.name for projection in ALL)


def life(n: int) -> list[Movement]:
    """Tell what happens to one battery, not always in the order in which it happens."""
    ref, no, at = f"maker:PACK{n}", f"x:{n // 4}-{n % 4}", monday + n * MINUTE
    left, came = (
        dispatch([ref], at=at + 2, consignment=no),
        receive([ref], at=at + 3, consignment=no),
    )
    told = [drop_off(ref, at=at, mass_g=1000 + n), store([ref], at=at + 1), left, came]
    if n % 3 == 0:
        told.reverse()
    if n % 4 == 0:
        told.append(void(came, at=tuesday))
    return told


def lived(ledger: Ledger) -> Office:
    """Record some lives and project them."""
    office = laid_out(ledger)
    office.post(*(movement for n in range(BATTERIES) for movement in life(n)))
    Projector(ledger, records_max=10).catch_up()
    return office


def different(ledger: Ledger) -> set[str]:
    """Return the projections that are not what the ledger says."""
    return {one.name for one in verify(ledger, silent) if not one.equal}
