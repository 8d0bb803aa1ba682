"""Is only a whole and unchanged export of a whole ledger imported, and else nothing?"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from custody import exporting
from custody.backup import Damaged, NotEmpty, OtherFormat
from custody.exporting import FORMATS, Format, NotImportable, Wanted, as_csv, is_export
from custody.exporting import manifest as manifests
from custody.exporting.batches import batch
from custody.exporting.formats import files
from custody.ledger import Ledger, open_ledger
from tests.exporting.conftest import checksum, silent
from tests.projections.bookkeeping import laid_out
from tests.projections.lives import life

each_format = pytest.mark.parametrize("format_", FORMATS)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
into_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
pytestmark = on_sqlite


@pytest.fixture
def lived(ledger: Ledger) -> Ledger:
    laid_out(ledger).post(*(movement for n in range(4) for movement in life(n)))
    return ledger


def exported(ledger: Ledger, folder: Path, format_: Format, file_facts: int = 9) -> Path:
    exporting.export(ledger, folder, Wanted(format_, file_facts=file_facts), silent)
    return folder


def assert_nothing_came_of(empty: Ledger) -> None:
    assert empty.head() == (0, 0)
    assert empty.since(0, 1) == []


@each_format
def test_a_file_that_somebody_changed_is_named(
    lived: Ledger, empty: Ledger, tmp_path: Path, format_: Format
) -> None:
    folder = exported(lived, tmp_path / "x", format_)
    second = sorted(folder.glob("facts-*"))[1]
    content = second.read_bytes()
    for changed in (content[:-9], content + b"\n", content.replace(b"store", b"stone"), None):
        if changed is None:
            second.unlink()
        else:
            second.write_bytes(changed)
        with pytest.raises(Damaged) as found:
            exporting.load(empty, folder, silent)
        assert found.value.path == second
        assert_nothing_came_of(empty)


def forged(folder: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """Change the first file of NDJSON and let the manifest vouch for it."""
    first = min(folder.glob("facts-*"))
    lines = [json.loads(line) for line in first.read_bytes().splitlines()]
    change(lines[-1])
    first.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    said = json.loads((folder / manifests.NAME).read_bytes())
    said["files"][0]["sha256"] = manifests.sha256(first)
    (folder / manifests.NAME).write_text(json.dumps(said))
    return first


@into_sqlite
@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("site", "330106-9999", "contradicted by its own column `site`"),
        ("subjects", 7, "not what a fact can be"),
        ("position", 99, "not in the ledger's order"),
        ("recorded_at", "2000-01-01T00:00:00.000Z", "not in the ledger's order"),
        ("data", "{}", "not what a fact can be"),
        ("data", "nothing", "not what a fact can be"),
        ("type", "dispatch", "contradicted"),
        ("subjects", ["site:330106-0007"], "contradicted"),
        ("key", "nothing", "contradicted"),
        ("position", "first", "not in the ledger's order"),
        ("colour", "red", "not readable"),
    ],
)
def test_a_fact_that_somebody_changed_is_found_even_if_the_manifest_vouches_for_it(
    lived: Ledger, empty: Ledger, tmp_path: Path, column: str, value: object, says: str
) -> None:
    folder = exported(lived, tmp_path / "x", "ndjson", 1_000)
    first = forged(folder, lambda line: line.update({column: value}))
    with pytest.raises(Damaged) as found:
        exporting.load(empty, folder, silent)
    assert found.value.path == first
    assert says in found.value.en
    assert_nothing_came_of(empty)


@into_sqlite
def test_a_body_that_is_changed_along_with_its_columns_breaks_the_checksum(
    lived: Ledger, empty: Ledger, tmp_path: Path
) -> None:
    folder = exported(lived, tmp_path / "x", "ndjson", 1_000)

    first = forged(folder, lambda line: line.update(data=str(line["data"]).rstrip("}") + " }"))
    with pytest.raises(Damaged) as found:
        exporting.load(empty, folder, silent)
    assert found.value.path == first
    assert "not of the facts" in found.value.en
    assert_nothing_came_of(empty)


@into_sqlite
def test_an_unlawful_body_is_refused(lived: Ledger, empty: Ledger, tmp_path: Path) -> None:
    records = lived.since(0, lived.head().position)
    last = records[-1]
    unlawful = last._replace(data=last.data.replace(b'"id"', b'"more":1,"id"', 1))
    path = tmp_path / "alone.ndjson"
    with path.open("wb") as file:
        files("ndjson").writer(file).add(batch([*records[:-1], unlawful]))
    with pytest.raises(Damaged, match="no lawful fact"):
        exporting.load(empty, path, silent)
    stranger = last._replace(type="melted")
    with path.open("wb") as file:
        files("ndjson").writer(file).add(batch([*records[:-1], stranger]))
    with pytest.raises(OtherFormat) as found:
        exporting.load(empty, path, silent)
    assert found.value.path == path
    assert_nothing_came_of(empty)


@each_format
def test_a_single_file_of_a_whole_ledger_is_imported_too(
    lived: Ledger, empty: Ledger, tmp_path: Path, format_: Format
) -> None:
    folder = exported(lived, tmp_path / "x", format_, 1_000)
    (alone,) = folder.glob("facts-*")
    assert is_export(alone)
    loaded = exporting.load(empty, alone, silent)
    assert not loaded.vouched
    assert checksum(empty) == checksum(lived)


@into_sqlite
@each_format
def test_a_part_of_a_ledger_is_not_imported(
    lived: Ledger, empty: Ledger, tmp_path: Path, format_: Format
) -> None:
    folder = exported(lived, tmp_path / "x", format_, 9)
    _, second, *_ = sorted(folder.glob("facts-*"))
    exporting.export(lived, tmp_path / "later", Wanted(format_, first=3), silent)
    for path in (second, tmp_path / "later"):
        with pytest.raises(NotImportable, match="first fact"):
            exporting.load(empty, path, silent)
    said = json.loads((folder / manifests.NAME).read_bytes())
    (folder / manifests.NAME).write_text(json.dumps({**said, "checksum": None}))
    with pytest.raises(NotImportable, match="interrupted"):
        exporting.load(empty, folder, silent)
    assert_nothing_came_of(empty)


@into_sqlite
def test_what_was_made_for_readers_is_not_imported(
    lived: Ledger, empty: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "shown.ndjson"
    with path.open("wb") as file:
        writer = files("ndjson").writer(file)
        writer.add(batch(lived.since(0, 100), for_the_operator=False))
    with pytest.raises(NotImportable, match="for readers"):
        exporting.load(empty, path, silent)
    assert_nothing_came_of(empty)


def test_only_an_empty_ledger_is_imported_into(lived: Ledger, tmp_path: Path) -> None:
    folder = exported(lived, tmp_path / "x", "ndjson")
    before = lived.head()
    with pytest.raises(NotEmpty):
        exporting.load(lived, folder, silent)
    assert lived.head() == before


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("custody_export", 2, OtherFormat),
        ("schema", 9, OtherFormat),
        ("files", 7, Damaged),
        ("checksum", "00", Damaged),
        ("format", "xml", Damaged),
    ],
)
def test_a_manifest_that_is_not_ours_is_told(
    lived: Ledger, tmp_path: Path, name: str, value: object, error: type[Exception]
) -> None:
    folder = exported(lived, tmp_path / "x", "ndjson")
    said = json.loads((folder / manifests.NAME).read_bytes())
    (folder / manifests.NAME).write_text(json.dumps({**said, name: value}))
    other = open_ledger(f"sqlite:///{tmp_path}/other.db")
    with pytest.raises(error) as found:
        exporting.load(other, folder, silent)
    assert found.value.path == folder / manifests.NAME  # type: ignore[attr-defined]
    other.close()


def test_other_files_are_told_from_an_export(tmp_path: Path, database_url: str) -> None:
    for content in (
        b"",
        b"PK\3\4",
        b'{"manifestTrackingNumber": "1"}',
        b"position,id\r\n",
        b"PAR2",
    ):
        (tmp_path / "x").write_bytes(content)
        assert not is_export(tmp_path / "x")
    assert not is_export(tmp_path)
    assert not is_export(tmp_path / "nowhere")


@into_sqlite
def test_a_field_of_csv_has_its_limit(
    lived: Ledger, empty: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exported(lived, tmp_path / "x", "csv")
    monkeypatch.setattr(as_csv, "FIELD_CHARACTERS_MAX", 100)
    with pytest.raises(Damaged, match="not readable"):
        exporting.load(empty, folder, silent)
