"""How is a captured event written as a fact, and read again, a thousand at once?"""

from typing import Final

import msgspec

from custody.terms import Millis


class Fact(
    msgspec.Struct, kw_only=True, tag_field="type", tag="epcis", omit_defaults=True, gc=False
):
    """An `EventCaptured`, as it is written and read a thousand times: its parts were found sound
    before, one by one, and are not looked at again.
    """

    event_id: str
    declared_at: Millis | None = None
    said: str
    context: str
    hash: str
    capture: str
    movements: tuple[str, ...] = msgspec.field(default_factory=lambda: ())
    sites: tuple[str, ...] = msgspec.field(default_factory=lambda: ())
    organisation: str | None = None


read_fact: Final = msgspec.json.Decoder(Fact).decode
