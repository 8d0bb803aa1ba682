"""What do both clients do alike with httpx: which headers they send, and what they take from it?"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal

import httpx

from custody import __version__
from custody.client.conversation import Answered, Ask
from custody.client.following import MEDIA_TYPE, SILENCE_S
from custody.client.writing import instant

TIMEOUT_S: Final = 30.0
"""Seconds that the line may be silent within an answer."""

SILENCE: Final = httpx.Timeout(TIMEOUT_S, read=SILENCE_S)

Clock = Callable[[], datetime]

SENT_AT: Final = "Custody-Sent-At"
POSITION: Final = "custody-position"


def now() -> datetime:
    """Tell the device's clock."""
    return datetime.now(UTC)


def options(url: str, language: Literal["zh", "en"], said: dict[str, Any]) -> dict[str, Any]:
    """Return what a client of httpx is made with; `said` goes before our own.

    Raises ValueError for what is no address: asked there, nobody would ever answer.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is no address; expected one such as http://127.0.0.1:8000")
    headers = {
        "Accept-Language": language,
        "User-Agent": f"custody-client/{__version__}",
        **said.pop("headers", {}),
    }
    return {"base_url": url, "timeout": TIMEOUT_S, "headers": headers, **said}


def showable(key: str | None) -> str | None:
    """Return a key without the blanks around it, such as the end of the line of its file.

    Raises ValueError for what no header can hold, which would be taken for a line that is down.
    """
    shown = None if key is None else key.strip()
    if shown is not None and not (shown.isascii() and shown.isprintable()):
        raise ValueError("a key is of printable ASCII characters, such as ck_...")
    return shown


def request(ask: Ask, key: str | None, clock: Clock | None = None) -> dict[str, Any]:
    """Return a request as httpx takes it."""
    shown = {"Authorization": f"Bearer {key}"} if key else {}
    told = {SENT_AT: instant(clock())} if ask.tells_time and clock is not None else {}
    return {
        "method": ask.method,
        "url": ask.path,
        "params": dict(ask.params) or None,
        "headers": {**ask.headers, **shown, **told},
        "content": ask.body,
    }


def answered(response: httpx.Response) -> Answered:
    """Take a whole answer from httpx."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answered(response.status_code, headers, response.content)


def is_stream(response: httpx.Response) -> bool:
    """Tell whether what begins is a stream of events, and not somebody else's page."""
    media_type = response.headers.get("content-type", "").partition(";")[0]
    return response.status_code == 200 and media_type == MEDIA_TYPE


def position(heard: Answered) -> int:
    """Return the position that an answer reflects; 0 if it tells none."""
    said = heard.headers.get(POSITION, "")
    return int(said) if said.isascii() and said.isdigit() else 0
