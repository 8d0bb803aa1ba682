"""What does the log hand out, and with which evidence does an outsider leave?"""

from contextlib import closing

from custody.ledger import Ledger
from custody.log import heads, store
from tests.api.movements import movement_id
from tests.api.story.asking import OTHER, Scene, Telling, get
from tests.log.sealing import ORIGIN, publish, seal


def chapter(scene: Scene) -> Telling:
    """Publish a checkpoint, and ask for all that shows what is under it."""
    size = _published(scene)
    for operation, path in (
        ("read_checkpoint", "checkpoint"),
        ("prove_inclusion", f"proof/inclusion?event_id={movement_id(9)}"),
        ("prove_consistency", f"proof/consistency?old=8&new={size}"),
        ("read_log_keys", "vkeys"),
        ("read_log_policy", "policy"),
    ):
        yield get(operation, f"/log/{path}", by="nobody")
    yield get("show_evidence", f"/v1/batteries/{OTHER}/evidence")


def _published(scene: Scene) -> int:
    """Publish what is recorded; the service's own keeper would, at moments of its own."""
    engine = scene.service.engine
    store.begin(engine, ORIGIN)
    with closing(Ledger(engine)) as ledger:
        seal(ledger)
        heads.take(ledger, scene.service.clock())
        size = seal(ledger).size
        publish(ledger)
    return size
