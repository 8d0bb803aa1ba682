"""What does a failure mean to the person at the terminal, and what can they do?"""

from custody.cli.speech import complain
from custody.ledger import Unavailable, UnknownSchema, UnusableUrl

WRONG, UNUSABLE = 1, 2


def explained(error: Exception) -> int:
    """Say what a failure means and return the exit code; raise what nobody foresaw."""
    match error:
        case UnusableUrl():
            return complain(
                f"CUSTODY_DATABASE_URL：{error.url!r} 不可用；应形如"
                " sqlite:///custody.db 或 postgresql://用户:密码@主机/库名。",
                f"CUSTODY_DATABASE_URL: {error.url!r} cannot be used; expected"
                " sqlite:///custody.db or postgresql://user:password@host/database.",
                UNUSABLE,
            )
        case UnknownSchema():
            return complain(
                f"数据库的结构版本为 {error.found}，本程序支持 {error.known}。"
                "请使用相应版本的程序，或运行 custody upgrade。未作任何改动。",
                f"The database has schema version {error.found}, this program knows {error.known}. "
                "Use the program that fits it, or run custody upgrade. Nothing was changed.",
                WRONG,
            )
        case Unavailable():
            return complain(
                f"数据库不可用：{error}", f"The database is not available: {error}", WRONG
            )
    raise error
