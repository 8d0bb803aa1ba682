"""How does a program talk to a service of custody: post what happened, ask, and follow?

`Client` waits for each answer, `AsyncClient` in an event loop; both try again where that may help.
A device that is not always on the line keeps what happened in `custody.client.outbox.Outbox`. This
room needs `httpx` alone, and the outbox what signs: nothing of the service itself.
"""

from custody.client.answers import Fact, Receipt, Remark
from custody.client.asynchronous import AsyncClient
from custody.client.conversation import Patience
from custody.client.following import Chosen
from custody.client.posting import Refusal
from custody.client.problems import (
    CustodyError,
    FieldError,
    Garbled,
    Problem,
    Unreachable,
    WayOn,
)
from custody.client.synchronous import Client
from custody.client.writing import Movement, movement, uuid7

__all__ = [
    "AsyncClient",
    "Chosen",
    "Client",
    "CustodyError",
    "Fact",
    "FieldError",
    "Garbled",
    "Movement",
    "Patience",
    "Problem",
    "Receipt",
    "Refusal",
    "Remark",
    "Unreachable",
    "WayOn",
    "movement",
    "uuid7",
]
