"""How far had the ledger come at a moment? One statement, the same for either engine."""

from typing import Final

_FIRST_STEP: Final = 2**40  # more records than any ledger will hold


def position_at(mark: str) -> str:
    """Write the statement with the engine's own mark for its parameter.

    Recorded times rise with the positions. So it strides up the ledger by steps, each half of the
    one before, and keeps those that end at or before the moment: forty look-ups by key, however
    long the ledger.
    """
    return f"""
    with recursive search(low, step) as (
        select cast(0 as bigint), cast({_FIRST_STEP} as bigint)
        union all
        select case when (select r.recorded_at from record r where r."position" = low + step)
                         <= {mark}
                    then low + step else low end,
               step / 2
        from search where step > 0
    )
    select max(low) from search
    """
