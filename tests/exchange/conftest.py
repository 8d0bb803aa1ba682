"""A service with three sites of two organisations, and partners that speak EPCIS to it."""

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

__all__ = ["auditor", "bare", "service", "terminal"]


@pytest.fixture
def partner(service: Service) -> httpx.Client:
    """Whoever captures for an organisation."""
    return service.client("operator", organisation=ORGANISATION)


@pytest.fixture
def stranger(service: Service) -> httpx.Client:
    """Whoever captures for another."""
    return service.client("operator", organisation=OTHER_ORGANISATION)
