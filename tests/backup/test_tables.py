"""Is it said of every table whether a backup holds it, and why not?"""

import pkgutil
from importlib import import_module

from sqlalchemy import Table

import custody
from custody.backup import tables
from custody.projections import ALL


def test_every_table_is_in_a_backup_or_left_out_for_a_reason() -> None:
    made_again = {table.name for one in ALL for table in one.tables}
    carried = set(tables.BY_NAME)
    assert _names() == made_again | carried | set(tables.LEFT_OUT)
    assert not carried & (made_again | set(tables.LEFT_OUT))
    assert all(tables.LEFT_OUT.values())


def _names() -> set[str]:
    """Name every table that any module of the program knows."""
    modules = pkgutil.walk_packages(custody.__path__, "custody.")
    known = (import_module(one.name) for one in modules if not one.name.endswith("__main__"))
    return {
        table.name
        for module in known
        for table in vars(module).values()
        if isinstance(table, Table)
    }
