"""How is the ledger passed on into a NATS JetStream from the command line?"""

import asyncio
import signal
from argparse import Namespace
from contextlib import suppress

from custody.cli import books
from custody.cli.speech import complain, how_to_install, say
from custody.relaying.jetstream import MissingLibrary, NotThere
from custody.relaying.relay import Relay, Stalled, Target

WRONG, UNUSABLE = 1, 2


def run(arguments: Namespace) -> int:
    """Pass on until told to stop."""
    target = Target(
        tuple(one for one in arguments.nats.split(",") if one),
        arguments.stream,
        arguments.subject,
        arguments.name,
        arguments.envelope,
        arguments.creds,
        arguments.replicas,
    )
    with books.opened() as ledger:
        relay = Relay(ledger, target)
        try:
            asyncio.run(_run(relay, once=arguments.once))
        except MissingLibrary:
            return complain(
                f"转发到 NATS 需要附加组件 nats：{how_to_install('nats-py')}",
                f"Passing on to NATS needs the extra `nats`: {how_to_install('nats-py')}",
                UNUSABLE,
            )
        except NotThere:
            return complain(
                f"没有名为 {target.stream} 的流。请先创建，或以 --replicas N 由本程序创建。",
                f"There is no stream {target.stream}. Make it, or have it made with --replicas N.",
                WRONG,
            )
        except Stalled as stalled:
            return complain(
                f"已转发到位置 {stalled.position}；其后的事实已记录，"
                "但尚未反映到查询数据，故未转发。请确认服务（custody serve）正在运行，见 /readyz。",
                f"Passed on up to position {stalled.position}; what was recorded past it is not "
                "projected, and is not passed on before it is. See whether the service (custody "
                "serve) runs, and its /readyz.",
                WRONG,
            )
        except Exception as error:
            if not _is_of_the_connection(error):
                raise
            where = ", ".join(one.rpartition("@")[2] for one in target.servers)
            return complain(
                f"无法连接 NATS（{where}）：{error}",
                f"Cannot connect to NATS ({where}): {error}",
                WRONG,
            )
    say(f"已转发到位置 {relay.cursor}。", f"Passed on up to position {relay.cursor}.")
    return 0


async def _run(relay: Relay, *, once: bool) -> None:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        with suppress(ValueError, RuntimeError):  # only a main thread hears of signals
            loop.add_signal_handler(each, relay.stop)
    await relay.run(once=once)


def _is_of_the_connection(error: Exception) -> bool:
    return isinstance(error, OSError | TimeoutError) or type(error).__module__.startswith("nats")
