"""How do facts leave in columns that others read, and how does a ledger come back from them?"""

from custody.exporting.checking import Export, is_export
from custody.exporting.errors import NeedsExtra, NothingThere, NotImportable, OtherExport
from custody.exporting.filling import Unwritable
from custody.exporting.formats import FORMATS, Format
from custody.exporting.loading import Loaded, load
from custody.exporting.making import FILE_FACTS, FILE_FACTS_MAX, Wanted, export
from custody.exporting.manifest import Manifest

__all__ = [
    "FILE_FACTS",
    "FILE_FACTS_MAX",
    "FORMATS",
    "Export",
    "Format",
    "Loaded",
    "Manifest",
    "NeedsExtra",
    "NotImportable",
    "NothingThere",
    "OtherExport",
    "Unwritable",
    "Wanted",
    "export",
    "is_export",
    "load",
]
