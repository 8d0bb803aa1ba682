from base64 import b64encode
from ipaddress import ip_network
from pathlib import Path

import pytest

from custody.cli import main
from custody.limits import IN_FLIGHT_MAX, UNLIMITED, Allowance
from custody.log.opening import Settings as LogSettings
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


def test_a_secret_may_come_from_a_file_and_from_one_place_alone(tmp_path: Path) -> None:
    path = tmp_path / "url"
    path.write_text("postgresql://custody:secret@db/custody\n")
    said = {"CUSTODY_DATABASE_URL_FILE": str(path)}
    found = read(said)
    assert found.database_url == "postgresql://custody:secret@db/custody"
    assert "secret" not in repr(found)
    with pytest.raises(UnusableSetting, match="CUSTODY_DATABASE_URL_FILE"):
        read({**said, "CUSTODY_DATABASE_URL": "sqlite:///x.db"})
    with pytest.raises(UnusableSetting, match="No such file"):
        read({"CUSTODY_DATABASE_URL_FILE": str(tmp_path / "nothing")})


def test_conditions_are_read_and_what_cannot_be_meant_is_refused() -> None:
    said = {
        "CUSTODY_ENV": "production",
        "CUSTODY_RATE_MOVEMENTS": "50",
        "CUSTODY_RATE_QUERIES": "0",
        "CUSTODY_CORS_ORIGINS": "https://books.example, http://127.0.0.1:3000",
        "CUSTODY_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
        "CUSTODY_PUSH_NETWORKS": "10.1.0.0/16",
    }
    found = read(said).serving
    assert found.production
    assert found.movements == Allowance(50, 500)
    assert found.queries == UNLIMITED
    assert found.cors_origins == ("https://books.example", "http://127.0.0.1:3000")
    assert found.trusts("10.1.2.3")
    assert found.trusts("::1")
    assert not found.trusts("192.0.2.1")
    assert not found.trusts("somebody")
    assert not found.trusts(None)
    assert found.push_networks == (ip_network("10.1.0.0/16"),)
    assert read({}).serving.push_networks == ()
    burst = {"CUSTODY_RATE_MOVEMENTS": "50", "CUSTODY_RATE_MOVEMENTS_BURST": "70"}
    assert read(burst).serving.movements == Allowance(50, 70)
    assert read({}).serving.in_flight == IN_FLIGHT_MAX
    assert read({"CUSTODY_EXPORTS_DIRECTORY": "shared"}).serving.exports == "shared"
    assert read({"CUSTODY_EXPORTS_DIRECTORY": ""}).serving.exports is None
    assert read({"CUSTODY_IN_FLIGHT": "7"}).serving.in_flight == 7
    assert read({"CUSTODY_IN_FLIGHT": "0"}).serving.in_flight == 0
    for variable, value in (
        ("CUSTODY_IN_FLIGHT", "-1"),
        ("CUSTODY_ENV", "prod"),
        ("CUSTODY_RATE_MOVEMENTS", "-1"),
        ("CUSTODY_RATE_QUERIES_BURST", "many"),
        ("CUSTODY_CORS_ORIGINS", "*"),
        ("CUSTODY_CORS_ORIGINS", "https://books.example/page"),
        ("CUSTODY_TRUSTED_PROXIES", "proxy.example"),
        ("CUSTODY_PUSH_NETWORKS", "10.0.0.1/8"),
    ):
        with pytest.raises(UnusableSetting, match=variable):
            read({variable: value})


@pytest.mark.parametrize("seconds", ["x", "0", "-1", "86401", "1.5"])
def test_heads_are_taken_at_least_once_a_day(seconds: str) -> None:
    assert read({"CUSTODY_LOG_HEADS_S": "5"}).serving.log == LogSettings(heads_every=5_000)
    with pytest.raises(UnusableSetting, match="CUSTODY_LOG_HEADS_S") as refused:
        read({"CUSTODY_LOG_HEADS_S": seconds})
    assert "CUSTODY_LOG_HEADS_S" in refused.value.zh


def test_a_master_key_that_everybody_knows_is_none_in_production(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", f"sqlite:///{tmp_path}/books.db")
    monkeypatch.setenv("CUSTODY_VAULT_KEY", b64encode(bytes(range(32))).decode())
    monkeypatch.setenv("CUSTODY_ENV", "production")
    assert main(["serve"]) == 2
    assert "test" in capsys.readouterr().err
    assert not (tmp_path / "books.db").exists()


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
