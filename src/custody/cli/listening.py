"""Can the service listen where it was told to? Said before anything is started or laid out."""

import socket
from errno import EADDRINUSE
from typing import Any

from custody.cli.speech import complain

WRONG = 1


def refused(host: str, port: int) -> int:
    """Complain of an address that cannot be listened on and return the exit code, or 0.

    A name may stand for several: one that this machine does not have matters only if it has none.
    """
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        return _complain(host, port, error)
    wrong = [found for found in map(_wrong_with, places) if found is not None]
    taken = [found for found in wrong if found.errno == EADDRINUSE]
    if taken or len(wrong) == len(places):
        return _complain(host, port, [*taken, *wrong][0])
    return 0


def _wrong_with(place: tuple[Any, ...]) -> OSError | None:
    family, kind, protocol, _, address = place
    try:
        with socket.socket(family, kind, protocol) as probe:
            # As the server itself binds: what has just been closed there is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        return error
    return None


def _complain(host: str, port: int, error: OSError) -> int:
    reason = error.strerror or str(error)
    return complain(
        f"无法在 {host} 的端口 {port} 上提供服务（{reason}）。请停止占用该端口的程序，"
        "或用 CUSTODY_PORT、CUSTODY_HOST 另行指定。",
        f"Nothing can be served on port {port} of {host} ({reason}). Stop what listens there, "
        "or name another with CUSTODY_PORT or CUSTODY_HOST.",
        WRONG,
    )
