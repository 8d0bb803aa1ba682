"""A database on PostgreSQL for several processes at once."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.postgres import Postgres

_numbers = count(1)


@pytest.fixture
def shared(postgres: Postgres) -> Iterator[str]:
    """An empty database, as an operator makes it; whoever serves it first lays it out."""
    name = f"shared_{next(_numbers)}"
    yield postgres.database(name)
    postgres.drop(name)
