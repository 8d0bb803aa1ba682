"""How does a test publish a ledger's log? With a signer and witnesses that keep their memories."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Connection

from custody.ledger import Ledger
from custody.log import notes, policy, remote, tree
from custody.log.cosignature import CosignatureVerifier, Cosigner
from custody.log.guard import Guard
from custody.log.note import Ed25519Verifier
from custody.log.policy import Accepted, Group, Log, Policy, Witness
from custody.log.publishing import Parties, Publisher
from custody.log.remote import RemoteWitness
from custody.log.sealer import Sealer
from custody.log.signer import CheckpointSigner, LocalSigner
from tests import given
from tests.log import neighbours
from tests.log.keys import cosigner
from tests.log.neighbours import Answers
from tests.log.sealing import signer
from tests.projections.bookkeeping import Office
from tests.waiting import LONG_S

NOW_S = 1_800_000_000
HONEST, OTHER = cosigner("one.example"), cosigner("other.example")


class Printer:
    """Whoever publishes a ledger's log, and all whom they ask."""

    def __init__(self, office: Office, folder: Path, stack: ExitStack) -> None:
        self.ledger: Ledger = office.ledger
        self._office = office
        self._folder = folder
        self._stack = stack
        self._written = 0
        self._memories: dict[str, Guard] = {}
        self.now_s = NOW_S
        self.memory = self._guard("signer")
        self.signer = LocalSigner(self.memory, signer)
        self._witnesses: list[tuple[Cosigner, RemoteWitness]] = []

    def record(self, movements: int = 3) -> None:
        """Let some things happen, and seal them."""
        self.post(movements)
        Sealer(self.ledger).catch_up()

    def post(self, movements: int) -> None:
        """Let some things happen."""
        self._written += movements
        numbers = range(self._written - movements, self._written)
        self._office.post(*[given.drop_off(f"maker:P{number}") for number in numbers])

    def honest(self, key: Cosigner) -> Answers:
        """Return what an honest witness answers."""
        memory = self._guard(key.key.name)
        return neighbours.honest(key, Ed25519Verifier(signer.key), memory, NOW_S)

    def ask(self, key: Cosigner, answers: Answers, patience_s: float = LONG_S) -> None:
        """Ask a witness from now on that answers so."""
        self.ask_at(key, self._stack.enter_context(neighbours.listening(answers)), patience_s)

    def ask_at(self, key: Cosigner, url: str, patience_s: float) -> None:
        """Ask whoever is at an address from now on."""
        client = self._stack.enter_context(remote.client(patience_s))
        self._witnesses.append((key, RemoteWitness(url, CosignatureVerifier(key.key), client)))

    def forget_witnesses(self) -> None:
        """Ask nobody from now on."""
        self._witnesses.clear()

    def opened(self, quorum: int, by: CheckpointSigner | None = None) -> Publisher:
        """Return a publisher that knows nothing yet, of what so many witnesses have seen."""
        asked = [witness for _, witness in self._witnesses]
        parties = Parties(by or self.signer, asked, self.rules(quorum))
        publisher = Publisher(self.ledger.engine, parties, lambda: self.now_s * 1000)
        self._stack.callback(publisher.close)
        return publisher

    def rules(self, quorum: int) -> Policy:
        """Return the policy by which so many witnesses are enough."""
        names = [key.key.name for key, _ in self._witnesses]
        known = [Witness(key.key.name, CosignatureVerifier(key.key)) for key, _ in self._witnesses]
        groups = [Group("enough", quorum, tuple(names))] if names else []
        needed = "enough" if quorum else None
        return Policy([Log(Ed25519Verifier(signer.key))], known, groups, needed)

    def published(self, quorum: int) -> Sequence[Accepted]:
        """Read all that was published: each holds by the policy and goes on from the one before."""
        with self.ledger.engine.connect() as connection:
            told = notes.all_of(connection)
            found = [policy.accept(one.text.encode(), self.rules(quorum)) for one in told]
            for old, new in pairwise(found):
                _assert_goes_on(connection, old, new)
        return found

    def size(self) -> int:
        """Return how much is recorded."""
        return self.ledger.head().position

    def _guard(self, name: str) -> Guard:
        if name not in self._memories:
            self._memories[name] = Guard(self._folder / f"{name}.state", new=True)
            self._stack.callback(self._memories[name].close)
        return self._memories[name]


@contextmanager
def printing(office: Office, folder: Path) -> Iterator[Printer]:
    """Publish an office's ledger until the block ends."""
    with ExitStack() as stack:
        yield Printer(office, folder, stack)


def _assert_goes_on(connection: Connection, old: Accepted, new: Accepted) -> None:
    a, b = old.checkpoint, new.checkpoint
    proof = tree.consistency(a.size, b.size, notes.nodes(connection))
    tree.check_consistency(a.size, a.root, b.size, b.root, proof)
