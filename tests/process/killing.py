"""How are the programs of a log killed under load, and what must an outsider have seen of it?

Alone it is a soak: `python -m tests.process.killing MINUTES [SEED]` goes on killing for so long, on
a file and on a server in turn, and prints the seed of each round, by which it can be run again.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random, SystemRandom

from tests.postgres import Postgres
from tests.process.network import founded
from tests.process.outsider import looking
from tests.process.server import Server
from tests.process.terminals import crowd_at
from tests.process.test_workers import processes_of
from tests.process.witnessed import Partner, Witnessed, witnessed

TERMINALS = 4
REST_S = 0.02
BETWEEN = (5, 120)
"""Movements that are answered between two kills, at least and at most."""
MINUTES = 10.0
KILLS_A_ROUND = 4
"""How often each is killed in a round of the soak."""

Kill = Callable[[], None]


def survive(together: Witnessed, kills: list[Kill], folder: Path, seed: int) -> None:
    """Kill one after another under load, and see that an outsider notices nothing but a pause."""
    chance = Random(seed)
    chance.shuffle(kills)
    server = together.server
    network = founded(server)
    with looking(server, together.rules()) as outsider:
        with crowd_at(server, network, TERMINALS, rest_s=REST_S) as crowd:
            for kill in kills:
                crowd.wait_for_more(chance.randint(*BETWEEN))
                kill()
                outsider.wait_for(outsider.size + 1)
            crowd.wait_for_more(50)
        assert crowd.answered.keys() == crowd.sent.keys()
        outsider.wait_for(max(answer["position"] for answer in crowd.answered.values()))
    outsider.assert_one_history()
    outsider.assert_in_the_log(crowd)
    outsider.assert_verified(together.policy, folder)


def partner_killed(partner: Partner) -> Kill:
    def kill() -> None:
        partner.kill()
        partner.start()

    return kill


def service_killed(server: Server) -> Kill:
    def kill() -> None:
        server.kill()
        server.start()

    return kill


def sealing_killed(server: Server) -> Kill:
    def kill() -> None:
        _projecting, sealing, *_ = processes_of(server)
        os.kill(sealing, signal.SIGKILL)

    return kill


def database_killed(postgres: Postgres) -> Kill:
    def kill() -> None:
        postgres.kill()
        postgres.restart()

    return kill


def on_a_file(folder: Path, seed: int, times: int = 1) -> None:
    """Kill everyone whom a log on SQLite needs."""
    with witnessed(folder, f"sqlite:///{folder}/custody.db") as together:
        kills = [partner_killed(one) for one in together.partners]
        kills.append(service_killed(together.server))
        survive(together, kills * times, folder, seed)


def on_a_server(folder: Path, postgres: Postgres, seed: int, times: int = 1) -> None:
    """Kill everyone whom a log on PostgreSQL needs, the database too."""
    with witnessed(folder, postgres.database("faults")) as together:
        kills = [partner_killed(one) for one in together.partners]
        kills += [service_killed(together.server), database_killed(postgres)]
        survive(together, [*kills * times, sealing_killed(together.server)], folder, seed)


def main(minutes: float, seed: int) -> None:
    """Kill for so long."""
    until = time.monotonic() + 60 * minutes
    with Postgres() as postgres:
        while time.monotonic() < until:
            for act in ("file", "server"):
                print(f"seed {seed}, on a {act}", flush=True)  # noqa: T201 - for who watches
                with tempfile.TemporaryDirectory() as folder:
                    if act == "file":
                        on_a_file(Path(folder), seed, KILLS_A_ROUND)
                    else:
                        on_a_server(Path(folder), postgres, seed, KILLS_A_ROUND)
            seed += 1


if __name__ == "__main__":
    said = sys.argv[1:]
    seed = int(said[1]) if len(said) > 1 else SystemRandom().randrange(10**6)
    main(float(said[0]) if said else MINUTES, seed)
