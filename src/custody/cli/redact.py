"""Which movement's body is to be destroyed in the last resort? Its place in every proof stays."""

import json
import time
from argparse import Namespace

from pydantic import TypeAdapter, ValidationError

from custody import rebuilding
from custody.cli import books
from custody.cli.progress import shown
from custody.cli.speech import complain, either, say, tell
from custody.events.vocabulary import Name
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
        "不是流转：登记事项请重新登记更正",
        "it is no movement; what is registered is put right by registering anew",
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
    """Destroy a movement's body and key, and rebuild what was derived from it."""
    try:
        TypeAdapter(Name | None).validate_python(arguments.case)
    except ValidationError:
        return complain("--case：应为1至64字。", "--case: expected 1 to 64 characters.", UNUSABLE)
    with books.opened() as ledger:
        log_tables.lay_out(ledger.engine)
        try:
            record = redacting.found(ledger, arguments.position)
            if arguments.confirm != redacting.movement_of(record):
                return _ask(record)
            why = Why(arguments.reason, arguments.case)
            announced = redacting.redact(ledger, record, why, time.time_ns() // 1_000_000)
        except Irredeemable as refused:
            zh, en = WHY_NOT[refused.code]
            return complain(
                f"第 {arguments.position} 条不能销毁：{zh}。[{refused.code}]",
                f"Position {arguments.position} cannot be redacted: {en}. [{refused.code}]",
                REFUSED,
            )
        _rebuild(ledger, quiet=arguments.json)
    _tell(record, announced, as_json=arguments.json)
    return DONE


def _ask(record: Record) -> int:
    """Say what would be destroyed, so that nobody destroys what stands beside it."""
    id_, at = redacting.movement_of(record), rfc3339(record.recorded_at)
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


def _tell(record: Record, announced: Position, *, as_json: bool) -> None:
    if as_json:
        id_, before = redacting.movement_of(record), record.redacted
        told = {"position": record.position, "movement": id_, "announced": announced}
        tell(json.dumps({**told, "before": before}))
    elif record.redacted:
        say(
            f"第 {record.position} 条此前已销毁；投影已重建。",
            f"Position {record.position} was redacted already; the projections are rebuilt.",
        )
    else:
        say(
            f"已销毁第 {record.position} 条的内容和密钥，告知记于第 {announced} 条；"
            "其日志叶和全部证明不变。投影已重建。"
            "此前所作的备份仍含其内容：请另作备份，并销毁旧的。",
            f"Redacted position {record.position}, and announced it at {announced}: its body and "
            "key are destroyed; its leaf and all proofs stay. The projections are rebuilt. "
            "Backups made before still hold it: make a new one and destroy those.",
        )
