"""Does a service that is killed lose nothing it acknowledged, and record nothing twice?"""

from random import Random

from tests.process.network import founded
from tests.process.outcome import (
    assert_all_there,
    assert_known,
    assert_one_order,
    assert_projected,
    recorded,
)
from tests.process.server import Server
from tests.process.terminals import crowd_at

KILLS = 3
TERMINALS = 6


def test_a_service_killed_under_load_loses_nothing_it_acknowledged(database_url: str) -> None:
    moments = Random(20_26)
    with Server(database_url) as server:
        network = founded(server.start())
        with crowd_at(server, network, TERMINALS) as crowd:
            for kills in range(1, KILLS + 1):
                crowd.wait_for_more(moments.randint(20, 400))
                server.kill()
                server.fresh = kills == KILLS
                server.start()
            crowd.wait_for_more(100)
        assert crowd.unanswered, "no request was cut off: the kills tested nothing"
        assert crowd.answered.keys() == crowd.sent.keys()
        facts = recorded(server, network)
        assert_one_order(facts)
        assert_all_there(crowd, facts)
        assert_known(server, network, crowd)
        assert len(recorded(server, network)) == len(facts)
        assert_projected(server, network)
