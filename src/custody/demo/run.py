"""What is Custody like with a network in it? It serves at once, and fills itself."""

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Thread

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from custody import collector, keys
from custody.api.app import create_app
from custody.api.serving import Serving
from custody.demo.filling import Filled, Plan, Progress, Unfilled, fill
from custody.demo.suggesting import MADE_BY, Say, suggest
from custody.ledger import open_ledger
from custody.limits import UNLIMITED
from custody.log.opening import Settings as LogSettings
from custody.terms import SHANGHAI, Millis

STARTED_LOOK_S = 0.02
GAVE_UP = 1

HEADS_EVERY: Millis = 10_000
"""More often than in service: whoever tries a demo does not wait ten minutes for whole evidence."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which books, at which address, and how the program is called that makes keys to them."""

    database_url: str
    host: str
    port: int
    program: str = "custody"


def last_midnight() -> datetime:
    """Return the beginning of today in Shanghai: what the demo ends with unless told otherwise."""
    now = datetime.now(SHANGHAI)
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def run(where: Where, plan: Plan, progress: Progress, say: Say, *, then_stop: bool = False) -> int:
    """Serve, fill the books if they are empty, say what to try, serve on; return an exit code."""
    server = uvicorn.Server(
        uvicorn.Config(
            _app(where.database_url),
            where.host,
            where.port,
            log_level="warning",
            proxy_headers=False,  # as `custody serve`: whose word is believed, we decide ourselves
        )
    )
    outcome: list[int] = []

    def beside() -> None:
        while not server.started and not server.should_exit:
            time.sleep(STARTED_LOOK_S)
        code = GAVE_UP
        try:
            code = _fill(server, where, plan, progress, say)
        finally:  # what nobody foresaw ends the service too: it would serve half a network
            outcome.append(code)
            if then_stop or code:
                server.should_exit = True

    filling = Thread(target=beside, name=MADE_BY, daemon=True)
    filling.start()
    server.run()
    if not server.started:
        return GAVE_UP
    return outcome[0] if outcome else 0


def _app(database_url: str) -> FastAPI:
    """Serve uncounted, for weeks are posted within seconds; the log's key lies beside the books."""
    log = LogSettings(heads_every=HEADS_EVERY)
    serving = Serving(movements=UNLIMITED, queries=UNLIMITED, log=log)
    made = create_app(database_url, serving=serving)
    collector.calm()
    return made


def _fill(server: uvicorn.Server, where: Where, plan: Plan, progress: Progress, say: Say) -> int:
    port = server.servers[0].sockets[0].getsockname()[1]
    base_url = f"http://{where.host}:{port}"
    say(f"已开始服务：{base_url}", f"Serving on {base_url}")
    ledger = open_ledger(where.database_url)
    try:
        held = ledger.head().position
        if held and _broken_off(ledger.engine):
            say(
                f"账本中有 {held} 条事实，上次填充未完成（或仍在另一进程中进行），不会续填；"
                "现按原样提供服务。要重新开始，请换一个 CUSTODY_DATABASE_URL。",
                f"The books hold {held} facts of a filling that was broken off, or that another "
                "process is still at. It is not taken up again: they are served as they are. To "
                "begin anew, name another CUSTODY_DATABASE_URL.",
            )
            return 0
        if held:
            _resume(base_url, where, held, say)
            return 0
        filled = _filled(base_url, ledger.engine, plan, progress)
        _tell(filled, say)
        suggest(base_url, ledger.engine, filled, plan, say)
    except Unfilled as error:
        say(f"填充失败：{error}", f"Could not be filled: {error}")
        return 1
    finally:
        ledger.close()
    return 0


def _resume(base_url: str, where: Where, held: int, say: Say) -> None:
    """Say what is served, and how one gets a key: of those shown before, only digests are kept."""
    command = f"{where.program} keys create --role auditor --test"
    say(
        f"账本中已有 {held} 条事实，按原样提供服务。要重新开始，请换一个 CUSTODY_DATABASE_URL。\n"
        "首次给出的密钥仍然有效，但只保存其摘要，无法再次显示。要新的密钥，请在另一终端、同一文件夹、相同设置下运行：\n"
        f"  {command}\n"
        f"服务期间可在浏览器中打开 {base_url}，用户名任意，密码即该密钥。",
        f"The books hold {held} facts already and are served as they are. To begin anew, name "
        "another CUSTODY_DATABASE_URL.\n"
        "The keys that were shown when it was filled still open it; they cannot be shown again: "
        "only their digests are kept. A new one, in another terminal, in the same folder and with "
        "the same settings:\n"
        f"  {command}\n"
        f"While it serves, open {base_url} in a browser: any user name, and that key as the "
        "password.",
    )


def _broken_off(engine: Engine) -> bool:
    """Tell whether the demo began to fill these books and never came to suggesting anything."""
    made = {key.role for key in keys.listing(engine) if key.name == MADE_BY}
    return "admin" in made and "integrator" not in made


def _filled(base_url: str, engine: Engine, plan: Plan, progress: Progress) -> Filled:
    _, admin = keys.create(engine, "admin", name=MADE_BY, test=True)
    texts: dict[str, str] = {}

    def key_of(site: str) -> str:
        if site not in texts:
            _, texts[site] = keys.create(
                engine, "terminal", site, f"{site}-T1", name=MADE_BY, test=True
            )
        return texts[site]

    return fill(base_url, admin, key_of, plan, progress)


def _tell(filled: Filled, say: Say) -> None:
    recorded, known = filled.statuses["recorded"], filled.statuses["duplicate"]
    remarks = filled.remarks.total()
    say(
        f"{len(filled.network.sites)} 个站点；{recorded} 条流转已记录，{known} 条重复，"
        f"{remarks} 条提示。",
        f"{len(filled.network.sites)} sites; {recorded} movements recorded, {known} sent twice, "
        f"{remarks} remarks.",
    )
