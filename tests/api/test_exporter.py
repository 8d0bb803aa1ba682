"""Does the one who makes exports take up again what a dead one was making, and is it one only?"""

from pathlib import Path

import pytest
from sqlalchemy import update

from custody import keys
from custody.api.app import create_app
from custody.exporting import carrying_out, exporter, jobs, queue, wanted
from custody.exporting.exporter import Exporter
from custody.exporting.jobs import job
from custody.ledger import Ledger, open_ledger
from custody.projections.freshness import lay_out
from tests.api.conftest import NOON, Clock, Service, serving
from tests.api.engines import on_sqlite
from tests.api.exports import asked, ended, fetched, made
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def beside_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files lie where the test can look at them, on either engine."""
    monkeypatch.setattr("custody.api.desk.directory", lambda *_: tmp_path / "exports")


class TestTheOneWhoMakesThem:
    """Does it take up again what a dead one was making, and is there one only?"""

    def test_what_a_dead_one_was_making_is_made_anew(
        self, service: Service, database_url: str, tmp_path: Path
    ) -> None:
        auditor = service.client("auditor")
        told = made(auditor, format="csv")
        (path,) = (tmp_path / "exports").iterdir()
        content = path.read_bytes()
        path.with_name(path.name + ".part").write_bytes(b"half of it")
        path.unlink()
        with service.engine.begin() as connection:
            left = update(job).values(state="running", name=None, finished_at=None)
            connection.execute(left)
        # By the one that serves, if it still leads, or by a process that comes after.
        with serving(create_app(database_url, clock=Clock())):
            again = ended(auditor, told["id"])
        assert fetched(service, again).content == content

    def test_only_one_makes_exports(self, database_url: str, tmp_path: Path) -> None:
        one, other = open_ledger(database_url), open_ledger(database_url)
        for each in (one, other):
            keys.lay_out(each.engine)
            jobs.lay_out(each.engine)
        first, second = (Exporter(each, tmp_path / "x", Clock()) for each in (one, other))
        assert first.lead()
        assert not second.lead()
        first.stop()
        first._leave()
        eventually(second.lead)  # PostgreSQL lets go once the session has ended
        second._leave()
        one.close()
        other.close()

    def test_whoever_is_told_to_stop_leaves_it_to_the_next(
        self, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ledger = open_ledger(database_url)
        told = _wanted(ledger)
        first = Exporter(ledger, tmp_path / "x", Clock())
        assert first.lead()
        monkeypatch.setattr(first, "_noting", lambda _: _raises)
        first.step()
        assert _state(ledger, told) == "running"
        first._leave()
        second = Exporter(ledger, tmp_path / "x", Clock())
        eventually(second.lead)  # PostgreSQL lets go once the session has ended
        assert second.step()
        assert _state(ledger, told) == "done"
        second._leave()
        ledger.close()

    def test_what_was_left_running_is_made_by_one_that_leads_already(
        self, database_url: str, tmp_path: Path
    ) -> None:
        ledger = open_ledger(database_url)
        one = Exporter(ledger, tmp_path / "x", Clock())
        told = _wanted(ledger)
        assert one.lead()
        assert queue.take(ledger.engine) == told.id
        assert one.step()
        assert _state(ledger, told) == "done"
        one._leave()
        ledger.close()

    @on_sqlite
    def test_what_goes_wrong_is_told_with_its_code(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        auditor = service.client("auditor")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(carrying_out, "_facts", full)
        told = ended(auditor, asked(auditor, format="csv")["id"])
        assert (told["state"], told["problem"]) == ("failed", "export_no_room")
        assert told["file"] is None

    def test_one_that_stands_by_leaves_what_is_new_to_the_other(self, database_url: str) -> None:
        ledger = open_ledger(database_url)
        _wanted(ledger)
        assert queue.is_something_to_do(ledger.engine, NOON, 0)
        assert not queue.is_something_to_do(ledger.engine, NOON, 5_000)
        assert queue.is_something_to_do(ledger.engine, NOON + 5_000, 5_000)
        ledger.close()


def _wanted(ledger: Ledger) -> jobs.Job:
    """Ask for an export of one fact, in a ledger of which nothing else is laid out."""
    keys.lay_out(ledger.engine)
    jobs.lay_out(ledger.engine)
    lay_out(ledger.engine)
    key, _ = keys.create(ledger.engine, "auditor")
    return jobs.ask(ledger.engine, key.subject, wanted.FactsWanted(format="csv", to=1), 1, NOON)


def _state(ledger: Ledger, told: jobs.Job) -> str:
    found = jobs.find(ledger.engine, told.id)
    assert found is not None
    return found.state


def _raises(done: int, total: int) -> None:
    raise exporter._Withdrawn
