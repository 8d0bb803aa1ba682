"""Is whoever starts the service told what is wrong with its address or its file?"""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody import cli

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Books that have not been laid out yet."""
    path = tmp_path / "books.db"
    monkeypatch.setenv("CUSTODY_DATABASE_URL", f"sqlite:///{path}")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "CUSTODY_PORT", "CUSTODY_HOST"):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that somebody else listens on, and that we are told to serve on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port: int = other.getsockname()[1]
        monkeypatch.setenv("CUSTODY_PORT", str(port))
        yield port


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_named_before_anything_is_laid_out(
    command: str, taken: int, books: Path, capsys: Printed
) -> None:
    assert cli.main([command]) == 1
    shown = capsys.readouterr()
    assert f"port {taken} of 127.0.0.1" in shown.err
    assert "CUSTODY_PORT" in shown.err
    assert shown.out == ""
    assert not books.exists()


def test_an_address_of_another_machine_is_refused_in_chinese_too(
    books: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert cli.main(["serve", "--host", "192.0.2.1", "--port", "0"]) == 1
    assert "无法在 192.0.2.1 的端口 0 上提供服务" in capsys.readouterr().err
    assert not books.exists()


def test_a_demo_of_too_few_sites_says_how_many_there_may_be(books: Path, capsys: Printed) -> None:
    assert cli.main(["demo", "--sites", "9"]) == 2
    assert "--sites: expected 10 to 60000" in capsys.readouterr().err
    assert not books.exists()


@pytest.mark.parametrize("command", ["checksum", "serve", "demo"])
def test_a_file_that_is_no_database_is_said_to_be_none(
    command: str, books: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTODY_PORT", "0")
    books.write_bytes(b"hello")
    assert cli.main([command]) == 1
    assert "is no database, or is damaged" in capsys.readouterr().err
    assert books.read_bytes() == b"hello"


def test_a_database_that_cannot_be_opened_is_said_to_be_the_one_that_the_setting_names(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", "sqlite:////nowhere/books.db")
    assert cli.main(["checksum"]) == 1
    assert "CUSTODY_DATABASE_URL names is not available" in capsys.readouterr().err
