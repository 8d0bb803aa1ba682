"""What terminals post in these tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from custody.terms import SHANGHAI, millis, rfc3339

MORNING = datetime(2026, 3, 1, 9, 0, tzinfo=SHANGHAI)
COLLECTOR = "330106-0007"
RECYCLER = "330106-R001"
ELSEWHERE = "330106-X001"
CONSIGNMENT = "x:DH-1"

Movement = dict[str, Any]


def movement_id(number: int) -> str:
    """Return a UUIDv7 that tells the number it was made of."""
    return str(UUID(int=(0x0193A5C2_7B1E_7000_8000 << 48) + number))


def battery(number: int) -> str:
    return f"maker:PACK{number:05}"


def movement(number: int, type_: str, minutes: int = 0, **fields: Any) -> Movement:
    return {
        "id": movement_id(number),
        "type": type_,
        "occurred_at": rfc3339(millis(MORNING + timedelta(minutes=minutes))),
        "site": COLLECTOR,
        **fields,
    }


def drop_off(number: int, **fields: Any) -> Movement:
    """A battery of the same number comes in, at that minute of the morning."""
    said = {"battery": {"code": battery(number)}, "channel": "walk_in", **fields}
    return movement(number, "drop_off", number % 60, **said)


def dispatch(number: int, batteries: list[int], **fields: Any) -> Movement:
    said = {
        "consignment": CONSIGNMENT,
        "batteries": [battery(one) for one in batteries],
        "to_site": RECYCLER,
        "carrier": "91330106MA2CARRIER",
        **fields,
    }
    return movement(number, "dispatch", 70, **said)


def receive(number: int, accepted: list[int], **fields: Any) -> Movement:
    said = {
        "consignment": CONSIGNMENT,
        "accepted": [battery(one) for one in accepted],
        "site": RECYCLER,
        **fields,
    }
    return movement(number, "receive", 90, **said)
