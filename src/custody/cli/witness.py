"""How is the program started that cosigns the checkpoints of other people's logs?"""

from argparse import Namespace
from time import time

from custody.cli import log_programs
from custody.cli.log_programs import UNUSABLE
from custody.cli.speech import complain
from custody.log.cosignature import Cosigner
from custody.log.keys import BadKey
from custody.log.note import Ed25519Verifier
from custody.log.serving import witness_app
from custody.log.witness import Witness


def run(arguments: Namespace) -> int:
    """Cosign what continues the logs that were named."""
    try:
        logs = [Ed25519Verifier.parse(vkey) for vkey in arguments.log]
    except BadKey as error:
        return complain(f"--log：不是日志的公钥：{error}", f"--log: {error}", UNUSABLE)
    return log_programs.run(
        arguments, Cosigner, lambda key, guard, _: witness_app(Witness(guard, key, logs, time))
    )
