"""How is the service started, in one process or in several?"""

import os
import signal
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import parent_process
from threading import Thread

import uvicorn
from fastapi import FastAPI

from custody import collector, vault
from custody.cli import books, listening, production
from custody.cli.beside import projecting, sealing, sending_out
from custody.cli.speech import complain, say

GRACE_S = 30
KEEP_ALIVE_S = 75
HUNG_S = 30
"""Seconds without a sign of life after which a worker is replaced. Killed any sooner, those of a
busy machine never come up: each needs longer than that to start while another one does."""
STARTED_NOT = 1


def run(arguments: Namespace) -> int:
    """Serve until told to stop; what is being recorded then is still written and answered."""
    settings = books.configured()
    try:
        master = vault.configured()
    except vault.UnusableMasterKey as error:
        return complain(error.zh, error.en, 2)
    if settings.serving.production and (code := production.refused(settings, master)):
        return code
    host = arguments.host or settings.host
    port = settings.port if arguments.port is None else arguments.port
    if code := listening.refused(host, port):
        return code
    with books.opened(settings.database_url):
        pass  # what is wrong with the database is said here, once, not by every process
    say(f"服务地址 http://{host}:{port}", f"Serving http://{host}:{port}")
    url = settings.database_url
    with _beside(url):
        try:
            uvicorn.run(
                "custody.cli.serve:application",
                factory=True,
                host=host,
                port=port,
                workers=arguments.workers,
                access_log=False,
                log_level="warning",
                server_header=False,
                proxy_headers=False,  # whose word is believed, we decide ourselves
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=GRACE_S,
                timeout_worker_healthcheck=HUNG_S,
            )
        except SystemExit as end:
            return STARTED_NOT if end.code else 0
    return 0


def application() -> FastAPI:
    """Make the application of one process, from the environment that it inherits."""
    if parent_process() is not None:
        Thread(target=_stop_when_left_alone, daemon=True).start()
    settings = books.configured()
    url = settings.database_url
    # Where several serve, the first process does without what this takes.
    with collector.away():
        from custody.api.app import create_app  # noqa: PLC0415 - see above
    serving = replace(settings.serving, leaves_apart=_has_cores_to_spare(url))
    made = create_app(url, stands_by=_is_served(url), serving=serving)
    collector.calm()
    return made


@contextmanager
def _beside(url: str) -> Iterator[None]:
    """Project, keep the log and send out beside those who serve; on a file, their threads do."""
    if not _is_served(url):
        yield
        return
    with projecting(url), sealing(url), sending_out(url):
        yield


def _is_served(database_url: str) -> bool:
    """Tell a database that a server keeps from a file: on a file, one process writes best."""
    return not database_url.startswith("sqlite")


def _has_cores_to_spare(database_url: str) -> bool:
    """Tell whether leaves are better made beside: on a file, whoever answers keeps the log too."""
    return not _is_served(database_url) and (os.cpu_count() or 1) > 1


def _stop_when_left_alone() -> None:
    """Stop one of several when the process that started them is killed: it would keep the port."""
    parent = parent_process()
    assert parent is not None, "one of several has been started by somebody"
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
