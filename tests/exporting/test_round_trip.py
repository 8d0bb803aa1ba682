from pathlib import Path

import pytest

from custody import exporting
from custody.exporting import FORMATS, Format, Wanted
from custody.ledger import Ledger
from custody.ledger.tables import about, head, record
from tests.backup.conftest import rows_of
from tests.exporting.conftest import checksum, silent

TABLES = (record, about, head)
FILE_FACTS = 2_000

each_format = pytest.mark.parametrize("format_", FORMATS)


@each_format
def test_a_ledger_that_was_exported_and_imported_is_the_same_in_every_row(
    demo: Ledger, empty: Ledger, tmp_path: Path, format_: Format
) -> None:
    made = exporting.export(
        demo, tmp_path / "there", Wanted(format_, file_facts=FILE_FACTS), silent
    )
    assert len(made.files) > 2
    loaded = exporting.load(empty, tmp_path / "there", silent)
    assert loaded.checksum == made.checksum == checksum(demo) == checksum(empty)
    assert loaded.vouched
    assert rows_of(empty, *TABLES) == rows_of(demo, *TABLES)


def test_what_was_imported_is_exported_into_the_same_bytes(
    demo: Ledger, empty: Ledger, tmp_path: Path
) -> None:
    wanted = Wanted("parquet", file_facts=FILE_FACTS)
    exporting.export(demo, tmp_path / "there", wanted, silent)
    exporting.load(empty, tmp_path / "there", silent)
    exporting.export(empty, tmp_path / "back", wanted, silent)
    for path in (tmp_path / "there").glob("facts-*"):
        assert path.read_bytes() == (tmp_path / "back" / path.name).read_bytes()
