"""Which UN numbers may a consignment of this chain bear?"""

from typing import Final

from custody.codes.digits import digits
from custody.codes.errors import CodeError

# Lithium metal (3090, 3091) is missing on purpose: declared here, it is declared wrongly.
LISTED: Final = frozenset(
    {
        "3480",  # lithium-ion batteries: a loose pack, the normal case
        "3481",  # the same in or with equipment that is no vehicle
        "3171",  # a whole vehicle, as declared before 2025
        "3556",  # a whole vehicle with lithium-ion batteries, from 2025 on
        "3536",  # batteries built into a cargo transport unit
        "3551",  # sodium-ion batteries: a number of their own, never 3480
        "3552",  # the same in or with equipment
    }
)
LEAD_ACID: Final = frozenset({"2794", "2800"})  # wet with acid, and the sealed ones

UN_LENGTH: Final = 4


def un_number(text: str) -> str:
    """Return the four digits, those of lithium metal too: whoever writes them is told later."""
    code = digits(text, UN_LENGTH)
    if code in LEAD_ACID:
        raise CodeError(
            "un_lead_acid",
            f"UN {code} is lead-acid: hazardous waste, which goes by other rules and not here",
            f"UN {code}为铅酸蓄电池，属危险废物，另有制度，不在此登记",
        )
    return code


def is_listed(un: str) -> bool:
    """Tell whether goods of this number belong in the chain; lithium metal does not."""
    return un in LISTED
