"""Is a file that cannot be read or written named with what is wrong, and nothing else?"""

from pathlib import Path

import pytest

from custody import cli

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", f"sqlite:///{tmp_path / 'ledger.db'}")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("locale", "begins"), [("en_GB", "cannot be "), ("zh_CN", "无法")])
@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--checkpoint", "{nowhere}"],
        ["restore", "{nowhere}"],
        ["import", "--format", "export", "{nowhere}"],
        ["backup", "{nowhere}"],
    ],
)
def test_a_failure_tells_the_file_and_the_reason_without_a_number(
    arguments: list[str],
    locale: str,
    begins: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Printed,
) -> None:
    monkeypatch.setenv("LANG", locale)
    nowhere = str(tmp_path / "nowhere" / "it")
    assert cli.main([one.format(nowhere=nowhere) for one in arguments]) == 2
    shown = capsys.readouterr().err
    assert begins in shown.replace("C", "c")
    assert str(tmp_path / "nowhere") in shown
    assert "Errno" not in shown
