"""What does who must destroy a record meet on the command line, and what becomes of the rest?"""

import json
from pathlib import Path
from typing import Any

import pytest

from custody import cli, history
from custody.ledger import Ledger
from custody.log import heads, store, tables
from custody.projections.freshness import lay_out
from custody.projector import Projector
from tests import given
from tests.given import pack
from tests.log.sealing import NOW, ORIGIN, publish, seal
from tests.projections.bookkeeping import Office

Printed = pytest.CaptureFixture[str]
NAME = "张三"
drop_off = given.drop_off(note=NAME)


@pytest.fixture(autouse=True)
def environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def position(ledger: Ledger) -> str:
    """Where a movement stands with a name in it that does not belong there."""
    lay_out(ledger.engine)
    tables.lay_out(ledger.engine)
    store.begin(ledger.engine, ORIGIN)
    Office(ledger).open().post(drop_off, given.store(), given.inspect())
    close(ledger)
    Projector(ledger).catch_up()
    return str(history.read(ledger, pack).told[0].record.position)


def close(ledger: Ledger) -> None:
    """Seal and publish what is recorded, heads included."""
    seal(ledger)
    heads.take(ledger, NOW)
    seal(ledger)
    publish(ledger)


def run(*arguments: str) -> int:
    return cli.main(arguments)


def redact(position: str, *more: str) -> int:
    return run("redact", position, "--reason", "misplaced", "--confirm", drop_off.id, *more)


def told(printed: Printed) -> Any:
    return json.loads(printed.readouterr().out)


def test_without_its_name_nothing_is_destroyed_and_it_is_shown(
    position: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for confirm in ((), ("--confirm", given.store().id)):
        assert run("redact", position, "--reason", "request", *confirm) == 2
        assert f"--confirm {drop_off.id}" in capsys.readouterr().err
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run("redact", position, "--reason", "request") == 2
    assert "无法恢复" in capsys.readouterr().err
    assert run("verify", "--json") == 0
    assert told(capsys)["redacted"] == []


def test_what_may_not_be_destroyed_is_refused(position: str, capsys: Printed) -> None:
    assert run("redact", "1", "--reason", "order", "--confirm", "x") == 1
    assert "[not_a_movement]" in capsys.readouterr().err
    assert run("redact", "999", "--reason", "order") == 1
    assert "[not_recorded]" in capsys.readouterr().err
    assert redact(position, "--case", "x" * 65) == 2


def test_everything_else_goes_on_as_before(
    ledger: Ledger, position: str, tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert redact(position, "--case", "2026-017", "--json") == 0
    said = {"position": int(position), "movement": drop_off.id, "before": False}
    assert told(capsys) == {**said, "announced": ledger.head().position, "also_at": []}
    assert run("rebuild", "--verify") == 0
    assert run("checksum") == 0
    close(ledger)
    assert run("verify") == 0
    assert f"1 redacted (position {position})" in capsys.readouterr().out
    assert run("replay", pack) == 0
    assert "redacted" in capsys.readouterr().out
    assert run("replay", pack, "--json") == 0
    assert told(capsys)["items"][0] == {"position": int(position), "redacted": True}
    assert run("evidence", pack) == 0
    assert NAME not in capsys.readouterr().out
    file = str(tmp_path / "books.custody")
    assert run("backup", file) == 0
    restored = f"sqlite:///{tmp_path}/restored.db"
    monkeypatch.setenv("CUSTODY_DATABASE_URL", restored)
    assert run("restore", file) == 0
    assert run("rebuild", "--verify") == 0
    capsys.readouterr()
    assert run("replay", pack, "--json") == 0
    assert told(capsys)["items"][0] == {"position": int(position), "redacted": True}


def test_what_was_begun_is_finished_by_asking_again(position: str, capsys: Printed) -> None:
    assert redact(position) == 0
    assert "Backups made before" in capsys.readouterr().out
    assert redact(position) == 0
    assert "already" in capsys.readouterr().out


def test_no_file_of_the_database_holds_it_any_more(
    database_url: str, position: str, tmp_path: Path
) -> None:
    assert redact(position) == 0
    if database_url.startswith("sqlite"):
        held = [one.name for one in tmp_path.iterdir() if NAME.encode() in one.read_bytes()]
        assert held == []
