"""Which master key has the operator given this process, if any?"""

import binascii
import os
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

from custody.vault.sealing import KEY_BYTES

VARIABLE = "CUSTODY_VAULT_KEY"
FILE_VARIABLE = "CUSTODY_VAULT_KEY_FILE"

KNOWN_KEYS = frozenset(
    {bytes(range(KEY_BYTES)), *(bytes([byte]) * KEY_BYTES for byte in range(256))}
)
"""Keys that stand in tests and examples; whoever uses one in earnest has none."""


class UnusableMasterKey(ValueError):
    """A setting names a master key that cannot be one; what it says is not repeated."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


def configured(environment: Mapping[str, str] = os.environ) -> bytes | None:
    """Read the master key; None if no setting names one. Raises UnusableMasterKey."""
    text, path = environment.get(VARIABLE), environment.get(FILE_VARIABLE)
    if text and path:
        raise UnusableMasterKey(
            f"{VARIABLE} and {FILE_VARIABLE} are both set; leave one of them out.",
            f"{VARIABLE} 与 {FILE_VARIABLE} 同时设置；请只保留一个。",
        )
    if path:
        return _decoded(_read(path), FILE_VARIABLE)
    return _decoded(text, VARIABLE) if text else None


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise UnusableMasterKey(
            f"{FILE_VARIABLE}={path!r}: {reason}", f"{FILE_VARIABLE}={path!r}：无法读取（{reason}）"
        ) from error


def _decoded(text: str, variable: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise UnusableMasterKey(
            f"{variable}: expected {KEY_BYTES} bytes in base64, such as `openssl rand -base64 32`"
            " prints",
            f"{variable}：应为 {KEY_BYTES} 字节的 base64，可用 `openssl rand -base64 32` 生成",
        )
    return key
