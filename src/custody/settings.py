"""Which settings does the service read from its environment, and what are they when nobody says?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from custody.api.serving import Serving
from custody.identity.issuer import Issuer
from custody.limits import IN_FLIGHT_MAX, MOVEMENTS, QUERIES, UNLIMITED, Allowance
from custody.log import opening
from custody.log.guard import Unusable

PORT_MAX = 65_535
RATE_MAX = 10_000_000
PRODUCTION = "production"
OIDC = ("ISSUER", "AUDIENCE", "JWKS")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
ENVIRONMENTS = (PRODUCTION, "test")


class UnusableSetting(ValueError):
    """A variable of the environment says something that cannot be meant."""

    def __init__(self, variable: str, value: str, en: str, zh: str) -> None:
        super().__init__(f"{variable}={value!r}: {en}")
        self.variable = variable
        self.en = f"{variable}={value!r}: {en}"
        self.zh = f"{variable}={value!r}：{zh}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the books are, where the service listens, and under which conditions."""

    # Not shown: it may hold a password.
    database_url: str = field(default="sqlite:///custody.db", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    serving: Serving = field(
        default_factory=lambda: Serving(log=opening.Settings(), push_networks=())
    )


def read(environment: Mapping[str, str]) -> Settings:
    """Read `CUSTODY_…`; a variable that is empty counts as absent. Raises UnusableSetting."""
    default = Settings()
    return Settings(
        database_url=secret(environment, "CUSTODY_DATABASE_URL") or default.database_url,
        host=environment.get("CUSTODY_HOST") or default.host,
        port=_port(environment.get("CUSTODY_PORT") or str(default.port)),
        serving=Serving(
            production=in_production(environment),
            movements=_allowance(environment, "CUSTODY_RATE_MOVEMENTS", MOVEMENTS),
            queries=_allowance(environment, "CUSTODY_RATE_QUERIES", QUERIES),
            in_flight=_in_flight(environment),
            cors_origins=_origins(environment),
            trusted_proxies=_networks(environment, "CUSTODY_TRUSTED_PROXIES"),
            push_networks=_networks(environment, "CUSTODY_PUSH_NETWORKS"),
            log=_log(environment),
            exports=environment.get("CUSTODY_EXPORTS_DIRECTORY") or None,
            issuer=_issuer(environment),
        ),
    )


def in_production(environment: Mapping[str, str]) -> bool:
    """Tell whether keys and secrets made for tests are to open nothing. Raises UnusableSetting."""
    return _environment(environment) == PRODUCTION


def secret(environment: Mapping[str, str], variable: str) -> str | None:
    """Read what a variable says, or the file that `…_FILE` names. Raises UnusableSetting."""
    said, path = environment.get(variable), environment.get(f"{variable}_FILE")
    if not path:
        return said or None
    if said:
        en, zh = f"{variable} is set as well; leave one out", f"{variable} 也已设置；请只保留一个"
        raise UnusableSetting(f"{variable}_FILE", path, en, zh)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise UnusableSetting(f"{variable}_FILE", path, reason, f"无法读取（{reason}）") from error


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= PORT_MAX:
        return int(text)
    raise UnusableSetting(
        "CUSTODY_PORT", text, f"expected 0 to {PORT_MAX}", f"应为0至{PORT_MAX}的整数"
    )


def _log(environment: Mapping[str, str]) -> opening.Settings:
    try:
        return opening.read(environment)
    except Unusable as error:
        variable = "CUSTODY_LOG_HEADS_S"
        raise UnusableSetting(variable, environment[variable], error.en, error.zh) from error


def _environment(environment: Mapping[str, str]) -> str | None:
    said = environment.get("CUSTODY_ENV")
    if said and said not in ENVIRONMENTS:
        known = ", ".join(ENVIRONMENTS)
        raise UnusableSetting("CUSTODY_ENV", said, f"expected one of {known}", f"应为 {known} 之一")
    return said


def _allowance(environment: Mapping[str, str], variable: str, default: Allowance) -> Allowance:
    """Read how many a second, and how many at once: ten seconds' worth unless it is said."""
    said, burst = environment.get(variable), environment.get(f"{variable}_BURST")
    a_second = _count(variable, said) if said else default.a_second
    if not a_second:
        return UNLIMITED
    if burst:
        return Allowance(a_second, max(1, _count(f"{variable}_BURST", burst)))
    return Allowance(a_second, a_second * default.at_once / default.a_second)


def _in_flight(environment: Mapping[str, str]) -> int:
    variable = "CUSTODY_IN_FLIGHT"
    said = environment.get(variable)
    return _count(variable, said) if said else IN_FLIGHT_MAX


def _count(variable: str, text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= RATE_MAX:
        return int(text)
    raise UnusableSetting(
        variable,
        text,
        f"expected 0 to {RATE_MAX}, 0 for no limit",
        f"应为0至{RATE_MAX}的整数，0为不限",
    )


def _origins(environment: Mapping[str, str]) -> tuple[str, ...]:
    variable = "CUSTODY_CORS_ORIGINS"
    origins = _listed(environment, variable)
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != origin:
            en, zh = "expected origins such as https://books.example", "应为 https://… 形式的来源"
            raise UnusableSetting(variable, origin, en, zh)
    return origins


def _networks(
    environment: Mapping[str, str], variable: str
) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one) for one in _listed(environment, variable))
    except ValueError as error:
        en, zh = "expected addresses or networks, with commas", "应为以逗号分隔的地址或网段"
        raise UnusableSetting(variable, environment[variable], en, zh) from error


def _issuer(environment: Mapping[str, str]) -> Issuer | None:
    """Read whose tokens are believed: all three settings, or none."""
    said = {name: environment.get(f"CUSTODY_OIDC_{name}") or "" for name in OIDC}
    if not any(said.values()):
        return None
    for name, value in said.items():
        if not value:
            en, zh = "is needed beside the others", "须与其他 CUSTODY_OIDC_… 一并设置"
            raise UnusableSetting(f"CUSTODY_OIDC_{name}", value, en, zh)
    issuer = Issuer(said["ISSUER"], said["AUDIENCE"], said["JWKS"])
    place = urlsplit(issuer.keys)
    if place.scheme == "http" and place.hostname not in LOOPBACK:
        en, zh = "keys come by https, or from a file", "密钥集须经 https 获取，或取自文件"
        raise UnusableSetting("CUSTODY_OIDC_JWKS", issuer.keys, en, zh)
    return issuer


def _listed(environment: Mapping[str, str], variable: str) -> tuple[str, ...]:
    said = environment.get(variable, "")
    return tuple(one.strip() for one in said.split(",") if one.strip())
