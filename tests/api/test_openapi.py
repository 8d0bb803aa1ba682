from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok

from tests.api.conftest import Service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR
from tests.log.sealing import published

pytestmark = on_sqlite
# A code has a check character and a cursor an origin, which no schema tells; and a key is shown.
NOT_ASKED = ("positive_data_acceptance", "ignored_auth", "not_a_server_error")
EXAMPLES_MAX = 5
WAITING = {"at_least"}
OPEN = {"/healthz", "/readyz", "/epcis/context.jsonld", "/v1/exports/{id}/file"}
"""For everybody; or fetched by a link that we have signed."""


def document(service: Service) -> dict[str, Any]:
    written: dict[str, Any] = service.client("auditor").get("/openapi.json").json()
    return written


def test_every_operation_says_what_it_does_what_it_needs_and_how_it_fails(
    service: Service,
) -> None:
    written = document(service)
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in written["paths"].items()
        for method, operation in methods.items()
    }
    assert len(operations) >= 22
    for name, operation in operations.items():
        assert operation["description"], name
        if name.split()[1] in OPEN or "/log/" in name:
            assert "security" not in operation
            continue
        assert operation["security"] == [{"key": []}], name
        for status in ("401", "403", "422", "429", "503"):
            content = operation["responses"][status]["content"]
            assert list(content) == ["application/problem+json"], name


def test_what_the_document_says_is_true_of_whatever_a_terminal_asks(service: Service) -> None:
    """What it says of an administrator's and an auditor's questions, process/test_openapi asks."""
    client = service.client("terminal", COLLECTOR)
    published(service.engine)
    schema = schemathesis.openapi.from_dict(document(service))
    schema.config.update(base_url=service.url)
    asked = [check for check in CHECKS.get_all() if check.__name__ not in NOT_ASKED]

    def ask(operation: Any) -> None:
        @settings(
            max_examples=EXAMPLES_MAX,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def story(case: Any) -> None:
            for name in WAITING & set(case.query or {}):
                del case.query[name]  # it would wait in vain for a position to come
            if case.path == "/v1/facts/stream" and str(case.query.get("until", 0)).isdigit():
                case.query["until"] = 0  # it would go on without end
            response = case.call(session=None, headers=dict(client.headers))
            assert response.status_code < 500, response.text
            case.validate_response(response, checks=asked)

        story()

    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        ask(result.ok())
