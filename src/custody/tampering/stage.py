"""What is there to be tampered with? A network's books, and what an auditor has kept of them."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody import auditing, keys
from custody.ledger import open_engine
from custody.log import key_file, policy_file
from custody.log.cosignature import Cosigner
from custody.log.note import Ed25519Signer
from custody.log.policy import Policy
from custody.tampering.programs import ANY_PORT, Program, free_port, wait_until_ready
from custody.tampering.service import Service
from custody.tampering.story import AUDITED, FORGED, KINDS, POINT, STOLEN, Device, Story
from custody.terms import DAY, Millis, Position

ORIGIN: Final = "log.example/tampering"
WITNESSES: Final = ("witness.example/one", "witness.example/two")
PATIENCE_S: Final = 60.0
HEADS_S: Final = "1"


@dataclass(frozen=True, slots=True)
class Stage:
    """A signer and two witnesses that run; the operator's files; and the auditor's."""

    folder: Path
    signer_url: str

    @property
    def books(self) -> Path:
        """The database, as it was when the service was stopped."""
        return self.folder / "custody.db"

    @property
    def backup(self) -> Path:
        """An older copy of it."""
        return self.folder / "backup.db"

    @property
    def signer_key(self) -> Path:
        return self.folder / "custody-signer.key"

    @property
    def auditor(self) -> Path:
        """Where the auditor keeps the verifier, a policy, a checkpoint, and evidence."""
        return self.folder / "auditor"

    @property
    def policy(self) -> Path:
        return self.auditor / "policy"

    @property
    def checkpoint(self) -> Path:
        return self.auditor / "checkpoint"

    @property
    def verifier(self) -> Path:
        return self.auditor / "custody_verify.py"

    def evidence(self, battery: str) -> Path:
        return self.auditor / f"{battery.replace(':', '-')}.json"

    def rules(self) -> Policy:
        """Return the policy: the log's key, and both witnesses."""
        return policy_file.parse(self.policy.read_bytes())

    def copy(self, name: str, of: Path | None = None) -> Path:
        """Copy the database, for somebody to tamper with."""
        return _copied(of or self.books, self.folder / f"{name}.db")


@contextmanager
def staged(folder: Path, now: Millis) -> Iterator[Stage]:
    """Serve a network until its facts are witnessed, then stop; its signer and witnesses go on."""
    with ExitStack() as running:
        signer = running.enter_context(_program(folder, "signer", ORIGIN))
        stage = Stage(folder, signer.address())
        stage.auditor.mkdir()
        shutil.copyfile(auditing.VERIFIER, stage.verifier)
        log = key_file.read(Ed25519Signer, stage.signer_key).key.vkey()
        witnesses = [
            running.enter_context(_program(folder, "witness", name, "--log", log))
            for name in WITNESSES
        ]
        stage.policy.write_text(_policy(folder, log, [one.address() for one in witnesses]))
        serve = ["serve", "--port", str(free_port())]
        with Program(folder, "serve", *serve, **_settings(stage)) as service:
            client = httpx.Client(base_url=service.address(), timeout=PATIENCE_S, trust_env=False)
            with client:
                wait_until_ready(client)
                _play(stage, client, now)
        yield stage


def _program(folder: Path, command: str, name: str, *more: str) -> Program:
    files = _files(command, name)
    places = ["--key", f"{files}.key", "--state", f"{files}.state"]
    return Program(folder, files, command, "--listen", ANY_PORT, "--name", name, *places, *more)


def _files(command: str, name: str) -> str:
    return f"custody-{command}" if command == "signer" else name.replace("/", "-")


def _policy(folder: Path, log: str, addresses: list[str]) -> str:
    lines = [f"log {log}"]
    for name, url in zip(WITNESSES, addresses, strict=True):
        key = key_file.read(Cosigner, folder / f"{_files('witness', name)}.key").key
        lines.append(f"witness {name} {key.vkey()} {url}")
    lines += [f"group both all {' '.join(WITNESSES)}", "quorum both"]
    return "".join(f"{line}\n" for line in lines)


def _settings(stage: Stage) -> dict[str, str]:
    return {
        "CUSTODY_DATABASE_URL": f"sqlite:///{stage.books}",
        "CUSTODY_LOG_SIGNER": stage.signer_url,
        "CUSTODY_LOG_POLICY": str(stage.policy),
        "CUSTODY_LOG_HEADS_S": HEADS_S,
    }


def _play(stage: Stage, client: httpx.Client, now: Millis) -> None:
    """Let everything happen that is told in `story`; keep a backup, a checkpoint and evidence."""
    devices = {site: Device(site, Ed25519PrivateKey.generate()) for site in KINDS}
    posting = _keys_of(stage, devices)
    service = Service(client, posting["admin"], posting["auditor"])
    service.register([*devices.values()])
    story = Story(now - DAY)
    early = [devices[one["site"]].signed(one) for one in story.early()]
    service.checkpoint(service.post(early, posting))
    _copied(stage.books, stage.backup)
    late = [devices[one["site"]].signed(one) for one in story.late()]
    last = service.post(late, posting)
    _keep(stage, service, AUDITED, last)
    stage.checkpoint.write_text(service.checkpoint(last), encoding="utf-8")
    # Somebody has a terminal's API key, and not the key inside the device.
    strangers = Device(POINT, Ed25519PrivateKey.generate())
    forged = strangers.signed(story.write("inspect", battery=FORGED, verdict="pass"))
    stolen = story.write("inspect", battery=STOLEN, verdict="pass")
    last = service.post([forged, stolen], posting)
    for battery in (FORGED, STOLEN):
        _keep(stage, service, battery, last)


def _keep(stage: Stage, service: Service, battery: str, position: Position) -> None:
    bundle = service.evidence(battery, position)
    stage.evidence(battery).write_bytes(orjson.dumps(bundle, option=orjson.OPT_INDENT_2))


def _keys_of(stage: Stage, devices: dict[str, Device]) -> dict[str, str]:
    """Make the keys by which the service is used: by role, and by site for the devices."""
    engine = open_engine(f"sqlite:///{stage.books}")
    try:
        made = {"admin": keys.create(engine, "admin")[1]}
        made["auditor"] = keys.create(engine, "auditor")[1]
        for site, device in devices.items():
            made[site] = keys.create(engine, "terminal", site, device.name)[1]
    finally:
        engine.dispose()
    return made


def _copied(books: Path, to: Path) -> Path:
    with closing(sqlite3.connect(books)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to
