"""What does `python -m bench` do? It measures everything side by side and writes the table."""

import argparse
from pathlib import Path

from bench import report, soak
from bench.alone import alone, measured, profiled
from bench.databases import Databases
from bench.figures import ALL
from bench.machine import described
from bench.scale import FULL, QUICK

FIGURES = Path(__file__).parents[1] / "docs" / "figures.md"


def main() -> None:
    """Run what is asked for; everything, if nothing is."""
    asked = _arguments()
    if asked.soak:
        print(soak.run(asked.database, asked.facts, asked.sites, asked.notes))
        return
    scale = QUICK if asked.quick else FULL
    with Databases() as databases:
        machine = described(databases.postgres_url)
    found = {name: alone(measured, name, scale) for name in asked.only or ALL}
    shares = alone(profiled, scale)
    rows = [row for name in ALL for row in found.get(name, ())]  # whatever was measured first
    page = report.page(machine, rows, shares)
    print(page)
    if asked.output:
        asked.output.parent.mkdir(exist_ok=True)
        asked.output.write_text(page)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest size, once; not kept")
    parser.add_argument("--only", action="append", choices=ALL, help="one figure; may be repeated")
    parser.add_argument("--output", type=Path, help="where to write the table")
    parser.add_argument("--soak", action="store_true", help="fill a ledger and measure on the way")
    parser.add_argument("--facts", type=int, default=soak.FACTS, help="how far to fill it")
    parser.add_argument("--sites", type=int, default=soak.SITES, help="how many sites post")
    parser.add_argument("--database", default="sqlite:///soak.db", help="which one to fill")
    parser.add_argument(
        "--notes", type=Path, default=Path("soak.json"), help="what was seen so far"
    )
    asked = parser.parse_args()
    if asked.output is None and not asked.quick and not asked.only:
        asked.output = FIGURES
    return asked


if __name__ == "__main__":
    main()
