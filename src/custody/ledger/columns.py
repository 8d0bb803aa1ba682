"""How are the columns of all tables made, so that both engines hold and order the same?"""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlalchemy.types import TypeEngine

# Bytes in, bytes compared: no order may depend on the server's locale.
TEXT: Final[TypeEngine[str]] = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite makes a column its row id only if the type is spelled INTEGER.
POSITION: Final[TypeEngine[int]] = BigInteger().with_variant(Integer, "sqlite")


def column(name: str, type_: TypeEngine[Any], **options: Any) -> Column[Any]:
    """Make a column that always holds something, and that no database counts up by itself."""
    return Column(name, type_, **{"nullable": False, "autoincrement": False, **options})
