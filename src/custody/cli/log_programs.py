"""What do `custody signer` and `custody witness` have in common? A key, its memory, and a port."""

import os
import socket
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from custody.cli import production
from custody.cli.speech import complain, say, tell
from custody.log import key_file, known, second_key
from custody.log.guard import Guard, Unusable
from custody.log.key_file import Holder, Holds
from custody.log.note import Signer
from custody.settings import in_production

WRONG, UNUSABLE = 1, 2
GRACE_S = 5


def run(
    asked: Namespace,
    made: Callable[[str, bytes], Holder],
    app: Callable[[Holder, Guard, Sequence[Signer]], ASGIApp],
) -> int:
    """Show the key, or serve `app` with it and what signs beside it until told to stop."""
    key, state = Path(asked.key), Path(asked.state)
    with ExitStack() as stack:
        try:
            if asked.show_vkey:
                shown = key_file.shown(made, key, state, asked.name)
                return _show(shown, *_beside(asked, shown))
            holder, guard = key_file.with_memory(made, key, state, asked.name)
            stack.enter_context(closing(guard))
            others = _beside(asked, holder)
        except Unusable as error:
            return complain(error.zh, error.en, UNUSABLE)
        except OSError as error:
            why = f"{error.filename}: {error.strerror}"
            return complain(f"无法使用 {why}", f"Cannot use {why}", WRONG)
        every: list[Holds] = [holder, *others]
        for one in every:
            if in_production(os.environ) and known.is_known(one.key):
                return production.refused_of_the_log(one.key)
        return _serve(app(holder, guard, others), *asked.listen)


def is_loopback(host: str) -> bool:
    """Tell whether only programs of this machine reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _beside(asked: Namespace, own: Holds) -> list[Signer]:
    """List what signs beside a program's own key. Raises Unusable, OSError."""
    path: str | None = getattr(asked, "sm2_key", None)  # a witness has no such option
    return [] if path is None else [second_key.opened(Path(path), own.key.name)]


def _show(*holders: Holds) -> int:
    for one in holders:
        tell(one.key.vkey())
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
