"""Where does a private key lie, and what is done when there is none yet?

A text file that only its owner may read, in the form that Go's tools write. It is made together
with the memory of what it has signed, the memory first: a key that has lost its memory signs
nothing.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeVar

from custody.log import keys
from custody.log.guard import MODE, Guard, Unusable, sync_folder
from custody.log.keys import BadKey, Key

SEED_BYTES: Final = 32
FILE_BYTES_MAX: Final = 4_096


class Holds(Protocol):
    """Holds a private key."""

    @property
    def key(self) -> Key: ...


Holder = TypeVar("Holder", bound=Holds)


def new_seed() -> bytes:
    """Return what a new Ed25519 key is made from."""
    return secrets.token_bytes(SEED_BYTES)


def with_memory(
    made: Callable[[str, bytes], Holder], key: Path, state: Path, name: str | None
) -> tuple[Holder, Guard]:
    """Open a key and its memory, or make both where there is no key yet.

    `made` is the class of what holds the key, Ed25519Signer or Cosigner; `name` what a new key is
    to be called, or what one that is there must be called. Raises Unusable.
    """
    guard = Guard(state, new=not key.exists())
    try:
        if not key.exists():  # asked again, now that no other process can make it
            make(made, key, name)
        return read(made, key, name), guard
    except BaseException:
        guard.close()
        raise


def shown(made: Callable[[str, bytes], Holder], key: Path, state: Path, name: str | None) -> Holder:
    """Open a key beside the program that uses it, to be shown; make it if there is none yet."""
    if not key.exists():
        _, guard = with_memory(made, key, state, name)
        guard.close()
    return read(made, key, name)


def read(made: Callable[[str, bytes], Holder], path: Path, name: str | None = None) -> Holder:
    """Read a private key; Unusable if others may read it too, or it is not what was asked for."""
    with path.open("rb") as file:
        content = file.read(FILE_BYTES_MAX)
        mode = os.fstat(file.fileno()).st_mode
    if mode & 0o077:
        raise Unusable(
            f"{path} 的权限过宽，请执行 chmod 600 {path}。",
            f"Others may read {path}; run chmod 600 {path}.",
        )
    holder = _holder(made, content)
    if holder is None or (name is not None and holder.key.name != name):
        raise Unusable(
            f"{path} 不是名为 {name or '……'} 的此类私钥。",
            f"{path} is no private key of this kind called {name or 'anything'}.",
        )
    return holder


def make(
    made: Callable[[str, bytes], Holder],
    path: Path,
    name: str | None,
    seeded: Callable[[], bytes] = new_seed,
) -> None:
    """Make a private key where there is none, readable by its owner only."""
    seed = seeded()
    if name is None or not keys.is_name(name):
        raise Unusable(
            "新密钥需要名称（--name），其中不得有空格或加号。",
            "A new key needs a name (--name), without spaces or plus signs.",
        )
    beside = path.with_name(f"{path.name}.new")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write(keys.private(made(name, seed).key, seed) + "\n")
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def _holder(made: Callable[[str, bytes], Holder], content: bytes) -> Holder | None:
    try:
        said = content.decode("utf-8").removesuffix("\n")
        name, id_hex, kind, seed = keys.parse_private(said)
        holder = made(name, seed)
    except (BadKey, ValueError):  # no text, no key, or a seed of another length
        return None
    return holder if (holder.key.id.hex(), holder.key.type) == (id_hex, kind) else None
