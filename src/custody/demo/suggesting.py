"""What should a newcomer try next? Three keys, and three commands that are answered."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random

from sqlalchemy import Engine

from custody import keys
from custody.codes import gbt34014
from custody.demo.filling import Plan
from custody.demo.sites import Network
from custody.demo.terminal import local, uuid7
from custody.terms import SHANGHAI, millis

Say = Callable[[str, str], None]
"""Tells people something, in Chinese or in English."""


def suggest(base_url: str, engine: Engine, network: Network, plan: Plan, say: Say) -> None:
    """Make the keys and say the commands."""
    say("接下来可以试试：", "What to try next:")
    for zh, en, command in _commands(base_url, engine, network, plan):
        say(f"\n{zh}：\n  {command}", f"\n{en}:\n  {command}")


def _commands(
    base_url: str, engine: Engine, network: Network, plan: Plan
) -> Iterator[tuple[str, str, str]]:
    point = network.of_kind("collection_point")[0].id
    centre = network.of_kind("sorting_centre")[0].id
    battery = _a_battery(plan)
    _, terminal = keys.create(engine, "terminal", point, f"{point}-T1", name="demo")
    posted = json.dumps(_a_drop_off(point, battery), ensure_ascii=False)
    yield (
        f"终端上报一次交售（密钥 {terminal}）",
        f"A terminal posts a drop-off (key {terminal})",
        _curl(f"{base_url}/v1/movements", terminal)
        + f" -H 'Content-Type: application/json' -d '{posted}'",
    )
    _, auditor = keys.create(engine, "auditor", name="demo")
    yield (
        f"审计员回放该电池（密钥 {auditor}）",
        f"An auditor replays that battery (key {auditor})",
        _curl(f"{base_url}/v1/batteries/{battery}/history", auditor),
    )
    _, integrator = keys.create(engine, "integrator", name="demo")
    yield (
        f"集成方查询分拣中心的库存（密钥 {integrator}）",
        f"An integrator asks what a sorting centre holds (key {integrator})",
        _curl(f"{base_url}/v1/sites/{centre}/inventory", integrator),
    )


def _curl(url: str, key: str) -> str:
    return f"curl -sS '{url}' -H 'Authorization: Bearer {key}'"


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
