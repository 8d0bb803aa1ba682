"""What does this version write? Kept here for good, so that every later one must read it.

`python -m tests.process.ledgers.make` writes `v<schema version>.sqlite` and its checksum. Run it
once, when a schema version is released, and never again: what is kept is what was written then.
"""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from custody.ledger import SCHEMA_VERSION
from tests.ports import free_port
from tests.process.program import COMMAND, custody_at, environment

HERE = Path(__file__).parent
NETWORK = ["--sites", "10", "--batteries", "8", "--seed", "1", "--until", "2026-03-01"]


def make(path: Path) -> None:
    """Fill a small network, and keep it as one file without keys."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / "custody.db"
        books = f"sqlite:///{made}"
        env = environment(CUSTODY_DATABASE_URL=books, CUSTODY_PORT=str(free_port()))
        subprocess.run([*COMMAND, "demo", *NETWORK, "--fill-only"], env=env, check=True)
        # Compared here too: what is kept must be right when it is kept.
        custody_at(books, "rebuild", "--verify")
        told = json.loads(custody_at(books, "checksum", "--json"))
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            connection.execute("delete from api_key")
            connection.execute("pragma journal_mode = delete")
            connection.execute("vacuum into ?", [str(path)])
        path.with_suffix(".json").write_text(json.dumps(told) + "\n")


if __name__ == "__main__":
    make(HERE / f"v{SCHEMA_VERSION}.sqlite")
    sys.stdout.write(f"v{SCHEMA_VERSION}.sqlite is kept.\n")
