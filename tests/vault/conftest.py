"""A vault on each engine, and what is put into it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from custody.ledger import open_engine
from custody.vault import Vault, lay_out
from custody.vault.sealing import new_key


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    lay_out(engine)
    lay_out(engine)  # what is there is left as it is
    yield engine
    engine.dispose()


@pytest.fixture
def vault(engine: Engine) -> Vault:
    return Vault(engine, new_key())
