import pytest

from custody.importing.recording import Importer
from custody.ledger import Ledger
from tests.importing.importers import importer_of


@pytest.fixture
def importer(ledger: Ledger) -> Importer:
    return importer_of(ledger)
