"""How is a command added to the others, and what may be said to many of them?"""

from argparse import ArgumentParser, _SubParsersAction
from typing import TypeAlias

from custody.cli.speech import either

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"
"""What argparse calls the place that commands are added to."""


def command(commands: Commands, name: str, zh: str, en: str) -> ArgumentParser:
    """Add a command that the module of its name runs."""
    told = either(zh, en)
    added = commands.add_parser(name, help=told, description=told)
    added.set_defaults(run=name)
    return added


def as_json(added: ArgumentParser) -> None:
    """Let a command print JSON."""
    added.add_argument(
        "--json", action="store_true", help=either("以 JSON 输出", "print JSON, for machines")
    )
