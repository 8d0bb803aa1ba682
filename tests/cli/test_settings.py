from pathlib import Path

import pytest

from custody.cli import main
from custody.settings import Settings, UnusableSetting, read


def test_what_nobody_says_has_a_default() -> None:
    assert read({}) == Settings("sqlite:///custody.db", "127.0.0.1", 8000)
    assert read({"CUSTODY_PORT": "", "CUSTODY_DATABASE_URL": ""}) == Settings()


def test_what_the_environment_says_counts() -> None:
    said = {
        "CUSTODY_DATABASE_URL": "postgresql://db/custody",
        "CUSTODY_HOST": "0.0.0.0",
        "CUSTODY_PORT": "80",
    }
    assert read(said) == Settings("postgresql://db/custody", "0.0.0.0", 80)


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8 000", "٨٠"])
def test_a_port_is_a_number_that_a_port_can_have(port: str) -> None:
    with pytest.raises(UnusableSetting, match="CUSTODY_PORT") as refused:
        read({"CUSTODY_PORT": port})
    assert "CUSTODY_PORT" in refused.value.zh


def test_a_master_key_that_cannot_be_one_is_told_before_anything_is_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", f"sqlite:///{tmp_path}/books.db")
    monkeypatch.setenv("CUSTODY_VAULT_KEY", "dG9vIHNob3J0")
    assert main(["serve"]) == 2
    assert "CUSTODY_VAULT_KEY" in capsys.readouterr().err
    assert not (tmp_path / "books.db").exists()
