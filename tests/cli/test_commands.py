import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from custody import access_log, cli, keys
from custody.access_log import Look
from custody.codes import make_uscc
from custody.custodian import Custodian, Posted, Request
from custody.decisions import Poster
from custody.events import OrganisationRegistered, SiteRegistered, read_movement
from custody.ledger import Ledger, open_ledger, writing
from custody.ledger.tables import record
from custody.projector import Projector
from tests.api.conftest import NOON, ORGANISATION
from tests.api.movements import COLLECTOR, battery, drop_off, movement
from tests.asking import ask
from tests.ports import free_port
from tests.waiting import LONG_S, LOOK_S

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "CUSTODY_PORT", "CUSTODY_HOST"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def recorded(ledger: Ledger) -> Ledger:
    """A ledger with a site and three movements, projected."""
    custodian = Custodian(ledger, lambda: NOON)
    organisation = {"type": "organisation_registered", "uscc": ORGANISATION, "name": "n"}
    custodian.register(OrganisationRegistered.model_validate_json(json.dumps(organisation)))
    site = {
        "type": "site_registered", "site": COLLECTOR, "kind": "collection_point", "name": "n",
        "division": "330106", "organisation": ORGANISATION,
    }  # fmt: skip
    custodian.register(SiteRegistered.model_validate_json(json.dumps(site)))
    said = [
        drop_off(1),
        movement(2, "inspect", battery=battery(1), verdict="pass"),
        movement(3, "void", 30, target=movement(2, "inspect")["id"]),
    ]
    bodies = [json.dumps(one).encode() for one in said]
    poster = Poster("key", COLLECTOR)
    posted = [Posted(read_movement(body), body, poster, NOON) for body in bodies]
    custodian.record([Request(posted)])
    return ledger


def run(*arguments: str) -> int:
    return cli.main(arguments)


def told(printed: Printed) -> Any:
    return json.loads(printed.readouterr().out)


def test_custody_alone_shows_what_it_can_do(capsys: Printed) -> None:
    assert run() == 0
    shown = capsys.readouterr().out
    for command in ("serve", "demo", "replay", "rebuild", "checksum", "upgrade", "keys"):
        assert command in shown


def test_unusable_arguments_end_with_2(capsys: Printed) -> None:
    for arguments in (["fly"], ["serve", "--port", "x"], ["serve", "--workers", "0"], ["keys"]):
        with pytest.raises(SystemExit) as end:
            run(*arguments)
        assert end.value.code == 2
    assert run("keys", "create", "--role", "terminal") == 2
    assert run("keys", "create", "--role", "terminal", "--site", "here") == 2
    assert run("keys", "create", "--role", "auditor", "--site", COLLECTOR) == 2
    assert run("replay", "nope:1") == 2
    assert run("rebuild", "nothing") == 2
    assert "known: location" in capsys.readouterr().err


