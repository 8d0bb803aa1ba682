"""Does whoever is interrupted go on, and is it then as if nothing had happened?"""

import fcntl
import json
import os
from pathlib import Path

import pytest

from custody import exporting
from custody.backup import BeingWritten, Missing
from custody.exporting import FORMATS, Format, NothingThere, OtherExport, Unwritable, Wanted
from custody.exporting import manifest as manifests
from custody.ledger import Entry, Ledger
from custody.log import redacting, store, tables
from custody.log.redacting import Why
from tests.exporting.conftest import checksum, silent
from tests.given import drop_off, monday
from tests.log.sealing import NOW, ORIGIN, publish, seal
from tests.projections.bookkeeping import Office, laid_out
from tests.projections.lives import life

each_format = pytest.mark.parametrize("format_", FORMATS)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILE_FACTS = 7


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "export"


@pytest.fixture
def office(ledger: Ledger) -> Office:
    """Some lives, of which a few more can be posted."""
    office = laid_out(ledger)
    office.post(*(movement for n in range(8) for movement in life(n)))
    return office


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def exported(ledger: Ledger, folder: Path, format_: Format = "ndjson") -> manifests.Manifest:
    return exporting.export(ledger, folder, Wanted(format_, file_facts=FILE_FACTS), silent)


class Killed(Exception):
    """Stands for a process that ends in the middle."""


@each_format
def test_whoever_is_interrupted_anywhere_goes_on_to_the_same_bytes(
    office: Office, tmp_path: Path, format_: Format
) -> None:
    exported(office.ledger, tmp_path / "whole", format_)
    whole = contents(tmp_path / "whole")
    facts = office.ledger.head().position

    def interrupted(at: int) -> None:
        def report(done: int, total: int) -> None:
            if done >= at:
                raise Killed

        with pytest.raises(Killed):
            exporting.export(
                office.ledger, tmp_path / "cut", Wanted(format_, file_facts=FILE_FACTS), report
            )

    for at in range(1, facts, FILE_FACTS):
        interrupted(at)
        left = tmp_path / "cut" / f"facts-{facts:09}-{facts:09}.{format_}.part"
        left.write_bytes(b"what a killed process leaves behind")
    exported(office.ledger, tmp_path / "cut", format_)
    assert contents(tmp_path / "cut") == whole


@each_format
def test_what_came_since_is_added_and_is_as_if_exported_at_once(
    office: Office, tmp_path: Path, format_: Format
) -> None:
    exported(office.ledger, tmp_path / "grown", format_)
    first = contents(tmp_path / "grown")
    office.post(*life(20))
    exported(office.ledger, tmp_path / "grown", format_)
    exported(office.ledger, tmp_path / "at_once", format_)
    grown = contents(tmp_path / "grown")
    assert grown == contents(tmp_path / "at_once")
    kept = {name for name in first if name in grown and name != manifests.NAME}
    assert kept, "full files are not written again"


def test_an_export_that_lacks_nothing_writes_nothing(office: Office, folder: Path) -> None:
    exported(office.ledger, folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    exported(office.ledger, folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@on_sqlite
def test_a_file_that_somebody_changed_is_written_anew(office: Office, folder: Path) -> None:
    exported(office.ledger, folder)
    whole = contents(folder)
    for name in whole:
        if name != manifests.NAME:
            (folder / name).write_bytes(b"changed")
            break
    exported(office.ledger, folder)
    assert contents(folder) == whole


def test_what_was_destroyed_since_leaves_the_files_too(office: Office, folder: Path) -> None:
    ledger = office.ledger
    secret = "张三 13800138000"
    office.post(drop_off("maker:GONE", at=monday, note=secret), *life(30))
    exported(ledger, folder)
    held = [name for name, content in contents(folder).items() if secret.encode() in content]
    tables.lay_out(ledger.engine)
    store.begin(ledger.engine, ORIGIN)
    seal(ledger)
    publish(ledger)
    place = ledger.read(["battery:maker:GONE"]).records[0].position
    redacting.redact(ledger, redacting.found(ledger, place), Why("request"), NOW)
    made = exported(ledger, folder)
    assert len(held) == 1
    assert not any(secret.encode() in content for content in contents(folder).values())
    assert made.checksum == checksum(ledger)


def test_a_stretch_is_exported_by_positions(office: Office, folder: Path) -> None:
    wanted = Wanted("ndjson", first=5, last=25, file_facts=10)
    made = exporting.export(office.ledger, folder, wanted, silent)
    assert [(one.first, one.last) for one in made.files] == [(5, 14), (15, 24), (25, 25)]
    lines = [
        json.loads(line)
        for one in made.files
        for line in (folder / one.name).read_bytes().splitlines()
    ]
    assert [line["position"] for line in lines] == list(range(5, 26))
    again = exporting.export(office.ledger, folder, Wanted("ndjson", 5), silent)
    assert again.last == office.ledger.head().position
    assert again.file_facts == 10


@on_sqlite
def test_two_exports_are_not_mixed(office: Office, folder: Path) -> None:
    exported(office.ledger, folder)
    before = contents(folder)
    for wanted, what in (
        (Wanted("csv", file_facts=FILE_FACTS), "--format"),
        (Wanted("ndjson", 2, file_facts=FILE_FACTS), "--from"),
        (Wanted("ndjson", file_facts=FILE_FACTS + 1), "--file-facts"),
        (Wanted("ndjson", last=3), "--to"),
    ):
        with pytest.raises(OtherExport) as refused:
            exporting.export(office.ledger, folder, wanted, silent)
        assert refused.value.what == what
    assert contents(folder) == before


@on_sqlite
def test_two_at_once_do_not_get_in_each_other_s_way(office: Office, folder: Path) -> None:
    folder.mkdir()
    other = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(BeingWritten):
        exported(office.ledger, folder)
    os.close(other)
    exported(office.ledger, folder)


@on_sqlite
def test_what_cannot_be_exported_is_named(office: Office, tmp_path: Path) -> None:
    head = office.ledger.head().position
    with pytest.raises(NothingThere):
        exporting.export(office.ledger, tmp_path / "none", Wanted("csv", head + 1), silent)
    assert not (tmp_path / "none").exists()
    office.ledger.append([Entry("store", 1, b"no json", ("a:b",))], now=0)
    with pytest.raises(Unwritable, match=str(head + 1)):
        exported(office.ledger, tmp_path)
    with office.ledger.engine.begin() as connection:
        connection.exec_driver_sql("delete from record where position = 5")
    with pytest.raises(Missing, match="5"):
        exported(office.ledger, tmp_path / "other")


@on_sqlite
def test_foreign_files_stay(office: Office, tmp_path: Path) -> None:
    foreign = [tmp_path / "facts.txt", tmp_path / "facts-1-2.csv", tmp_path / "notes.parquet"]
    for path in foreign:
        path.write_text("mine")
    exported(office.ledger, tmp_path)
    assert all(path.read_text() == "mine" for path in foreign)
