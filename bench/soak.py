"""Does anything slow down as the ledger grows? Fills one, as far as one likes, and asks on the way."""

FACTS = 10_000_000
SITES = 40_000


def run(*_: object) -> None:
    raise NotImplementedError
