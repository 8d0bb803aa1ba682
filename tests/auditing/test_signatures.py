"""Whose signature is a terminal's, by which key, and since when?"""

from datetime import timedelta

import pytest

from tests.auditing.attempts import A, at, judged, log, written
from tests.auditing.making import Signer, b64, instant, sign
from tests.auditing.story import T1, T2, Network, evidence
from tests.auditing.verifying import Auditor


def test_a_forged_movement_is_named(auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], Signer("forger"), batteries=[A], place="A-1")
    assert judged(auditor, mine, A).errors == ["terminal_signature"]


@pytest.mark.parametrize("signature", ["c2lnbmVk", "=", "", 7, False, [], "A" * 86])
def test_what_is_no_signature_is_a_bad_one(signature: object, auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], None, batteries=[A], place="A-1", signature=signature)
    assert judged(auditor, mine, A).errors == ["terminal_signature"]


def test_a_key_counts_only_after_its_registration(auditor: Auditor) -> None:
    mine = written()
    new = Signer("new")
    mine.post("store", [A], new, batteries=[A], place="A-1")
    mine.register("330106-0007-T1", new)
    mine.post("store", [A], new, batteries=[A], place="A-2")
    said = judged(auditor, mine, A)
    assert [fact["signature"] for fact in said.told["facts"]] == ["ok", "bad", "ok"]


def test_a_key_counts_only_until_the_next_registration(auditor: Auditor) -> None:
    mine = written()
    mine.register("330106-0007-T1", Signer("new"))
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert judged(auditor, mine, A).errors == ["terminal_signature"]


def test_a_terminal_without_a_key_any_more_signs_nothing(auditor: Auditor) -> None:
    mine = written()
    mine.register("330106-0007-T1", None)
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    said = judged(auditor, mine, A)
    assert (said.exit, said.warnings[-1]) == (0, "terminal_key_unknown")


def test_a_key_counts_only_until_its_terminal_is_no_longer_active(auditor: Auditor) -> None:
    mine = written()
    mine.register("330106-0007-T1", T1, active_to=instant(mine.log.now + timedelta(minutes=20)))
    for place in ("A-1", "A-2"):  # of which the second is recorded after that
        mine.post("store", [A], T1, batteries=[A], place=place)
    said = judged(auditor, mine, A)
    assert [fact["signature"] for fact in said.told["facts"]] == ["ok", "ok", "unknown"]
    assert (said.exit, said.warnings[-1]) == (0, "terminal_key_unknown")


def test_another_terminals_key_does_not_count(auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], T2, batteries=[A], place="A-1")
    assert judged(auditor, mine, A).errors == ["terminal_signature"]


def test_a_terminal_that_signs_for_another_site_than_its_own_is_named(auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], T1, batteries=[A], place="A-1", site="330109-0001")
    mine.checkpoint()
    bundle = mine.log.evidence(A, checkpoints=mine.checkpoints)
    said = auditor.asks(bundle)
    assert (said.exit, said.warnings[-1]) == (0, "signed_elsewhere")
    assert [fact["signature"] for fact in said.told["facts"]] == ["ok", "ok"]
    strict = auditor.asks(bundle, "--require-signatures")
    assert (strict.exit, strict.errors) == (1, ["signed_elsewhere"])
    assert "330106-0007" in strict.told["errors"][0]["detail"]


@pytest.mark.parametrize("site", [None, 7, ["330106-0007"], {}])
def test_a_registration_without_a_site_is_nowhere(site: object, auditor: Auditor) -> None:
    mine = written()
    mine.register("330106-0007-T1", T1, site=site)
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert judged(auditor, mine, A).warnings[-1] == "signed_elsewhere"


def test_a_terminal_counts_where_it_was_registered_last(auditor: Auditor) -> None:
    mine = written()
    mine.register("330106-0007-T1", T1, site="330109-0001")
    mine.post("store", [A], T1, batteries=[A], place="A-1", site="330109-0001")
    mine.post("store", [A], T1, batteries=[A], place="A-2")
    said = judged(auditor, mine, A)
    assert said.warnings.count("signed_elsewhere") == 1
    assert said.told["warnings"][-1]["where"] == "/facts/2"


def test_whose_signature_it_is_is_told(auditor: Auditor) -> None:
    mine = written()
    mine.post("store", [A], T2, "330109-0001-T2", batteries=[A], place="A-1")
    said = judged(auditor, mine, A)
    assert [fact["terminals"] for fact in said.told["facts"]] == [
        ["330106-0007-T1"], ["330109-0001-T2"],
    ]  # fmt: skip
    text = auditor.reads(mine.log.evidence(A, checkpoints=mine.checkpoints))
    assert "disclosed  ok 330109-0001-T2" in text


def test_a_signature_that_nobody_can_check_is_told_as_such(auditor: Auditor) -> None:
    bundle = evidence()
    bundle["keys"] = []
    said = auditor.asks(bundle)
    assert (said.exit, {*said.warnings}) == (0, {"terminal_key_unknown"})
    assert "unsigned" in said.told["cannot_say"]
    strict = auditor.asks(bundle, "--require-signatures")
    assert {*strict.errors} == {"terminal_key_unknown", "terminal_unsigned"}


def test_a_key_left_out_of_the_register_is_noticed_where_versions_tell(auditor: Auditor) -> None:
    bundle = evidence()
    keys = bundle["keys"]
    bundle["keys"] = [key for key in keys if key["index"] != at["new_key"] - 1]
    assert "terminal_signature" in auditor.asks(bundle).errors


def test_a_key_must_be_in_the_log(auditor: Auditor) -> None:
    bundle, mine = evidence(), Network()
    mine.register("330106-0007-T1", Signer("forger"))
    bundle["keys"].insert(0, mine.log.fact(1, 1, ()))
    assert {"inclusion", "duplicate_fact"} <= {*auditor.asks(bundle).errors}


def test_only_a_registration_is_a_key(auditor: Auditor) -> None:
    bundle = evidence()
    bundle["keys"].append(log.fact(at["hold"] + 1, log.size, ()))
    assert "key_malformed" in auditor.asks(bundle).errors


def test_a_registration_must_show_its_body_and_be_its_own(auditor: Auditor) -> None:
    bundle = evidence()
    one = bundle["keys"][0]
    del one["body"], one["body_salt"]
    one["items"] = []
    assert auditor.asks(bundle).errors == ["key_malformed"]
    mine, body = Network(), sign({"type": "terminal_registered", "terminal": "X"}, None)
    mine.log.record(body, ("terminal:330106-0007-T1", "registry"))
    mine.post("store", [A], T1, batteries=[A], place="A-1")
    assert "key_malformed" in judged(auditor, mine, A).errors


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19])
def test_a_weak_key_vouches_for_nothing(y: int, auditor: Auditor) -> None:
    mine = Network()
    weak = Signer("weak")
    weak.public = y.to_bytes(32, "little")
    mine.register("330106-0007-T1", weak)
    anything = b64(y.to_bytes(32, "little") + bytes(32))  # verifies under some such keys
    mine.post("store", [A], None, batteries=[A], place="A-1", signature=anything)
    assert judged(auditor, mine, A).errors == ["weak_key"]
