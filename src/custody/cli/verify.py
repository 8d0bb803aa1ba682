"""Is what the database holds still what was sealed and published?"""

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from custody.cli import books
from custody.cli.progress import shown
from custody.cli.speech import complain, either, say, tell, why
from custody.ledger import Ledger
from custody.log import checkpoint, note, policy_file, store, verifying
from custody.log import tables as log_tables
from custody.log.comparing import Wrong
from custody.log.policy import Policy
from custody.log.policy_file import BadPolicy
from custody.log.verifying import Verified

DONE, WRONG, UNUSABLE = 0, 1, 2

MEANING = {
    "record_missing": ("记录不见了", "the record is gone"),
    "record_changed": ("记录被改动", "the record was changed"),
    "entry_changed": ("日志叶被改动", "its leaf was changed"),
    "hash_changed": ("日志叶的摘要被改动", "the hash of its leaf was changed"),
    "leaf_missing": ("日志叶不见了", "its leaf is gone"),
    "edge_changed": ("日志的右边缘被改动", "the right edge of the log was changed"),
    "tile_changed": ("日志的上层摘要被改动", "a hash above the leaves was changed"),
    "index_changed": ("索引 about 与记录不符", "the index `about` is not that of the records"),
    "landmark_changed": (
        "登记与版本汇总的位置表被改动",
        "where registrations and heads lie is told otherwise than the records have it",
    ),
    "subject_left_out": (
        "正文提到的电池未列为其主体",
        "its body names a battery that it is not about",
    ),
    "heads_differ": (
        "版本汇总与账本不符：某块电池的最后一条事实被漏记或错记",
        "these heads are not the ledger's: a battery's last fact is left out, or another",
    ),
    "redaction_untold": (
        "内容已销毁，但账本中没有相应的销毁记录",
        "it was destroyed, and no record says so",
    ),
    "redaction_unfinished": (
        "账本记为已销毁，但内容仍在：请再次运行 custody redact",
        "it is said to be destroyed and is still there: run custody redact again",
    ),
    "checkpoint_unsigned": ("检查点的签名无效", "a checkpoint is not well signed"),
    "checkpoint_differs": ("与已发布的检查点不符", "it is not what was published"),
    "ledger_cut": ("账本比日志短", "the ledger ends before the log does"),
}
"""What each finding says, in Chinese and English."""


def run(arguments: Namespace) -> int:
    """Verify the whole ledger; 1 if anything is not as it was sealed and published."""
    try:
        rules = _rules(arguments.policy)
        kept = [Path(name).read_text(encoding="utf-8") for name in arguments.checkpoint]
    except (OSError, BadPolicy, UnicodeDecodeError) as error:
        return complain(f"无法读取：{why(error)}", f"Cannot be read: {why(error)}", UNUSABLE)
    what = either("核验日志", "Verifying")
    with books.ledger_opened() as ledger, shown(what, quiet=arguments.json) as report:
        log_tables.lay_out(ledger.engine)
        opens = _opening(_known(ledger) if rules is None else rules)
        found = verifying.verify(ledger, opens, report, kept)
    (_as_json if arguments.json else _in_words)(found)
    return WRONG if found.wrong else DONE


def _opening(rules: Policy) -> Callable[[str], tuple[int, bytes]]:
    verifiers = [one.verifier for one in rules.logs]

    def opens(text: str) -> tuple[int, bytes]:
        said = checkpoint.parse(note.opened(text.encode(), verifiers).text)
        return said.size, said.root

    return opens


def _rules(path: str | None) -> Policy | None:
    return None if path is None else policy_file.parse(Path(path).read_bytes())


def _known(ledger: Ledger) -> Policy:
    """Return the policy that the database names; of a log that has not begun, an empty one."""
    with ledger.engine.connect() as connection:
        sealed = store.begun(connection)
    return Policy() if sealed is None or not sealed.policy else _parsed(sealed.policy)


def _parsed(text: str) -> Policy:
    return policy_file.parse(text.encode())


def _as_json(found: Verified) -> None:
    wrong = [{"code": one.code, "position": one.position, "what": one.what} for one in found.wrong]
    told = {"records": found.records, "checkpoints": found.checkpoints, "wrong": wrong}
    told |= {"redacted": list(found.redacted), "heads": found.takings}
    tell(json.dumps(told, ensure_ascii=False))


def _in_words(found: Verified) -> None:
    for one in found.wrong:
        say(*_told(one))
    if not found.wrong:
        say(
            f"{found.records} 条记录与日志一致，{found.checkpoints} 个检查点全部相符，"
            f"重算了最近 {found.takings} 次版本汇总。",
            f"{found.records} records are as they were sealed; {found.checkpoints} checkpoints "
            f"agree; the latest {found.takings} takings of heads were made again.",
        )
    if found.redacted:
        places = ", ".join(map(str, found.redacted))
        say(
            f"其中 {len(found.redacted)} 条内容已销毁（第 {places} 条）："
            "其日志叶仍在，内容无从核对。",
            f"Of these {len(found.redacted)} redacted (position {places}): their leaves are there, "
            "and what they said can no longer be checked.",
        )


def _told(one: Wrong) -> tuple[str, str]:
    zh, en = MEANING[one.code]
    more = f" ({one.what})" if one.what else ""
    return (
        f"第 {one.position} 条：{zh}{more} [{one.code}]",
        f"Position {one.position}: {en}{more} [{one.code}]",
    )
