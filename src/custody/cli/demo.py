"""How is the demonstration started, and how does the person see it being filled?"""

import shlex
import sys
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path

from custody.cli import books, listening
from custody.cli.progress import Report, shown
from custody.cli.speech import complain, either, say
from custody.demo import network, weeks
from custody.demo.filling import Plan
from custody.demo.run import Where, last_midnight
from custody.demo.run import run as run_demo

SEED = 20_26
UNUSABLE = 2


def run(arguments: Namespace) -> int:
    """Serve a made-up network, filling it first if the books are empty."""
    settings = books.configured()
    if settings.serving.production:
        return complain(
            "CUSTODY_ENV=production：虚构的网络不会填入生产账本，账本中的事实不能删除。",
            "CUSTODY_ENV=production: a made-up network does not go into books in earnest, from "
            "which nothing can be deleted.",
            UNUSABLE,
        )
    plan = Plan(
        sites=arguments.sites or network.SITES,
        batteries=arguments.batteries or weeks.BATTERIES,
        seed=SEED if arguments.seed is None else arguments.seed,
        until=arguments.until or last_midnight(),
    )
    if not network.SITES_MIN <= plan.sites <= network.SITES_MAX:
        return complain(
            f"--sites：应为 {network.SITES_MIN} 至 {network.SITES_MAX}。",
            f"--sites: expected {network.SITES_MIN} to {network.SITES_MAX}.",
            UNUSABLE,
        )
    if code := listening.refused(settings.host, settings.port):
        return code
    with books.opened(settings.database_url):
        pass  # what is wrong with the database is said here, before anything is served
    where = Where(settings.database_url, settings.host, settings.port, _called())
    with ExitStack() as stack:
        bars = _Bars(stack)
        return run_demo(where, plan, bars.report, say, then_stop=arguments.fill_only)


def _called() -> str:
    """Tell how one calls this program again in the same folder, be it on the path or not."""
    program = sys.argv[0]
    words = [program] if Path(program).name == "custody" else [sys.executable, "-m", "custody"]
    return shlex.join(words)


class _Bars:
    """One bar after another, each for as long as its work goes on."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._what: str | None = None
        self._report: Report | None = None

    def report(self, what: str, done: int, total: int) -> None:
        if what != self._what:
            self._what = what
            told = {
                "registering": either("登记网络", "Registering the network"),
                "posting": either("上报流转（按请求计）", "Posting movements (requests)"),
            }
            self._stack.close()
            self._report = self._stack.enter_context(shown(told[what]))
        assert self._report is not None, "there is a bar for what is being done"
        self._report(done, total)
        if done >= total:
            self._stack.close()
