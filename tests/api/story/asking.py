"""Who asks what in the story, and what is a question of it?"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from custody.api.bodies import JSON
from custody.codes import make_uscc
from tests.api.conftest import Service
from tests.pushing.receiver import Receiver

ORGANISATION = make_uscc("330106", 1)
POINT, RECYCLER = "330106-0007", "330106-R001"
T1 = f"{POINT}-T1"
PACK = "gbt34014:04QPB76836300JE560000001"
"""A battery that goes all the way."""
OTHER = "maker:JL-60V20A-0002"
"""A battery that was fetched from whoever had it, and is in stock."""
CONSIGNMENT = "x:SF-20260301/9"
ORDER = "JD-20260301-88"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: of which operation, who asks, and with which body."""

    operation: str
    path: str
    method: str = "GET"
    by: str = "auditor"
    name: str = "told"
    body: Any = None
    sent: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    until: Callable[[Any], bool] | None = None
    """It is asked again until what is answered is so."""
    shown: bool = True
    answered: bool = True
    """Whether what is said and answered is shown, too, and not only how it is asked."""


Telling = Generator[Asked, httpx.Response, None]
"""Yields what is asked, and hears what was answered."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The service, and one who is told by it."""

    service: Service
    receiver: Receiver


def get(operation: str, path: str, **more: Any) -> Asked:
    return Asked(operation=operation, path=path, **more)


def post(operation: str, path: str, body: Any = None, **more: Any) -> Asked:
    return Asked(
        operation=operation, path=path, method="POST", body=body, **{"name": "asked", **more}
    )


def put(operation: str, path: str, body: Any, **more: Any) -> Asked:
    return Asked(operation=operation, path=path, method="PUT", body=body, **more)
