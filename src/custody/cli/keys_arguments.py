"""What may be said to the command that makes, lists and revokes keys?"""

from custody.cli.adding import Commands, as_json, command
from custody.cli.speech import either

ROLES = ("admin", "terminal", "auditor", "integrator", "operator", "carrier", "authority")


def add(commands: Commands) -> None:
    """Add what makes, lists and revokes keys."""
    keys = command(commands, "keys", "管理密钥。", "Make, list and revoke keys.")
    acts = keys.add_subparsers(dest="act", required=True, metavar="create|list|revoke")
    create = acts.add_parser(
        "create", help=either("新建；密钥仅显示一次", "its text is shown once")
    )
    create.add_argument("--role", required=True, choices=ROLES)
    create.add_argument(
        "--site", help=either("终端必填；操作员可填", "a terminal's, or an operator's, own")
    )
    create.add_argument("--terminal", help=either("终端编号", "the device itself"))
    create.add_argument(
        "--organisation",
        metavar="USCC",
        help=either("仅限该单位（承运方必填）", "what is this one's alone; a carrier's own"),
    )
    create.add_argument(
        "--division",
        metavar="CODE",
        help=either("仅限该行政区划，如 330100（主管部门必填）", "what lies in it, such as 330100"),
    )
    create.add_argument(
        "--test",
        action="store_true",
        help=either("测试密钥，生产环境中无效", "opens nothing where CUSTODY_ENV=production"),
    )
    create.add_argument("--name", help=either("备注", "to know it by"))
    listing = acts.add_parser("list", help=either("列出，不含密钥本身", "all of them, no texts"))
    revoke = acts.add_parser("revoke", help=either("撤销；1秒内生效", "counts within a second"))
    revoke.add_argument("id", metavar="ID")
    for act in (create, listing, revoke):
        as_json(act)
