"""What do batteries' own facts tell that the stays do not: places, codes, what went before?"""

from collections.abc import Collection, Iterator, Sequence

from custody.events import Movement, decode
from custody.events.journey import effective, linked, of_battery, whereabouts
from custody.events.whereabouts import Whereabouts
from custody.gathering import Pool, gather
from custody.ledger import Ledger, Record
from custody.terms import Millis, Position, Subject

BATTERIES_AT_ONCE = 500


def believed(
    ledger: Ledger, refs: Collection[str], at: Millis, known: Position
) -> Iterator[tuple[str, Whereabouts]]:
    """Tell what was believed of each battery at an instant, as known at a position."""
    for ref, facts in histories(ledger, refs, known):
        codes = linked(facts).get(ref, (ref,))
        counting = effective(facts, of_battery(codes))
        yield ref, whereabouts(codes, [fact for fact in counting if fact.at <= at])


def first_codes(ledger: Ledger, refs: Collection[str], known: Position) -> dict[str, str]:
    """Return the code under which the pack of each battery is kept."""
    return {ref: linked(facts).get(ref, (ref,))[0] for ref, facts in histories(ledger, refs, known)}


def histories(
    ledger: Ledger, refs: Collection[str], known: Position
) -> Iterator[tuple[str, Sequence[Movement]]]:
    """Return the facts of each battery that were recorded up to a position."""

    def read(subjects: Collection[Subject]) -> list[Record]:
        return [one for one in ledger.read(subjects).records if one.position <= known]

    wanted = sorted(refs)
    for first in range(0, len(wanted), BATTERIES_AT_ONCE):
        some = wanted[first : first + BATTERIES_AT_ONCE]
        pool = Pool(gather(read, {f"battery:{ref}" for ref in some}))
        for ref in some:
            records = gather(pool.read, [f"battery:{ref}"])
            yield ref, [decode(one.type, one.version, one.data) for one in records]
