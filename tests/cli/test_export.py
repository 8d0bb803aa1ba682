"""What do people at a terminal see of exports and of reading them again?"""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from custody import cli
from custody.exporting import FILE_FACTS_MAX
from custody.ledger import Ledger
from custody.projector import Projector
from tests.projections.bookkeeping import laid_out
from tests.projections.lives import life

Printed = pytest.CaptureFixture[str]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def written(ledger: Ledger) -> Ledger:
    laid_out(ledger).post(*life(1), *life(3))
    Projector(ledger).catch_up()
    return ledger


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "export")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Turns to another database, which is empty."""
    return lambda: monkeypatch.setenv("CUSTODY_DATABASE_URL", f"sqlite:///{tmp_path}/other.db")


def run(*arguments: str) -> int:
    return cli.main(arguments)


def told(printed: Printed) -> Any:
    return json.loads(printed.readouterr().out)


@pytest.mark.parametrize("format_", ["parquet", "csv", "ndjson"])
def test_an_export_is_recognised_and_imported_and_has_the_same_checksum(
    written: Ledger, folder: str, elsewhere: Any, capsys: Printed, format_: str
) -> None:
    assert run("checksum", "--json") == 0
    checksum = told(capsys)
    assert run("export", folder, "--format", format_, "--file-facts", "5", "--json") == 0
    made = told(capsys)
    assert (made["checksum"], made["to"]) == (checksum["sha256"], checksum["records"])
    elsewhere()
    assert run("import", folder, "--json") == 0
    imported = told(capsys)
    assert (imported["equal"], imported["vouched"]) == (True, True)
    assert run("checksum", "--json") == 0
    assert told(capsys) == checksum
    assert run("rebuild", "--verify", "--json") == 0
    assert all(one["equal"] for one in told(capsys))


@on_sqlite
def test_people_are_told_what_was_done_and_a_second_run_goes_on(
    written: Ledger, folder: str, elsewhere: Any, capsys: Printed
) -> None:
    assert run("export", folder, "--format", "ndjson", "--file-facts", "1000") == 0
    shown = capsys.readouterr()
    assert f"Exported to {folder}: positions 1 to " in shown.out
    assert "Exporting" in shown.err
    laid_out(written).post(*life(7))
    assert run("export", folder) == 0
    assert f"to {written.head().position} in 1 files" in capsys.readouterr().out
    elsewhere()
    (alone,) = Path(folder).glob("facts-*")
    assert run("import", str(alone)) == 0
    out = capsys.readouterr().out
    assert "the ledger is equal" in out
    assert "no manifest" in out
    assert run("import", "--format", "export", folder) == 2
    assert "not empty" in capsys.readouterr().err


@on_sqlite
def test_that_a_ledger_has_no_facts_yet_is_told_in_both_languages(
    written: Ledger, folder: str, elsewhere: Any, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere()
    for language, says in [("en", "The ledger has no facts yet."), ("zh", "账本中还没有事实。")]:
        monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
        assert run("export", folder) == 2
        assert says in capsys.readouterr().err


@on_sqlite
def test_what_cannot_be_done_is_told(
    written: Ledger, folder: str, elsewhere: Any, capsys: Printed, tmp_path: Path
) -> None:
    assert run("export", folder, "--format", "csv", "--from", "3") == 0
    head = str(written.head().position + 1)
    (tmp_path / "plain").write_text("a file")
    for arguments, code, says in [
        (["export", folder, "--format", "ndjson"], 2, "holds another export"),
        (["export", str(tmp_path / "x"), "--from", head], 2, "no facts"),
        (["export", str(tmp_path / "plain")], 2, "cannot be written"),
        (["import", folder], 2, "does not begin with the first fact"),
        (["import", folder, folder], 2, "One export at a time"),
        (["import", str(tmp_path / "plain")], 2, "--organisation"),
    ]:
        capsys.readouterr()
        assert run(*arguments) == code, arguments
        assert says in (shown := capsys.readouterr().err), arguments
        assert "Errno" not in shown
    elsewhere()
    for name, code, says in (("nowhere", 2, "cannot be read"), ("plain", 1, "not readable")):
        assert run("import", "--format", "export", str(tmp_path / name)) == code
        assert says in capsys.readouterr().err
    (one,) = Path(folder).glob("facts-*")
    one.write_bytes(b"changed")
    (Path(folder) / "manifest.json").write_text(
        (Path(folder) / "manifest.json").read_text().replace('"first": 3', '"first": 1')
    )
    assert run("import", folder) == 1
    assert str(one) in capsys.readouterr().err


@on_sqlite
def test_without_its_extra_parquet_says_what_to_install(
    written: Ledger, folder: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "custody.exporting.as_parquet", raising=False)
    assert run("export", folder) == 2
    # By the name of the library: what is called `custody` elsewhere need not be this project.
    assert f"{sys.executable} -m pip install pyarrow. " in capsys.readouterr().err
    assert not Path(folder).exists()
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run("export", folder) == 2
    assert "附加组件" in capsys.readouterr().err
    assert run("export", folder, "--format", "csv") == 0


@on_sqlite
def test_a_ledger_that_is_not_whole_is_not_exported(
    written: Ledger, folder: str, capsys: Printed
) -> None:
    with written.engine.begin() as connection:
        connection.exec_driver_sql("delete from record where position = 5")
    assert run("export", folder, "--format", "csv") == 1
    assert "Record 5" in capsys.readouterr().err


@on_sqlite
def test_a_file_holds_no_more_facts_than_may_be(folder: str, capsys: Printed) -> None:
    with pytest.raises(SystemExit) as end:
        run("export", folder, "--file-facts", str(FILE_FACTS_MAX + 1))
    assert end.value.code == 2
    assert "--file-facts" in capsys.readouterr().err
