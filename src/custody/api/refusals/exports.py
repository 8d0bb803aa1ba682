"""Which problems can tell of exports and of the links that they are fetched by?"""

from custody.api.refusals.kind import Kind

KINDS: dict[str, Kind] = {
    "too_many_exports": Kind(
        429,
        "导出任务过多",
        "Too many exports",
        "同时最多 {max} 个导出任务（含尚可下载的）。请先删除不再需要的任务。",
        (
            "You may have at most {max} exports at once, those to be fetched included. Delete "
            "what you need no longer."
        ),
    ),
    "link_invalid": Kind(
        403,
        "下载链接无效",
        "Not a good link",
        "链接不完整、被改动，或其导出已删除、密钥已撤销。请由 /v1/exports/… 取得新链接。",
        (
            "The link was cut short or changed, its export was deleted, or its key was revoked. "
            "Take a new one from /v1/exports/…."
        ),
    ),
    "link_expired": Kind(
        410,
        "下载链接已过期",
        "The link has expired",
        "链接已过有效期。请由 /v1/exports/… 取得新链接。",
        "The time of this link is over. Take a new one from /v1/exports/….",
    ),
    "export_elsewhere": Kind(
        503,
        "文件在另一主机",
        "The file lies on another host",
        "此主机上没有该文件：多台主机须以 CUSTODY_EXPORTS_DIRECTORY 共用一个目录。请稍后再试。",
        (
            "This host does not have the file: several hosts need one directory that all of them "
            "see, in CUSTODY_EXPORTS_DIRECTORY. Try again later."
        ),
    ),
    "export_needs_extra": Kind(
        500,
        "缺少附加组件",
        "An extra is missing",
        "服务端未安装 Parquet 组件：请管理员安装 pyarrow，或改用 csv、ndjson。",
        (
            "The service lacks what Parquet needs: have the operator install pyarrow, or "
            "ask for csv or ndjson."
        ),
    ),
    "export_unwritable": Kind(
        500,
        "账本内容被改动",
        "The ledger was changed",
        "账本中有一条不是其类型的事实。请管理员运行 custody verify。",
        "A record is no fact of its type. Have the operator run custody verify.",
    ),
    "export_no_room": Kind(
        500,
        "无法写入文件",
        "The file cannot be written",
        "导出目录已满或不可写。请管理员检查 CUSTODY_EXPORTS_DIRECTORY，然后重新提交。",
        (
            "The directory of exports is full or cannot be written. Have the operator look at "
            "CUSTODY_EXPORTS_DIRECTORY, and ask again."
        ),
    ),
}
