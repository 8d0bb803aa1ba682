"""What may be said to the programs of the log: the signer and the witness?"""

from argparse import ArgumentParser, ArgumentTypeError, _SubParsersAction
from collections.abc import Callable
from typing import TypeAlias

from custody.cli.speech import either

PORT_MAX = 65_535
Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"
Adding: TypeAlias = Callable[[Commands, str, str, str], ArgumentParser]


def add(commands: Commands, command: Adding) -> None:
    """Add the log's programs to the commands; `command` makes one from its name and its help."""
    _signer(commands, command)
    _witness(commands, command)


def _signer(commands: Commands, command: Adding) -> None:
    signer = command(
        commands,
        "signer",
        "运行签名程序：保管日志的私钥，只签署前后一致的检查点。",
        "Keep a log's private key, and sign checkpoints that continue one another.",
    )
    _log_program(signer, "127.0.0.1:8091", "custody-signer")


def _witness(commands: Commands, command: Adding) -> None:
    witness = command(
        commands,
        "witness",
        "运行见证程序：为他人的日志联署检查点（C2SP tlog-witness）。",
        "Cosign the checkpoints of other people's logs (C2SP tlog-witness).",
    )
    witness.add_argument(
        "--log",
        action="append",
        default=[],
        metavar="VKEY",
        help=either("为此公钥的日志见证（可重复）", "a log to witness; may be repeated"),
    )
    _log_program(witness, "127.0.0.1:8092", "custody-witness")


def _log_program(command: ArgumentParser, listen: str, files: str) -> None:
    command.add_argument(
        "--listen",
        type=_address,
        default=_address(listen),
        metavar="HOST:PORT",
        help=either(f"监听地址，默认 {listen}", f"by default {listen}; port 0 is any free one"),
    )
    command.add_argument(
        "--key",
        default=f"{files}.key",
        metavar="FILE",
        help=either("私钥文件；没有则新建", "the private key; made if there is none"),
    )
    command.add_argument(
        "--state",
        default=f"{files}.state",
        metavar="FILE",
        help=either(
            "已签内容的记录；切勿删除或回退", "what was signed; never delete or roll it back"
        ),
    )
    command.add_argument(
        "--name", help=either("密钥名称；新建时必填", "the key's name; required to make one")
    )
    command.add_argument(
        "--show-vkey",
        action="store_true",
        help=either("仅输出公钥", "only print the public key"),
    )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > PORT_MAX:
        raise ArgumentTypeError(either(f"{text!r} 不是 主机:端口", f"{text!r} is no HOST:PORT"))
    return host.removeprefix("[").removesuffix("]"), int(port)
