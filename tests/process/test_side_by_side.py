"""Do several services on one PostgreSQL capture as one, and hand out one another's exports?"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.asking import ask
from tests.exchange.partners import event_id
from tests.process.network import founded
from tests.process.server import Server
from tests.process.test_epcis_crash import EVENTS, _done, _everything, _taken_on, partner
from tests.process.test_export import _asked
from tests.process.test_export import _done as export_done

CAPTURES = 8
KILLED_AFTER = 5


@pytest.fixture
def services(shared: str, tmp_path: Path) -> Iterator[tuple[Server, Server, Server]]:
    """Two that see one directory, and one that is not started and sees another."""
    with ExitStack() as stack:
        one, other, apart = (
            stack.enter_context(Server(shared, CUSTODY_EXPORTS_DIRECTORY=str(tmp_path / name)))
            for name in ("exports", "exports", "apart")
        )
        yield one.start(), other.start(), apart


def test_what_one_takes_on_another_does_once_and_hands_out(
    services: tuple[Server, Server, Server],
) -> None:
    leading, other, apart = services
    network = founded(leading)
    id_ = _asked(leading, network.auditor, "csv")
    job = export_done(other, network.auditor, id_)
    for each in (leading, other):
        fetched = each.get(job["file"]["url"])
        assert (fetched.status_code, len(fetched.content)) == (200, job["file"]["bytes"])
    apart.start()
    refused = apart.get(job["file"]["url"])
    assert (refused.status_code, refused.json()["code"]) == (503, "export_elsewhere")
    assert refused.headers["Retry-After"].isdigit()
    apart.kill()
    # The first to start leads the exchange: nobody else was there to.
    taken = []
    for number in range(CAPTURES):
        here = leading if number % 2 and number <= KILLED_AFTER else other
        taken.append(_taken_on(here, network, number))
        if number == KILLED_AFTER:
            leading.kill()
    with partner(other, network) as client:
        for location in taken:
            assert _done(client, location)["success"]
        everything = [event_id(number) for number in range(CAPTURES * EVENTS)]
        assert _everything(client) == sorted(everything)
    facts = ask(
        "GET",
        f"{other.url}/v1/facts?types=epcis&limit=1000",
        headers={"Authorization": f"Bearer {network.auditor}"},
    ).json()
    assert len(facts["items"]) == CAPTURES * EVENTS, "each is recorded once"
