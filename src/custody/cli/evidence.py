"""What can be taken along that shows a battery's whole history, whether or not we are trusted?"""

import shutil
from argparse import Namespace
from pathlib import Path

import orjson

from custody import access_log, auditing, codes, history
from custody.access_log import Look
from custody.cli import books
from custody.cli.speech import complain, say, tell, why
from custody.clock import now
from custody.ledger import Ledger, writing
from custody.log import evidence
from custody.log import tables as log_tables

WRONG, UNUSABLE = 1, 2
ASKER = "custody evidence"
"""Who is said to have looked, for one who asks the database itself."""


def run(arguments: Namespace) -> int:
    """Print or write the evidence of a battery up to the latest checkpoint."""
    try:
        ref = codes.battery_ref(arguments.ref)
    except codes.CodeError as error:
        return complain(f"REF：{error.detail_zh}", f"REF: {error.detail}", UNUSABLE)
    try:
        if arguments.verifier is not None:
            shutil.copyfile(auditing.VERIFIER, arguments.verifier)
        with books.opened() as ledger:
            log_tables.lay_out(ledger.engine)
            found = history.read(ledger, ref)
            if not found.told and not found.redacted:
                return complain(f"没有 {ref} 的记录。", f"Nothing is recorded of {ref}.", WRONG)
            return _hand_out(ledger, ref, found.codes, arguments)
    except BrokenPipeError:  # whoever read it has gone; that is no file
        raise
    except OSError as error:
        return complain(f"无法写入：{why(error)}", f"It cannot be written: {why(error)}", UNUSABLE)


def _hand_out(ledger: Ledger, ref: str, all_codes: tuple[str, ...], arguments: Namespace) -> int:
    discloses, at = evidence.no_body if arguments.no_bodies else evidence.every_body, now()
    try:
        told = evidence.bundle(ledger, ref, all_codes, discloses, at)
    except evidence.Unpublished:
        return complain(
            "尚无涵盖此电池的检查点：请先运行服务并配置签名。",
            "No checkpoint covers this battery yet: the service has to run, and something to sign.",
            WRONG,
        )
    except evidence.Inconsistent as error:
        return complain(
            f"第 {error.position} 条记录与其日志叶不符；请运行 custody verify。",
            f"Record {error.position} is not what its leaf was made of; run custody verify.",
            WRONG,
        )
    access_log.lay_out(ledger.engine)
    with writing(ledger.engine) as connection:
        look = Look(ASKER, "read_evidence", f"battery:{ref}", "told", at)
        access_log.note(connection, look)
    text = orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()
    if arguments.output is None:
        tell(text)
        return 0
    Path(arguments.output).write_text(text, encoding="utf-8")
    facts, size = len(told["facts"]), told["manifest"]["size"]
    say(
        f"已写入 {arguments.output}：{facts} 条事实，截至第 {size} 条的检查点。",
        f"Wrote {arguments.output}: {facts} facts, up to the checkpoint of {size}.",
    )
    return 0
