"""Who is to be forgotten? Their key and their details are destroyed; no fact changes."""

import json
import time
from argparse import Namespace

from pydantic import TypeAdapter, ValidationError

from custody import vault
from custody.cli import books
from custody.cli.speech import complain, say, tell
from custody.events.vocabulary import Key
from custody.terms import rfc3339
from custody.vault import Forgotten

DONE, NOTHING_KNOWN, UNUSABLE = 0, 1, 2


def run(arguments: Namespace) -> int:
    """Forget a person for good; 1 if nothing was known of them.

    A reference that nobody has ever heard of is most likely misspelt: it is left as it is, unless
    it is to be forgotten anyway. What is like it is not offered: it would be somebody else's.
    """
    depositor: str = arguments.depositor
    try:
        TypeAdapter(Key).validate_python(depositor)
    except ValidationError:
        return complain(
            f"{depositor!r} 不是引用：应为1至64位字母、数字或 . _ : / -。",
            f"{depositor!r} is no reference: expected 1 to 64 letters, digits or . _ : / -.",
            UNUSABLE,
        )
    with books.ledger_opened() as ledger:
        vault.lay_out(ledger.engine)
        if not (arguments.unheard_of or vault.heard_of(ledger.engine, depositor)):
            return _unheard_of(depositor, as_json=arguments.json)
        done = vault.forget(ledger.engine, depositor, time.time_ns() // 1_000_000)
    if arguments.json:
        at = rfc3339(done.at)
        told = {"depositor": depositor, "known": done.known, "before": done.before}
        tell(json.dumps({**told, "forgotten_at": at}))
    else:
        _tell(depositor, done)
    return DONE if done.known or done.before else NOTHING_KNOWN


def _unheard_of(depositor: str, *, as_json: bool) -> int:
    if as_json:
        told = {"depositor": depositor, "known": False, "before": False, "forgotten_at": None}
        tell(json.dumps(told))
    return complain(
        f"没有 {depositor} 这一引用：资料库和事实中均未出现，未作任何更改。请核对拼写；"
        "如确须今后拒收其资料（例如恢复备份之前），请加 --unheard-of。",
        f"There is no reference {depositor}: neither the vault nor any fact has ever named it, and "
        "nothing was changed. Check how it is spelt; to refuse details under it from now on all "
        "the same, as before a restore, add --unheard-of.",
        NOTHING_KNOWN,
    )


def _tell(depositor: str, done: Forgotten) -> None:
    if done.before:
        at = rfc3339(done.at)
        say(f"{depositor} 已于 {at} 被遗忘。", f"{depositor} was forgotten at {at} already.")
    elif done.known:
        say(
            f"已遗忘 {depositor}：密钥和资料均已销毁，此引用不得再次填报。事实未变。此前所作的备份"
            "可能仍含其密钥，恢复时请用 --forgotten。",
            f"Forgot {depositor}: the key and the details are destroyed, and the reference is not "
            "filled again. No fact has changed. Backups made before may still hold the key; "
            "restore them with --forgotten.",
        )
    else:
        say(
            f"资料库中没有 {depositor}；已标记为遗忘，今后不再接受其资料。",
            f"Nothing was known of {depositor}; it is marked as forgotten, and nothing will be "
            "taken in under it.",
        )
