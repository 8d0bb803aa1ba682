import asyncio
import json
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest

from custody import cli
from custody.events import read_movement
from custody.feed import known
from custody.feed.told import cloud_event
from custody.ledger import Entry, Ledger
from custody.projections.freshness import lay_out as lay_out_projections
from custody.projector import Projector
from custody.relaying import lay_out, relay, tables
from custody.relaying.relay import Relay, Target
from tests.api.conftest import ORGANISATION
from tests.api.engines import on_sqlite
from tests.api.movements import drop_off, movement_id
from tests.process import forked
from tests.process.program import COMMAND, environment
from tests.relaying.cluster import Cluster, clustered
from tests.waiting import LONG_S, eventually

STREAM = "FACTS"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with clustered(tmp_path_factory.mktemp("nats")) as one:
        yield one


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    lay_out(ledger.engine)
    lay_out_projections(ledger.engine)
    return ledger


@pytest.fixture
def stream(cluster: Cluster) -> Iterator[str]:
    """A stream on three nodes, which is gone at the end: the next takes the same subjects."""
    cluster.create(STREAM)
    yield STREAM
    for node in cluster.nodes:
        node.start()
    cluster.remove(STREAM)


def record(ledger: Ledger, numbers: range, *, projected: bool = True) -> None:
    """Record a registration, and what has an id of its own; let every query know."""
    said = {"type": "organisation_registered", "uscc": ORGANISATION, "name": "n"}
    subjects = (f"organisation:{ORGANISATION}",)
    entries = [Entry("organisation_registered", 1, json.dumps(said).encode(), subjects)]
    for number in numbers:
        written = json.dumps(drop_off(number)).encode()
        fact = read_movement(written)
        entries.append(Entry(fact.type, fact.version, written, fact.subjects()))
    ledger.append(entries, now=5)
    if projected:
        Projector(ledger).catch_up()


def told(messages: list[Any]) -> list[tuple[int, str]]:
    return [(int(one.headers["Custody-Position"]), one.headers["Nats-Msg-Id"]) for one in messages]


def expected(ledger: Ledger) -> list[tuple[int, str]]:
    return [(one.position, str(cloud_event(one)["id"])) for one in ledger.since(0, 10_000)]


@contextmanager
def relaying(ledger: Ledger, cluster: Cluster) -> Iterator[Relay]:
    one = Relay(ledger, Target(tuple(cluster.url.split(",")), STREAM))
    thread = Thread(target=lambda: asyncio.run(one.run()))
    thread.start()
    try:
        yield one
    finally:
        one.stop()
        thread.join()


def test_the_whole_ledger_is_passed_on_in_order_and_then_what_comes(
    ledger: Ledger, cluster: Cluster, stream: str
) -> None:
    record(ledger, range(600))
    with relaying(ledger, cluster):
        eventually(lambda: tables.reached(ledger.engine, "nats") == ledger.head().position)
        record(ledger, range(600, 605))
        eventually(lambda: tables.reached(ledger.engine, "nats") == ledger.head().position)
    messages = cluster.messages(stream)
    assert told(messages) == expected(ledger)
    assert messages[0].headers["Nats-Msg-Id"] == "position:1"
    assert messages[1].headers["Nats-Msg-Id"] == movement_id(0)
    assert messages[1].subject == "custody.facts.drop_off"
    assert messages[1].headers["Content-Type"] == "application/cloudevents+json"
    assert json.loads(messages[1].data)["data"] == drop_off(0)


def test_each_message_names_the_one_before_it_so_that_none_is_taken_behind_a_gap(
    ledger: Ledger, cluster: Cluster, stream: str
) -> None:
    record(ledger, range(100))
    with relaying(ledger, cluster):
        eventually(lambda: tables.reached(ledger.engine, "nats") == ledger.head().position)
    messages = cluster.messages(stream)
    named = [one.headers.get("Nats-Expected-Last-Msg-Id") for one in messages[1:]]
    before = [one.headers["Nats-Msg-Id"] for one in messages[:-1]]
    # The first of those that are under way at once names none: it waited for all before it.
    assert all(said in (None, id_) for said, id_ in zip(named, before, strict=True))
    assert sum(said is not None for said in named) > len(named) // 2


# What the client has half open to a node that is killed just then, it leaves as garbage.
@pytest.mark.filterwarnings("ignore:.*StreamWriter:pytest.PytestUnraisableExceptionWarning")
def test_a_node_that_is_killed_loses_nothing_doubles_nothing_and_changes_no_order(
    ledger: Ledger, cluster: Cluster, stream: str
) -> None:
    with relaying(ledger, cluster) as one:
        number = 0
        for _ in range(2):
            # Two of three have to hold what is told: one that still catches up does not.
            eventually(lambda: cluster.is_whole(stream))
            killed = cluster.leader(stream)
            record(ledger, range(number, number + 1_500))
            number += 1_500
            middle = ledger.head().position - 1_200
            eventually(lambda m=middle: one.cursor >= m)  # type: ignore[misc]
            killed.kill()
            record(ledger, range(number, number + 100))
            number += 100
            killed.start()

            def is_passed_on() -> bool:
                if tables.reached(ledger.engine, "nats") == ledger.head().position:
                    return True
                cluster.wake(stream)
                return False

            eventually(is_passed_on, lambda: (one.cursor, cluster.is_led(stream)))
    assert told(cluster.messages(stream)) == expected(ledger)


