from pathlib import Path

import pytest
from sqlalchemy import delete, update

from custody import backup, keys, vault
from custody.access_log import looks
from custody.backup import Missing, NotEmpty
from custody.ledger import Entry, Ledger
from custody.ledger.tables import about, record
from custody.projections.location import location
from custody.projections.tables import projected
from custody.projector import Projector
from custody.terms import Refused
from custody.vault import Asker, Details, Vault
from custody.vault import tables as kept
from tests.backup.conftest import (
    HERE,
    MASTER,
    NOW,
    NUMBERS,
    TABLES,
    Books,
    rows_of,
    silent,
)
from tests.projections.bookkeeping import all_rows

AUDITOR = Asker("k-a", None)
ODD = [
    Entry("noted", 3, b'\xff\x00 "\\\n', ("note:\\\"é '☃\t", "note:2"), None, 5, b"\x80"),
    Entry("noted", 1, '{"a": "☃"}'.encode(), (), "key", None, b'[{"code": "x"}]'),
    Entry("noted", 2, b"", ("note:2",), "", -1, b""),
]


def test_books_are_restored_as_they_were_on_either_engine(
    books: Books, empty: Ledger, tmp_path: Path
) -> None:
    taken = backup.take(books.ledger, tmp_path / "b", silent)
    found = backup.restore(empty, tmp_path / "b", silent)
    assert backup.project(empty, silent) == taken.position
    compared = backup.compare(empty, found, silent)
    assert compared == backup.Compared(ledger=True, projections=())
    assert rows_of(empty, *TABLES) == rows_of(books.ledger, *TABLES)
    assert all_rows(empty) == all_rows(books.ledger)
    beside = (looks, kept.entry, kept.person)
    assert rows_of(empty, *beside) == rows_of(books.ledger, *beside)
    assert (found.head, found.ledger, found.sha256) == (
        books.ledger.head(), taken.ledger, taken.sha256,
    )  # fmt: skip


def test_records_of_any_sort_are_restored_as_they_were(
    ledger: Ledger, empty: Ledger, tmp_path: Path
) -> None:
    for number in range(700):
        ledger.append(ODD, now=number)
    taken = backup.take(ledger, tmp_path / "b", silent)
    assert taken.rows["record"] == 2_100
    backup.restore(empty, tmp_path / "b", silent)
    assert rows_of(empty, *TABLES) == rows_of(ledger, *TABLES)
    assert empty.append(ODD, now=0) == ledger.append(ODD, now=0)
    assert rows_of(empty, about) == rows_of(ledger, about)


def test_books_in_which_nothing_is_written_are_restored_too(
    ledger: Ledger, empty: Ledger, tmp_path: Path
) -> None:
    taken = backup.take(ledger, tmp_path / "b", silent)
    assert taken.position == 0
    backup.restore(empty, tmp_path / "b", silent)
    assert rows_of(empty, *TABLES) == rows_of(ledger, *TABLES)


def test_a_backup_holds_what_was_recorded_when_it_began_and_nothing_later(
    ledger: Ledger, empty: Ledger, tmp_path: Path
) -> None:
    ledger.append(ODD, now=1)
    head = ledger.head()

    def meanwhile(done: int, total: int) -> None:
        ledger.append(ODD, now=2)

    taken = backup.take(ledger, tmp_path / "b", meanwhile)
    assert ledger.head().position > taken.position == head.position
    backup.restore(empty, tmp_path / "b", silent)
    assert empty.head() == head
    assert empty.since(0, 1_000) == ledger.since(0, head.position)


def test_projections_that_lag_behind_are_not_compared(
    books: Books, empty: Ledger, tmp_path: Path
) -> None:
    books.ledger.append([Entry(*books.ledger.since(0, 1)[0][:4])], now=0)
    taken = backup.take(books.ledger, tmp_path / "b", silent)
    assert taken.projections is None
    found = backup.restore(empty, tmp_path / "b", silent)
    backup.project(empty, silent)
    assert backup.compare(empty, found, silent) == backup.Compared(True, None)


def test_what_is_not_as_it_was_is_found(books: Books, empty: Ledger, tmp_path: Path) -> None:
    backup.take(books.ledger, tmp_path / "b", silent)
    found = backup.restore(empty, tmp_path / "b", silent)
    backup.project(empty, silent)
    with empty.engine.begin() as connection:
        connection.execute(update(location).values(place="nowhere"))
    assert backup.compare(empty, found, silent).projections == ("location",)
    with empty.engine.begin() as connection:
        connection.execute(update(record).where(record.c.position == 3).values(data=b"{}"))
    compared = backup.compare(empty, found, silent)
    assert not compared.ledger
    assert not compared.equal


