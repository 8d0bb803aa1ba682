"""At which addresses is a receiver, just now?"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from custody.pushing import addresses
from custody.pushing.addresses import Address

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]


async def resolve(host: str, port: int) -> list[Address]:
    """Look a name up; an address in any spelling that a resolver takes is what it stands for.

    What is an address already waits for no look-up of anybody's.
    """
    address = addresses.read(host)
    if address is not None and "%" not in host:
        return [address]
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    told = (addresses.read(str(where[0])) for *_, where in found)
    return list(dict.fromkeys(one for one in told if one is not None))
