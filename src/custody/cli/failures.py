"""What does a failure mean to the person at the terminal, and what can they do?"""

from custody.cli.speech import complain
from custody.ledger import NoDatabase, Unavailable, UnknownSchema, UnusableUrl
from custody.projections.freshness import OtherLayout
from custody.projections.shadow import Displaced
from custody.settings import UnusableSetting

WRONG, UNUSABLE = 1, 2


def explained(error: Exception) -> int:
    """Say what a failure means and return the exit code; raise what nobody foresaw."""
    match error:
        case UnusableSetting():
            return complain(error.zh, error.en, UNUSABLE)
        case UnusableUrl():
            return complain(
                f"CUSTODY_DATABASE_URL：{error.url!r} 不可用；应形如"
                " sqlite:///custody.db 或 postgresql://用户:密码@主机/库名。",
                f"CUSTODY_DATABASE_URL: {error.url!r} cannot be used; expected"
                " sqlite:///custody.db or postgresql://user:password@host/database.",
                UNUSABLE,
            )
        case OtherLayout():
            return complain(
                f"投影的布局版本为 {error.found}，本程序为 {error.known}。"
                "请运行 custody upgrade 由账本重建，或使用相应版本的程序。未作任何改动。",
                f"The projections have layout {error.found}, this program's is {error.known}. Run "
                "custody upgrade to build them anew from the ledger, or use the program that fits. "
                "Nothing was changed.",
                WRONG,
            )
        case Displaced():
            return complain(
                "另一个重建或核对已在其后开始，本次未作任何改动。",
                "Another rebuild or comparison has begun since; this one changed nothing.",
                WRONG,
            )
        case UnknownSchema():
            return complain(
                f"数据库的结构版本为 {error.found}，本程序支持 {error.known}。"
                "请使用相应版本的程序。未作任何改动。",
                f"The database has schema version {error.found}, this program knows {error.known}. "
                "Use the program that fits it. Nothing was changed.",
                WRONG,
            )
        case NoDatabase():
            return complain(
                f"CUSTODY_DATABASE_URL 所指的文件不是数据库，或已损坏（{error}）。未作任何改动。"
                "请核对路径，或由备份恢复到另一数据库。",
                f"The file that CUSTODY_DATABASE_URL names is no database, or is damaged ({error})."
                " Nothing was changed. Check the path, or restore a backup into another database.",
                WRONG,
            )
        case Unavailable():
            return complain(
                f"CUSTODY_DATABASE_URL 所指的数据库不可用：{error}",
                f"The database that CUSTODY_DATABASE_URL names is not available: {error}",
                WRONG,
            )
    raise error
