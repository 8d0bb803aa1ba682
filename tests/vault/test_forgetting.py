from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from custody.terms import Refused
from custody.vault import Asker, Details, Forgotten, Vault, forget
from custody.vault.forgetting import HOLDING
from custody.vault.tables import data_key, entry

HERE = "330106-0007"
SHE, HE = "d:she", "d:he"
DETAILS = Details(name="周敏", phone="13800138000")
AUDITOR = Asker("k-a", None)
NUMBER = "+8613800138000"


def test_whoever_is_forgotten_is_so_for_good(vault: Vault, engine: Engine) -> None:
    vault.put(SHE, DETAILS, "k-1", HERE, 5)
    vault.put(HE, DETAILS, "k-1", HERE, 5)
    assert forget(engine, SHE, 9) == Forgotten(known=True, at=9, before=False)
    assert forget(engine, SHE, 10) == Forgotten(known=False, at=9, before=True)
    for asker in (AUDITOR, Asker("k-1", HERE)):
        with pytest.raises(Refused, match="forgotten"):
            vault.read(SHE, asker, 11)
    with pytest.raises(Refused, match="forgotten"):
        vault.put(SHE, DETAILS, "k-1", HERE, 11)
    assert vault.read(HE, AUDITOR, 12)
    with engine.connect() as connection:
        for table in HOLDING:
            assert SHE not in {row.depositor for row in connection.execute(select(table))}


def test_a_number_leads_no_longer_to_whom_it_led(vault: Vault, engine: Engine) -> None:
    before = vault.reference(NUMBER)
    assert forget(engine, before, 9).known
    after = vault.reference(NUMBER)
    assert after != before
    assert vault.put(after, DETAILS, "k-1", HERE, 10)


def test_details_that_come_too_late_are_not_taken_in(vault: Vault, engine: Engine) -> None:
    assert forget(engine, SHE, 9) == Forgotten(known=False, at=9, before=False)
    with pytest.raises(Refused, match="forgotten"):
        vault.put(SHE, DETAILS, "k-1", HERE, 10)


def test_nobody_needs_the_master_key_to_forget(vault: Vault, engine: Engine) -> None:
    vault.put(SHE, DETAILS, "k-1", HERE, 5)
    assert forget(engine, SHE, 9).known


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_key_is_gone_from_the_files_of_the_database_too(
    vault: Vault, engine: Engine, tmp_path: Path
) -> None:
    vault.put(SHE, DETAILS, "k-1", HERE, 5)
    with engine.connect() as connection:
        secrets = [
            connection.scalars(select(data_key.c.wrapped)).one(),
            connection.scalars(select(entry.c.sealed)).one(),
        ]

    def held() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(tmp_path.glob("custody.db*")))

    assert all(secret in held() for secret in secrets)
    forget(engine, SHE, 9)
    assert not any(secret in held() for secret in secrets)
