"""May the client run on a device that has nothing of the service?"""

import subprocess
import sys

import pytest

from tests.process.program import environment

SERVERS = {"fastapi", "starlette", "pydantic", "sqlalchemy", "orjson", "msgspec", "uvicorn"}
LOADED = "import {}, sys; print(*sys.modules)"


def loaded(module: str) -> set[str]:
    command = [sys.executable, "-c", LOADED.format(module)]
    said = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    return set(said.stdout.split())


@pytest.mark.parametrize("module", ["custody.client", "custody.client.outbox"])
def test_it_brings_nothing_of_the_service_along(module: str) -> None:
    found = loaded(module)
    assert "httpx" in found
    assert not found & SERVERS
    ours = {name.split(".")[1] for name in found if name.startswith("custody.")}
    assert ours <= {"client", "signing", "codes", "data", "terms"}
    if module == "custody.client":
        assert ours == {"client"}
        assert "cryptography" not in found
