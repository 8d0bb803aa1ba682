"""Do several processes on one PostgreSQL serve as one?"""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from threading import Event

import httpx

from custody.clock import now
from tests.asking import ask
from tests.identity.signing import Signer
from tests.process.network import POINTS, Network, founded
from tests.process.outcome import (
    assert_all_there,
    assert_known,
    assert_one_order,
    assert_projected,
    recorded,
)
from tests.process.program import custody_at
from tests.process.server import LOOK_S, Server, serving
from tests.process.terminals import crowd_at, drop_off
from tests.waiting import LONG_S, eventually

TERMINALS = 6
ROUNDS = 20
BESIDE = 3
"""Who projects, who keeps the log, who sends out: they stand beside those who serve."""
HELD_UP_S = 8.0
"""A busy machine holds a process up for so long, and no harm is done if nobody does any."""
COUNTS_S = 1.0
"""Within which a key made or revoked elsewhere counts."""


def test_what_one_process_recorded_is_seen_through_another(shared: str) -> None:
    with serving(shared) as one, serving(shared) as other:
        network = founded(one)
        for number in range(ROUNDS):
            here, there = (one, other) if number % 2 else (other, one)
            position = post(here, network, number)
            inventory = f"/v1/sites/{POINTS[0]}/inventory?at_least={position}"
            answer = there.get(inventory, network.auditor)
            assert answer.status_code == 200, answer.text
            assert answer.json()["pieces"] == number + 1
            assert int(answer.headers["Custody-Position"]) >= position


def test_another_process_projects_when_the_one_that_did_is_killed(shared: str) -> None:
    # The first to start leads: nobody else was there to.
    with serving(shared) as leader, serving(shared) as follower:
        network = founded(leader)
        with crowd_at(leader, network, TERMINALS) as crowd:
            crowd.wait_for_more(200)
            crowd.insist = False
            leader.kill()
        position = post(follower, network, 0)
        answer = asked_until_there(follower, network, f"/v1/sites?at_least={position}")
        assert answer.status_code == 200, answer.text
        facts = [fact for fact in recorded(follower, network) if fact["position"] < position]
        assert_one_order(facts)
        assert_all_there(crowd, facts)
        assert_projected(follower, network)


def test_two_processes_record_side_by_side_in_one_order(shared: str) -> None:
    with serving(shared) as one, serving(shared) as other:
        network = founded(one)
        with crowd_at(one, network, TERMINALS) as here:
            with crowd_at(other, network, TERMINALS, first=TERMINALS) as there:
                here.wait_for_more(300)
                there.wait_for_more(300)
            here.wait_for_more(10)
        here.sent |= there.sent
        here.answered |= there.answered
        facts = recorded(other, network)
        assert_one_order(facts)
        assert_all_there(here, facts)
        assert_known(other, network, here)
        assert_projected(one, network)


def test_every_worker_answers_with_what_the_others_recorded(shared: str) -> None:
    with serving(shared, workers=2) as server:
        network = founded(server)
        _projecting, _sealing, _pushing, *workers = processes_of(server, workers=2)
        for number, (writer, reader) in enumerate([workers, workers[::-1]] * 3):
            with asleep(reader):
                position = post(server, network, number)
            with asleep(writer):
                history = f"/v1/batteries/maker:PACK{number}/history?at_least={position}"
                told = server.get(history, network.auditor)
            assert told.status_code == 200, told.text
            assert [fact["position"] for fact in told.json()["items"]] == [position]


def test_what_was_overheard_opens_nothing_at_any_worker(shared: str) -> None:
    signer = Signer("T-1")
    with serving(shared, workers=2) as server:
        network = founded(server)
        _, _, _, one, other = processes_of(server, workers=2)
        registered = put_terminal(server, network, signer)
        path = f"/v1/terminals?at_least={registered}"
        assert asked_until_there(server, network, path).status_code == 200
        url = f"{server.url}/v1/me"
        headers: dict[str, str] = {}
        for first, second in ((one, other), (other, one)):
            headers = signer.headers("GET", url, now())
            with asleep(second):
                assert ask("GET", url, headers=headers).status_code == 200
            with asleep(first):
                assert ask("GET", url, headers=headers).status_code == 401
        server.stop()
        server.start()
        assert ask("GET", url, headers=headers).status_code == 401
        again = signer.headers("GET", url, now())
        assert ask("GET", url, headers=again).status_code == 200


