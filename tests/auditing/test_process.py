"""Does the program run as an auditor runs it: one copied file, another machine, nothing else?"""

import ast
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from custody.auditing import custody_verify
from tests.auditing.story import evidence
from tests.auditing.verifying import Auditor

PROGRAM = Path(custody_verify.__file__)


def test_it_imports_the_standard_library_and_cryptography_only() -> None:
    allowed = {*sys.stdlib_module_names, "cryptography"}
    for node in ast.walk(ast.parse(PROGRAM.read_text())):
        match node:
            case ast.Import(names=names):
                assert {alias.name.split(".")[0] for alias in names} <= allowed
            case ast.ImportFrom(module=module, level=level):
                assert level == 0
                assert str(module).split(".")[0] in allowed


def test_it_is_written_for_python_3_9() -> None:
    ast.parse(PROGRAM.read_text(), feature_version=(3, 9))


def test_it_reads_no_network_and_starts_nothing() -> None:
    tree = ast.parse(PROGRAM.read_text())
    names = {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    assert not names & {"socket", "subprocess", "urllib", "http", "ctypes", "pickle", "importlib"}


class Machine:
    """Another machine: the copied file, and an environment with nothing in it."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "custody_verify.py"
        shutil.copy(PROGRAM, self.program)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [sys.executable, "-I", str(self.program), *arguments],
            env=environment,
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        return done


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "elsewhere").mkdir()
    return Machine(tmp_path / "elsewhere")


def test_it_runs_alone_with_an_empty_environment(machine: Machine, auditor: Auditor) -> None:
    done = machine.run(*auditor.command(evidence()))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Whole and unchanged")


def test_it_says_that_something_is_wrong(machine: Machine, auditor: Auditor) -> None:
    bundle = evidence()
    bundle["facts"].pop(2)
    done = machine.run(*auditor.command(bundle), "--lang", "zh")
    assert done.returncode == 1
    assert done.stdout.decode().startswith("有 ")
    assert "9.versions_gap" in done.stdout.decode()


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "zh_TW.UTF-8"])
def test_it_speaks_the_readers_language(locale: str, machine: Machine, auditor: Auditor) -> None:
    done = machine.run(*auditor.command(evidence()), LANG=locale)
    assert done.stdout.decode().startswith("完整且未被改动")


def test_it_tells_the_readers_time(machine: Machine, auditor: Auditor) -> None:
    done = machine.run(*auditor.command(evidence()), TZ="<+0545>-5:45")
    assert "2025-03-03 06:06:00+05:45" in done.stdout.decode()


def test_a_terminal_that_shows_no_chinese_is_no_obstacle(
    machine: Machine, auditor: Auditor
) -> None:
    argv = [*auditor.command(evidence()), "--lang", "zh"]
    plain = {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, str(machine.program), *argv], env=plain, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    done = subprocess.run(
        [sys.executable, str(machine.program), "--help"], env=plain, capture_output=True, check=True
    )
    assert done.stdout.isascii()


@pytest.mark.parametrize("what", ["--help", "--version"])
def test_it_explains_itself(what: str, machine: Machine) -> None:
    done = machine.run(what, PYTHONUTF8="1")
    assert done.returncode == 0
    if what == "--help":
        text = done.stdout.decode()
        assert "核对一块电池的证据" in text
        assert "Check a battery's evidence" in text


def test_unusable_arguments_and_unreadable_files_are_2(machine: Machine, auditor: Auditor) -> None:
    bundle, option, trust = auditor.command(evidence())
    for argv in (
        [],
        [bundle],
        [bundle, option, f"{trust}.missing"],
        [f"{bundle}.missing", option, trust],
        [str(Path(bundle).parent), option, trust],
        [bundle, option, bundle],
        [bundle, option, trust, "--lang", "fr"],
        [bundle, option, trust, "--trust-me"],
    ):
        done = machine.run(*argv)
        assert (done.returncode, done.stdout) == (2, b""), argv
        assert done.stderr
    for lang, begins in (("zh", "无法读取："), ("en", "cannot be read:")):
        done = machine.run(f"{bundle}.missing", option, trust, "--lang", lang)
        assert done.stderr.decode().startswith(begins)
        assert "Errno" not in done.stderr.decode()


def test_a_file_too_long_is_not_read(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody_verify, "BUNDLE_BYTES_MAX", 1000)
    assert "> 1000 bytes" in auditor.fails(evidence())


def test_a_reader_who_has_read_enough_is_no_error(machine: Machine, auditor: Auditor) -> None:
    read, write = os.pipe()
    os.close(read)
    argv = [sys.executable, str(machine.program), *auditor.command(evidence())]
    done = subprocess.run(argv, stdout=write, stderr=subprocess.PIPE, env={}, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_columns_stand_below_one_another_in_chinese_too(auditor: Auditor) -> None:
    def width(text: str) -> int:
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

    lines = auditor.reads(evidence(), "--lang", "zh").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("序号"))
    column = width(lines[first].partition("正文")[0])
    for line in lines[first + 1 : first + 10]:
        place = max(line.find("已披露"), line.find("未披露"))
        assert width(line[:place]) == column


def test_the_same_is_said_to_machines(auditor: Auditor) -> None:
    told = auditor.asks(evidence()).told
    assert (told["verdict"], told["through"], told["size"]) == ("whole", 19, 22)
    first = told["facts"][0]
    assert (first["type"], first["body"], first["signature"]) == ("drop_off", "disclosed", "ok")
    assert first["after"] is None
    assert first["recorded"] < first["by"] < told["by"]
    assert [fact["body"] for fact in told["facts"]].count("withheld") == 1
    assert told["checked"]["terminal_signatures"] == 6
