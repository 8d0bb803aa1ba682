"""Do the lock files pin everything by hash, agree, and name no place to fetch from?"""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.source import ROOT

RUN = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"
AGAIN = "Run `make lock`; edit pyproject.toml, never a lock file."

PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
COMMENT = re.compile(r"^\s*#")
ADDRESS = re.compile(r"://|file:|@ |--(?:index|extra|find|trusted)")

each_lock = pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda p: p.name)


def pins(lock: Path) -> dict[str, str]:
    """The version that a lock fixes for each package."""
    found = (PIN.match(line) for line in lock.read_text().splitlines())
    return {match["name"]: match["version"] for match in found if match}


@each_lock
def test_a_lock_pins_every_package_by_hash(lock: Path) -> None:
    above = ""
    for number, line in enumerate(lock.read_text().splitlines(), 1):
        if COMMENT.match(line):
            continue
        place = f"{lock.name}:{number}"
        known = PIN.match(line) or HASH.match(line)
        assert known, f"{place}: {line.strip()!r} is no pin by version and hash. {AGAIN}"
        expects_hash = above.endswith("\\")
        assert expects_hash == bool(HASH.match(line)), f"{place}: a pin lacks its hash. {AGAIN}"
        above = line
    assert not above.endswith("\\"), f"{lock.name} ends in the middle of a pin. {AGAIN}"


@each_lock
def test_a_lock_holds_no_address(lock: Path) -> None:
    for number, line in enumerate(lock.read_text().splitlines(), 1):
        assert not ADDRESS.search(line), (
            f"{lock.name}:{number}: {line.strip()!r} names a place to fetch from; "
            f"each machine knows its own registry. {AGAIN}"
        )


def test_the_tests_run_against_what_is_shipped() -> None:
    run, dev = pins(RUN), pins(DEV)
    astray = {name: (at, dev.get(name)) for name, at in run.items() if dev.get(name) != at}
    assert not astray, f"The two lock files differ: {astray}. {AGAIN}"


def test_whatever_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = project["project"]["dependencies"] + project["build-system"]["requires"]
    for wanted, lock in ((run, RUN), (run + project["dependency-groups"]["dev"], DEV)):
        names = {re.split(r"[^\w-]", requirement)[0].lower() for requirement in wanted}
        missing = sorted(names - pins(lock).keys())
        assert not missing, f"{lock.name} lacks {', '.join(missing)}. {AGAIN}"
