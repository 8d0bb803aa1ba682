"""Does what the README says to do work as it stands, in an empty folder?"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.process.program import ROOT, environment
from tests.process.server import Group, free_port

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
MADE = [block for block in BLOCKS if all(line.startswith("make ") for line in block.splitlines())]
SHOWN = [block for block in BLOCKS if block not in MADE]
BLOCK_S = 120


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


def ran(block: str, folder: Path) -> str:
    """Run a block as a person with the project's programs on the path; return what it prints."""
    if shutil.which("curl") is None:
        pytest.fail("the README's commands need curl; install it (on Debian: apt install curl)")
    path = os.pathsep.join([str(_programs(folder)), os.environ["PATH"]])
    env = environment(PATH=path, CUSTODY_PORT=str(free_port()))
    home = folder / "empty"
    home.mkdir()
    with tempfile.NamedTemporaryFile() as log:
        group = Group(["bash", "-e", "-c", block], log.file, env, str(home))
        try:
            code = group.process.wait(BLOCK_S)
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
