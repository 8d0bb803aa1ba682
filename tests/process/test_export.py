"""Does an export that is killed go on to the same bytes, and an import do all or nothing?"""

import signal
import time
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from custody.ledger import open_ledger
from tests.asking import ask
from tests.exporting.test_making import contents
from tests.process.network import key
from tests.process.program import custody_at
from tests.process.server import LOOK_S, Server
from tests.process.test_backup import started
from tests.projections.bookkeeping import laid_out
from tests.projections.lives import life
from tests.waiting import LONG_S

FILE_FACTS = "200"
KILLS = 3
LIVES = 500


@pytest.fixture
def filled(database_url: str) -> str:
    """Enough facts for some files."""
    ledger = open_ledger(database_url)
    laid_out(ledger).post(*(movement for n in range(LIVES) for movement in life(n)))
    ledger.close()
    return database_url


def test_an_export_that_is_killed_goes_on_to_the_same_bytes(filled: str, tmp_path: Path) -> None:
    asked = ("--format", "parquet", "--file-facts", FILE_FACTS)
    custody_at(filled, "export", str(tmp_path / "whole"), *asked)
    whole = contents(tmp_path / "whole")
    cut = tmp_path / "cut"
    moments = Random(20_26)
    killed = 0
    for kill in range(KILLS):
        process = started(filled, "export", str(cut), *asked)
        files = kill + moments.randrange(2)
        while process.poll() is None and len(_there(cut)) <= files:
            time.sleep(0.001)
        process.kill()
        process.communicate(timeout=LONG_S)
        killed += process.returncode == -signal.SIGKILL
    assert killed, "every export was quicker than we: the kills tested nothing"
    custody_at(filled, "export", str(cut), *asked)
    assert contents(cut) == whole


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_import_that_is_killed_has_done_nothing(filled: str, tmp_path: Path) -> None:
    custody_at(filled, "export", str(tmp_path / "whole"), "--format", "ndjson")
    other = f"sqlite:///{tmp_path}/other.db"
    custody_at(other, "upgrade")
    wal = tmp_path / "other.db-wal"
    process = started(other, "import", str(tmp_path / "whole"))
    while process.poll() is None and (not wal.exists() or wal.stat().st_size < 50_000):
        time.sleep(0.001)
    process.kill()
    process.communicate(timeout=LONG_S)
    ledger = open_ledger(other)
    held = ledger.head().position
    ledger.close()
    if not held:
        custody_at(other, "import", str(tmp_path / "whole"))
    assert custody_at(other, "checksum") == custody_at(filled, "checksum")


def test_an_export_that_was_asked_for_is_made_whatever_is_killed(
    filled: str, tmp_path: Path
) -> None:
    auditor = key(filled, "auditor")
    folder = tmp_path / "exports"
    with Server(filled, CUSTODY_EXPORTS_DIRECTORY=str(folder)) as server:
        server.start()
        asked = [_asked(server, auditor, format_) for format_ in ("parquet", "csv", "ndjson")]
        server.kill()
        server.start()
        jobs = [_done(server, auditor, id_) for id_ in asked]
        for job in jobs:
            content = server.get(job["file"]["url"]).content
            assert sha256(content).hexdigest() == job["file"]["sha256"]
    assert {path.stem for path in folder.iterdir()} == set(asked), "and nothing else is left"


def _asked(server: Server, auditor: str, format_: str) -> str:
    headers = {"Authorization": f"Bearer {auditor}"}
    answer = ask("POST", f"{server.url}/v1/exports", headers=headers, json={"format": format_})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def _done(server: Server, auditor: str, id_: str) -> dict[str, Any]:
    deadline = time.monotonic() + LONG_S
    while True:
        job: dict[str, Any] = server.get(f"/v1/exports/{id_}", auditor).json()
        if job["state"] == "done":
            return job
        assert job["state"] in ("waiting", "running"), job
        assert time.monotonic() < deadline, server.log()
        time.sleep(LOOK_S)


def _there(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []
