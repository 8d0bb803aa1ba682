"""What may be said to the command that passes the ledger on?"""

from custody.cli.adding import Commands, command
from custody.cli.said import workers
from custody.cli.speech import either


def add(commands: Commands) -> None:
    """Add it to the others."""
    relay = command(
        commands,
        "relay",
        "把账本按顺序转发到 NATS JetStream，直到被停止；可随时重新启动。",
        "Pass the ledger on into a NATS JetStream, in order, until told to stop.",
    )
    relay.add_argument(
        "--nats",
        required=True,
        metavar="URL",
        help=either("NATS 地址，可用逗号分隔多个", "a server, or several with commas between"),
    )
    relay.add_argument("--stream", required=True, metavar="NAME", help=either("流名", "its stream"))
    relay.add_argument(
        "--subject",
        default="custody.facts",
        help=either(
            "主题前缀，其后接事实类型；默认 custody.facts",
            "what stands before a fact's type; by default custody.facts",
        ),
    )
    relay.add_argument(
        "--name",
        default="nats",
        help=either("转发的名称；各有游标", "each name has a cursor of its own; by default nats"),
    )
    relay.add_argument(
        "--envelope",
        choices=("cloudevent", "item"),
        default="cloudevent",
        help=either("消息格式", "what a message looks like"),
    )
    relay.add_argument("--creds", metavar="FILE", help=either("凭据文件", "credentials of NATS"))
    relay.add_argument(
        "--replicas",
        type=workers,
        metavar="N",
        help=either("流不存在时以此副本数创建", "make the stream, if there is none, with so many"),
    )
    relay.add_argument(
        "--once", action="store_true", help=either("到账本末尾即结束", "stop at the ledger's end")
    )
