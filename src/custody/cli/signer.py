"""How is the program started that signs a log's checkpoints?"""

from argparse import Namespace

from custody.cli import log_programs
from custody.cli.log_programs import UNUSABLE
from custody.cli.speech import complain
from custody.log.note import Ed25519Signer
from custody.log.serving import signer_app
from custody.log.signer import LocalSigner


def run(arguments: Namespace) -> int:
    """Sign for whoever asks on this machine: nobody else can be told from the log."""
    host, _port = arguments.listen
    if not log_programs.is_loopback(host):
        return complain(
            f"签名程序不核实请求者，只能监听本机地址，而非 {host}。",
            f"The signer does not ask who it is that asks: it listens on this machine, not {host}.",
            UNUSABLE,
        )
    return log_programs.run(
        arguments,
        Ed25519Signer,
        lambda key, guard, others: signer_app(LocalSigner(guard, key, *others)),
    )
