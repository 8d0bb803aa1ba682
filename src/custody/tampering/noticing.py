"""Who notices? The commands that an operator runs, the file an auditor has, a signer, a witness."""

import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from custody import history
from custody.clock import now
from custody.ledger import Ledger
from custody.log import evidence, notes, remote, store, tree
from custody.log.checkpoint import Checkpoint
from custody.log.guard import Contradicts
from custody.log.key_file import read
from custody.log.note import Ed25519Signer, sign
from custody.log.publishing import Parties, Publisher, Stopped
from custody.log.remote import RemoteSigner, RemoteWitness
from custody.log.tree import BadProof
from custody.tampering.programs import environment
from custody.tampering.rewriting import opened
from custody.tampering.stage import PATIENCE_S, Stage
from custody.terms import Millis, Position

VERIFY: Final = "custody verify"
VERIFIER: Final = "custody_verify.py"
COMMAND_S: Final = 120


class Noticed(NamedTuple):
    """Who has noticed something, the code it has, where in the log, and what else was said."""

    by: str
    code: str | None
    position: Position | None = None
    said: str = ""


def verify(stage: Stage, books: Path, *, kept: bool = False) -> Noticed:
    """Run `custody verify` with the auditor's policy; `kept`: and the checkpoint kept by them."""
    by = f"{VERIFY} --checkpoint" if kept else VERIFY
    given = ["--checkpoint", str(stage.checkpoint)] if kept else []
    policy = ["--policy", str(stage.policy)]
    command = [sys.executable, "-m", "custody", "verify", "--json", *policy, *given]
    found = _told(command, environment(CUSTODY_DATABASE_URL=f"sqlite:///{books}"))
    if not found["wrong"]:
        return Noticed(by, None)
    wrong = found["wrong"][0]
    return Noticed(by, wrong["code"], wrong["position"], wrong["what"])


def audit(stage: Stage, bundle: Path, *wishes: str) -> Noticed:
    """Run the auditor's own copy of the verifier on evidence, as on a machine without the rest."""
    by = " ".join([VERIFIER, *wishes])
    policy = ["--policy", str(stage.policy)]
    command = [sys.executable, "-I", str(stage.verifier), *policy, *wishes, "--json", str(bundle)]
    found = _told(command, environment())
    if not found["errors"]:
        return Noticed(by, None)
    error = found["errors"][0]
    return Noticed(by, error["code"], _position(bundle, error["where"]), error["detail"])


def publish(stage: Stage, books: Path, now: Millis) -> Noticed:
    """Publish what a database holds, as `custody serve` would, with the signer that there is."""
    rules = stage.rules()
    client = remote.client(PATIENCE_S)
    with client, opened(books) as ledger:
        signer = RemoteSigner(stage.signer_url, rules.logs[0].verifier, client)
        publisher = Publisher(ledger.engine, Parties(signer, [], rules), lambda: now)
        with closing(publisher):
            try:
                publisher.step()
            except Stopped as stopped:
                return Noticed("custody signer", stopped.code, None, stopped.en)
    return Noticed("custody signer", None)


def ask_witnesses(stage: Stage, books: Path) -> Noticed:
    """Sign what a database holds with the signer's stolen key, and ask the witnesses for theirs."""
    with opened(books) as ledger, remote.client(PATIENCE_S) as client:
        signed, size = signed_with_stolen_key(stage, ledger)
        refusal = ""
        for one in stage.rules().witnesses:
            assert one.url is not None, "the policy of the stage names it"
            witness = RemoteWitness(one.url, one.verifier, client)
            try:
                witness.cosign(signed, size, partial(_consistency, ledger, size))
            except (Contradicts, BadProof) as refused:
                refusal = type(refused).__name__.lower()
            else:
                return Noticed("custody witness", None, None, one.name)
    return Noticed("custody witness", refusal, size, "both refuse")


def signed_with_stolen_key(stage: Stage, ledger: Ledger) -> tuple[bytes, int]:
    """Return a checkpoint of what a database holds, signed by the log's key alone; its size."""
    key = read(Ed25519Signer, stage.signer_key)
    with ledger.engine.connect() as connection:
        sealed = store.sealed(connection)
    size = sealed.edge.size
    text = Checkpoint(sealed.origin, size, sealed.edge.root()).text()
    return sign(text, [key]), size


def evidence_of(ledger: Ledger, battery: str) -> bytes:
    """Return the evidence of a battery that whoever holds a database can make of it."""
    codes = history.read(ledger, battery).codes
    told = evidence.bundle(ledger, battery, codes, evidence.every_body, now())
    return orjson.dumps(told)


def _consistency(ledger: Ledger, size: int, old: int) -> list[bytes]:
    with ledger.engine.connect() as connection:
        return tree.consistency(old, size, notes.nodes(connection))


def _told(command: list[str], env: dict[str, str]) -> Any:
    done = subprocess.run(command, env=env, capture_output=True, check=False, timeout=COMMAND_S)
    if not done.stdout:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return orjson.loads(done.stdout)


def _position(bundle: Path, where: str) -> Position | None:
    """Return the position of the fact that a place in a bundle lies in."""
    _, part, number, *_ = [*where.split("/"), "", ""]
    if part != "facts" or not number.isdigit():
        return None
    return int(orjson.loads(bundle.read_bytes())["facts"][int(number)]["index"]) + 1