def test_a_relay_that_is_killed_goes_on_where_it_was(
    ledger: Ledger, database_url: str, cluster: Cluster, stream: str
) -> None:
    command = [*COMMAND, "relay", "--nats", cluster.url, "--stream", stream]
    env = environment(CUSTODY_DATABASE_URL=database_url)
    for round_ in range(3):
        record(ledger, range(round_ * 3_000, (round_ + 1) * 3_000))
        before = tables.reached(ledger.engine, "nats")
        killed = forked.Popen[bytes](command, env=env, stdin=subprocess.DEVNULL)
        try:
            eventually(lambda b=before: tables.reached(ledger.engine, "nats") > b)  # type: ignore[misc]
        finally:
            killed.send_signal(signal.SIGKILL)
            killed.wait()
    done = forked.run([*command, "--once"], env, LONG_S)
    assert done.returncode == 0, done.stderr
    assert f"position {ledger.head().position}" in done.stdout
    assert told(cluster.messages(stream)) == expected(ledger)


def test_what_was_taken_back_from_the_cursor_is_published_again_and_stored_once(
    ledger: Ledger, cluster: Cluster, stream: str
) -> None:
    record(ledger, range(300))
    with relaying(ledger, cluster):
        eventually(lambda: tables.reached(ledger.engine, "nats") == 301)
    assert tables.move(ledger.engine, "nats", 301, 7)
    record(ledger, range(300, 310))
    with relaying(ledger, cluster):
        eventually(lambda: tables.reached(ledger.engine, "nats") == 312)
    assert told(cluster.messages(stream)) == expected(ledger)
    assert not tables.move(ledger.engine, "nats", 301, 302), "its cursor is another's by now"


def test_of_two_relays_of_a_name_one_leads(ledger: Ledger, cluster: Cluster, stream: str) -> None:
    with relaying(ledger, cluster) as first, relaying(ledger, cluster) as second:
        record(ledger, range(50))
        eventually(lambda: max(first.cursor, second.cursor) == 51)
        leading, standing = sorted([first, second], key=lambda one: -one.cursor)
        assert standing.cursor == 0
        leading.stop()
        eventually(lambda: standing.cursor == 51)
        record(ledger, range(50, 60))
        eventually(lambda: standing.cursor == 62)
    assert told(cluster.messages(stream)) == expected(ledger)


def test_what_no_query_knows_of_is_passed_on_once_it_is_projected(
    ledger: Ledger,
    cluster: Cluster,
    stream: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(known, "STALLED_S", 0.0)
    record(ledger, range(3))
    record(ledger, range(3, 6), projected=False)
    with relaying(ledger, cluster):
        eventually(lambda: "past position 4 are recorded and not projected" in caplog.text)
        assert tables.reached(ledger.engine, "nats") == 4
        Projector(ledger).catch_up()
        eventually(lambda: tables.reached(ledger.engine, "nats") == 8)
    assert told(cluster.messages(stream)) == expected(ledger)


def test_one_that_is_to_stop_at_the_end_says_that_it_cannot_reach_it(
    ledger: Ledger,
    database_url: str,
    cluster: Cluster,
    stream: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(relay, "STALLED_S", 0.0)
    record(ledger, range(3))
    record(ledger, range(3, 6), projected=False)
    command = ["relay", "--stream", stream, "--once", "--nats", cluster.url]
    assert cli.main(command) == 1
    assert "up to position 4;" in capsys.readouterr().err
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert cli.main(command) == 1
    assert "尚未反映到查询数据" in capsys.readouterr().err
    Projector(ledger).catch_up()
    assert cli.main(command) == 0
    assert told(cluster.messages(stream)) == expected(ledger)


@on_sqlite
def test_what_cannot_be_is_said_at_once(
    database_url: str,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    monkeypatch.setenv("LC_ALL", "C")
    logging.getLogger("nats").setLevel(logging.CRITICAL)
    command = ["relay", "--stream", "NOTHING", "--once", "--nats"]
    assert cli.main([*command, cluster.url]) == 1
    assert "NOTHING" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "nats", None)  # as if it were not there
        assert cli.main([*command, cluster.url]) == 2
        assert "-m pip install nats-py" in capsys.readouterr().err
        patch.setenv("LC_ALL", "zh_CN.UTF-8")
        assert cli.main([*command, cluster.url]) == 2
        assert "附加组件" in capsys.readouterr().err


@on_sqlite
def test_a_stream_is_made_if_so_many_replicas_are_wanted(
    database_url: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    monkeypatch.setenv("LC_ALL", "C")
    cluster.create("WARM")  # so that the cluster is ready to make another
    cluster.remove("WARM")
    command = ["relay", "--stream", STREAM, "--once", "--nats", cluster.url, "--replicas", "3"]
    assert cli.main(command) == 0
    assert cluster.info(STREAM).config.num_replicas == 3
    cluster.remove(STREAM)