def test_a_ledger_that_lacks_a_record_is_not_backed_up(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(ODD, now=1)
    for position in (2, 3):
        with ledger.engine.begin() as connection:
            connection.execute(delete(record).where(record.c.position == position))
        with pytest.raises(Missing, match="2"):
            backup.take(ledger, tmp_path / "b", silent)
        assert list(tmp_path.glob("b*")) == []


def test_projections_of_another_layout_do_not_stand_in_the_way(
    books: Books, tmp_path: Path
) -> None:
    with books.ledger.engine.begin() as connection:
        connection.execute(update(projected).values(layout=99))
    assert backup.take(books.ledger, tmp_path / "b", silent).projections is None


def test_only_empty_books_are_restored_into(books: Books, empty: Ledger, tmp_path: Path) -> None:
    backup.take(books.ledger, tmp_path / "b", silent)
    keys.lay_out(empty.engine)
    made, _ = keys.create(empty.engine, "admin")
    with pytest.raises(NotEmpty) as refused:
        backup.restore(empty, tmp_path / "b", silent)
    assert refused.value.tables == ["api_key"]
    assert [key.id for key in keys.listing(empty.engine)] == [made.id]
    assert empty.head().position == 0
    with pytest.raises(NotEmpty) as refused:
        backup.restore(books.ledger, tmp_path / "b", silent)
    assert refused.value.tables[0] == "record"


def test_somebody_who_serves_the_books_already_may_project_them_meanwhile(
    books: Books, empty: Ledger, tmp_path: Path
) -> None:
    backup.take(books.ledger, tmp_path / "b", silent)
    found = backup.restore(empty, tmp_path / "b", silent)
    other = Projector(empty, records_max=7)
    reports: list[int] = []

    def meanwhile(done: int, total: int) -> None:
        reports.append(done)
        other.step()

    other.step()
    backup.project(empty, meanwhile)
    assert backup.compare(empty, found, silent).equal
    assert max(reports) <= found.head.position


class TestThePeople:
    """Who can be read after a restore, and who cannot."""

    def test_a_backup_without_keys_opens_nothing(
        self, books: Books, empty: Ledger, tmp_path: Path
    ) -> None:
        taken = backup.take(books.ledger, tmp_path / "b", silent)
        assert not {table.name for table in backup.tables.VAULT_KEYS} & taken.rows.keys()
        backup.restore(empty, tmp_path / "b", silent)
        restored = Vault(empty.engine, MASTER)
        with pytest.raises(Refused, match="key_lost"):
            restored.read(books.people[0], AUDITOR, NOW)
        with pytest.raises(Refused, match="forgotten"):
            restored.read(books.people[2], AUDITOR, NOW)
        assert restored.put(books.people[0], Details(name="周"), "k", HERE, NOW)

    def test_a_backup_with_keys_opens_with_the_same_master_key(
        self, books: Books, empty: Ledger, tmp_path: Path
    ) -> None:
        backup.take(books.ledger, tmp_path / "b", silent, vault_keys=True)
        backup.restore(empty, tmp_path / "b", silent)
        restored = Vault(empty.engine, MASTER)
        for depositor in books.people[:2]:
            assert restored.read(depositor, AUDITOR, NOW) == books.vault.read(
                depositor, AUDITOR, NOW
            )
        assert restored.reference(NUMBERS[0]) == books.people[0]
        with pytest.raises(Refused, match="forgotten"):
            restored.read(books.people[2], AUDITOR, NOW)

    def test_whoever_a_newer_backup_has_forgotten_does_not_come_back(
        self, books: Books, empty: Ledger, tmp_path: Path
    ) -> None:
        backup.take(books.ledger, tmp_path / "old", silent, vault_keys=True)
        vault.forget(books.ledger.engine, books.people[0], NOW + 1)
        backup.take(books.ledger, tmp_path / "new", silent)
        backup.restore(empty, tmp_path / "old", silent, [tmp_path / "new"])
        self.assert_gone(Vault(empty.engine, MASTER), empty, books.people)

    def test_whoever_the_empty_books_have_forgotten_does_not_come_back(
        self, books: Books, empty: Ledger, tmp_path: Path
    ) -> None:
        backup.take(books.ledger, tmp_path / "old", silent, vault_keys=True)
        vault.lay_out(empty.engine)
        Vault(empty.engine, b"another master key, of 32 bytes.").reference(NUMBERS[0])
        with empty.engine.begin() as connection:
            connection.execute(kept.phone_index.delete())  # opened once, and empty
        vault.forget(empty.engine, books.people[0], NOW + 1)
        backup.restore(empty, tmp_path / "old", silent)
        self.assert_gone(Vault(empty.engine, MASTER), empty, books.people)

    def assert_gone(self, restored: Vault, ledger: Ledger, people: list[str]) -> None:
        with pytest.raises(Refused, match="forgotten"):
            restored.read(people[0], AUDITOR, NOW)
        assert restored.read(people[1], AUDITOR, NOW)
        assert restored.reference(NUMBERS[0]) not in people
        held = rows_of(ledger, kept.entry, kept.data_key)
        assert {row[0] for rows in held.values() for row in rows} == {people[1]}