def test_nothing_is_missed_when_the_process_that_projects_is_killed(shared: str) -> None:
    with serving(shared) as server:
        network = founded(server)
        projecting, *_ = processes_of(server)
        position = post(server, network, 1)
        path = f"/v1/batteries/maker:PACK1?at_least={position}"
        assert asked_until_there(server, network, path).status_code == 200
        os.kill(projecting, signal.SIGKILL)
        position = post(server, network, 2)
        path = f"/v1/batteries/maker:PACK2?at_least={position}"
        assert asked_until_there(server, network, path).status_code == 200
        assert_projected(server, network)


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(shared: str) -> None:
    with serving(shared, workers=2) as server:
        network = founded(server)
        with crowd_at(server, network, TERMINALS) as crowd:
            for _ in range(2):
                crowd.wait_for_more(100)
                os.kill(processes_of(server, workers=2)[-1], signal.SIGKILL)
            crowd.wait_for_more(100)
        assert crowd.answered.keys() == crowd.sent.keys()
        facts = recorded(server, network)
        assert_one_order(facts)
        assert_all_there(crowd, facts)
        asked_until_there(server, network, f"/v1/sites?at_least={len(facts)}")
        assert_projected(server, network)


def test_a_worker_that_is_held_up_for_some_seconds_is_not_killed_for_it(shared: str) -> None:
    with serving(shared, workers=2) as server:
        worker = processes_of(server, workers=2)[-1]
        os.kill(worker, signal.SIGSTOP)
        Event().wait(HELD_UP_S)
        assert worker in processes_of(server)
        os.kill(worker, signal.SIGCONT)


def test_the_workers_go_when_the_process_that_started_them_is_killed(shared: str) -> None:
    with serving(shared, workers=2) as server:
        workers = processes_of(server, workers=2)
        os.kill(server.pid, signal.SIGKILL)
        deadline = time.monotonic() + LONG_S
        while any(Path(f"/proc/{pid}").exists() for pid in workers):
            assert time.monotonic() < deadline, f"still there after {LONG_S} s"
            time.sleep(LOOK_S)
        server.kill()
        # Nobody keeps the port, so that it can be started again.
        server.start()


def test_a_key_made_or_revoked_elsewhere_counts_within_a_second(shared: str) -> None:
    with serving(shared) as server:
        made = json.loads(custody_at(shared, "keys", "create", "--role", "auditor", "--json"))
        assert server.get("/v1/me", made["key"]).json()["key"] == made["id"]
        custody_at(shared, "keys", "revoke", made["id"])
        # What is promised is a second; a slow machine only asks later.
        Event().wait(COUNTS_S)
        assert server.get("/v1/me", made["key"]).status_code == 401


def processes_of(server: Server, workers: int = 0) -> list[int]:
    """Find what the first process has started: who projects, who keeps the log, then who serves.

    What was started again comes last. `workers`: how many of those who serve are waited for: it
    is ready as soon as one of them is.
    """
    return eventually(lambda: _processes_of(server, BESIDE + workers), server.log)


def _processes_of(server: Server, least: int) -> list[int] | None:
    """Look once; None if they are fewer, or one has ended while it was looked at."""
    try:
        children = children_of(server.pid)
        serving = [pid for pid in children if is_from("spawn", pid)]
        forking = [pid for pid in children if is_from("forkserver", pid)]
        found = [*serving, *chain.from_iterable(map(children_of, forking))]
        found.sort(key=started_at)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return found if len(found) >= least else None


def children_of(pid: int) -> list[int]:
    """Find whom a process has started; a thread of it that has just ended has started none."""
    found = list[int]()
    for each in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, (each / "children").read_text().split())
    return found


def is_from(start: str, pid: int) -> bool:
    """Tell whether multiprocessing started a process so; of a fork only its name says that."""
    said = [Path(f"/proc/{pid}/{name}").read_text() for name in ("cmdline", "comm")]
    return any(start in one for one in said)


def started_at(pid: int) -> tuple[int, int]:
    """Return when a process was started, in ticks of the machine, and its number."""
    _, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")
    return int(rest.split()[19]), pid


@contextmanager
def asleep(pid: int) -> Iterator[None]:
    """Let a process do nothing for a while, so that only the others can answer."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def asked_until_there(server: Server, network: Network, path: str) -> httpx.Response:
    """Ask as a client does: again after Retry-After, until there is an answer."""
    deadline = time.monotonic() + LONG_S
    while True:
        answer = server.get(path, network.auditor)
        if answer.status_code != 503 or time.monotonic() > deadline:
            return answer
        assert answer.headers["Retry-After"].isdigit()
        time.sleep(LOOK_S)


def put_terminal(server: Server, network: Network, signer: Signer) -> int:
    """Register a terminal with its key; return the position."""
    told = ask(
        "PUT",
        f"{server.url}/v1/terminals/{signer.name}",
        json={"site": POINTS[0], "public_key": signer.public},
        headers={"Authorization": f"Bearer {network.admin}"},
    )
    assert told.status_code == 201, told.text
    return int(told.json()["position"])


def post(server: Server, network: Network, number: int) -> int:
    """Record a battery over a connection of its own; return its position."""
    told = ask(
        "POST",
        f"{server.url}/v1/movements",
        json=drop_off(number),
        headers={"Authorization": f"Bearer {network.terminals[POINTS[0]]}"},
    )
    assert told.status_code == 201, told.text
    return int(told.json()["position"])
