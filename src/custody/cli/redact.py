"""Which record's body is to be destroyed in the last resort? Its place in every proof stays."""

import json
import time
from argparse import Namespace
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from custody import rebuilding
from custody.cli import books
from custody.cli.progress import shown
from custody.cli.speech import complain, either, say, tell
from custody.events.fact import type_ranks
from custody.events.vocabulary import Name
from custody.exchange import forgetting
from custody.exchange import tables as index_tables
from custody.exchange.outgoing import Outgoing
from custody.ledger import Ledger, Record
from custody.log import redacting
from custody.log import tables as log_tables
from custody.log.redacting import Irredeemable, Why
from custody.projections import EVERYTHING
from custody.terms import Position, rfc3339

DONE, REFUSED, UNUSABLE = 0, 1, 2

WHY_NOT = {
    "not_recorded": ("此位置没有记录", "nothing is recorded there"),
    "not_a_movement": (
        "既不是流转，也不是收讫的事件：登记事项请重新登记更正",
        "it is no movement, and no event; what is registered is put right by registering anew",
    ),
    "not_published": (
        "尚无已发布的检查点涵盖它：请稍后再试",
        "no published checkpoint holds it yet; try again later",
    ),
    "changed": (
        "与其日志叶不符：请先运行 custody verify",
        "it is not what its leaf was made of; run custody verify first",
    ),
}
"""Why a record may not be destroyed, in Chinese and English."""


def run(arguments: Namespace) -> int:
    """Destroy a record's body and key, and what was derived from it."""
    try:
        TypeAdapter(Name | None).validate_python(arguments.case)
    except ValidationError:
        return complain("--case：应为1至64字。", "--case: expected 1 to 64 characters.", UNUSABLE)
    with books.opened() as ledger:
        log_tables.lay_out(ledger.engine)
        index_tables.lay_out(ledger.engine)
        try:
            record = redacting.found(ledger, arguments.position)
            if arguments.confirm != redacting.name_of(record):
                return _ask(record)
            also = forgetting.saying_the_same(ledger, record)
            why = Why(arguments.reason, arguments.case)
            announced = redacting.redact(ledger, record, why, time.time_ns() // 1_000_000)
        except Irredeemable as refused:
            zh, en = WHY_NOT[refused.code]
            return complain(
                f"第 {arguments.position} 条不能销毁：{zh}。[{refused.code}]",
                f"Position {arguments.position} cannot be redacted: {en}. [{refused.code}]",
                REFUSED,
            )
        if record.type in type_ranks:
            _rebuild(ledger, quiet=arguments.json)
        forgetting.forget(ledger, Outgoing(), announced)
    _tell(record, announced, also, as_json=arguments.json)
    return DONE


def _ask(record: Record) -> int:
    """Say what would be destroyed, so that nobody destroys what stands beside it."""
    id_, at = redacting.name_of(record), rfc3339(record.recorded_at)
    return complain(
        f"第 {record.position} 条是 {at} 记录的 {record.type} {id_}。"
        f"销毁后无法恢复，台账将不再计入它。确认请加 --confirm {id_}",
        f"Position {record.position} is the {record.type} {id_}, recorded at {at}. Nobody can "
        f"bring it back, and the books will count it no more. To confirm, add --confirm {id_}",
        UNUSABLE,
    )


def _rebuild(ledger: Ledger, *, quiet: bool) -> None:
    """Let no table rest on what is gone, nor keep a copy of it."""
    with shown(either("重建投影", "Rebuilding"), quiet=quiet) as report:
        rebuilding.rebuild(ledger, EVERYTHING, report)


def _tell(record: Record, announced: Position, also: Sequence[Position], *, as_json: bool) -> None:
    if as_json:
        told = {"position": record.position, **redacting.naming(record), "announced": announced}
        tell(json.dumps({**told, "also_at": also, "before": record.redacted}))
        return
    if record.redacted:
        say(
            f"第 {record.position} 条此前已销毁；由它导出的内容已重建。",
            f"Position {record.position} was redacted already; what was derived from it is made "
            "anew.",
        )
        return
    say(
        f"已销毁第 {record.position} 条的内容和密钥，告知记于第 {announced} 条；"
        "其日志叶和全部证明不变。由它导出的内容已重建。"
        "此前所作的备份仍含其内容：请另作备份，并销毁旧的。",
        f"Redacted position {record.position}, and announced it at {announced}: its body and "
        "key are destroyed; its leaf and all proofs stay. What was derived from it is made anew. "
        "Backups made before still hold it: make a new one and destroy those.",
    )
    if also:
        places = ", ".join(map(str, also))
        say(
            f"第 {places} 条仍说着同样的内容（同一事件、对它的声明，或由它读出的流转）："
            "如也须销毁，请逐条进行。",
            f"The same is still said at {places}: by the event, a declaration about it, or a "
            "movement that it was read as. If they must go too, redact each of them.",
        )
