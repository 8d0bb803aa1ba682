"""Which secrets does everybody know, so that a service in earnest does not start with them?"""

from contextlib import suppress

from custody import vault
from custody.cli.speech import complain
from custody.ledger import open_engine
from custody.log import known, opening
from custody.log.guard import Unusable
from custody.log.keys import Key
from custody.settings import Settings

UNUSABLE = 2


def refused(settings: Settings, master: bytes | None) -> int:
    """Complain of the first secret that is one for tests and return the exit code; 0 if none is."""
    if master in vault.KNOWN_KEYS:
        return complain(
            "资料库主密钥是公开的测试密钥，生产环境中不得使用。",
            "The vault's master key is one for tests that everybody knows; not in production.",
            UNUSABLE,
        )
    for key in _of_the_log(settings):
        if known.is_known(key):
            return refused_of_the_log(key)
    return 0


def refused_of_the_log(key: Key) -> int:
    """Complain of a key of a log or a witness; return the exit code."""
    return complain(
        f"日志密钥 {key.name} 是公开的测试密钥，生产环境中不得使用。",
        f"The log's key {key.name} is one for tests that everybody knows; not in production.",
        UNUSABLE,
    )


def _of_the_log(settings: Settings) -> list[Key]:
    """List the keys that checkpoints would count by.

    What cannot be read stops the publishing, not the service; whoever keeps the log says so.
    """
    if settings.serving.log is None:
        return []
    engine = open_engine(settings.database_url)
    with suppress(Unusable, OSError):
        return opening.relied_on(engine, settings.serving.log)
    return []
