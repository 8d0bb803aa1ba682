"""On what was it measured? A figure without its machine says nothing."""

import datetime as dt
import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url


def described(postgres_url: str) -> str:
    """Say which machine this is, and the versions of what was measured."""
    # Above half of the cores, every figure is too low and the latencies are the neighbours'.
    today = dt.datetime.now(dt.UTC).date()
    peers = ("eventsourcing", "fastapi", "pydantic", "psycopg", "sqlalchemy", "uvicorn")
    return (
        f"{today}: {os.cpu_count()} cores ({_processor()}), {_memory_gib()} GiB of memory, "
        f"{platform.system()} {platform.release()}; Python {platform.python_version()}, "
        f"PostgreSQL {_postgres(postgres_url)} (fsync on), SQLite {sqlite3.sqlite_version} "
        f"(WAL, synchronous = full); {', '.join(f'{name} {version(name)}' for name in peers)}. "
        f"Others' load when it began: {os.getloadavg()[0]:.1f}."
    )


def _postgres(url: str) -> str:
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn) as connection:
        row = connection.execute("show server_version").fetchone()
    return str(row[0]) if row else "?"


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
