"""Does the bench still run? Every figure at its smallest size; how fast is not asked."""

from collections.abc import Iterator

import pytest

from bench.databases import Databases
from bench.figures import ALL
from bench.report import page
from bench.scale import QUICK
from tests.process import forked


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with forked.everywhere(), Databases() as databases:
        yield databases


@pytest.mark.parametrize("name", ALL)
def test_a_figure_comes_out(name: str, databases: Databases) -> None:
    rows = list(ALL[name](databases, QUICK))

    assert rows
    assert all(row.work in page("here and today", rows, {}) for row in rows)
