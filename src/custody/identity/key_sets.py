"""Which keys does an identity provider sign with just now?"""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.concurrency import run_in_threadpool

FRESH_S: Final = 300.0
"""How long a set of keys is believed."""
PAUSE_S: Final = 10.0
"""How long after a look the next one is taken, whatever unknown keys are named meanwhile."""
FETCH_S: Final = 5.0
SET_BYTES_MAX: Final = 256 * 1024

log = logging.getLogger(__name__)


class KeySets:
    """Keeps the provider's keys; looks again when they are old, or one is named that is unknown."""

    def __init__(self, place: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._place = place
        self._clock = clock
        self._keys: KeySet | None = None
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()

    async def knowing(self, kid: str | None) -> KeySet | None:
        """Return the keys, with the one that is named if the provider has it; None without any.

        When the provider is away, those that it had last are good.
        """
        if self._wants(kid):
            async with self._looking:
                if self._wants(kid):
                    await self._look()
        return self._keys

    def _wants(self, kid: str | None) -> bool:
        age = self._clock() - self._looked_at
        if self._keys is None or kid not in {key.kid for key in self._keys}:
            return age >= PAUSE_S
        return age >= FRESH_S

    async def _look(self) -> None:
        self._looked_at = self._clock()
        try:
            said: Any = orjson.loads(await self._read())
            found = KeySet.import_key_set(said)
        except (httpx.HTTPError, OSError, ValueError, TypeError, LookupError, JoseError) as error:
            log.warning(
                "the keys of the identity provider cannot be read: %s", type(error).__name__
            )
            return
        self._keys = found

    async def _read(self) -> bytes:
        if not self._place.startswith(("https://", "http://")):
            return await run_in_threadpool(Path(self._place).read_bytes)
        async with (
            httpx.AsyncClient(timeout=FETCH_S, trust_env=False) as client,
            client.stream("GET", self._place) as answer,
        ):
            answer.raise_for_status()
            read = b""
            async for part in answer.aiter_bytes():
                read += part
                if len(read) > SET_BYTES_MAX:
                    raise ValueError("too long to be a set of keys")
            return read
