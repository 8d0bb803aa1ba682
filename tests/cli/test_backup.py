import fcntl
import json
from pathlib import Path
from typing import Any

import pytest

from custody import cli, keys
from custody.ledger import Ledger
from custody.projections.location import location
from custody.projector import Projector
from tests.projections.bookkeeping import laid_out
from tests.projections.lives import life

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def written(ledger: Ledger) -> Ledger:
    """Books with some lives in them, projected, and a key."""
    laid_out(ledger).post(*life(1), *life(3))
    Projector(ledger).catch_up()
    keys.lay_out(ledger.engine)
    keys.create(ledger.engine, "admin")
    return ledger


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "books.backup")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Turns to another database, which is empty."""

    def turn(name: str = "other") -> None:
        monkeypatch.setenv("CUSTODY_DATABASE_URL", f"sqlite:///{tmp_path}/{name}.db")

    return turn


def run(*arguments: str) -> int:
    return cli.main(arguments)


def told(printed: Printed) -> Any:
    return json.loads(printed.readouterr().out)


def test_what_is_backed_up_is_restored_and_has_the_same_checksum(
    written: Ledger, file: str, elsewhere: Any, capsys: Printed
) -> None:
    assert run("checksum", "--json") == 0
    checksum = told(capsys)
    assert run("backup", file, "--json") == 0
    made = told(capsys)
    assert (made["ledger"], made["position"]) == (checksum["sha256"], checksum["records"])
    assert made["rows"]["api_key"] == 1
    elsewhere()
    assert run("restore", file, "--json") == 0
    restored = told(capsys)
    assert restored["equal"] == {"ledger": True, "projections": True}
    assert (restored["sha256"], restored["ledger"]) == (made["sha256"], made["ledger"])
    assert run("checksum", "--json") == 0
    assert told(capsys) == checksum
    assert run("rebuild", "--verify") == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_people_are_told_what_was_done(
    written: Ledger, file: str, elsewhere: Any, capsys: Printed
) -> None:
    assert run("backup", file) == 0
    assert f"Backed up to {file}" in capsys.readouterr().out
    assert run("restore", file, "--check") == 0
    assert "is whole" in capsys.readouterr().out
    elsewhere()
    assert run("restore", file) == 0
    shown = capsys.readouterr()
    assert "the ledger is equal" in shown.out
    assert "Restoring the ledger" in shown.err
    assert run("restore", file) == 2
    assert "not empty (record" in capsys.readouterr().err


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_replaces_an_earlier_one_and_nothing_else(
    written: Ledger, file: str, capsys: Printed
) -> None:
    database = str(written.engine.url.database)
    for name in (database, f"{database}-wal", "/dev/null"):
        assert run("backup", name) == 2
        assert f"{name} is there already and is no backup" in capsys.readouterr().err
    assert run("checksum") == 0
    assert run("backup", file) == 0
    Path(file).write_bytes(Path(file).read_bytes()[:20])
    assert run("backup", file) == 0
    assert run("backup", file) == 0
    assert run("restore", file, "--check") == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_is_no_whole_backup_is_named(
    written: Ledger, file: str, elsewhere: Any, capsys: Printed, tmp_path: Path
) -> None:
    assert run("backup", file) == 0
    content = Path(file).read_bytes()
    cut, other = tmp_path / "cut", tmp_path / "other"
    cut.write_bytes(content[: len(content) // 2])
    other.write_bytes(b"hello")
    elsewhere()
    capsys.readouterr()
    for arguments, code, says in [
        ([str(cut)], 1, f"{cut} is cut short"),
        ([str(cut), "--check"], 1, f"{cut} is cut short"),
        ([str(other)], 2, f"{other} is no backup"),
        ([file, "--forgotten", str(cut)], 1, f"{cut} is cut short"),
        ([str(tmp_path / "nowhere")], 2, "No such file"),
    ]:
        assert run("restore", *arguments) == code, arguments
        assert says in capsys.readouterr().err
    assert run("restore", file) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_backed_up_is_told(
    written: Ledger, file: str, capsys: Printed, tmp_path: Path
) -> None:
    assert run("backup", str(tmp_path)) == 2
    assert run("backup", str(tmp_path / "no" / "where")) == 2
    with Path(f"{file}.part").open("wb") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        capsys.readouterr()
        assert run("backup", file) == 1
        assert "Another process" in capsys.readouterr().err
    with written.engine.begin() as connection:
        connection.exec_driver_sql("delete from record where position = 5")
    assert run("backup", file) == 1
    assert "lacks record 5" in capsys.readouterr().err
    assert not Path(file).exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_restore_that_differs_from_its_backup_ends_with_1(
    written: Ledger, file: str, elsewhere: Any, capsys: Printed
) -> None:
    with written.engine.begin() as connection:
        connection.execute(location.update().values(place="nowhere"))
    assert run("backup", file) == 0
    elsewhere()
    capsys.readouterr()
    assert run("restore", file) == 1
    assert "DIFFERENT: location" in capsys.readouterr().err
    elsewhere("third")
    assert run("restore", file, "--json") == 1
    assert told(capsys)["equal"] == {"ledger": True, "projections": False}
