"""How are files of another system imported from a terminal? Each on its own, and once only."""

import time
from argparse import Namespace
from importlib import import_module
from pathlib import Path

from custody import codes
from custody.cli import books
from custody.cli.imported import Named, tell_of
from custody.cli.progress import shown
from custody.cli.speech import complain, either
from custody.events.vocabulary import NAME_MAX
from custody.exporting.checking import is_export
from custody.importing.emanifest import naming
from custody.importing.emanifest.document import FILE_BYTES_MAX
from custody.importing.recording import Importer, Parties
from custody.importing.reports import WRONG, Report, of_the_file
from custody.terms import Refused

DONE, FOUND_WRONG, UNUSABLE = 0, 1, 2


def run(arguments: Namespace) -> int:
    """Import each file; 1 if something in one of them has to be mended."""
    if _is_ours(arguments):
        return int(import_module("custody.cli.import_export").run(arguments))
    absent = next((one for one in arguments.files if not Path(one).exists()), None)
    if absent is not None and arguments.organisation is None:
        return complain(f"找不到 {absent}。", f"There is no {absent}.", UNUSABLE)
    if arguments.organisation is None:
        return complain(
            "导入联单须用 --organisation 指明单位；这些文件不是本系统的导出。",
            "Manifests are imported for an --organisation; these files are no export of ours.",
            UNUSABLE,
        )
    try:
        parties = _parties(arguments)
        number = arguments.number and naming.tracking_number(arguments.number)
    except codes.CodeError as error:
        return complain(f"参数有误：{error.detail_zh}", f"Unusable: {error.detail}", UNUSABLE)
    if number and len(arguments.files) > 1:
        return complain("--number 仅用于单个文件。", "--number is for one file alone.", UNUSABLE)
    with books.ledger_opened() as ledger:
        importer = Importer(ledger, lambda: time.time_ns() // 1_000_000, parties)
        try:
            importer.check()
        except Refused as refused:
            return _unknown(refused)
        reports = _import_all(importer, arguments, number)
    return FOUND_WRONG if any(one.report.outcome in WRONG for one in reports) else DONE


def _is_ours(arguments: Namespace) -> bool:
    """Tell an export of ours from other systems' files: by what was said, or by the first."""
    if arguments.format is not None:
        return bool(arguments.format == "export")
    return is_export(Path(arguments.files[0]))


def _import_all(importer: Importer, arguments: Namespace, number: str | None) -> list[Named]:
    reports: list[Named] = []
    try:
        with shown(either("导入", "Importing"), quiet=arguments.json) as progress:
            for file in arguments.files:
                data = _read(file)
                report = (
                    Report("unreadable", "other", errors=(of_the_file("not_readable"),))
                    if data is None
                    else importer.take(data, number, arguments.shipped_at)
                )
                reports.append(Named(file, report))
                progress(len(reports), len(arguments.files))
    finally:  # whatever ends it early, the person learns what was done by then
        tell_of(reports, as_json=arguments.json)
    return reports


def _read(file: str) -> bytes | None:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(FILE_BYTES_MAX + 1)  # one more, so that it is seen to be too much
    except OSError:
        return None


def _parties(arguments: Namespace) -> Parties:
    sites = {}
    for pair in arguments.site:
        epa_id, _, site = pair.partition("=")
        sites[naming.epa_site(epa_id)] = codes.site(site)
    name = arguments.name
    if name is not None and not (0 < len(name) <= NAME_MAX and name.isprintable()):
        raise codes.CodeError(
            "name", f"--name has 1 to {NAME_MAX} characters", f"--name 应为1至{NAME_MAX}个字符"
        )
    return Parties(codes.uscc(arguments.organisation), name, sites)


def _unknown(refused: Refused) -> int:
    if refused.code == "site_unknown":
        site = refused.params["site"]
        return complain(
            f"--site：站点 {site} 未登记。请先登记。",
            f"--site: {site} is not registered. Register it first.",
            UNUSABLE,
        )
    uscc = refused.params["uscc"]
    return complain(
        f"单位 {uscc} 未登记。请先登记，或用 --name 给出名称，由导入登记。",
        f"Organisation {uscc} is not registered. Register it first, or give its --name and the "
        "import does.",
        UNUSABLE,
    )
