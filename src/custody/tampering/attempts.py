"""What would an insider try, and what has to notice it?"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import orjson

from custody.codes.base64url import decode, encode
from custody.tampering import noticing, rewriting
from custody.tampering.forging import edit, passed, place_of, rebuilt
from custody.tampering.noticing import Noticed
from custody.tampering.rewriting import Row, opened
from custody.tampering.stage import Stage
from custody.tampering.story import AUDITED, FORGED, STOLEN
from custody.terms import DAY, Millis

Tries = Callable[[Stage, Millis], Noticed]


class Attempt(NamedTuple):
    """An attempt: its name, what is done in both languages, how, and the code it must meet.

    Where nothing is done, nothing may be found: or else what is found elsewhere would say nothing.
    """

    name: str
    zh: str
    en: str
    tried: Tries
    code: str | None


def untouched(stage: Stage, _: Millis) -> Noticed:
    return noticing.verify(stage, stage.books, kept=True)


def evidence_untouched(stage: Stage, _: Millis) -> Noticed:
    wishes = "--require-heads", "--require-signatures"
    return noticing.audit(stage, stage.evidence(AUDITED), *wishes)


def edited(stage: Stage, _: Millis) -> Noticed:
    books = stage.copy("edited")
    edit(books)
    return noticing.verify(stage, books)


def deleted(stage: Stage, _: Millis) -> Noticed:
    books = stage.copy("deleted")
    with opened(books) as ledger:
        rewriting.remove(ledger, rewriting.first(ledger, "inspect"))
    return noticing.verify(stage, books)


def inserted(stage: Stage, _: Millis) -> Noticed:
    def change(rows: list[Row]) -> list[Row]:
        place = place_of(rows, "inspect")
        forged = {**rows[place], "data": passed(rows[place]["data"])}
        return [*rows[:place], forged, *rows[place:]]

    return _rewritten(stage, "inserted", change)


def swapped(stage: Stage, _: Millis) -> Noticed:
    def change(rows: list[Row]) -> list[Row]:
        place = place_of(rows, "inspect")
        return [*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]]

    return _rewritten(stage, "swapped", change)


def backdated(stage: Stage, now: Millis) -> Noticed:
    books = stage.copy("backdated")
    with opened(books) as ledger:
        position = rewriting.first(ledger, "receive")
        rewriting.edit(ledger, position, recorded_at=now - 30 * DAY)
    return noticing.verify(stage, books)


def hidden(stage: Stage, _: Millis) -> Noticed:
    books = stage.copy("hidden")
    with opened(books) as ledger:
        rewriting.hide(ledger, AUDITED, rewriting.first(ledger, "receive"))
    return noticing.verify(stage, books)


def destroyed(stage: Stage, _: Millis) -> Noticed:
    books = stage.copy("destroyed")
    with opened(books) as ledger:
        rewriting.destroy(ledger, rewriting.first(ledger, "inspect"))
    return noticing.verify(stage, books)


def cut_and_rebuilt(stage: Stage, now: Millis) -> Noticed:
    books = stage.copy("cut_and_rebuilt")
    with opened(books) as ledger:
        size = rewriting.log_size(ledger)
        rewriting.rewrite(ledger, lambda rows: [r for r in rows if r["type"] != "receive"])
        rewriting.rebuild_log(ledger, size, now)
    return noticing.verify(stage, books, kept=True)


def edited_and_rebuilt(stage: Stage, now: Millis) -> Noticed:
    return noticing.verify(stage, rebuilt(stage, "edited_and_rebuilt", now), kept=True)


def rebuilt_to_be_signed(stage: Stage, now: Millis) -> Noticed:
    return noticing.publish(stage, rebuilt(stage, "rebuilt_to_be_signed", now), now)


def rebuilt_with_stolen_key(stage: Stage, now: Millis) -> Noticed:
    return noticing.ask_witnesses(stage, rebuilt(stage, "rebuilt_with_stolen_key", now))


def old_backup(stage: Stage, now: Millis) -> Noticed:
    return noticing.publish(stage, stage.copy("old_backup", of=stage.backup), now)


def forged_terminal(stage: Stage, _: Millis) -> Noticed:
    return noticing.audit(stage, stage.evidence(FORGED))


def stolen_api_key(stage: Stage, _: Millis) -> Noticed:
    return noticing.audit(stage, stage.evidence(STOLEN), "--require-signatures")


def bundle_cut(stage: Stage, _: Millis) -> Noticed:
    def change(bundle: Any) -> None:
        bundle["facts"].pop()

    return _tampered(stage, "bundle_cut", change)


def bundle_edited(stage: Stage, _: Millis) -> Noticed:
    def change(bundle: Any) -> None:
        for fact in bundle["facts"]:
            fact["body"] = encode(passed(decode(fact["body"])))

    return _tampered(stage, "bundle_edited", change)


def bundle_destroyed(stage: Stage, _: Millis) -> Noticed:
    books = stage.copy("bundle_destroyed")
    with opened(books) as ledger:
        rewriting.destroy(ledger, rewriting.first(ledger, "inspect"))
        told = stage.folder / "bundle_destroyed.json"
        told.write_bytes(noticing.evidence_of(ledger, AUDITED))
    return noticing.audit(stage, told)


def bundle_unwitnessed(stage: Stage, now: Millis) -> Noticed:
    books = rebuilt(stage, "bundle_unwitnessed", now)
    with opened(books) as ledger:
        signed, _ = noticing.signed_with_stolen_key(stage, ledger)

    def change(bundle: Any) -> None:
        bundle["checkpoint"] = signed.decode()

    return _tampered(stage, "bundle_unwitnessed", change)


ATTEMPTS: Final = (
    Attempt("untouched", "原样的数据库", "the books as they are", untouched, None),
    Attempt("evidence_untouched", "原样的证据", "the evidence as it is", evidence_untouched, None),
    Attempt("edited", "改动一条记录", "a record is edited", edited, "record_changed"),
    Attempt("deleted", "删除一条记录", "a record is deleted", deleted, "record_missing"),
    Attempt(
        "inserted",
        "插入一条记录，并重编其后的序号与索引",
        "a record is put in between; all behind it is numbered and indexed anew",
        inserted,
        "record_changed",
    ),
    Attempt("swapped", "对调两条记录", "two records change places", swapped, "record_changed"),
    Attempt("backdated", "倒填记录时间", "a record is back-dated", backdated, "record_changed"),
    Attempt(
        "hidden",
        "从索引中隐去一块电池的一条事实",
        "a fact is hidden from its battery in the index",
        hidden,
        "index_changed",
    ),
    Attempt(
        "destroyed",
        "照 custody redact 的做法销毁一条内容，但不留记录",
        "a body is destroyed as custody redact does it, and nobody is told",
        destroyed,
        "redaction_untold",
    ),
    Attempt(
        "cut_and_rebuilt",
        "截去电池的最后一条事实，重建全部序号、索引与日志",
        "a battery's last fact is cut off; numbers, index and log are all made anew",
        cut_and_rebuilt,
        "checkpoint_differs",
    ),
    Attempt(
        "edited_and_rebuilt",
        "改动一条记录并重建整个日志",
        "a record is edited, and the whole log made anew",
        edited_and_rebuilt,
        "checkpoint_differs",
    ),
    Attempt(
        "rebuilt_to_be_signed",
        "请签名程序签署重建的日志",
        "the signer is to sign the log that was made anew",
        rebuilt_to_be_signed,
        "signer_refuses",
    ),
    Attempt(
        "rebuilt_with_stolen_key",
        "用窃得的日志私钥签署重建的日志，请见证人联署",
        "it is signed with the log's stolen key, and the witnesses are to cosign",
        rebuilt_with_stolen_key,
        "forked",
    ),
    Attempt(
        "old_backup",
        "恢复旧备份，以原密钥继续",
        "an old backup is restored and goes on under the same key",
        old_backup,
        "signer_ahead",
    ),
    Attempt(
        "forged_terminal",
        "冒充终端：持其接口密钥，以另一私钥签名",
        "a terminal is forged: with its API key, and a signature by another key",
        forged_terminal,
        "terminal_signature",
    ),
    Attempt(
        "stolen_api_key",
        "冒充终端：持其接口密钥，不签名",
        "a terminal is forged: with its API key, and no signature",
        stolen_api_key,
        "terminal_unsigned",
    ),
    Attempt(
        "bundle_cut",
        "从证据中去掉最后一条事实",
        "the last fact is left out of the evidence",
        bundle_cut,
        "tail_missing",
    ),
    Attempt(
        "bundle_edited",
        "改动证据中的正文",
        "a body is edited in the evidence",
        bundle_edited,
        "body_commitment",
    ),
    Attempt(
        "bundle_destroyed",
        "销毁一条内容而不告知，再出具证据",
        "a body is destroyed, nobody is told, and evidence is handed out of what is left",
        bundle_destroyed,
        "redaction_untold",
    ),
    Attempt(
        "bundle_unwitnessed",
        "证据改附仅由窃得私钥签名的检查点",
        "the evidence gets a checkpoint signed by the stolen key alone",
        bundle_unwitnessed,
        "quorum",
    ),
)


def _tampered(stage: Stage, name: str, change: Callable[[Any], None]) -> Noticed:
    bundle = orjson.loads(stage.evidence(AUDITED).read_bytes())
    change(bundle)
    told = stage.folder / f"{name}.json"
    told.write_bytes(orjson.dumps(bundle))
    return noticing.audit(stage, told)


def _rewritten(stage: Stage, name: str, change: Callable[[list[Row]], list[Row]]) -> Noticed:
    books = stage.copy(name)
    with opened(books) as ledger:
        rewriting.rewrite(ledger, change)
    return noticing.verify(stage, books)
