"""When the service is asked to stop, is everything it has begun still recorded and answered?"""

import signal

from tests.process.network import Network, founded
from tests.process.outcome import assert_all_there, assert_one_order, recorded
from tests.process.server import Server
from tests.process.terminals import Crowd, crowd_at

TERMINALS = 6
STOPPED = (0, -signal.SIGTERM)  # a program that was asked to stop may say so to its parent


def test_what_was_taken_is_answered_before_the_service_stops(database_url: str) -> None:
    with Server(database_url, fresh=True) as server:
        network = founded(server.start())
        crowd = stopped_under_load(server, network)
        server.start()
        assert_nothing_half_done(server, network, crowd)


def test_several_workers_stop_as_one_does(shared: str) -> None:
    with Server(shared, workers=2) as server:
        network = founded(server.start())
        crowd = stopped_under_load(server, network)
        server.start()
        assert_nothing_half_done(server, network, crowd)


def test_a_service_that_is_interrupted_stops_without_a_complaint(database_url: str) -> None:
    with Server(database_url) as server:
        server.start()
        assert server.stop(signal.SIGINT) in (0, -signal.SIGINT, 130), server.log()
        assert "Traceback" not in server.log(), server.log()


def stopped_under_load(server: Server, network: Network) -> Crowd:
    """Ask the service to stop while terminals post; whoever it is gone for gives up."""
    with crowd_at(server, network, TERMINALS) as crowd:
        crowd.wait_for_more(200)
        crowd.insist = False
        assert server.stop() in STOPPED, server.log()
    assert "Traceback" not in server.log(), server.log()
    halves = [seen for seen in crowd.breaks if "complete message body" in seen]
    assert not halves, f"half an answer: {halves}"
    return crowd


def assert_nothing_half_done(server: Server, network: Network, crowd: Crowd) -> None:
    """All that was answered is recorded, and all that was recorded has been answered."""
    facts = recorded(server, network)
    assert_one_order(facts)
    assert_all_there(crowd, facts)
    assert {fact["id"] for fact in facts if fact["id"]} == crowd.answered.keys()
