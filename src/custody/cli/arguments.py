"""Which commands are there, and what may be said to each?"""

from argparse import ArgumentParser

from custody import __version__
from custody.cli import export_arguments, keys_arguments, log_arguments, relay_arguments
from custody.cli.adding import Commands, as_json, command
from custody.cli.said import instant, moment, port, workers
from custody.cli.speech import either


def parser() -> ArgumentParser:
    """Return what reads the command line."""
    whole = ArgumentParser(
        prog="custody",
        description=either(
            "电动自行车退役电池的全程记录：从交售到再生。",
            "The record of retired e-bike batteries, from collection to the recovered metal.",
        ),
        epilog=either(
            "数据库由 CUSTODY_DATABASE_URL 指定，默认 sqlite:///custody.db。",
            "The database is CUSTODY_DATABASE_URL, by default sqlite:///custody.db.",
        ),
    )
    whole.add_argument("--version", action="version", version=f"custody {__version__}")
    whole.set_defaults(run=None)
    commands = whole.add_subparsers(title=either("命令", "commands"), metavar="COMMAND")
    for add in (
        _serve,
        _demo,
        _replay,
        _rebuild,
        _checksum,
        _upgrade,
        _access_log,
        export_arguments.add_import,
        export_arguments.add_export,
        _backup,
        _restore,
        _forget,
    ):
        add(commands)
    keys_arguments.add(commands)
    log_arguments.add(commands)
    relay_arguments.add(commands)
    return whole


def _serve(commands: Commands) -> None:
    serve = command(
        commands,
        "serve",
        "启动服务；新数据库会自动建表。",
        "Serve HTTP; a new database is laid out first.",
    )
    serve.add_argument(
        "--host", help=either("监听地址（CUSTODY_HOST）", "listen on (CUSTODY_HOST)")
    )
    serve.add_argument("--port", type=port, help=either("端口（CUSTODY_PORT）", "(CUSTODY_PORT)"))
    serve.add_argument(
        "--workers", type=workers, default=1, help=either("进程数", "how many processes")
    )


def _demo(commands: Commands) -> None:
    demo = command(
        commands,
        "demo",
        "以虚构的回收网络填充数据库并启动服务。",
        "Fill the database with a made-up network and serve it.",
    )
    demo.add_argument("--sites", type=workers, help=either("站点数", "how many sites"))
    demo.add_argument("--batteries", type=workers, help=either("电池数", "how many batteries"))
    demo.add_argument("--seed", type=int, help=either("随机种子", "the same seed, the same world"))
    demo.add_argument(
        "--until",
        type=moment,
        metavar="DATE",
        help=either("截至时刻，默认今日零时", "when its weeks end; by default last midnight"),
    )
    demo.add_argument(
        "--fill-only",
        action="store_true",
        help=either("填充后即退出", "stop once it is filled"),
    )


def _replay(commands: Commands) -> None:
    replay = command(
        commands,
        "replay",
        "按发生时间列出一块电池的全部事实。",
        "Tell a battery's whole history, in effective order.",
    )
    replay.add_argument("ref", metavar="REF", help=either("编码体系:编码", "scheme:CODE"))
    replay.add_argument(
        "--as-of",
        type=instant,
        metavar="T",
        help=either("只算此时刻及以前发生的", "what had happened by then"),
    )
    replay.add_argument(
        "--known-at",
        type=instant,
        metavar="T",
        help=either("只算此时刻及以前已记录的", "what had been recorded by then"),
    )
    as_json(replay)


def _rebuild(commands: Commands) -> None:
    rebuild = command(
        commands,
        "rebuild",
        "由账本重建投影；查询不中断。",
        "Build projections anew from the ledger; readers do not wait.",
    )
    rebuild.add_argument("projections", nargs="*", metavar="PROJECTION")
    rebuild.add_argument(
        "--verify",
        action="store_true",
        help=either(
            "只比较，不替换；有差异时退出码为 1", "only compare; exit code 1 if they differ"
        ),
    )
    as_json(rebuild)


def _checksum(commands: Commands) -> None:
    as_json(
        command(
            commands,
            "checksum",
            "账本的 SHA-256：逐条计入位置、类型和内容字节。",
            "The ledger's SHA-256, over each record's position, type and body.",
        )
    )


def _upgrade(commands: Commands) -> None:
    command(
        commands,
        "upgrade",
        "建立或升级数据库结构。",
        "Lay out the database, or bring it up to this program's schema.",
    )


def _access_log(commands: Commands) -> None:
    log = command(
        commands,
        "access-log",
        "列出谁查阅过个人资料和证据。",
        "Tell who has read what people left behind, and evidence.",
    )
    log.set_defaults(run="access_log")
    log.add_argument("--asker", metavar="ID", help=either("密钥编号", "the id of a key"))
    log.add_argument("--action", help=either("操作，如 read_depositor", "such as read_depositor"))
    log.add_argument("--resource", help=either("对象，如某人的引用", "such as a reference"))
    log.add_argument("--limit", type=workers, default=100, help=either("条数", "how many"))
    as_json(log)


def _backup(commands: Commands) -> None:
    backup = command(
        commands,
        "backup",
        "把账本、密钥和资料库备份到一个文件；服务不中断。",
        "Put the ledger, the keys and the vault into one file; nobody who is served waits.",
    )
    backup.add_argument("file", metavar="FILE")
    backup.add_argument(
        "--with-vault-keys",
        action="store_true",
        help=either(
            "连同资料库密钥；此后被遗忘的人仍可由该文件找回，请尽快销毁",
            "the vault's keys too: the file remembers whoever is forgotten later; keep it short",
        ),
    )
    as_json(backup)


def _restore(commands: Commands) -> None:
    restore = command(
        commands,
        "restore",
        "把备份恢复到空数据库并核对；两种数据库之间可互相恢复。",
        "Restore a backup into an empty database, of either engine, and compare.",
    )
    restore.add_argument("file", metavar="FILE")
    restore.add_argument(
        "--forgotten",
        action="append",
        default=[],
        metavar="NEWER",
        help=either(
            "较新的备份；其中已被遗忘的人不会恢复（可重复）",
            "a newer backup: whoever is forgotten in it stays so (may be repeated)",
        ),
    )
    restore.add_argument(
        "--check", action="store_true", help=either("只检查文件", "only read it to its end")
    )
    as_json(restore)


def _forget(commands: Commands) -> None:
    forget = command(
        commands,
        "forget",
        "销毁一人的资料及其密钥；事实不变。",
        "Destroy a person's details and their key; no fact changes.",
    )
    forget.add_argument("depositor", metavar="DEPOSITOR")
    forget.add_argument(
        "--unheard-of",
        action="store_true",
        help=either(
            "即使从未出现过此引用，也标记为遗忘，今后拒收其资料",
            "mark it as forgotten, and refuse details under it, even if nobody ever named it",
        ),
    )
    as_json(forget)
