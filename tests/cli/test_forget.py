import json
from typing import Any

import pytest
from sqlalchemy import inspect

from custody import cli, vault
from custody.custodian import Custodian, Posted, Request
from custody.decisions import Poster
from custody.events import OrganisationRegistered, SiteRegistered, read_movement
from custody.ledger import Entry, Ledger
from custody.vault import Asker, Details, Vault
from custody.vault.forgetting import forgotten_in
from custody.vault.sealing import new_key
from tests.api.conftest import NOON, ORGANISATION
from tests.api.movements import COLLECTOR, battery, drop_off, movement

Printed = pytest.CaptureFixture[str]
NUMBER = "+8613800138000"


@pytest.fixture(autouse=True)
def environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def safe(ledger: Ledger) -> Vault:
    vault.lay_out(ledger.engine)
    return Vault(ledger.engine, new_key())


@pytest.fixture
def depositor(ledger: Ledger, safe: Vault) -> str:
    """Somebody who handed in a battery, and whose details a site has put down."""
    reference = safe.reference(NUMBER)
    safe.put(reference, Details(name="周敏", phone=NUMBER), "k-1", COLLECTOR, NOON)
    safe.read(reference, Asker("k-1", COLLECTOR), NOON)
    custodian = Custodian(ledger, lambda: NOON)
    parties: list[tuple[Any, dict[str, Any]]] = [
        (
            OrganisationRegistered,
            {"type": "organisation_registered", "uscc": ORGANISATION, "name": "n"},
        ),
        (
            SiteRegistered,
            {
                "type": "site_registered", "site": COLLECTOR, "kind": "collection_point",
                "name": "n", "division": "330106", "organisation": ORGANISATION,
            },
        ),
    ]  # fmt: skip
    for model, party in parties:
        custodian.register(model.model_validate_json(json.dumps(party)))
    said = [
        drop_off(1, depositor_kind="individual", depositor=reference),
        movement(2, "inspect", battery=battery(1), verdict="pass"),
    ]
    bodies = [json.dumps(one).encode() for one in said]
    poster = Poster("key", COLLECTOR)
    custodian.record([Request([Posted(read_movement(one), one, poster, NOON) for one in bodies])])
    return reference


def run(*arguments: str) -> int:
    return cli.main(arguments)


def told(printed: Printed) -> Any:
    return json.loads(printed.readouterr().out)


def everything(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """Read every table that is not the vault's."""
    with ledger.engine.connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        return {
            name: sorted(tuple(row) for row in connection.exec_driver_sql(f"select * from {name}"))
            for name in names
            if not name.startswith("vault_")
        }


def test_no_fact_no_projection_and_no_checksum_changes_when_somebody_is_forgotten(
    ledger: Ledger, depositor: str, capsys: Printed
) -> None:
    asked = [
        ("checksum",), ("checksum", "--json"), ("replay", battery(1)),
        ("replay", battery(1), "--json"), ("rebuild", "--verify", "--json"),
    ]  # fmt: skip

    def answers() -> list[str]:
        said = []
        for arguments in asked:
            assert run(*arguments) == 0
            said.append(capsys.readouterr().out)
        return said

    assert run("rebuild") == 0
    capsys.readouterr()
    answers_before, tables_before = answers(), everything(ledger)
    assert any(depositor in said for said in answers_before)
    assert run("forget", depositor) == 0
    assert "No fact has changed" in capsys.readouterr().out
    assert answers() == answers_before
    assert everything(ledger) == tables_before


def test_what_there_was_to_forget_is_told(depositor: str, capsys: Printed) -> None:
    assert run("forget", depositor, "--json") == 0
    first = told(capsys)
    assert (first["depositor"], first["known"], first["before"]) == (depositor, True, False)
    assert run("forget", depositor, "--json") == 0
    again = told(capsys)
    assert (again["known"], again["before"]) == (False, True)
    assert again["forgotten_at"] == first["forgotten_at"]
    assert run("forget", depositor) == 0
    assert "already" in capsys.readouterr().out


def forgotten(ledger: Ledger) -> list[str]:
    with ledger.engine.connect() as connection:
        return [*forgotten_in(connection)]


def test_a_reference_that_nobody_has_ever_named_is_a_slip_and_changes_nothing(
    ledger: Ledger, depositor: str, capsys: Printed
) -> None:
    misspelt = depositor[:-1] + ("0" if depositor[-1] != "0" else "1")
    for slip in (misspelt, depositor[:-1]):
        assert run("forget", slip) == 1
        said = capsys.readouterr()
        assert f"There is no reference {slip}:" in said.err
        assert depositor not in said.err + said.out, "nobody else is offered"
        assert run("forget", slip, "--json") == 1
        assert told(capsys)["forgotten_at"] is None
    assert forgotten(ledger) == []


def test_who_is_named_by_a_fact_alone_is_forgotten(
    ledger: Ledger, safe: Vault, capsys: Printed
) -> None:
    body = drop_off(1, depositor_kind="individual", depositor="d:of-their-own")
    entry = Entry("drop_off", 1, json.dumps(body).encode(), (f"movement:{body['id']}",))
    ledger.append([entry], now=NOON)
    assert run("forget", "d:of-their-own") == 1
    assert "Nothing was known" in capsys.readouterr().out
    assert forgotten(ledger) == ["d:of-their-own"]


def test_an_unheard_of_reference_is_forgotten_if_that_is_said(safe: Vault, capsys: Printed) -> None:
    """As before a restore, of somebody who is in the backup."""
    assert run("forget", "d:nobody", "--unheard-of") == 1
    assert "Nothing was known" in capsys.readouterr().out
    assert run("forget", "d:nobody", "--json") == 0
    assert told(capsys)["before"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_a_reference_ends_with_2(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    for text in ("", "周敏", "a b", "x" * 65):
        assert run("forget", text) == 2
        assert "不是引用" in capsys.readouterr().err
