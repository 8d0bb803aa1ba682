"""What may be said to the commands of the log: verify, evidence, the signer and the witness?"""

from argparse import ArgumentParser, ArgumentTypeError

from custody.cli.adding import Commands, as_json, command
from custody.cli.said import workers
from custody.cli.speech import either

PORT_MAX = 65_535


def add(commands: Commands) -> None:
    """Add the log's commands to the others."""
    _verify(commands)
    _evidence(commands)
    _redact(commands)
    _signer(commands)
    _witness(commands)
    _tamper_demo(commands)


def _verify(commands: Commands) -> None:
    verify = command(
        commands,
        "verify",
        "用全部记录重新推导日志，并与已发布的检查点核对；指出第一处不符。",
        "Prove the whole ledger once more against the published checkpoints; name the first "
        "position that is wrong.",
    )
    verify.add_argument(
        "--policy",
        metavar="FILE",
        help=either(
            "按此策略核对检查点的签名（C2SP tlog-policy）；不给出则用数据库中的策略",
            "check the checkpoints' signatures by this policy (C2SP tlog-policy), and not by the "
            "one in the database",
        ),
    )
    verify.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="FILE",
        help=either(
            "此前保存的检查点也须相符（可重复）",
            "an older checkpoint that you kept; may be repeated",
        ),
    )
    as_json(verify)


def _evidence(commands: Commands) -> None:
    evidence = command(
        commands,
        "evidence",
        "导出一块电池全部历史的证据；可用 custody_verify.py 独立核验。",
        "Print the evidence of a battery's whole history, for custody_verify.py to verify.",
    )
    evidence.add_argument("ref", metavar="REF", help=either("编码体系:编码", "scheme:CODE"))
    evidence.add_argument(
        "--no-bodies", action="store_true", help=either("不含任何正文", "leave all bodies out")
    )
    evidence.add_argument("--output", metavar="FILE", help=either("写入文件", "write it to a file"))
    evidence.add_argument(
        "--verifier",
        metavar="FILE",
        help=either("同时把核验程序复制到此文件", "put a copy of the verifier there as well"),
    )


def _redact(commands: Commands) -> None:
    redact = command(
        commands,
        "redact",
        "最后手段：销毁一条流转或收讫事件的内容和密钥；日志和证明不变，台账与查询不再含有它。",
        "In the last resort: destroy the body and key of a movement, or of an event that a "
        "partner told. Log and proofs stay; no book and no query has it any more.",
    )
    redact.add_argument(
        "position",
        type=workers,
        metavar="POSITION",
        help=either("账本位置", "where it stands in the ledger"),
    )
    redact.add_argument(
        "--reason",
        required=True,
        choices=("request", "order", "misplaced"),
        help=either(
            "request 本人请求；order 司法或主管机关要求；misplaced 误写入不应有的内容",
            "a person asks; a court or an authority orders; what never belonged there",
        ),
    )
    redact.add_argument(
        "--case",
        metavar="NUMBER",
        help=either("案号或受理编号，取证者可见", "the number of the matter; evidence tells it"),
    )
    redact.add_argument(
        "--confirm",
        metavar="ID",
        help=either("其编号；不给出则只显示", "its id; without it, nothing is done"),
    )
    as_json(redact)


def _signer(commands: Commands) -> None:
    signer = command(
        commands,
        "signer",
        "运行签名程序：保管日志的私钥，只签署前后一致的检查点。",
        "Keep a log's private key, and sign checkpoints that continue one another.",
    )
    _log_program(signer, "127.0.0.1:8091", "custody-signer")
    signer.add_argument(
        "--sm2-key",
        metavar="FILE",
        help=either(
            "另加一行国密签名（SM2/SM3）所用的私钥文件；没有则新建",
            "a second key: each checkpoint bears a line of SM2 with SM3 too; made if there is none",
        ),
    )


def _witness(commands: Commands) -> None:
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


def _tamper_demo(commands: Commands) -> None:
    demo = command(
        commands,
        "tamper-demo",
        "演示：在一个小网络上尝试各种篡改，并列出各由谁发现。",
        "Try every way of tampering on a small network, and show who notices each.",
    )
    demo.set_defaults(run="tamper_demo")
    demo.add_argument(
        "--folder",
        metavar="FOLDER",
        help=either("保留全部文件的空文件夹", "an empty folder in which everything is kept"),
    )
    as_json(demo)


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
