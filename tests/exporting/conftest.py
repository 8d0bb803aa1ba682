"""Books with every type of fact in them, one of them destroyed, and empty ones on each engine."""

from collections.abc import Iterator
from json import dumps
from pathlib import Path
from uuid import UUID

import pytest

from custody.backup.fingerprint import fingerprint
from custody.custodian import Custodian
from custody.epcis import documents
from custody.events import BY_TYPE
from custody.events.issuing import NumbersWanted
from custody.exchange.captured import Captor, arrived, record
from custody.exchange.master_data import record_master_data
from custody.ledger import Ledger, open_ledger
from custody.log import heads, redacting, store, tables
from custody.log.redacting import Why
from custody.projections.freshness import lay_out
from custody.terms import millis
from tests.api.conftest import ORGANISATION
from tests.conftest import ENGINES, TEMPLATE, WORKER
from tests.demo.telling import network, told, until
from tests.demo.test_recorded import registration, request
from tests.exchange.partners import document, event
from tests.log.sealing import NOW, ORIGIN, publish, seal
from tests.postgres import Postgres

AT_ONCE = 50


def silent(done: int, total: int) -> None:
    """Hear of progress, and say nothing."""


def checksum(ledger: Ledger) -> str:
    """Return what `custody checksum` prints."""
    return fingerprint(ledger, ledger.head().position, silent)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The demo's network and weeks, sealed, with heads, and one movement destroyed."""
    ledger = open_ledger(f"sqlite:///{tmp_path_factory.mktemp('demo')}/custody.db")
    fill(ledger)
    found = {one.type for one in ledger.since(0, ledger.head().position)}
    assert found == BY_TYPE.keys(), sorted(BY_TYPE.keys() - found)
    yield ledger
    ledger.close()


def captured(ledger: Ledger) -> None:
    """Let a partner tell something in EPCIS."""
    body = dumps(document(event(1))).encode()
    (one,) = documents.read(body).events
    captor = Captor("k-1", None, ORGANISATION)
    came = [arrived(one, dumps(event(1)).encode())]
    record(ledger, came, UUID(int=1), captor, NOW, strict=True)
    said = b'{"vocabularyList": []}'
    record_master_data(ledger, said, one.context.json, UUID(int=1), captor, NOW)


def fill(ledger: Ledger) -> None:
    custodian = Custodian(ledger, clock=lambda: millis(until))
    weeks, postings = told()
    for path, body in [*network().registrations(), *weeks.registrations()]:
        custodian.register(registration(path, body))
    for book in weeks.books:
        where, body = book.wanted()
        said = dumps({"id": where.rsplit("/", 1)[1], **body})
        custodian.issue(NumbersWanted.model_validate_json(said))
    for start in range(0, len(postings), AT_ONCE):
        custodian.record([request(one) for one in postings[start : start + AT_ONCE]])
    captured(ledger)
    tables.lay_out(ledger.engine)
    store.begin(ledger.engine, ORIGIN)
    lay_out(ledger.engine)
    seal(ledger)
    assert heads.take(ledger, millis(until)) is not None
    seal(ledger)
    publish(ledger)
    for type_ in ("store", "epcis"):
        (one,) = ledger.since(0, 1, types=[type_])
        redacting.redact(ledger, redacting.found(ledger, one.position), Why("order"), NOW)


@pytest.fixture(scope="module")
def postgres(swift: Postgres) -> Postgres:
    return swift


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Books that nobody has written in, on each engine in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/imported.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database(f"imported_{WORKER}", TEMPLATE)
    ledger = open_ledger(url)
    yield ledger
    ledger.close()
