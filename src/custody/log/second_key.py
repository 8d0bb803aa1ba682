"""Which second key signs a log's checkpoints, where there is to be one? SM2, beside the log's own.

It lies in a file like the log's, and is called like it. It needs no memory: it signs nothing but
what the log's own key signs with it.
"""

from importlib import import_module
from pathlib import Path

from custody.log import key_file
from custody.log.guard import Unusable
from custody.log.note import Signer


def opened(path: Path, origin: str) -> Signer:
    """Open the SM2 key of a log, or make it where there is none.

    Raises Unusable, if the extra `sm` is not installed too; OSError.
    """
    try:
        sm2 = import_module("custody.log.sm2")
    except ImportError:
        raise Unusable(
            f"{path} 需要可选依赖 sm（gmssl-pyx）：pip install gmssl-pyx",
            f"{path} needs the extra `sm` (gmssl-pyx): pip install gmssl-pyx",
        ) from None
    if not path.exists():
        key_file.make(sm2.Sm2Signer.of, path, origin, sm2.new_pair)
    signer: Signer = key_file.read(sm2.Sm2Signer.of, path, origin)
    return signer
