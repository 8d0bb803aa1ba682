"""How is the log of a database opened, by what the operator has said of its keys and witnesses?

Unless told otherwise, a log on SQLite signs in the process that serves, with a key that lies beside
the database: it shows whoever comes later that nothing was changed since, unless they who changed
it had that file too. A signer in a process of its own, and witnesses elsewhere, leave less to
believe; on PostgreSQL nothing is signed until one is named.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Final

from sqlalchemy import Engine, select

from custody.ledger import Ledger
from custody.ledger.errors import translated
from custody.log import key_file, note, notes, policy_file, remote, second_key, store, tables
from custody.log.guard import Guard, Unusable
from custody.log.keeping import HEADS_EVERY, Keeper
from custody.log.keys import Key
from custody.log.note import Ed25519Signer, Signer, Verifier
from custody.log.policy import Policy
from custody.log.policy_file import BadPolicy
from custody.log.publishing import Parties, Publisher
from custody.log.remote import RemoteSigner, RemoteWitness
from custody.log.signer import LocalSigner
from custody.terms import Millis

HEADS_S_MAX: Final = 86_400
"""The longest time between two takings of heads: a verifier remarks on what is older than a day."""

UNNAMED: Final = "custody.invalid/log-"
"""What a log is called that nobody has given a name; no address of anybody's ends so."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator has said: the log's name, where its key is or who signs, and the policy."""

    origin: str | None = None
    key_file: str | None = None
    signer: str | None = None
    """The address of a signer in a process of its own."""
    policy: str | None = None
    """A file as C2SP tlog-policy has it; needed with a signer elsewhere, and for witnesses."""
    heads_every: Millis = HEADS_EVERY
    sm2_key_file: str | None = None
    """A second key that signs beside the log's own, in this process."""


def read(environment: Mapping[str, str]) -> Settings:
    """Read `CUSTODY_LOG_…`; a variable that is empty counts as absent.

    Raises Unusable for CUSTODY_LOG_HEADS_S, the seconds between two takings of heads.
    """
    return Settings(
        origin=environment.get("CUSTODY_LOG_ORIGIN") or None,
        key_file=environment.get("CUSTODY_LOG_KEY_FILE") or None,
        signer=environment.get("CUSTODY_LOG_SIGNER") or None,
        policy=environment.get("CUSTODY_LOG_POLICY") or None,
        heads_every=_heads_every(environment.get("CUSTODY_LOG_HEADS_S") or ""),
        sm2_key_file=environment.get("CUSTODY_LOG_SM2_KEY_FILE") or None,
    )


def _heads_every(seconds: str) -> Millis:
    if not seconds:
        return HEADS_EVERY
    if seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= HEADS_S_MAX:
        return int(seconds) * 1000
    raise Unusable(
        f"应为1至{HEADS_S_MAX}的整数（秒）", f"expected a number of seconds, 1 to {HEADS_S_MAX}"
    )


def keeper_of(
    ledger: Ledger, settings: Settings, clock: Callable[[], Millis], *, apart: bool = False
) -> Keeper:
    """Return what keeps a ledger's log and publishes it; `apart`: see `Keeper`."""
    opens = partial(publisher, ledger.engine, settings, clock)
    return Keeper(ledger, opens, clock, settings.heads_every, apart=apart)


def relied_on(engine: Engine, settings: Settings) -> list[Key]:
    """List the keys by which a database's checkpoints will count, as far as they are there yet.

    Those of the policy, its witnesses' too, and the key that signs in the process that keeps the
    log. Raises Unusable; OSError if the key cannot be read.
    """
    policy = _policy(settings.policy)
    rules = Policy() if policy is None else _parsed(policy)
    found = [one.verifier.key for one in rules.logs]
    found += [one.verifier.key for one in rules.witnesses]
    path = None if settings.signer else _key_path(engine, settings)
    if path is not None and path.exists():
        own = key_file.read(Ed25519Signer, path).key
        found.append(own)
        if settings.sm2_key_file is not None and Path(settings.sm2_key_file).exists():
            found += [one.key for one in _beside(settings, own.name)]
    return found


def publisher(engine: Engine, settings: Settings, clock: Callable[[], Millis]) -> Publisher | None:
    """Open what publishes this database's log; None if nothing was said of who signs.

    Raises Unusable.
    """
    tables.lay_out(engine)
    policy = _policy(settings.policy)
    if settings.signer is not None:
        return _publisher(engine, _remote(settings.signer, policy), policy, clock)
    key = _key_path(engine, settings)
    if key is None:
        store.begin(engine, _origin(engine, settings))
        return None
    name = None
    if not key.exists():
        _assert_published_by(engine, [])
        name = _origin(engine, settings)
    signer, guard = key_file.with_memory(Ed25519Signer, key, _memory(key), name)
    try:
        if policy is None:
            policy = f"log {signer.key.vkey()}\nquorum none\n".encode()
        signers = LocalSigner(guard, signer, *_beside(settings, signer.key.name))
        return _publisher(engine, signers, policy, clock, guard)
    except BaseException:
        guard.close()
        raise


