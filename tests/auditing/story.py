"""What happened in the tests' network? A pack of two codes among others, from drop-off to metal."""

import json
from collections.abc import Iterable
from copy import deepcopy
from functools import cache

from tests.auditing.making import BEGIN, JSON, Log, Record, Signer, b64, jcs, movement_id, sign

PACK = ("gbt34014:04QPB76836300JE560000001", "tag:EB26330106000017T")
OTHERS = tuple(f"gbt34014:04QPB76836300JE56000000{n}" for n in range(2, 8))
CONSIGNMENT = "C33010625030300001X"
POINT, PLANT = "330106-0007", "330109-0001"
T1, T1_NEW, T2 = Signer("terminal 1"), Signer("terminal 1, new"), Signer("terminal 2")
REGISTERED = {"330106-0007-T1": POINT, "330109-0001-T2": PLANT}


class Network:
    """A log that is written fact by fact, as terminals post them."""

    def __init__(self) -> None:
        self.log = Log()
        self.checkpoints: list[tuple[int, int]] = []
        self._ids = 0

    def register(self, terminal: str, key: Signer | None, **says: object) -> Record:
        body: JSON = {"type": "terminal_registered", "terminal": terminal}
        body["site"] = REGISTERED[terminal]
        body |= {**says, **({"public_key": b64(key.public)} if key else {})}
        return self.log.record(sign(body, None), (f"terminal:{terminal}", "registry"))

    def post(
        self,
        type_: str,
        about: Iterable[str],
        key: Signer | None,
        terminal: str = "330106-0007-T1",
        /,
        concerning: Iterable[str] = (),
        **says: object,
    ) -> Record:
        """Post a movement; it is `about` batteries, whatever its body says."""
        self._ids += 1
        body: JSON = {
            "id": movement_id(self._ids),
            "type": type_,
            "occurred_at": f"2025-03-03T08:{self._ids:02}:30.5+08:00",
            "site": REGISTERED[terminal],
            "operator": "op-12",
            "terminal_sequence": self._ids,
            **says,
        }
        subjects = [f"movement:{body['id']}", f"site:{body['site']}", *concerning]
        subjects += [f"battery:{ref}" for ref in about]
        return self.log.record(sign(body, key), dict.fromkeys([*subjects, f"terminal:{terminal}"]))

    def announce(self, position: int, /, **says: object) -> Record:
        """Append the fact that announces that a record's body and key are destroyed."""
        movement = json.loads(self.log.records[position - 1].entry)["e"]
        said = {"type": "redaction", "position": position, "movement": movement}
        body = jcs({**said, "reason": "misplaced", **says}).encode()
        return self.log.record(body, (f"redaction:{position}", "registry"))

    def checkpoint(self) -> None:
        self.checkpoints.append((self.log.size, int(self.log.now.timestamp()) + 2))


Places = dict[str, int]
BATTERY = {
    "code": "gbt34014:04qpb76-836300j-e56-0000001",
    "chemistry": "lfp",
    "mass_g": 8700,
    "maker": "天能",
}
EVERY = [PACK[1], *OTHERS]
AT_PLANT = "330109-0001-T2"
OF_CONSIGNMENT = (f"consignment:{CONSIGNMENT}",)


def _arrives(network: Network, at: Places) -> None:
    pack, _ = PACK
    network.register("330106-0007-T1", T1)
    network.register(AT_PLANT, T2)
    said = {"channel": "walk_in", "depositor": "person:7f3a", "note": "外壳轻微划痕"}
    at["drop_off"] = network.post("drop_off", [pack], T1, battery=BATTERY, **said).position
    for ref in OTHERS:
        network.post("drop_off", [ref], T1, battery={"code": ref}, channel="fleet")
    network.checkpoint()
    at["tag"] = network.post(
        "tag",
        PACK,
        T1,
        battery={"code": "tag:eb-26330106-000017-t"},
        same_as=pack,
        reason="unreadable",
    ).position
    at["early_heads"] = network.log.heads().position
    network.post("store", EVERY, T1, batteries=EVERY, place="A-1")


def _travels(network: Network, at: Places) -> None:
    _, tag = PACK
    at["dispatch"] = network.post(
        "dispatch",
        EVERY,
        T1,
        concerning=OF_CONSIGNMENT,
        consignment=CONSIGNMENT,
        batteries=[*OTHERS, "tag:EB 26330106 000017 T"],
        to_site=PLANT,
        carrier="顺达",
    ).position
    network.checkpoint()
    at["new_key"] = network.register("330106-0007-T1", T1_NEW).position
    at["hand_on"] = network.post(
        "hand_on",
        EVERY,
        None,
        concerning=OF_CONSIGNMENT,
        consignment=CONSIGNMENT,
        from_carrier="顺达",
        to_carrier="远通",
    ).position
    rejected = [{"battery": OTHERS[0], "reason": "leaking"}]
    arrived = {"accepted": [*EVERY[2:6], tag], "rejected": rejected, "missing": [OTHERS[5]]}
    at["receive"] = network.post(
        "receive",
        EVERY,
        T2,
        AT_PLANT,
        concerning=OF_CONSIGNMENT,
        consignment=CONSIGNMENT,
        extra=[],
        **arrived,
    ).position


def _ends(network: Network, at: Places) -> None:
    pack, tag = PACK
    at["correct"] = network.post(
        "correct",
        [pack],
        T1_NEW,
        concerning=(f"movement:{movement_id(1)}",),
        target=movement_id(1),
        values={"battery": BATTERY | {"mass_g": 7800}, "note": "称重有误"},
    ).position
    network.post("store", OTHERS[:1], T1_NEW, batteries=[OTHERS[0]], place="B-2")
    at["recover"] = network.post(
        "recover",
        [tag],
        T2,
        AT_PLANT,
        batteries=[tag],
        process="湿法冶金",
        outputs=[{"material": "lithium_carbonate", "mass_g": 410, "assay_pct": 99.5}],
    ).position
    at["heads"] = network.log.heads().position
    at["hold"] = network.post(
        "hold", [pack], None, batteries=[pack], case="杭公扣〔2025〕7号"
    ).position
    network.post("store", OTHERS[1:2], T1_NEW, batteries=[OTHERS[1]], place="B-3")
    network.checkpoint()


def told_anew() -> tuple[Network, Places]:
    """The network once all has happened, for more to happen; and at which positions what did."""
    network, at = Network(), Places()
    for chapter in (_arrives, _travels, _ends):
        chapter(network, at)
    return network, at


told = cache(told_anew)


def evidence(**wishes: object) -> JSON:
    """Honest evidence of the pack, fresh to be tampered with."""
    network, at = told()
    options = {"heads": at["heads"], "withheld": {at["receive"]}, **wishes}
    return deepcopy(network.log.evidence(*PACK, checkpoints=network.checkpoints, **options))  # type: ignore[arg-type]


def erased(*names: str, announced: bool = True) -> JSON:
    """Evidence of the pack after some of its facts were destroyed."""
    network, at = told_anew()
    gone = [at[name] for name in names]
    if announced:
        for position in gone:
            network.announce(position)
        network.checkpoint()
    shown = network.checkpoints
    return network.log.evidence(*PACK, checkpoints=shown, heads=at["heads"], destroyed=gone)


__all__ = ["BEGIN", "OTHERS", "PACK", "Network", "erased", "evidence", "told", "told_anew"]
