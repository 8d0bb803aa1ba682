"""What should a newcomer try next? Three keys, and commands that are answered."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import Engine

from custody import keys, signing
from custody.codes import gbt34014
from custody.demo.filling import Filled, Plan
from custody.demo.sites import Site
from custody.demo.terminal import local, uuid7
from custody.terms import SHANGHAI, millis

Say = Callable[[str, str], None]
"""Tells people something, in Chinese or in English."""

MADE_BY = "demo"
"""The name of every key that the demo makes."""

WORTH_SEEING = (
    (
        "two_codes",
        "一块先后有两个编码的电池",
        "A pack that has had two codes",
        "/v1/batteries/{two_codes}/history",
    ),
    (
        "returned",
        "一张有拒收、已退回的交接单",
        "A consignment of which something was rejected and sent back",
        "/v1/consignments/{returned}",
    ),
    (
        "corrected",
        "一条记错后更正的事实",
        "A fact that was written down wrongly, and corrected",
        "/v1/batteries/{corrected}/history",
    ),
    (
        "forged",
        "一块电池，其中一条流转的签名不符",
        "A battery of which one movement bears a signature that does not hold",
        "/v1/batteries/{forged}/history",
    ),
    (
        "differing_take",
        "一次账实不符的盘点",
        "A stock-take that did not agree with the book",
        "/v1/sites/{differing_site}/stock-takes/{differing_take}",
    ),
)
"""What is shown if it happened: its name among what is notable, and where it is told."""


class Suggestion(NamedTuple):
    """What one may ask, in two languages, and how."""

    zh: str
    en: str
    command: str


def suggest(base_url: str, engine: Engine, filled: Filled, plan: Plan, say: Say) -> None:
    """Make the keys and say the commands."""
    say("接下来可以试试：", "What to try next:")
    for one in _suggestions(base_url, engine, filled, plan):
        say(f"\n{one.zh}：\n  {one.command}", f"\n{one.en}:\n  {one.command}")
    say(
        f"\n在浏览器中打开 {base_url}，用户名任意，密码为以上任一密钥。密钥不会再次显示。",
        f"\nOr open {base_url} in a browser: any user name, and one of these keys as the password. "
        "The keys are not shown again.",
    )


def _suggestions(base_url: str, engine: Engine, filled: Filled, plan: Plan) -> Iterator[Suggestion]:
    a_point = filled.network.of_kind("collection_point")[0]
    point = a_point.id
    centre = filled.network.of_kind("sorting_centre")[0].id
    battery = _a_battery(plan)
    _, terminal = keys.create(engine, "terminal", point, a_point.terminal, name=MADE_BY, test=True)
    posted = json.dumps(_a_drop_off(a_point, battery), ensure_ascii=False)
    yield Suggestion(
        f"终端上报一次交售，并签名（密钥 {terminal}）",
        f"A terminal posts a drop-off, which it has signed (key {terminal})",
        _curl(f"{base_url}/v1/movements", terminal)
        + f" -H 'Content-Type: application/json' -d '{posted}'",
    )
    _, auditor = keys.create(engine, "auditor", name=MADE_BY, test=True)
    yield Suggestion(
        f"审计员回放该电池（密钥 {auditor}）",
        f"An auditor replays that battery (key {auditor})",
        _curl(f"{base_url}/v1/batteries/{battery}/history", auditor),
    )
    for zh, en, path in _worth_seeing(filled, centre, plan):
        yield Suggestion(zh, en, _curl(f"{base_url}{path}", auditor))
    _, integrator = keys.create(engine, "integrator", name=MADE_BY, test=True)
    yield Suggestion(
        f"集成方查询分拣中心的库存（密钥 {integrator}）",
        f"An integrator asks what a sorting centre holds (key {integrator})",
        _curl(f"{base_url}/v1/sites/{centre}/inventory", integrator),
    )


def _worth_seeing(filled: Filled, centre: str, plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield what the weeks have brought forth, so far as they have, and where it is told."""
    notable = filled.notable
    last_day = plan.until.astimezone(SHANGHAI) - timedelta(microseconds=1)
    month = f"from={last_day:%Y-%m}&to={last_day:%Y-%m}"
    yield (
        f"{last_day:%Y}年{last_day:%m}月分拣中心的台账",
        f"The sorting centre's book of {last_day:%Y-%m}",
        f"/v1/sites/{centre}/ledger?{month}",
    )
    for what, zh, en, path in WORTH_SEEING:
        if what in notable:
            yield zh, en, path.format(**notable)


def _curl(url: str, key: str) -> str:
    return f"curl -sS '{url}' -H 'Authorization: Bearer {key}'"


def _a_battery(plan: Plan) -> str:
    day = plan.until.astimezone(SHANGHAI).date().replace(year=2024, day=1)
    code = gbt34014("ZX9", "P", "B", "48", "DEMO001", date=day, serial=plan.seed % 10**7)
    return f"gbt34014:{code}"


def _a_drop_off(site: Site, battery: str) -> dict[str, object]:
    now = millis(datetime.now(UTC))
    said = {
        "id": uuid7(Random(now), now),
        "type": "drop_off",
        "occurred_at": local(now),
        "site": site.id,
        "battery": {"code": battery, "chemistry": "lfp", "mass_g": 8700},
        "channel": "walk_in",
    }
    return {**said, "signature": signing.sign(said, site.signer())}