def test_unusable_settings_end_with_2_and_name_the_variable(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTODY_PORT", "eighty")
    assert run("serve") == 2
    assert "CUSTODY_PORT" in capsys.readouterr().err
    monkeypatch.setenv("CUSTODY_PORT", "8000")
    monkeypatch.setenv("CUSTODY_DATABASE_URL", "mysql://somewhere/else")
    assert run("checksum") == 2
    assert "CUSTODY_DATABASE_URL" in capsys.readouterr().err


def test_who_makes_a_key_for_tests_in_production_is_told_that_it_opens_nothing(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for environment, warned in ("", False), ("production", True):
        monkeypatch.setenv("CUSTODY_ENV", environment)
        assert run("keys", "create", "--role", "auditor", "--test") == 0
        assert ("opens nothing here" in capsys.readouterr().err) == warned


def test_a_key_is_bound_to_what_its_role_needs(capsys: Printed) -> None:
    uscc = make_uscc("330106", 1)
    for role, *bound in (
        ("operator", "--site", COLLECTOR),
        ("operator", "--organisation", uscc),
        ("carrier", "--organisation", uscc),
        ("authority", "--division", "330100"),
        ("auditor", "--division", "330106", "--organisation", uscc),
    ):
        assert run("keys", "create", "--role", role, *bound, "--json") == 0
        made = told(capsys)
        said = dict(zip(bound[::2], bound[1::2], strict=True))
        assert {f"--{name}" for name, value in made.items() if value in said.values()} == set(said)
    assert run("keys", "create", "--role", "admin", "--test", "--json") == 0
    assert told(capsys)["key"].startswith("ck_test_")
    for role, *bound in (
        ("carrier",),
        ("authority",),
        ("authority", "--division", "999999"),
        ("authority", "--division", "990000"),
        ("operator", "--organisation", "anybody"),
        ("admin", "--organisation", uscc),
        ("operator", "--site", COLLECTOR, "--division", "330106"),
    ):
        assert run("keys", "create", "--role", role, *bound) == 2, (role, bound)
        assert capsys.readouterr().err


def test_who_has_read_what_is_told_at_the_terminal(capsys: Printed, ledger: Ledger) -> None:
    access_log.lay_out(ledger.engine)
    with writing(ledger.engine) as connection:
        access_log.note(connection, Look("k-1", "read_depositor", "d:1", "told", 5, "auditor"))
    assert run("access-log", "--json", "--asker", "k-1") == 0
    (look,) = told(capsys)
    assert (look["resource"], look["at"]) == ("d:1", "1970-01-01T00:00:00.005Z")
    assert run("access-log", "--json", "--action", "read_evidence") == 0
    assert told(capsys) == []
    assert run("access-log") == 0
    assert "d:1" in capsys.readouterr().out


def test_a_key_is_made_listed_and_revoked(capsys: Printed) -> None:
    assert run("keys", "create", "--role", "terminal", "--site", COLLECTOR, "--json") == 0
    made = told(capsys)
    assert made.keys() == {"id", "key", "role", "site"}
    assert run("keys", "list", "--json") == 0
    (listed,) = told(capsys)
    assert (listed["id"], listed["role"], listed["revoked_at"]) == (made["id"], "terminal", None)
    assert run("keys", "revoke", made["id"]) == 0
    assert run("keys", "revoke", "nobody") == 1
    capsys.readouterr()
    assert run("keys", "list") == 0
    shown = capsys.readouterr().out
    assert made["id"] in shown
    assert made["key"] not in shown


def test_messages_follow_the_locale(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run("keys", "revoke", "nobody") == 1
    assert "没有" in capsys.readouterr().err
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert run("keys", "revoke", "nobody") == 1
    assert "There is no key" in capsys.readouterr().err


def test_a_battery_is_replayed(
    capsys: Printed, recorded: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    assert run("replay", battery(1).lower()) == 0
    shown = capsys.readouterr().out
    assert "voided" in shown
    assert f"state=in_stock site={COLLECTOR}" in shown
    assert "+0800" in shown, "times are those of the reader's clock"
    assert run("replay", battery(1), "--as-of", "2026-03-01T09:00", "--json") == 0
    items = told(capsys)["items"]
    assert [one["type"] for one in items] == ["inspect", "void"]
    assert run("replay", battery(1), "--known-at", "2020-01-01") == 1
    assert "at the moment asked about" in capsys.readouterr().err
    assert run("replay", battery(2)) == 1
    assert "Nothing is recorded of" in capsys.readouterr().err


def test_equal_ledgers_have_equal_checksums(capsys: Printed, recorded: Ledger) -> None:
    assert run("checksum", "--json") == 0
    first = told(capsys)
    assert first["records"] == 5
    assert run("checksum") == 0
    assert capsys.readouterr().out == f"{first['sha256']}  5\n"
    with recorded.engine.begin() as connection:
        connection.execute(record.update().where(record.c.position == 4).values(data=b"{}"))
    assert run("checksum", "--json") == 0
    assert told(capsys)["sha256"] != first["sha256"]
    with recorded.engine.begin() as connection:
        connection.execute(record.delete().where(record.c.position > 4))
    assert run("checksum") == 1
    assert "has 4" in capsys.readouterr().err


def test_projections_are_compared_and_rebuilt(capsys: Printed, recorded: Ledger) -> None:
    assert run("upgrade") == 0
    Projector(recorded).catch_up()
    assert run("rebuild", "--verify") == 0
    with recorded.engine.begin() as connection:
        connection.exec_driver_sql("update location set state = 'lost'")
    capsys.readouterr()
    assert run("rebuild", "--verify", "--json") == 1
    assert [one["name"] for one in told(capsys) if not one["equal"]] == ["location"]
    assert run("rebuild", "location") == 0
    assert run("rebuild", "--verify") == 0


def test_a_database_of_another_version_is_left_alone(capsys: Printed, ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql("update schema_version set version = 99")
    for command in ("serve", "upgrade", "checksum"):
        assert run(command) == 1
        assert "99" in capsys.readouterr().err


def test_projections_of_an_older_layout_are_built_anew_by_upgrade(
    capsys: Printed, recorded: Ledger
) -> None:
    assert run("upgrade") == 0
    with recorded.engine.begin() as connection:
        connection.exec_driver_sql("update projected set layout = 0")
        connection.exec_driver_sql("drop table location")
    for command in ("serve", "rebuild"):
        assert run(command) == 1
        assert "custody upgrade" in capsys.readouterr().err
    assert run("upgrade") == 0
    assert run("rebuild", "--verify") == 0


def test_projections_of_a_newer_layout_are_left_alone(capsys: Printed, recorded: Ledger) -> None:
    assert run("upgrade") == 0
    with recorded.engine.begin() as connection:
        connection.exec_driver_sql("update projected set layout = 99")
    assert run("upgrade") == 1
    assert "99" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("database_url", "workers"), [("sqlite", 1), ("postgresql", 2)], indirect=["database_url"]
)
def test_the_service_serves_until_it_is_told_to_stop(
    database_url: str, workers: int, tmp_path: Path
) -> None:
    ledger = open_ledger(database_url)
    keys.lay_out(ledger.engine)
    _, text = keys.create(ledger.engine, "auditor")
    ledger.close()
    port = free_port()
    command = [sys.executable, "-m", "custody", "serve", "--port", str(port)]
    service = subprocess.Popen(
        [*command, "--workers", str(workers)],
        env={**os.environ, "CUSTODY_DATABASE_URL": database_url},
        stdout=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    giving_up = threading.Timer(LONG_S, service.kill)
    giving_up.start()
    try:
        _answers(f"http://127.0.0.1:{port}", service)
        headers = {"Authorization": f"Bearer {text}"}
        response = ask("GET", f"http://127.0.0.1:{port}/v1/me", headers=headers)
        assert response.status_code == 200
    finally:
        service.send_signal(signal.SIGTERM)
        assert service.wait() in (0, -signal.SIGTERM)
        giving_up.cancel()


def _answers(url: str, service: subprocess.Popen[bytes]) -> None:
    """Ask until the service answers, for as long as it lives."""
    while service.poll() is None:
        try:
            if ask("GET", f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(LOOK_S)
    raise AssertionError("the service ended before it answered")
