from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from custody.access_log import looks
from custody.terms import Refused
from custody.vault import Asker, Details, PutDown, Vault
from custody.vault.sealing import Unreadable, new_key
from custody.vault.tables import data_key, entry, metadata, person, phone_index
from custody.vault.vault import SITES_MAX

HERE, THERE = "330106-0007", "330106-0008"
SHE, HE = "d:she", "d:he"
DETAILS = Details(name="周敏", phone="13800138000", address="文三路 90 号")
OTHERS = Details(name="周敏", id_number="330106199001011234")
AUDITOR, OURS, THEIRS = Asker("k-a", None), Asker("k-1", HERE), Asker("k-2", THERE)
NUMBER = "+8613800138000"


def test_a_site_reads_what_it_put_down_and_an_auditor_reads_it_all(vault: Vault) -> None:
    assert vault.put(SHE, DETAILS, "k-1", HERE, 5)
    assert vault.put(SHE, OTHERS, "k-2", THERE, 6)
    assert not vault.put(SHE, DETAILS, "k-1", HERE, 7)
    ours = PutDown(HERE, 7, DETAILS.model_dump(exclude_none=True))
    theirs = PutDown(THERE, 6, OTHERS.model_dump(exclude_none=True))
    assert vault.read(SHE, OURS, 8) == [ours]
    assert vault.read(SHE, THEIRS, 8) == [theirs]
    assert vault.read(SHE, AUDITOR, 8) == [ours, theirs]
    with pytest.raises(Refused, match="not_your_site"):
        vault.read(SHE, Asker("k-3", "330106-0009"), 9)
    with pytest.raises(Refused, match="not_found"):
        vault.read(HE, AUDITOR, 9)


def test_nothing_that_was_put_down_is_in_the_database_as_it_was(
    vault: Vault, engine: Engine
) -> None:
    vault.put(SHE, DETAILS, "k-1", HERE, 5)
    vault.reference(NUMBER)
    with engine.connect() as connection:
        rows = [
            cell for table in metadata.sorted_tables for row in connection.execute(select(table))
            for cell in row
        ]  # fmt: skip
    held = b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in rows)
    # Each is so long that what is sealed, or drawn by chance, does not come out as one of them.
    for secret in ("周敏", "13800138000", "文三路"):
        assert secret.encode() not in held


def test_every_reading_leaves_a_note_of_who_asked_and_what_they_were_told(
    vault: Vault, engine: Engine
) -> None:
    vault.put(SHE, DETAILS, "k-1", HERE, 5)
    vault.read(SHE, AUDITOR, 6)
    with pytest.raises(Refused):
        vault.read(SHE, THEIRS, 7)
    vault.read(SHE, OURS, 8)
    with engine.connect() as connection:
        noted = connection.execute(select(looks).order_by(looks.c.id)).all()
    assert [(row.at, row.asker, row.site, row.resource, row.outcome) for row in noted] == [
        (6, "k-a", None, SHE, "told"),
        (7, "k-2", THERE, SHE, "not_your_site"),
        (8, "k-1", HERE, SHE, "told"),
    ]


def test_the_same_number_has_the_same_reference_and_no_other_number_has(vault: Vault) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(vault.reference, [NUMBER] * 8))
    assert len(found) == 1
    (depositor,) = found
    assert depositor.startswith("d:")
    assert vault.reference("+8613800138001") != depositor


def test_what_many_put_down_about_one_person_at_once_is_all_there(vault: Vault) -> None:
    sites = [f"330106-{n:04}" for n in range(8)]
    with ThreadPoolExecutor(4) as threads:
        firsts = list(threads.map(lambda site: vault.put(SHE, DETAILS, "k", site, 1), sites * 2))
    assert firsts.count(True) == len(sites)
    assert {one.site for one in vault.read(SHE, AUDITOR, 2)} == set(sites)


def test_no_more_sites_keep_a_person_s_details_than_may(vault: Vault) -> None:
    for n in range(SITES_MAX):
        vault.put(SHE, DETAILS, "k", f"330106-{n:04}", 1)
    assert not vault.put(SHE, OTHERS, "k", "330106-0000", 2)
    with pytest.raises(Refused, match="too_many_sites"):
        vault.put(SHE, DETAILS, "k", "330106-9999", 2)


def test_a_vault_opens_with_its_own_master_key_alone(vault: Vault, engine: Engine) -> None:
    vault.put(SHE, DETAILS, "k-1", HERE, 5)
    stranger = Vault(engine, new_key())
    for act in (
        lambda: stranger.put(SHE, OTHERS, "k-1", HERE, 6),
        lambda: stranger.read(SHE, AUDITOR, 6),
        lambda: stranger.reference(NUMBER),
    ):
        with pytest.raises(Refused, match="vault_closed"):
            act()
    assert vault.read(SHE, OURS, 7)[0].put_at == 5


def test_what_is_put_in_the_place_of_another_is_noticed(vault: Vault, engine: Engine) -> None:
    vault.put(SHE, DETAILS, "k-1", HERE, 5)
    vault.put(HE, OTHERS, "k-1", HERE, 5)
    for table in (entry, data_key):
        with engine.begin() as connection:
            column = table.c.sealed if table is entry else table.c.wrapped
            hers = connection.scalar(select(column).where(table.c.depositor == SHE))
            his = table.update().where(table.c.depositor == HE)
            connection.execute(his.values({column.name: hers}))
        with pytest.raises(Unreadable):
            vault.read(HE, OURS, 6)


def test_details_whose_key_is_lost_are_told_so_and_may_be_put_down_anew(
    vault: Vault, engine: Engine
) -> None:
    vault.put(SHE, DETAILS, "k-1", HERE, 5)
    vault.put(SHE, DETAILS, "k-2", THERE, 5)
    with engine.begin() as connection:
        connection.execute(data_key.delete())
    with pytest.raises(Refused, match="key_lost"):
        vault.read(SHE, OURS, 6)
    assert vault.put(SHE, OTHERS, "k-1", HERE, 7)
    assert [one.site for one in vault.read(SHE, AUDITOR, 8)] == [HERE]


def test_a_reference_alone_is_known_to_nobody(vault: Vault, engine: Engine) -> None:
    depositor = vault.reference(NUMBER)
    with pytest.raises(Refused, match="not_found"):
        vault.read(depositor, AUDITOR, 1)
    with engine.connect() as connection:
        assert connection.execute(select(person)).all() == []
        assert len(connection.execute(select(phone_index)).all()) == 1
