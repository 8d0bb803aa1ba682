"""What do `custody signer` and `custody witness` have in common? A key, its memory, and a port."""

import os
import socket
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from custody.cli import production
from custody.cli.speech import complain, say, tell
from custody.log import key_file, known
from custody.log.guard import Guard, Unusable
from custody.log.key_file import Holder
from custody.settings import in_production

WRONG, UNUSABLE = 1, 2
GRACE_S = 5


def run(
    asked: Namespace,
    made: Callable[[str, bytes], Holder],
    app: Callable[[Holder, Guard], ASGIApp],
) -> int:
    """Show the key, or serve `app` with it until told to stop."""
    key, state = Path(asked.key), Path(asked.state)
    try:
        if asked.show_vkey:
            return _show(key_file.shown(made, key, state, asked.name))
        holder, guard = key_file.with_memory(made, key, state, asked.name)
    except Unusable as error:
        return complain(error.zh, error.en, UNUSABLE)
    except OSError as error:
        why = f"{error.filename}: {error.strerror}"
        return complain(f"无法使用 {why}", f"Cannot use {why}", WRONG)
    with closing(guard):
        if in_production(os.environ) and known.is_known(holder.key):
            return production.refused_of_the_log(holder.key)
        return _serve(app(holder, guard), *asked.listen)


def is_loopback(host: str) -> bool:
    """Tell whether only programs of this machine reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _show(holder: Holder) -> int:
    tell(holder.key.vkey())
    return 0


def _serve(app: ASGIApp, host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        why = error.strerror
        return complain(f"无法监听 {host}:{port}：{why}", f"{host}:{port}: {why}", WRONG)
    with listening:
        at = f"[{host}]" if ":" in host else host
        address = f"http://{at}:{listening.getsockname()[1]}"
        say(f"服务地址 {address}", f"Serving {address}")
        config = uvicorn.Config(
            app,
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_S,
        )
        uvicorn.Server(config).run(sockets=[listening])
    return 0
