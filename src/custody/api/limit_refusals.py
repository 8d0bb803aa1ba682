"""Which problems tell that somebody asks too much at once, or in too many words?"""

from custody.api.kinds import Kind

KINDS: dict[str, Kind] = {
    "too_deep": Kind(
        400,
        "嵌套过深",
        "Nested too deeply",
        "JSON 嵌套不得超过 {max} 层。请改正后重发。",
        "JSON may be nested at most {max} levels deep. Mend it and send it again.",
    ),
    "query_too_long": Kind(
        414,
        "网址过长",
        "Path or query too long",
        "路径与查询参数合计不得超过 {bytes} 字节。",
        "The path and the query together may have at most {bytes} bytes.",
    ),
    "rate_limited": Kind(
        429,
        "请求过于频繁",
        "Too much at once",
        (
            "此密钥在短时间内请求过多，本次未处理。请按 Retry-After 稍后重发；"
            "流转以同一 id 重发不会重复记录。"
        ),
        (
            "This key has asked for too much in too short a time; nothing was done. Come again "
            "after Retry-After; a movement sent again with the same id is not recorded twice."
        ),
    ),
    "headers_too_large": Kind(
        431,
        "请求头过大",
        "Headers too large",
        "请求头合计不得超过 {bytes} 字节。",
        "The headers of a request may have at most {bytes} bytes together.",
    ),
}
