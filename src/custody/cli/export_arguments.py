"""What may be said to the commands that take facts out of the books, and into them?"""

from custody.cli.adding import Commands, as_json, command
from custody.cli.said import moment, workers
from custody.cli.speech import either

FORMATS = ("parquet", "csv", "ndjson")


def add_export(commands: Commands) -> None:
    """Add `custody export`."""
    export = command(
        commands,
        "export",
        "把账本导出为带类型的列；再次运行则续写。",
        "Put the ledger's facts into files of typed columns; run again, it goes on.",
    )
    export.add_argument("directory", metavar="DIRECTORY")
    export.add_argument(
        "--format",
        choices=FORMATS,
        help=either("默认与目录中已有的相同，否则 parquet", "as in the directory, or parquet"),
    )
    export.add_argument(
        "--from",
        dest="first",
        type=workers,
        metavar="P",
        help=either("起始位置，默认 1", "the first position; 1 unless the directory has another"),
    )
    export.add_argument(
        "--to",
        dest="last",
        type=workers,
        metavar="P",
        help=either("终止位置，默认账本末尾", "the last position; by default the ledger's end"),
    )
    export.add_argument(
        "--file-facts",
        type=workers,
        metavar="N",
        help=either("每个文件的事实数", "how many facts a file holds"),
    )
    as_json(export)


def add_import(commands: Commands) -> None:
    """Add `custody import`."""
    import_ = command(
        commands,
        "import",
        "将其他系统的电子联单记入账本（可重复运行）；或把本系统的导出读入空账本。",
        "Record other systems' manifests in the ledger, as often as you like; or read an export of "
        "ours into an empty one.",
    )
    import_.set_defaults(run="import_")
    import_.add_argument("files", nargs="+", metavar="FILE")
    import_.add_argument(
        "--format",
        choices=("emanifest", "export"),
        help=either("默认按内容识别", "recognised by what the files hold unless it is said"),
    )
    import_.add_argument(
        "--organisation",
        metavar="USCC",
        help=either(
            "联单：境外或未知站点归于此单位",
            "manifests: whose the sites are that nobody registered",
        ),
    )
    import_.add_argument(
        "--name", help=either("单位名称，用于登记", "its name, to register it under")
    )
    import_.add_argument(
        "--site",
        action="append",
        default=[],
        metavar="EPAID=SITE",
        help=either("此 EPA 编号是我们的站点", "this EPA id is that site of ours; may be repeated"),
    )
    import_.add_argument(
        "--number",
        metavar="MTN",
        help=either("尚无编号的联单的编号", "the tracking number of a manifest without one"),
    )
    import_.add_argument(
        "--shipped-at",
        type=moment,
        metavar="T",
        help=either("联单未载明时的交出时刻", "when it left, where no manifest says so"),
    )
    as_json(import_)
