"""Who takes part in these tests: an organisation with three sites, and a key for whoever asks."""

from dataclasses import dataclass

import httpx

from custody import keys
from custody.codes import make_uscc
from custody.keys import Role
from custody.ledger import open_engine
from tests.asking import client_of
from tests.process.server import Server

ORGANISATION = make_uscc("330106", 1)
POINTS = ("330106-0007", "330106-0008")
RECYCLER = "330106-R001"
KINDS = dict.fromkeys(POINTS, "collection_point") | {RECYCLER: "recycler"}
REGISTRATIONS = 1 + len(KINDS)


@dataclass(frozen=True)
class Network:
    """The keys to a service with sites in it."""

    admin: str
    auditor: str
    terminals: dict[str, str]


def key(database_url: str, role: Role, site: str | None = None) -> str:
    """Make a key beside the running service, as an operator does."""
    engine = open_engine(database_url)
    try:
        keys.lay_out(engine)
        return keys.create(engine, role, site)[1]
    finally:
        engine.dispose()


def founded(server: Server) -> Network:
    """Register the organisation and its sites over HTTP."""
    database_url = server.database_url
    admin = key(database_url, "admin")
    headers = {"Authorization": f"Bearer {admin}"}
    with client_of(server.url, **headers) as client:
        _put(client, f"/v1/organisations/{ORGANISATION}", name="运河回收")
        for site, kind in KINDS.items():
            _put(
                client, f"/v1/sites/{site}", kind=kind, name="运河站", division=site[:6],
                organisation=ORGANISATION,
            )  # fmt: skip
    terminals = {site: key(database_url, "terminal", site) for site in KINDS}
    return Network(admin, key(database_url, "auditor"), terminals)


def _put(client: httpx.Client, path: str, **body: str) -> None:
    answer = client.put(path, json=body)
    assert answer.status_code == 201, answer.text
