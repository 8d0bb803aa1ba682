"""One service of each engine for all tests of a file, which keep to numbers of their own."""

from collections.abc import Iterator
from ipaddress import ip_network

import httpx
import pytest

from custody.api.serving import Serving
from custody.pushing import delivering, events
from tests.api.conftest import Service, register, served
from tests.conftest import ENGINES, TEMPLATE, WORKER
from tests.exchange.partners import Event, event_id, found

PUSHING = Serving(push_networks=(ip_network("127.0.0.0/8"),))


@pytest.fixture(scope="module", params=ENGINES)
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service with three sites, that delivers to receivers of this machine."""
    name = f"others_{request.module.__name__.rpartition('.')[2]}"
    url = f"sqlite:///{tmp_path_factory.mktemp('others') / 'custody.db'}"
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    if server is not None:
        url = server.database(f"custody_{WORKER}_{name}", TEMPLATE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delivering, "LOOK_S", 0.02)
        patched.setattr(events, "LOOK_S", 0.01)
        with served(url, PUSHING) as one:
            register(one)
            yield one
    if server is not None:
        server.drop(f"custody_{WORKER}_{name}")


def url_of(service: Service) -> str:
    """Say where the database of a service is."""
    return service.engine.url.render_as_string(hide_password=False)


def told_of(client: httpx.Client, number: int) -> list[Event]:
    """Return what is told of an event and of the declarations about it."""
    return found(client.get("/epcis/events", params={"EQ_eventID": event_id(number)}))
