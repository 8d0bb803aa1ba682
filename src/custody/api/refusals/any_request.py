"""Which problems can an answer to any request tell of?"""

from custody.api.refusals.kind import Kind

KINDS: dict[str, Kind] = {
    "invalid_json": Kind(
        400,
        "不是有效的 JSON",
        "Not JSON",
        "请求体须为 UTF-8 编码的 JSON，嵌套不超过 32 层。请改正后重发。",
        (
            "The body must be JSON in UTF-8, nested no deeper than 32 levels. Mend it and send "
            "it again."
        ),
    ),
    "name_twice": Kind(
        400,
        "字段名重复",
        "A name twice",
        "同一对象中有字段名出现两次，不同的读者会读出不同的内容。请只保留一个后重发。",
        (
            "An object has a name twice, and readers would differ in which one counts. Leave one "
            "and send it again."
        ),
    ),
    "invalid_encoding": Kind(
        400,
        "无法解压",
        "Cannot be inflated",
        "请求体声明为 gzip，但无法完整解压。请重新压缩，或不压缩直接发送。",
        (
            "The body is declared as gzip but does not inflate to its end. Compress it anew, or "
            "send it plain."
        ),
    ),
    "unauthenticated": Kind(
        401,
        "未认证",
        "Not authenticated",
        "需要有效的密钥：Authorization: Bearer ck_…；密钥不存在、拼写有误或已撤销时也会如此答复。",
        (
            "A valid key is needed: Authorization: Bearer ck_…. A key that is unknown, misspelt "
            "or revoked is answered the same."
        ),
    ),
    "forbidden": Kind(
        403,
        "无权限",
        "Not allowed",
        "此密钥的角色不得进行该操作。请使用相应角色的密钥。",
        "The role of this key does not allow this. Use a key whose role does.",
    ),
    "not_your_site": Kind(
        403,
        "不是您的站点",
        "Not your site",
        "终端密钥仅限于其绑定的站点。请改用该站点的密钥，或更正 site。",
        (
            "A terminal's key is for the site it is bound to. Use a key of that site, or correct "
            "`site`."
        ),
    ),
    "out_of_scope": Kind(
        403,
        "超出您的范围",
        "Beyond your scope",
        "此密钥仅限其所属单位、行政区划或站点的内容。请使用相应范围的密钥。",
        (
            "What you show is for its own organisation, division or site, and this is none of "
            "theirs. Ask with a key whose scope it is in."
        ),
    ),
    "not_the_author": Kind(
        403,
        "不是原记录单位",
        "Not the author",
        "只有记录该事实的单位才能作废或更正它。请联系原单位。",
        (
            "Only the organisation that posted a fact may void or correct it. Ask that "
            "organisation to."
        ),
    ),
    "not_found": Kind(
        404,
        "未找到",
        "Not found",
        "账面上没有所请求的对象，或路径不存在。请核对编号。",
        "Nothing is recorded under this name, or there is no such path. Check the name.",
    ),
    "site_unknown": Kind(
        404,
        "站点未登记",
        "Site unknown",
        "报送站点尚未登记。请先由管理员登记该站点，再以同一 id 重发。",
        "The posting site is not registered. Have it registered, then send again with the same id.",
    ),
    "method_not_allowed": Kind(
        405,
        "方法不允许",
        "Method not allowed",
        "该路径不支持此方法；可用的方法见 Allow 头。",
        "This path does not know this method; the header Allow lists those it does.",
    ),
    "not_acceptable": Kind(
        406,
        "无法提供所需格式",
        "Not acceptable",
        "Accept 头所列格式均不可提供。请改为 application/json。",
        "None of the formats in Accept can be served. Ask for application/json.",
    ),
    "id_reused": Kind(
        409,
        "id 已被使用",
        "Id reused",
        "该 id 已记录了内容不同的事实。新的事实须用新的 id；重发则须与原内容相同。",
        (
            "This id was recorded with other content. A new movement needs a new id; a repeat "
            "must say the same."
        ),
    ),
    "too_large": Kind(
        413,
        "请求体过大",
        "Too large",
        "请求体解压后不得超过 {bytes} 字节。请分批发送。",
        "A body may have at most {bytes} bytes after inflating. Send it in parts.",
    ),
    "unsupported_media_type": Kind(
        415,
        "格式不支持",
        "Unsupported media type",
        "此处可用：{accepted}。",
        "What can be read here: {accepted}.",
    ),
    "invalid_fields": Kind(
        422,
        "字段有误",
        "Invalid fields",
        "有字段不符合规则，详见 errors。请改正后重发。",
        (
            "Some fields break a rule; `errors` says which and what each rule needs. Mend them "
            "and send again."
        ),
    ),
    "invalid_parameters": Kind(
        422,
        "参数有误",
        "Invalid parameters",
        "路径、查询参数或请求头不符合规则，详见 errors。",
        "Something in the path, the query or a header breaks a rule; `errors` says what.",
    ),
    "unknown_parameter": Kind(
        422,
        "未知的参数",
        "Unknown parameter",
        "此处没有该查询参数，为免误答而拒绝。请核对拼写。",
        (
            "This question has no such parameter; it is refused lest another question be "
            "answered. Check the spelling."
        ),
    ),
    "cursor_invalid": Kind(
        422,
        "游标无效",
        "Invalid cursor",
        "cursor 须原样取自本列表上一页的 next，且筛选条件不变。请从第一页重新开始。",
        (
            "A cursor is the `next` of this list's page before, unchanged, under the same "
            "filters. Begin again with the first page."
        ),
    ),
    "organisation_unknown": Kind(
        422,
        "单位未登记",
        "Organisation unknown",
        "站点所属单位尚未登记。请先登记该单位。",
        "The organisation of this site is not registered. Register it first.",
    ),
    "too_early": Kind(
        422,
        "时间超前",
        "Too early",
        (
            "发生时间比本系统时钟超前 5 分钟以上。请校准设备时钟或发送 Custody-Sent-At，"
            "稍后以同一 id 重发。"
        ),
        (
            "It claims to have happened more than 5 minutes ahead of our clock. Set the device's "
            "clock or send Custody-Sent-At, and send it again later with the same id."
        ),
    ),
    "target_unknown": Kind(
        422,
        "对象未知",
        "Target unknown",
        "作废或更正所指的事实不存在，或其本身就是作废或更正。请先报送原事实。",
        (
            "What is to be voided or corrected is not recorded, or is a correction itself. Send "
            "the target first."
        ),
    ),
    "batch_refused": Kind(
        422,
        "整批拒绝",
        "Batch refused",
        "要求整批成功（Prefer: handling=strict），而其中有被拒绝的，因此均未记录；详见 errors。",
        (
            "All or nothing was asked for (Prefer: handling=strict) and some are refused, so "
            "none is recorded; `errors` lists every problem."
        ),
    ),
    "internal": Kind(
        500,
        "内部错误",
        "Internal error",
        "本系统出错，已记入日志。可用同一 id 重发；如仍出错，请将 request_id 告知管理员。",
        (
            "Our mistake; it is in the log. Send again with the same id; if it persists, tell "
            "the operator the request_id."
        ),
    ),
    "busy": Kind(
        503,
        "繁忙",
        "Busy",
        "等待写入的事实过多，本次未接收。请按 Retry-After 稍后以同一 id 重发。",
        (
            "Too many movements wait to be written; nothing of this request was taken. Send "
            "again with the same ids after Retry-After."
        ),
    ),
    "unavailable": Kind(
        503,
        "数据库不可用",
        "Database unavailable",
        (
            "数据库暂不可用，本次是否已记录尚不确定。请按 Retry-After 稍后以同一 id 重发，"
            "不会重复记录。"
        ),
        (
            "The database cannot serve just now; whether this was recorded is not certain. Send "
            "again with the same ids after Retry-After: nothing is recorded twice."
        ),
    ),
    "not_there_yet": Kind(
        503,
        "尚未更新到所需位置",
        "Not there yet",
        "答复尚未反映到 at_least 所要求的位置，或事件索引仍在建立。请按 Retry-After 稍后再问。",
        (
            "The answer does not reflect the position asked for by at_least yet, or the index of "
            "events is still being made. Ask again after Retry-After."
        ),
    ),
}

BY_STATUS = {
    400: "invalid_json",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_fields",
    503: "unavailable",
}
"""What a bare status stands for when a library raises it."""
