"""What may stand in the way of an export, or of reading one again?"""

from pathlib import Path


class NeedsExtra(Exception):
    """The format needs a library that is not installed, which an extra of this name brings."""

    def __init__(self, extra: str, library: str) -> None:
        super().__init__(extra, library)
        self.extra = extra
        self.library = library


class OtherExport(Exception):
    """The folder holds an export of other terms; nothing was changed."""

    def __init__(self, what: str, found: object, wanted: object) -> None:
        super().__init__(what, found, wanted)
        self.what = what
        self.found = found
        self.wanted = wanted


class NothingThere(Exception):
    """There is no fact in the stretch that was asked for."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last


class NotImportable(Exception):
    """It is an export, and not one of a whole ledger: why."""

    def __init__(self, path: Path, en: str, zh: str) -> None:
        super().__init__(path, en)
        self.path = path
        self.en = en
        self.zh = zh
