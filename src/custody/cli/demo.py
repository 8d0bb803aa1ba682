"""How is the demonstration started?"""

from argparse import Namespace
from importlib import import_module


def run(arguments: Namespace) -> int:
    """Fill and serve a made-up network."""
    return int(import_module("custody.demo.run").main(arguments))
