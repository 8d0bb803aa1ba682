"""How is a service run whose log is signed and witnessed elsewhere, by programs that can die?"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from custody.log import key_file, policy_file
from custody.log.cosignature import Cosigner
from custody.log.keys import Key
from custody.log.note import Ed25519Signer
from custody.log.policy import Policy
from tests.ports import free_port
from tests.process.program import COMMAND, environment
from tests.process.server import Group, Server

ORIGIN = "log.example/faults"
NAMES = ("witness.example/one", "witness.example/two")
HEADS_S = "1"


class Partner:
    """A signer or a witness, on a port that stays the same when it is started again."""

    def __init__(self, folder: Path, command: str, name: str, *more: str) -> None:
        files = folder / name.replace("/", "-")
        self.key, self.state = Path(f"{files}.key"), Path(f"{files}.state")
        self.vkey = _made(command, self.key, self.state, name).vkey()
        listen = f"127.0.0.1:{free_port()}"
        self.url = f"http://{listen}"
        places = ["--listen", listen, "--key", str(self.key), "--state", str(self.state)]
        self._command = [*COMMAND, command, *places, *more]
        self._log = TemporaryFile()  # noqa: SIM115 - closed by close
        self._group: Group | None = None

    def start(self) -> None:
        """Start it; it answers a moment later."""
        self._group = Group(self._command, self._log, environment())

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self._group is not None:
            self._group.kill()
            self._group = None

    def close(self) -> None:
        self.kill()
        self._log.close()


def _made(command: str, key: Path, state: Path, name: str) -> Key:
    """Make the files of a program, and return its key."""
    if command == "signer":
        return key_file.shown(Ed25519Signer, key, state, name).key
    return key_file.shown(Cosigner, key, state, name).key


class Witnessed:
    """A signer, two witnesses, and a service whose checkpoints need all of them."""

    def __init__(self, folder: Path, database_url: str, workers: int = 1) -> None:
        self.signer = Partner(folder, "signer", ORIGIN)
        log = ["--log", self.signer.vkey]
        self.witnesses = [Partner(folder, "witness", name, *log) for name in NAMES]
        self.policy = folder / "policy"
        self.policy.write_text("".join(f"{line}\n" for line in self._lines()))
        self.server = Server(
            database_url,
            workers=workers,
            CUSTODY_LOG_SIGNER=self.signer.url,
            CUSTODY_LOG_POLICY=str(self.policy),
            CUSTODY_LOG_HEADS_S=HEADS_S,
        )

    @property
    def partners(self) -> Sequence[Partner]:
        return [self.signer, *self.witnesses]

    def rules(self) -> Policy:
        """Read the policy, as an outsider has it."""
        return policy_file.parse(self.policy.read_bytes())

    def _lines(self) -> Iterator[str]:
        yield f"log {self.signer.vkey}"
        for name, witness in zip(NAMES, self.witnesses, strict=True):
            yield f"witness {name} {witness.vkey} {witness.url}"
        yield f"group both all {' '.join(NAMES)}"
        yield "quorum both"


@contextmanager
def witnessed(folder: Path, database_url: str, workers: int = 1) -> Iterator[Witnessed]:
    """Run all of them until the block ends."""
    with ExitStack() as stack:
        together = Witnessed(folder, database_url, workers)
        stack.enter_context(together.server)
        for one in together.partners:
            stack.callback(one.close)
            one.start()
        together.server.start()
        yield together
