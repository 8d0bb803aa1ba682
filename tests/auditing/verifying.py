"""What does the verifier say of a bundle, asked as an auditor asks it: through its command?"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from custody.auditing import custody_verify
from tests.auditing.making import JSON, policy


@dataclass(frozen=True)
class Said:
    """The exit code, the codes of what is wrong and of what is noted, and everything else."""

    exit: int
    errors: list[str]
    warnings: list[str]
    told: JSON


class Auditor:
    """Somebody with a policy and a machine of their own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys

    def command(
        self, bundle: JSON | bytes, *options: str, trusting: str | None = None
    ) -> list[str]:
        """Lay the files out and return the command's arguments."""
        data = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
        (self._folder / "bundle.json").write_bytes(data)
        trust = policy() if trusting is None else trusting
        (self._folder / "policy").write_bytes(trust.encode())
        where = [str(self._folder / "bundle.json"), "--policy", str(self._folder / "policy")]
        return [*where, *options]

    def reads(self, bundle: JSON | bytes, *options: str, trusting: str | None = None) -> str:
        """Return what a person would read."""
        custody_verify.main(self.command(bundle, *options, trusting=trusting))
        return self._capsys.readouterr().out

    def asks(self, bundle: JSON | bytes, *options: str, trusting: str | None = None) -> Said:
        """Return what a machine would read."""
        code = custody_verify.main(self.command(bundle, "--json", *options, trusting=trusting))
        told = json.loads(self._capsys.readouterr().out)
        errors, warnings = ([one["code"] for one in told[key]] for key in ("errors", "warnings"))
        return Said(code, errors, warnings, told)

    def fails(self, bundle: JSON | bytes, *options: str, trusting: str | None = None) -> str:
        """Return why the question itself was unusable."""
        argv = self.command(bundle, *options, trusting=trusting)
        assert custody_verify.main(argv) == 2
        return self._capsys.readouterr().err
