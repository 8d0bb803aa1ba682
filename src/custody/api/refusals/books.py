"""Which problems can the books tell of?"""

from custody.api.refusals.kind import Kind

KINDS: dict[str, Kind] = {
    "book_too_long": Kind(
        413,
        "台账过长",
        "Book too long",
        "所选范围内有 {rows} 行，一个文件最多 {max} 行。请缩短 from 与 to 之间的范围。",
        (
            "There are {rows} lines in this stretch, and a file has at most {max}. Ask for a "
            "shorter one by from and to."
        ),
    ),
    "invalid_span": Kind(
        422,
        "起止时间有误",
        "Invalid stretch of time",
        (
            "from 与 to 须为日（2026-03-01）、月（2026-03）或带时区偏移的时刻，from 早于 to，"
            "且相隔不超过 {days} 天；from 含，to 不含，二者为同一日或同一月时即该日或该月。"
        ),
        (
            "from and to are days (2026-03-01), months (2026-03) or instants with an offset, from "
            "before to and at most {days} days apart. from is part of it and to is not; the same "
            "day or month for both is that day or month."
        ),
    ),
}
