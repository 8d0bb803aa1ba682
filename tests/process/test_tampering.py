"""Does the demonstration of tampering catch every attempt, by the code and at the place it must?"""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from custody.cli import main
from custody.clock import now
from custody.tampering.attempts import ATTEMPTS
from custody.tampering.noticing import Noticed
from custody.tampering.programs import NotStarted, Program
from custody.tampering.rewriting import first, log_size, opened
from custody.tampering.trying import Outcome, try_all
from tests.process import forked

EXPECTED = {
    "untouched": ("custody verify --checkpoint", None),
    "evidence_untouched": ("custody_verify.py --require-heads --require-signatures", None),
    "edited": ("custody verify", "record_changed"),
    "deleted": ("custody verify", "record_missing"),
    "inserted": ("custody verify", "record_changed"),
    "swapped": ("custody verify", "record_changed"),
    "backdated": ("custody verify", "record_changed"),
    "hidden": ("custody verify", "index_changed"),
    "destroyed": ("custody verify", "redaction_untold"),
    "cut_and_rebuilt": ("custody verify --checkpoint", "checkpoint_differs"),
    "edited_and_rebuilt": ("custody verify --checkpoint", "checkpoint_differs"),
    "rebuilt_to_be_signed": ("custody signer", "signer_refuses"),
    "rebuilt_with_stolen_key": ("custody witness", "forked"),
    "old_backup": ("custody signer", "signer_ahead"),
    "forged_terminal": ("custody_verify.py", "terminal_signature"),
    "stolen_api_key": ("custody_verify.py --require-signatures", "terminal_unsigned"),
    "bundle_cut": ("custody_verify.py", "tail_missing"),
    "bundle_edited": ("custody_verify.py", "body_commitment"),
    "bundle_destroyed": ("custody_verify.py", "redaction_untold"),
    "bundle_unwitnessed": ("custody_verify.py", "quorum"),
}


def test_every_attempt_is_noticed_by_the_code_and_at_the_place_it_must_be(tmp_path: Path) -> None:
    with forked.everywhere():
        outcomes = try_all(tmp_path, now)
    noticed = {one.attempt.name: one.noticed for one in outcomes}
    assert {name: (one.by, one.code) for name, one in noticed.items()} == EXPECTED
    assert all(one.is_right for one in outcomes)
    with opened(tmp_path / "custody.db") as ledger:
        inspected, received = first(ledger, "inspect"), first(ledger, "receive")
        last = log_size(ledger)
    kept = int((tmp_path / "auditor" / "checkpoint").read_text().split("\n")[1])
    places = {name: one.position for name, one in noticed.items() if one.code}
    assert {name for name, place in places.items() if place == inspected} == {
        "edited", "deleted", "inserted", "swapped", "destroyed", "bundle_edited",
        "bundle_destroyed",
    }  # fmt: skip
    assert places["backdated"] == places["hidden"] == received
    assert places["cut_and_rebuilt"] == places["edited_and_rebuilt"] == kept
    assert kept < places["forged_terminal"] < places["stolen_api_key"] < last  # type: ignore[operator]


def tell(monkeypatch: pytest.MonkeyPatch, *, caught: bool) -> None:
    """Let the demonstration come to an end that is given."""

    def ended(_folder: Path, _clock: object) -> Sequence[Outcome]:
        (attempt,) = [one for one in ATTEMPTS if one.name == "edited"]
        code = attempt.code if caught else None
        return [Outcome(attempt, Noticed("custody verify", code, 7, "body"))]

    monkeypatch.setattr("custody.cli.tamper_demo.try_all", ended)


@pytest.mark.parametrize(("caught", "code"), [(True, 0), (False, 1)])
def test_it_ends_with_0_only_if_everything_was_noticed(
    caught: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(monkeypatch, caught=caught)
    assert main(["tamper-demo"]) == code
    shown = capsys.readouterr().out
    assert "改动一条记录" in shown
    assert "a record is edited" in shown
    assert ("record_changed @ 7" in shown) is caught
    assert main(["tamper-demo", "--json"]) == code
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["attempt"], told["is_right"]) == ("edited", caught)


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").touch()
    assert main(["tamper-demo", "--folder", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_a_program_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        Program(tmp_path, "signer", "signer", "--key", "k", "--state", "s") as nameless,
        pytest.raises(NotStarted, match="--name"),
    ):
        nameless.address()
