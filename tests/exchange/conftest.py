"""A service with three sites of two organisations, and partners that speak EPCIS to it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import (
    ORGANISATION,
    OTHER_ORGANISATION,
    Service,
    auditor,
    bare,
    service,
    terminal,
)
from tests.exchange.subscribing import named
from tests.pushing.receiver import Receiver, receiving

__all__ = ["auditor", "bare", "service", "terminal"]


@pytest.fixture
def partner(service: Service) -> httpx.Client:
    """Whoever captures for an organisation."""
    return service.client("operator", organisation=ORGANISATION)


@pytest.fixture
def stranger(service: Service) -> httpx.Client:
    """Whoever captures for another."""
    return service.client("operator", organisation=OTHER_ORGANISATION)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def platform(service: Service) -> httpx.Client:
    """A platform that sees everything, and has named a query."""
    client = service.client("integrator")
    named(client)
    return client
