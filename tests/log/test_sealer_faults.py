"""Are the leaves the same whatever goes wrong while they are sealed, and whoever else seals?"""

from threading import Barrier, Thread

import pytest

from custody.ledger import Ledger, Unavailable
from custody.log import store
from custody.log.making import Chains
from custody.log.sealer import Overtaken, Sealer
from custody.log.verifying import verify
from tests import given
from tests.given import other, pack
from tests.log.breaking import Broken, failing_commit
from tests.log.sealing import entries, read_note
from tests.projections.bookkeeping import Office, silent

BATTERIES = 300
AT_ONCE = 7
SEALERS = 3


@pytest.fixture
def recorded(office: Office) -> Ledger:
    """A ledger of more than a tile, with batteries that are named again and again."""
    office.post(*[given.drop_off(f"maker:{n}") for n in range(BATTERIES)])
    office.post(given.drop_off(), given.drop_off(other), given.dispatch([pack, other]))
    office.post(given.receive([pack, other]), given.inspect(), given.store())
    return office.ledger


def assert_sealed(ledger: Ledger) -> None:
    """Every record has the leaf that follows from those before it."""
    records = ledger.since(0, 1_000)
    assert entries(ledger) == [one.entry for one in Chains().leaves(records, {})]
    assert verify(ledger, read_note, silent).wrong == []


@pytest.mark.parametrize("persisted", [True, False])
def test_a_commit_that_fails_is_made_again_or_gone_on_from(
    recorded: Ledger, persisted: bool
) -> None:
    sealer = Sealer(recorded, 50)
    sealer.step()
    with failing_commit(recorded.engine, persisted=persisted), pytest.raises(Broken):
        sealer.step()
    with recorded.engine.connect() as connection:
        assert store.sealed(connection).edge.size == (100 if persisted else 50)
    sealer.catch_up()
    assert_sealed(recorded)


def test_several_who_seal_at_once_make_one_log(recorded: Ledger) -> None:
    together = Barrier(SEALERS)
    sealed: list[int] = []

    def seal() -> None:
        sealer = Sealer(recorded, AT_ONCE)
        together.wait()
        while True:
            try:
                more = sealer.step()
            except (Overtaken, Unavailable):
                continue
            sealed.append(more)
            if not more:
                return

    threads = [Thread(target=seal, name=f"sealer {number}") for number in range(SEALERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sealed) == recorded.head().position, "each record was sealed once"
    assert_sealed(recorded)
