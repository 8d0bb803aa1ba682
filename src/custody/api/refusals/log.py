"""Which problems can the log tell of?"""

from custody.api.refusals.kind import Kind

KINDS: dict[str, Kind] = {
    "not_published_yet": Kind(
        503,
        "尚未发布",
        "Not published yet",
        (
            "还没有已签名的检查点涵盖所问内容：日志刚刚开始，或签名程序、见证方暂不可用。"
            "记录不受影响，请稍后再试。"
        ),
        (
            "No signed checkpoint covers this yet: the log has only begun, or its signer or "
            "witnesses do not answer. Recording goes on; try again later."
        ),
    ),
    "evidence_inconsistent": Kind(
        500,
        "存储内容自相矛盾",
        "What is stored contradicts itself",
        (
            "第 {position} 条记录与其封存的日志叶不符：数据库中有内容被改动。请管理员运行 "
            "custody verify。"
        ),
        (
            "Record {position} is not what its leaf in the log was made of: something in the "
            "database was changed. Have the operator run custody verify."
        ),
    ),
}
