"""Does what the README says to do work as it stands, in an empty folder?"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import httpx_sse
import pytest

from tests.ports import free_port
from tests.process.network import REGISTRATIONS, founded
from tests.process.program import ROOT, environment
from tests.process.server import Group, Server
from tests.waiting import LONG_S

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
MADE = [block for block in BLOCKS if all(line.startswith("make ") for line in block.splitlines())]
SHOWN = [block for block in BLOCKS if block not in MADE]
EXPORTING = (ROOT / "docs" / "exporting.md").read_text()
FOLLOWING = (ROOT / "docs" / "following.md").read_text()


def test_every_make_target_of_the_readme_is_there() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = [line.split()[1] for block in MADE for line in block.splitlines()]
    assert named
    assert set(named) <= set(targets)


def test_every_file_that_the_readme_points_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), f"the README points to {target}"


def test_what_the_readme_shows_ends_with_an_answer(tmp_path: Path) -> None:
    (block,) = SHOWN
    said = ran(block, tmp_path)
    answers = {kind: one for one in objects(said) for kind in one}
    assert answers["id"]["status"] == "recorded"
    assert answers["id"]["position"] == 3
    assert answers["rows"]["pieces"] == 1
    assert answers["rows"]["position"] == 3
    assert re.search(r"drop_off", said), f"no history in:\n{said}"
    assert "equal" in said
    assert "DIFFERENT" not in said
    assert re.search(r"^[0-9a-f]{64}  3$", said, re.MULTILINE), f"no checksum in:\n{said}"


def test_who_reads_the_page_on_following_has_a_running_subscriber(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```sh\n(.*?)^```$", FOLLOWING, re.MULTILINE | re.DOTALL)
    said = ran(block, tmp_path)
    page, *events = objects(said)
    assert [one["position"] for one in page["items"]] == [1, 2]
    assert page["next"] == 2
    streamed = [one["position"] for one in events if "version" in one]
    assert streamed == [*range(51, 61)]
    assert events.count({"position": 60}) == 2  # how far each came, at its end
    told = [one for one in events if "specversion" in one]
    assert {one["type"] for one in told} <= {"custody.drop_off", "custody.inspect"}
    assert all(40 < one["position"] <= 60 for one in told)
    assert "event: drop_off" in said


def test_the_page_on_exporting_answers_its_questions(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```sh\n(.*?)^```$", EXPORTING, re.MULTILINE | re.DOTALL)
    said = ran(block, tmp_path)
    exported = re.findall(r"positions 1 to (\d+) in (\d+) files, checksum ([0-9a-f]{64})", said)
    assert len(exported) == 2
    assert exported[0] == exported[1], "the second run has nothing to add"
    assert int(exported[0][1]) > 1
    checksum = exported[0][2]
    assert len(re.findall(rf"^{checksum}  \d+$", said, re.MULTILINE)) == 2, "of both ledgers"
    assert "the ledger is equal" in said
    assert re.search(r"│ 2026-0\d │ \d{6}-\w+ +│ \d{6}-\w+ +│ +\d+ │ +\d+ │", said), said
    assert re.search(r"│ lfp +│ +\d+ │ +\d+ │", said), said
    assert re.search(r"│ (?:dispatch|receive) +│ +\d+ │", said), said


def test_the_subscriber_of_that_page_runs_as_it_stands(database_url: str) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", FOLLOWING, re.MULTILINE | re.DOTALL)
    known: dict[str, Any] = {"httpx": httpx, "httpx_sse": httpx_sse}
    exec(program, known)
    seen: dict[int, Any] = {0: None}

    class Enough(Exception):
        pass

    def up_to(last: int) -> Callable[[int, Any], None]:
        def remember(position: int, fact: Any) -> None:
            seen[position] = fact
            if position == last:
                raise Enough

        return remember

    with Server(database_url) as server:
        network = founded(server.start())
        for last in (2, REGISTRATIONS):  # it is interrupted once, and goes on
            with pytest.raises(Enough):
                known["follow"](server.url, network.auditor, lambda: max(seen), up_to(last))
    assert [*seen] == [*range(REGISTRATIONS + 1)]
    assert [fact["position"] for fact in seen.values() if fact] == [*seen][1:]


def ran(block: str, folder: Path, files: Mapping[str, str] = MappingProxyType({})) -> str:
    """Run a block as a person with the project's programs on the path; return what it prints.

    `files`: what lies in the folder that it is run in.
    """
    if shutil.which("curl") is None:
        pytest.fail("the README's commands need curl; install it (on Debian: apt install curl)")
    path = os.pathsep.join([str(_programs(folder)), os.environ["PATH"]])
    env = environment(PATH=path, CUSTODY_PORT=str(free_port()))
    home = folder / "empty"
    home.mkdir()
    for name, content in files.items():
        (home / name).write_text(content)
    with tempfile.NamedTemporaryFile() as log:
        group = Group(["bash", "-e", "-c", block], log.file, env, str(home))
        try:
            code = group.process.wait(LONG_S)
        finally:
            group.kill()
        said = Path(log.name).read_text()
    assert code == 0, f"exit code {code}:\n{said}"
    return said


def _programs(folder: Path) -> Path:
    """Put `custody` and `python3` where a shell finds them, whether or not they are installed."""
    programs = folder / "bin"
    programs.mkdir()
    for name, command in {"custody": "-m custody", "python3": ""}.items():
        shim = programs / name
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        shim.chmod(0o755)
    return programs


def objects(said: str) -> Iterator[dict[str, Any]]:
    """Find the JSON objects in what was printed: curl puts no line end behind an answer."""
    decoder = json.JSONDecoder()
    at = said.find("{")
    while at >= 0:
        try:
            told, at = decoder.raw_decode(said, at)
            yield told
        except ValueError:
            at += 1
        at = said.find("{", at)
