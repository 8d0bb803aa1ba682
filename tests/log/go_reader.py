"""How is a log read by a program that shares nothing with the service? By one in Go, on x/mod."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "go" / "reader"
LIBRARIES = Path("/usr/share/gocode")  # where Debian puts them
MODULE = LIBRARIES / "src" / "golang.org" / "x" / "mod" / "sumdb" / "tlog"
BUILD_S, READ_S = 600, 120
_built = tempfile.TemporaryDirectory(prefix="custody-go-")


def read(base_url: str, vkey: str, old: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Read a whole log from its address; `old` is a file with an earlier checkpoint of it.

    The program prints `origin size root` and ends with 0, or complains and ends with 1. Skips the
    test where there is no Go to build it.
    """
    earlier = [] if old is None else ["-old", str(old)]
    return subprocess.run(
        [_program(), *earlier, base_url, vkey],
        env={"NO_PROXY": "*"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=READ_S, check=False,
    )  # fmt: skip


def _program() -> Path:
    go = shutil.which("go")
    if go is None or not MODULE.is_dir():
        pytest.skip("no reader in Go; on Debian: apt install golang-go golang-golang-x-mod-dev")
    return _build(go)


@cache
def _build(go: str) -> Path:
    program = Path(_built.name) / "reader"
    settings = {"GO111MODULE": "off", "GOPATH": str(LIBRARIES), "GOFLAGS": "", "CGO_ENABLED": "0"}
    cache_folder = {} if "HOME" in os.environ else {"GOCACHE": f"{_built.name}/cache"}
    done = subprocess.run(
        [go, "build", "-o", program, "main.go"],
        cwd=SOURCE, env=os.environ | settings | cache_folder,
        capture_output=True, text=True, timeout=BUILD_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return program
