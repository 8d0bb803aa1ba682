"""Is whoever tampers with the record found out? Each attempt is shown beside who noticed it."""

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from custody.cli.speech import complain, either, note, say, tell
from custody.clock import now
from custody.tampering.programs import NotStarted
from custody.tampering.service import Unanswered
from custody.tampering.trying import Outcome, try_all

DONE, WRONG, UNUSABLE = 0, 1, 2
WIDTH_MAX = 120


def run(arguments: Namespace) -> int:
    """Try everything; 0 if every attempt was noticed as it must be."""
    folder = None if arguments.folder is None else Path(arguments.folder).resolve()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            return complain(f"{folder} 不是空文件夹。", f"{folder} is not empty.", UNUSABLE)
    note(
        either(
            "正在启动签名程序、两个见证程序与服务，并上报流转……",
            "Starting a signer, two witnesses and the service, and posting movements …",
        )
    )
    ours = TemporaryDirectory(prefix="custody-tampering-")
    with ours if folder is None else nullcontext(folder) as place:
        try:
            outcomes = try_all(Path(place), now)
        except (NotStarted, Unanswered) as error:
            return complain(f"无法开始：{error}", f"It could not begin: {error}", WRONG)
    (_as_json if arguments.json else _in_words)(outcomes)
    return DONE if all(one.is_right for one in outcomes) else WRONG


def _as_json(outcomes: Sequence[Outcome]) -> None:
    told = [
        {"attempt": one.name, "is_right": outcome.is_right, **outcome.noticed._asdict()}
        for outcome in outcomes
        for one in [outcome.attempt]
    ]
    tell(json.dumps(told, ensure_ascii=False))


def _in_words(outcomes: Sequence[Outcome]) -> None:
    table = Table(show_lines=True, expand=False)
    table.add_column("", no_wrap=True)
    for title in (
        "所为\nWhat was done",
        "由谁发现\nWho noticed",
        "结论 @ 位置\nWhat it said @ position",
    ):
        table.add_column(title, overflow="fold")
    for number, outcome in enumerate(outcomes, 1):
        attempt, noticed = outcome
        mark = str(number) if outcome.is_right else f"{number} ✗"
        table.add_row(mark, f"{attempt.zh}\n{attempt.en}", noticed.by, _said(outcome))
    console = Console(file=sys.stdout, markup=False, highlight=False)
    console.width = min(console.width if console.is_terminal else WIDTH_MAX, WIDTH_MAX)
    console.print(table)
    missed = [one.attempt.name for one in outcomes if not one.is_right]
    tampered = sum(one.attempt.code is not None for one in outcomes)
    if missed:
        say(f"未如预期：{', '.join(missed)}", f"Not as it must be: {', '.join(missed)}")
    else:
        say(
            f"{tampered} 种篡改全部被发现；未经篡改的核验无误。",
            f"All {tampered} attempts were noticed, and what nobody touched was found in order.",
        )


def _said(outcome: Outcome) -> str:
    noticed = outcome.noticed
    if noticed.code is None:
        return "无异常\nin order"
    place = "" if noticed.position is None else f" @ {noticed.position}"
    return f"{noticed.code}{place}" + (f"\n{noticed.said}" if noticed.said else "")
