"""Does the demo serve at once, make the same books from the same seed, and suggest what works?"""

import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from custody.ledger import open_ledger
from custody.log.making import HEADS
from tests.asking import ask
from tests.ports import free_port
from tests.postgres import Postgres
from tests.process.program import COMMAND, attempt, environment
from tests.process.server import LOOK_S, Group
from tests.waiting import LONG_S

SMALL = ["--sites", "12", "--batteries", "60", "--until", "2026-03-01"]
FILLED = "What to try next:"


class Demo:
    """A running demo, and what it has said so far."""

    def __init__(self, database_url: str, *arguments: str) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._log = tempfile.NamedTemporaryFile()  # noqa: SIM115 - closed by close
        env = environment(CUSTODY_DATABASE_URL=database_url, CUSTODY_PORT=str(port))
        self.group = Group([*COMMAND, "demo", *SMALL, *arguments], self._log.file, env)

    def said(self) -> str:
        return Path(self._log.name).read_text()

    def health(self) -> httpx.Response | None:
        try:
            return ask("GET", f"{self.url}/healthz")
        except httpx.TransportError:
            return None

    def wait_for(self, said: str) -> None:
        deadline = time.monotonic() + LONG_S
        while said not in self.said():
            assert self.group.process.poll() is None, f"the demo gave up:\n{self.said()}"
            assert time.monotonic() < deadline, f"no {said!r} in {LONG_S} s:\n{self.said()}"
            time.sleep(LOOK_S)

    def close(self) -> None:
        self.group.kill()
        self._log.close()


@contextmanager
def running(database_url: str, *arguments: str) -> Iterator[Demo]:
    """Run the demo until the block ends."""
    demo = Demo(database_url, *arguments)
    try:
        yield demo
    finally:
        demo.close()


def told_in(database_url: str) -> list[bytes]:
    """Return all that was told, in order: the log's heads are taken by the clock, and left out."""
    ledger = open_ledger(database_url)
    try:
        return [one.data for one in ledger.since(0, 10_000) if one.type != HEADS]
    finally:
        ledger.close()


def test_the_same_seed_makes_the_same_books_in_any_database(
    postgres: Postgres, tmp_path: Path
) -> None:
    on_sqlite, other = (f"sqlite:///{tmp_path}/{name}.db" for name in ("same", "other"))
    on_postgres = postgres.database("demo")
    seeds = {on_sqlite: "7", on_postgres: "7", other: "8"}
    demos = [Demo(url, "--seed", seed, "--fill-only") for url, seed in seeds.items()]
    try:
        for demo in demos:
            assert demo.group.process.wait(LONG_S) == 0, demo.said()
    finally:
        for demo in demos:
            demo.close()
    books = {url: told_in(url) for url in seeds}
    postgres.drop("demo")
    assert books[on_sqlite] == books[on_postgres]
    assert books[on_sqlite] != books[other]
    assert len(books[on_sqlite]) > 300


def test_it_answers_while_it_fills_and_what_it_suggests_works(tmp_path: Path) -> None:
    books = f"sqlite:///{tmp_path}/custody.db"
    with running(books, "--batteries", "150") as demo:
        early = []
        while FILLED not in demo.said():
            assert demo.group.process.poll() is None, demo.said()
            health = demo.health()
            if health is not None and FILLED not in demo.said():
                early.append(health.status_code)
            time.sleep(LOOK_S)
        assert early, "nobody answered before it was filled"
        assert set(early) == {200}
        demo.wait_for("/inventory")
        posted, *asked = commands(demo.said())
        assert answered(posted) == 201
        # The battery that was just brought is there for whoever replays it.
        assert answered(posted) == 200
        assert [answered(command) for command in asked] == [200] * len(asked)
    filled = told_in(books)
    with running(books) as demo:
        demo.wait_for("and that key as the password")
        # Whoever has lost the first keys is told how to make one, and it opens the books.
        (command,) = re.findall(r"^  (.* keys create .*)$", demo.said(), re.MULTILINE)
        key = made_by(command, books)
        assert ask("GET", f"{demo.url}/docs", auth=("anyone", key)).status_code == 200
        health = demo.health()
        assert health is not None
        assert health.status_code == 200
        assert told_in(books) == filled
    with running(books, "--fill-only") as demo:
        assert demo.group.process.wait(LONG_S) == 0, demo.said()
    assert told_in(books) == filled


def test_nothing_made_up_goes_into_books_in_earnest(tmp_path: Path) -> None:
    books = tmp_path / "custody.db"
    said = attempt(f"sqlite:///{books}", "demo", *SMALL, "--fill-only", CUSTODY_ENV="production")
    assert (said.returncode, "books in earnest" in said.stderr) == (2, True), said
    assert not books.exists()


def test_a_filling_that_was_broken_off_is_not_passed_off_as_whole(tmp_path: Path) -> None:
    books = f"sqlite:///{tmp_path}/custody.db"
    with running(books, "--batteries", "2000") as demo:
        demo.wait_for("Posting movements")
    assert told_in(books)
    with running(books) as demo:
        demo.wait_for("of a filling that was broken off")


def made_by(command: str, books: str) -> str:
    """Run a command that makes a key, and return the key."""
    env = environment(CUSTODY_DATABASE_URL=books)
    said = subprocess.run(
        shlex.split(command), env=env, capture_output=True, text=True, check=True, timeout=LONG_S
    )
    key = re.search(r"ck_\S+", said.stdout)
    assert key is not None, said
    return key[0]


def commands(said: str) -> list[str]:
    """Return the commands, each of which stands below a line that says what it is."""
    lines = said.splitlines()
    found = [place for place, line in enumerate(lines) if line.startswith("  curl ")]
    assert len(found) > 5, said
    assert "/stock-takes/" in said
    assert all(lines[place - 1].endswith(":") for place in found)
    shown = re.findall(r"\(key (ck_\w+\S*)\):", said)
    assert len(shown) == 3
    assert all(any(key in lines[place] for key in shown) for place in found)
    return [lines[place].strip() for place in found]


def answered(command: str) -> int:
    """Run a command as a person who copies it; return the status of the answer."""
    if shutil.which("curl") is None:
        pytest.fail("the demo's commands need curl; install it (on Debian: apt install curl)")
    status = " -o /dev/null -w '%{http_code}'"
    done = subprocess.run(
        ["bash", "-c", command + status],
        env=environment(), capture_output=True, text=True, timeout=LONG_S, check=True,
    )  # fmt: skip
    return int(done.stdout)
