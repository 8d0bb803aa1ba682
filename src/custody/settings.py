"""Which settings does the service read from its environment, and what are they when nobody says?"""

from collections.abc import Mapping
from dataclasses import dataclass

PORT_MAX = 65_535


class UnusableSetting(ValueError):
    """A variable of the environment says something that cannot be meant."""

    def __init__(self, variable: str, value: str, en: str, zh: str) -> None:
        super().__init__(f"{variable}={value!r}: {en}")
        self.variable = variable
        self.en = f"{variable}={value!r}: {en}"
        self.zh = f"{variable}={value!r}：{zh}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the books are, and where the service listens."""

    database_url: str = "sqlite:///custody.db"
    host: str = "127.0.0.1"
    port: int = 8000


def read(environment: Mapping[str, str]) -> Settings:
    """Read `CUSTODY_…`; a variable that is empty counts as absent. Raises UnusableSetting."""
    default = Settings()
    return Settings(
        database_url=environment.get("CUSTODY_DATABASE_URL") or default.database_url,
        host=environment.get("CUSTODY_HOST") or default.host,
        port=_port(environment.get("CUSTODY_PORT") or str(default.port)),
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= PORT_MAX:
        return int(text)
    raise UnusableSetting(
        "CUSTODY_PORT", text, f"expected 0 to {PORT_MAX}", f"应为0至{PORT_MAX}的整数"
    )