def _publisher(
    engine: Engine,
    signer: LocalSigner | RemoteSigner,
    policy: bytes | None,
    clock: Callable[[], Millis],
    guard: Guard | None = None,
) -> Publisher:
    assert policy is not None, "there is one by now"
    rules = _parsed(policy)
    origin = store.begin(engine, signer.origin).origin
    if {origin} != {log.verifier.key.name for log in rules.logs} | {signer.origin}:
        raise Unusable(
            f"此数据库的日志名为 {origin}；签名密钥属于 {signer.origin}，策略须只列同名的 log。",
            f"The log of this database is {origin}. The key is that of {signer.origin}, and the "
            "policy has to name that log and no other.",
        )
    _assert_published_by(engine, [log.verifier for log in rules.logs])
    store.follow(engine, policy.decode())
    return Publisher(engine, Parties(signer, _witnesses(rules), rules), clock, guard)


def _assert_published_by(engine: Engine, verifiers: Sequence[Verifier]) -> None:
    """See that what was published last is signed by one of these. Raises Unusable.

    Whoever has an earlier checkpoint would take what another key signs under the same name for a
    second history, and rely on neither.
    """
    with translated(), engine.connect() as connection:
        latest = notes.latest(connection)
    if latest is None:
        return
    try:
        note.opened(latest.text.encode(), verifiers)
    except ValueError as error:
        raise Unusable(
            f"此数据库已发布至 {latest.edge.size} 的检查点不是由现有密钥签名的，因此不再发布。"
            "请放回原密钥文件及其 .signed 文件；若密钥确已更换，请在策略中一并列出原密钥；"
            "若已丢失，请备份后恢复到空数据库，由此开始一个新名称的日志。",
            f"The checkpoint of {latest.edge.size} that this database has published is not signed "
            "by a key that is there now, so nothing more is published. Put the key's file back, "
            "and the .signed beside it; name the former key in the policy too if it was replaced; "
            "if it is lost, restore a backup into an empty database: that begins a log of another "
            "name.",
        ) from error


def _witnesses(rules: Policy) -> list[RemoteWitness]:
    asked = [(one.url, one.verifier) for one in rules.counted() if one.url]
    if not asked:
        return []
    client = remote.client()
    return [RemoteWitness(url, verifier, client) for url, verifier in asked]


def _remote(url: str, policy: bytes | None) -> RemoteSigner:
    logs = [] if policy is None else _parsed(policy).logs
    if len(logs) != 1:
        raise Unusable(
            "使用独立签名程序（CUSTODY_LOG_SIGNER）时，须以 CUSTODY_LOG_POLICY "
            "指明仅含一行 log 的策略文件。",
            "A signer elsewhere (CUSTODY_LOG_SIGNER) needs a policy (CUSTODY_LOG_POLICY) with one "
            "log line: what comes back is checked by that key.",
        )
    return RemoteSigner(url, logs[0].verifier, remote.client())


def _policy(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise Unusable(
            f"策略文件 {path} 无法读取：{error.strerror}。",
            f"The policy {path} cannot be read: {error.strerror}.",
        ) from error
    _parsed(content)
    return content


def _parsed(policy: bytes) -> Policy:
    try:
        return policy_file.parse(policy)
    except BadPolicy as error:
        raise Unusable(
            f"策略文件无法使用：{error}。", f"The policy cannot be used: {error}."
        ) from error


def _key_path(engine: Engine, settings: Settings) -> Path | None:
    if settings.key_file is not None:
        return Path(settings.key_file)
    if engine.dialect.name == "sqlite":
        return Path(f"{engine.url.database}.log-key")
    return None


def _beside(settings: Settings, origin: str) -> list[Signer]:
    """List what signs beside the log's own key, in this process."""
    if settings.sm2_key_file is None:
        return []
    path = Path(settings.sm2_key_file)
    try:
        return [second_key.opened(path, origin)]
    except OSError as error:
        raise Unusable(
            f"{path} 无法使用：{error.strerror}。", f"{path} cannot be used: {error.strerror}."
        ) from error


def _memory(key: Path) -> Path:
    """Return where the signer remembers what this key has signed."""
    return key.with_name(f"{key.name}.signed")


def _origin(engine: Engine, settings: Settings) -> str:
    """Return what a new key is called: as the log is already, or was told to be, or by chance."""
    with translated(), engine.connect() as connection:
        known = connection.scalar(select(tables.state.c.origin))
    return str(known or settings.origin or f"{UNNAMED}{token_hex(4)}")
