"""With what does a test's database begin? With nothing; or with a copy of what was recorded once.

Most stories are told of the same few sites. To lay out all tables and to register these sites over
HTTP took longer than most of the stories, so it is done once for each engine, by the fixture that
is told of here, and whoever asks for that fixture gets a copy of the database that it left behind.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.postgres import Postgres

Begun = Callable[[str], None]
"""Records at a database's URL what there is in the beginning, and leaves nobody connected to it."""

BEGINNINGS: Final[dict[str, Begun]] = {}
"""What there is for those who ask for a fixture, by its name; who has such a fixture adds it."""


class Copies:
    """The databases that were begun, to be copied: files, or templates of a server."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self._folder = folder
        self._prefix = prefix
        self._made: set[tuple[str, str]] = set()

    def to_file(self, begun: str, path: Path) -> None:
        """Let a file of SQLite begin as the fixture left its own."""
        kept = self._folder / f"{begun}.db"
        if self._is_new("sqlite", begun):
            BEGINNINGS[begun](f"sqlite:///{kept}")
        shutil.copyfile(kept, path)

    def template(self, begun: str, server: Postgres, empty: str) -> str:
        """Return the name of the database to be copied on the server."""
        name = f"{self._prefix}_{begun}"
        if self._is_new("postgresql", begun):
            BEGINNINGS[begun](server.database(name, empty))
        return name

    def _is_new(self, engine: str, begun: str) -> bool:
        is_new = (engine, begun) not in self._made
        self._made.add((engine, begun))
        return is_new
