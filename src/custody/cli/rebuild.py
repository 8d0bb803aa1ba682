"""Are the projections what the ledger says, and how are they built anew?"""

import json
from argparse import Namespace

from custody import collector, rebuilding
from custody.cli import books
from custody.cli.progress import shown
from custody.cli.speech import complain, either, say, tell
from custody.ledger import Ledger
from custody.projections import ALL


def run(arguments: Namespace) -> int:
    """Rebuild the projections named, or all; or only compare them with the ledger."""
    known = [projection.name for projection in ALL]
    strangers = sorted(set(arguments.projections) - set(known))
    if strangers:
        named, rest = ", ".join(strangers), ", ".join(known)
        return complain(
            f"没有投影 {named}；可用：{rest}。", f"No projection {named}; known: {rest}.", 2
        )
    names = arguments.projections or known
    collector.calm()
    with books.opened() as ledger:
        if arguments.verify:
            return _verify(ledger, names, as_json=arguments.json)
        with shown(either("重建投影", "Rebuilding"), quiet=arguments.json) as report:
            position = rebuilding.rebuild(ledger, set(names), report)
    if arguments.json:
        tell(json.dumps({"rebuilt": names, "position": position}))
    else:
        told = ", ".join(names)
        say(f"已重建 {told}，反映到位置 {position}。", f"Rebuilt {told} up to position {position}.")
    return 0


def _verify(ledger: Ledger, names: list[str], *, as_json: bool) -> int:
    with shown(either("核对投影", "Comparing"), quiet=as_json) as report:
        compared = rebuilding.verify(ledger, report, names)
    if as_json:
        told = [
            {"name": one.name, "equal": one.equal, "live": one.live, "rebuilt": one.rebuilt}
            for one in compared
        ]
        tell(json.dumps(told))
    else:
        for one in compared:
            same = either("一致", "equal") if one.equal else either("不一致", "DIFFERENT")
            tell(f"{one.name}\t{same}\t{one.live}")
    return 0 if all(one.equal for one in compared) else 1
