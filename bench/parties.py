"""Who signs and cosigns in the bench? A key in a file, and witnesses on loopback."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.served import free_port, running
from custody.log import key_file
from custody.log.cosignature import Cosigner
from custody.log.key_file import Holder
from custody.log.note import Ed25519Signer

ORIGIN = "log.example/bench"


@contextmanager
def signing(witnesses: int) -> Iterator[Mapping[str, str]]:
    """Make keys, start witnesses, all of which are needed; yield the settings that name them."""
    with tempfile.TemporaryDirectory(prefix="custody-bench-") as name, ExitStack() as running_:
        folder = Path(name)
        log = _made(folder, "log", Ed25519Signer, ORIGIN).key.vkey()
        lines, members = [f"log {log}"], []
        for number in range(witnesses):
            member = f"witness-{number}"
            vkey = _made(folder, member, Cosigner, f"witness.example/{number}").key.vkey()
            port = free_port()
            running_.enter_context(running(_witness(folder / member, log, port), port))
            lines.append(f"witness {member} {vkey} http://127.0.0.1:{port}")
            members.append(member)
        if members:
            lines.append(f"group all-of-them all {' '.join(members)}")
        lines.append(f"quorum {'all-of-them' if members else 'none'}")
        policy = folder / "policy"
        policy.write_text("\n".join(lines) + "\n")
        yield {
            "CUSTODY_LOG_KEY_FILE": str(folder / "log"),
            "CUSTODY_LOG_POLICY": str(policy),
        }


def _made(folder: Path, file: str, made: "type[Holder]", name: str) -> Holder:
    key = folder / file
    holder, guard = key_file.with_memory(made, key, key.with_name(f"{file}.signed"), name)
    guard.close()
    return holder


def _witness(key: Path, log: str, port: int) -> list[str]:
    state = key.with_name(f"{key.name}.signed")
    files = ["--key", str(key), "--state", str(state)]
    return ["-m", "custody", "witness", "--listen", f"127.0.0.1:{port}", "--log", log, *files]
