"""What is Custody like with a network in it? Serves at once, fills itself, and says what to try next."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from threading import Thread

import uvicorn
from sqlalchemy import Engine

from custody import keys
from custody.api.app import create_app
from custody.codes import gbt34014
from custody.demo.filling import Filled, Plan, Progress, Unfilled, fill
from custody.demo.terminal import local, uuid7
from custody.ledger import open_ledger
from custody.terms import SHANGHAI, millis

STARTED_LOOK_S = 0.02

Say = Callable[[str, str], None]
"""Tells people something, in Chinese or in English."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which books, and at which address."""

    database_url: str
    host: str
    port: int


def last_midnight() -> datetime:
    """Return the beginning of today in Shanghai: what the demo ends with unless told otherwise."""
    now = datetime.now(SHANGHAI)
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def run(where: Where, plan: Plan, progress: Progress, say: Say, *, then_stop: bool = False) -> int:
    """Serve, fill the books if they are empty, say what to try, and serve on; return an exit code."""
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(where.database_url), where.host, where.port, log_level="warning"
        )
    )
    outcome: list[int] = []

    def beside() -> None:
        while not server.started and not server.should_exit:
            time.sleep(STARTED_LOOK_S)
        outcome.append(_fill(server, where, plan, progress, say))
        if then_stop or outcome[0]:
            server.should_exit = True

    filling = Thread(target=beside, name="demo", daemon=True)
    filling.start()
    server.run()
    if not server.started:
        return 1
    return outcome[0] if outcome else 0


def _fill(server: uvicorn.Server, where: Where, plan: Plan, progress: Progress, say: Say) -> int:
    port = server.servers[0].sockets[0].getsockname()[1]
    base_url = f"http://{where.host}:{port}"
    say(f"已开始服务：{base_url}", f"Serving on {base_url}")
    ledger = open_ledger(where.database_url)
    try:
        held = ledger.head().position
        if held:
            say(
                f"账本中已有 {held} 条事实，按原样提供服务。要重新开始，请换一个 CUSTODY_DATABASE_URL。",
                f"The books hold {held} facts already and are served as they are. To begin anew, "
                "name another CUSTODY_DATABASE_URL.",
            )
            return 0
        filled = _filled(base_url, ledger.engine, plan, progress)
        _tell(filled, say)
        _suggest(base_url, ledger.engine, filled, plan, say)
    except Unfilled as error:
        say(f"填充失败：{error}", f"Could not be filled: {error}")
        return 1
    finally:
        ledger.close()
    return 0


def _filled(base_url: str, engine: Engine, plan: Plan, progress: Progress) -> Filled:
    _, admin = keys.create(engine, "admin", name="demo")
    texts: dict[str, str] = {}

    def key_of(site: str) -> str:
        if site not in texts:
            _, texts[site] = keys.create(engine, "terminal", site, f"{site}-T1", name="demo")
        return texts[site]

    return fill(base_url, admin, key_of, plan, progress)


def _tell(filled: Filled, say: Say) -> None:
    recorded, known = filled.statuses["recorded"], filled.statuses["duplicate"]
    remarks = filled.remarks.total()
    say(
        f"{len(filled.network.sites)} 个站点，{recorded} 条流转已记录，{known} 条重复，{remarks} 条提示。",
        f"{len(filled.network.sites)} sites; {recorded} movements recorded, {known} sent twice, "
        f"{remarks} remarks.",
    )


def _suggest(base_url: str, engine: Engine, filled: Filled, plan: Plan, say: Say) -> None:
    """Print three keys and three commands, each of which is answered as it stands."""
    site = filled.network.of_kind("collection_point")[0].id
    centre = filled.network.of_kind("sorting_centre")[0].id
    _, terminal = keys.create(engine, "terminal", site, f"{site}-T1", name="demo")
    _, auditor = keys.create(engine, "auditor", name="demo")
    _, integrator = keys.create(engine, "integrator", name="demo")
    battery = _a_battery(plan)
    posted = json.dumps(_a_drop_off(site, battery), ensure_ascii=False)
    say("接下来可以试试：", "What to try next:")
    lines = [
        ("终端上报一次交售", "a terminal posts a drop-off", terminal),
        f"curl -sS {base_url}/v1/movements -H 'Authorization: Bearer {terminal}' "
        f"-H 'Content-Type: application/json' -d '{posted}'",
        ("审计员回放该电池", "an auditor replays that battery", auditor),
        f"curl -sS {base_url}/v1/batteries/{battery}/history "
        f"-H 'Authorization: Bearer {auditor}'",
        ("集成方查询分拣中心库存", "an integrator asks what a sorting centre holds", integrator),
        f"curl -sS {base_url}/v1/sites/{centre}/inventory "
        f"-H 'Authorization: Bearer {integrator}'",
    ]
    for line in lines:
        if isinstance(line, tuple):
            zh, en, key = line
            say(f"\n{zh}（密钥 {key}）：", f"\n{en} (key {key}):")
        else:
            sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


def _a_battery(plan: Plan) -> str:
    day = plan.until.astimezone(SHANGHAI).date().replace(year=2024, day=1)
    code = gbt34014("ZX9", "P", "B", "48", "DEMO001", date=day, serial=plan.seed % 10**7)
    return f"gbt34014:{code}"


def _a_drop_off(site: str, battery: str) -> dict[str, object]:
    now = millis(datetime.now(UTC))
    return {
        "id": uuid7(Random(now), now),
        "type": "drop_off",
        "occurred_at": local(now),
        "site": site,
        "battery": {"code": battery, "chemistry": "lfp", "mass_g": 8700},
        "channel": "walk_in",
    }
