import json
from pathlib import Path
from typing import Any, get_args

import pytest

from custody import cli
from custody.cli.imported import ADVICE, KINDS, OUTCOMES
from custody.importing.emanifest.document import Kind
from custody.importing.reports import WRONG, Outcome
from custody.ledger import Ledger
from tests.importing.manifests import (
    FACILITY,
    INVALID,
    NO_MANIFESTS,
    PLAIN,
    SAMPLE,
    VALID,
    example,
    manifest,
    written,
)

Printed = pytest.CaptureFixture[str]

USCC = "91350900587527783P"
AS_NEW = ("--organisation", USCC, "--name", "US EPA")


@pytest.fixture(autouse=True)
def environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_DATABASE_URL", database_url)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def examples(tmp_path: Path) -> list[str]:
    """All that EPA publishes in one folder: manifests, one that is wrong, and what is none."""
    paths = []
    for name in (*VALID, SAMPLE, INVALID, *NO_MANIFESTS):
        path = tmp_path / Path(name).name
        path.write_bytes(example(name))
        paths.append(str(path))
    return paths


@pytest.fixture
def one(tmp_path: Path) -> str:
    path = tmp_path / "one.json"
    path.write_bytes(written(manifest()))
    return str(path)


def run(*arguments: str) -> int:
    return cli.main(["import", "--format", "emanifest", *arguments])


def told(printed: Printed) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = json.loads(printed.readouterr().out)["files"]
    return files


def test_a_folder_is_imported_and_again(
    capsys: Printed, examples: list[str], ledger: Ledger
) -> None:
    shipped = ("--shipped-at", "2022-04-19T08:00Z")
    assert run(*AS_NEW, *shipped, "--json", *examples) == 1, "one of them has to be mended"
    outcomes = [one["outcome"] for one in told(capsys)]
    assert outcomes == ["imported"] * 6 + ["invalid"] + ["not_a_manifest"] * len(NO_MANIFESTS)
    head = ledger.head()
    assert run(*AS_NEW, *shipped, "--json", *examples) == 1
    outcomes = [one["outcome"] for one in told(capsys)]
    assert outcomes == ["duplicate"] * 6 + ["invalid"] + ["not_a_manifest"] * len(NO_MANIFESTS)
    assert ledger.head() == head


def test_a_machine_is_told_everything(capsys: Printed, one: str) -> None:
    assert run(*AS_NEW, "--json", one) == 0
    (report,) = told(capsys)
    (remark,) = report.pop("remarks")
    assert report == {
        "file": one,
        "outcome": "imported",
        "kind": "manifest",
        "number": "100032713ELC",
        "consignment": "x:100032713ELC",
        "recorded": 3,
        "duplicates": 0,
        "errors": [],
    }
    assert (remark["code"], remark["severity"]) == ("carrier_unknown", "critical")


def test_a_person_is_told_which_field_breaks_which_rule_and_what_to_do(
    capsys: Printed, examples: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = next(path for path in examples if path.endswith(Path(INVALID).name))
    assert run(*AS_NEW, wrong) == 1
    shown = capsys.readouterr().out
    assert "Nothing of it was recorded. Mend these fields" in shown
    assert "/wastes/0/hazardous: There is no such field. Check the spelling" in shown
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run(*AS_NEW, wrong) == 1
    shown = capsys.readouterr().out
    assert "请改正以下字段" in shown
    assert "/wastes/0/hazardous: 没有这个字段。请核对拼写，或删去。" in shown


def test_a_person_is_shown_a_table_in_either_language(
    capsys: Printed, examples: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*AS_NEW, *examples) == 1
    shown = capsys.readouterr().out
    for part in ("imported", "not shipped yet", "invalid", "No manifest, but a request to sign"):
        assert part in shown
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run(*AS_NEW, *examples) == 1
    shown = capsys.readouterr().out
    for part in ("此前已记录", "尚未交出", "不是联单，而是签名请求", "质量未记录"):
        assert part in shown


def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(
    capsys: Printed, one: str, tmp_path: Path
) -> None:
    strange = tmp_path / "strange.json"
    strange.write_bytes(b'{"wastes": [], "generator": {}, "\\u001b[2J\\u6c34": 1}')
    assert run(*AS_NEW, "--json", str(tmp_path), str(tmp_path / "nowhere"), one) == 1
    assert [report["outcome"] for report in told(capsys)] == ["unreadable"] * 2 + ["imported"]
    assert run(*AS_NEW, str(strange)) == 1
    shown = capsys.readouterr().out
    assert "/\\x1b[2J水: " in shown
    assert "\x1b" not in shown, "a terminal shows what a file says and does not obey it"


def test_a_number_and_a_site_may_be_named(capsys: Printed, tmp_path: Path) -> None:
    path = tmp_path / "unnumbered.json"
    path.write_bytes(written(manifest(manifestTrackingNumber=None)))
    assert run(*AS_NEW, "--json", "--number", "100000001ELC", str(path)) == 0
    assert told(capsys)[0]["consignment"] == "x:100000001ELC"
    mapped = ("--site", f"{FACILITY}=000000-VATEST000004")
    path.write_bytes(written(manifest()))
    assert run(*AS_NEW, "--json", *mapped, str(path)) == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--organisation", USCC), "not registered"),
        (("--organisation", "9135O900587527783P", "--name", "-"), "character 5"),
        (("--organisation", USCC, "--name", ""), "--name"),
        ((*AS_NEW, "--site", "VATEST000001"), "6-digit division"),
        ((*AS_NEW, "--site", "?=330106-0007"), "EPA id"),
        ((*AS_NEW, "--site", "VATEST000001=330106-0007"), "330106-0007 is not registered"),
        ((*AS_NEW, "--number", "1"), "nine digits"),
        ((*AS_NEW, "--number", "100000001ELC", "another.json"), "--number is for one file"),
    ],
)
def test_what_cannot_be_meant_ends_with_2(
    capsys: Printed, one: str, arguments: tuple[str, ...], complaint: str
) -> None:
    assert run(*arguments, one) == 2
    assert complaint in capsys.readouterr().err


def test_every_outcome_and_kind_has_its_words() -> None:
    assert OUTCOMES.keys() == set(get_args(Outcome))
    assert KINDS.keys() == set(get_args(Kind)) - {"manifest"}
    assert ADVICE.keys() >= WRONG, "whoever has to mend something is told what to do"


def test_what_is_missing_is_asked_for(one: str, capsys: Printed) -> None:
    for arguments in (["import", one], ["import", "--format", "emanifest", one]):
        assert cli.main(arguments) == 2
        assert "--organisation" in capsys.readouterr().err


def test_the_real_example_says_when_each_hand_took_over(capsys: Printed, tmp_path: Path) -> None:
    path = tmp_path / "plain.json"
    path.write_bytes(example(PLAIN))
    assert run(*AS_NEW, "--json", str(path)) == 0
    (report,) = told(capsys)
    ref = f"maker:{report['consignment'].removeprefix('x:')}.L1"
    assert cli.main(["replay", ref, "--json"]) == 0
    items = json.loads(capsys.readouterr().out)["items"]
    types = [one["type"] for one in items]
    assert [one for one in types if one != "hand_on"] == ["drop_off", "dispatch", "receive"]


def test_a_file_that_is_not_there_is_named_before_anything_is_asked_for(
    capsys: Printed, ledger: Ledger
) -> None:
    assert cli.main(["import", "nowhere"]) == 2
    assert "There is no nowhere." in capsys.readouterr().err
