"""What is done beside Python? Digests, compression, waiting for a database: none of it needs this.

One thing after another, in a thread of its own. Whoever hands on the next waits until the last is
done, so that no more than two parts of a long export are in memory at once.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Beside(Generic[P, T]):
    """A thread that does one kind of thing."""

    def __init__(self, act: Callable[P, T]) -> None:
        self._act = act
        self._thread = ThreadPoolExecutor(1, "exporting")
        self._doing: Future[T] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def do(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Do it once more, as soon as the last is done. Raises what the last one did."""
        self.rest()
        self._doing = self._thread.submit(self._act, *args, **kwargs)

    def done(self) -> T:
        """Wait for what was handed on last, and return what came of it, or raise that."""
        assert self._doing is not None, "something was handed on"
        return self._doing.result()

    def rest(self) -> None:
        """Wait for what was handed on last, if anything was; raise what it did."""
        if self._doing is not None:
            self._doing.result()

    def close(self) -> None:
        """Wait until nothing is done any more, whatever comes of it."""
        self._thread.shutdown()
