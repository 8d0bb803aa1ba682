"""Which problems can an answer tell of: their stable code, their status, and what they tell people?

`code` never changes. A detail says which rule it is and what to do; particulars stand in `errors`.
Each room tells its own; whoever adds one adds a line here.
"""

from custody.api.refusals import (
    any_request,
    books,
    epcis,
    exports,
    issuing,
    limits,
    log,
    pushing,
    vault,
)
from custody.api.refusals.kind import Kind

BY_STATUS = any_request.BY_STATUS
"""What a bare status stands for when a library raises it."""

KINDS: dict[str, Kind] = {
    code: kind
    for room in (vault, books, issuing, log, limits, pushing, epcis, exports, any_request)
    for code, kind in room.KINDS.items()
}
