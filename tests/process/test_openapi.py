"""Is every route what its schema says, whatever is asked of it, and does nothing break it?"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.transport import SerializationContext
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from tests.api import described
from tests.asking import ask
from tests.hypothesis_profile import THOROUGH
from tests.process.network import ORGANISATION, POINTS, RECYCLER, Network, founded
from tests.process.server import Server, serving
from tests.process.terminals import drop_off
from tests.process.thought_up import Case, each_asked, talking

EXAMPLES = 15 if THOROUGH else 6
CONSIGNMENT = "x:DH-1"
REFUSED = ["400", "401", "403", "404", "405", "406", "413", "415", "422"]
ANY: dict[str, Any] = {
    "generation": {"deterministic": True, "max-examples": EXAMPLES, "database": "none"},
    "phases": {"stateful": {"enabled": False}},
    "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
}
GOOD = ANY | {"generation": ANY["generation"] | {"mode": "positive"}}
KNOWN = {
    "ref": "maker:PACK1",
    "site": POINTS[0],
    "no": CONSIGNMENT,
    "uscc": ORGANISATION,
    "terminal": "T1",
    "id": drop_off(1)["id"],
    "depositor": "d:1",
    "order": "JD-1",
    "take": "PD-1",
}
KNOWN_THERE: dict[str, dict[str, str]] = {}
"""What has the name of something else elsewhere."""
# What only a moment before can have said, or what asks for another moment than now, or for a
# stretch of time, of which no schema says that it must not end before it begins.
LEFT_OUT = ("battery", "cursor", "as_of", "known_at", "types", "at_least", "after", "from", "to")
BODILESS = {"202", "204"}
"""What is answered without a body: that something was taken on, or is done."""
quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

# Written without a server: the tests of the routes have their names before anything is started.
document = described.document()
ROUTES = [
    (method.upper(), path) for path, methods in document["paths"].items() for method in methods
]
NO_SCHEMA_KNOWS = {
    "/epcis": "what a partner's words mean",
    "/log": "how large the tree is by now",
    "/v1/exports/{id}/file": "how a link is signed",
}
QUESTIONS = [
    (method, path)
    for method, path in ROUTES
    if method == "GET" and not path.startswith((*NO_SCHEMA_KNOWS,))
]
OF_ONE_MAKE = [
    (method, path)
    for method, path in ROUTES
    if method == "GET" and path.endswith("/{member}/events")
]
"""What one loop makes for each of six names: each place of their schema is asked of the first."""
ADMINISTRATIVE = "/v1/access-log"
"""What no auditor is told: who asked for what."""
schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(ANY))
questions = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(GOOD))


@REQUESTS_TRANSPORT.serializer("application/x-ndjson")
def lines(_: SerializationContext, value: Any) -> dict[str, Any]:
    return {"data": value if isinstance(value, bytes) else str(value).encode(errors="replace")}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(f"sqlite:///{tmp_path_factory.mktemp('openapi')}/custody.db") as served:
        yield served


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with talking() as session:
        yield session


@pytest.fixture(scope="module")
def network(server: Server) -> Network:
    """A network in which something has happened, so that there is something to tell."""
    made = founded(server)
    admin = {"Authorization": f"Bearer {made.admin}"}
    body = {"site": POINTS[0]}
    done = ask("PUT", f"{server.url}/v1/terminals/T1", json=body, headers=admin)
    assert done.status_code == 201, done.text
    terminal = {"Authorization": f"Bearer {made.terminals[POINTS[0]]}"}
    where = f"{server.url}/v1/depositors/{KNOWN['depositor']}"
    done = ask("PUT", where, json={"name": "周敏"}, headers=terminal)
    assert done.status_code == 201, done.text
    sent = {"consignment": CONSIGNMENT, "batteries": ["maker:PACK2", "maker:PACK3"]}
    auditor = {"Authorization": f"Bearer {made.auditor}"}
    wanted = {"url": "https://receiver.invalid/", "types": ["void"]}
    done = ask("POST", f"{server.url}/v1/subscriptions", json=wanted, headers=auditor)
    KNOWN["subscription"] = done.json()["id"]
    wanted = {"format": "csv"}
    done = ask("POST", f"{server.url}/v1/exports", json=wanted, headers=auditor)
    assert done.status_code == 202, done.text
    KNOWN_THERE["/v1/exports/{id}"] = {"id": done.json()["id"]}
    said = {"to_site": RECYCLER, "carrier": "91330106MA2CARRIER"}
    got = {"consignment": CONSIGNMENT, "accepted": ["maker:PACK2"], "missing": ["maker:PACK3"]}
    come = [drop_off(number) for number in range(5)]
    gone = {name: drop_off(5)[name] for name in ("id", "occurred_at", "site")}
    arrived = {name: drop_off(6)[name] for name in ("id", "occurred_at")} | {"site": RECYCLER}
    ordered = {name: drop_off(7)[name] for name in ("id", "occurred_at", "site")}
    ordered |= {"type": "order", "order": "JD-1", "service": "pickup", "step": "ordered"}
    counted = {name: drop_off(8)[name] for name in ("id", "occurred_at", "site")}
    counted |= {"type": "stock_take", "take": KNOWN["take"], "counted": ["maker:PACK1"]}
    counted["frozen_at"] = counted["occurred_at"]
    come += [ordered, counted]
    _record(server, made, POINTS[0], [*come, gone | sent | said | {"type": "dispatch"}])
    _record(server, made, RECYCLER, [arrived | got | {"type": "receive"}])
    return made


def _record(server: Server, network: Network, site: str, movements: list[Any]) -> None:
    headers = {"Authorization": f"Bearer {network.terminals[site]}"}
    done = ask("POST", f"{server.url}/v1/movements", json=movements, headers=headers)
    assert all(one["status"] == "recorded" for one in done.json()["results"]), done.text


def ended(case: Case) -> None:
    """Let a stream end that would go on; one that is asked for wrongly is refused as it is."""
    if case.path.endswith("/stream") and str(case.query.get("until", 0)).isdigit():
        case.query["until"] = 0


def test_the_document_that_is_served_is_the_one_that_is_tested(
    server: Server, network: Network
) -> None:
    assert server.get("/openapi.json", network.auditor).json() == document


def test_every_good_answer_says_what_it_looks_like() -> None:
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            good = {one: route["responses"][one] for one in route["responses"] if one < "300"}
            silent = [one for one in good.keys() - BODILESS if not good[one].get("content")]
            assert good, f"{method} {path}"
            assert not silent, f"{method} {path}: {silent}"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_route_keeps_its_schema_whatever_is_asked(
    method: str, path: str, server: Server, network: Network, session: requests.Session
) -> None:
    posts = (method, path) == ("POST", "/v1/movements")
    key = network.terminals[POINTS[0]] if posts else network.admin

    def ask(case: Case) -> None:
        if str(case.query.get("at_least", "")).isdigit():
            case.query["at_least"] = 0  # else every example waits for a position that never comes
        ended(case)
        # No schema knows a check character, nor which sites there are; and what is wrong with a
        # line is said in its result.
        known: list[Any] = [positive_data_acceptance]
        if case.media_type == "application/x-ndjson":
            known.append(negative_data_rejection)
        case.call_and_validate(
            server.url, session, headers={"Authorization": f"Bearer {key}"}, excluded_checks=known
        )

    covering = THOROUGH or (method, path) not in OF_ONE_MAKE[1:]
    each_asked(schema, method, path, ask, quick, covering=covering)


@pytest.mark.parametrize(("method", "path"), QUESTIONS)
def test_a_question_about_what_is_known_has_an_answer(
    method: str, path: str, server: Server, network: Network, session: requests.Session
) -> None:
    known = KNOWN | KNOWN_THERE.get(path, {})
    key = network.admin if path == ADMINISTRATIVE else network.auditor

    def ask(case: Case) -> None:
        case.path_parameters.update((n, known[n]) for n in case.path_parameters if n in known)
        for name in LEFT_OUT:
            case.query.pop(name, None)
        case.headers.pop("last-event-id", None)  # as `after`
        ended(case)
        if case.query.get("book") == "all":
            case.query["format"] = "xlsx"  # all books at once are the sheets of a workbook
        answer = case.call_and_validate(
            server.url, session, headers={"Authorization": f"Bearer {key}"}
        )
        assert answer.status_code == 200

    each_asked(questions, method, path, ask, quick)
