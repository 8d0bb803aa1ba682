"""Which problems tell that somebody asks too much, in too many words, or as two at once?"""

from custody.api.refusals.kind import Kind

KINDS: dict[str, Kind] = {
    "two_identities": Kind(
        400,
        "身份不唯一",
        "Two identities",
        "请求以两种方式表明身份（密钥或令牌、签名、客户端证书）。请只用一种。",
        (
            "The request shows in two ways who asks: by a key or token, a signature, a client "
            "certificate. Leave one."
        ),
    ),
    "proxy_not_trusted": Kind(
        403,
        "代理不受信任",
        "Proxy not trusted",
        (
            "请求头 Client-Cert 只接受来自受信任代理的请求。请直接连接时去掉该请求头，"
            "或由管理员在 CUSTODY_TRUSTED_PROXIES 中登记该代理。"
        ),
        (
            "The header Client-Cert is believed from trusted proxies alone. Leave it out, or have "
            "the operator name this proxy in CUSTODY_TRUSTED_PROXIES."
        ),
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
            "此密钥（或此地址）在短时间内请求过多，本次未处理。请按 Retry-After 稍后重发；"
            "流转以同一 id 重发不会重复记录。"
        ),
        (
            "This key, or this address, has asked for too much in too short a time; nothing was "
            "done. Come again after Retry-After; a movement sent again with the same id is not "
            "recorded twice."
        ),
    ),
    "too_many_streams": Kind(
        429,
        "实时订阅过多",
        "Too many streams",
        "此密钥同时最多 {max} 个实时订阅。请先关闭其他订阅，或改用 /v1/facts 分页读取。",
        (
            "This key may have at most {max} streams open at once. Close one of them, or read "
            "/v1/facts page by page."
        ),
    ),
    "too_many_in_flight": Kind(
        429,
        "同时请求过多",
        "Too many requests at once",
        (
            "此密钥（或此地址）同时进行的请求不得超过 {max} 个，本次未处理。"
            "请待先前的请求有了答复再重发；流转以同一 id 重发不会重复记录。"
        ),
        (
            "This key, or this address, may have at most {max} requests open at once; nothing was "
            "done. Come again when one of them has been answered; a movement sent again with the "
            "same id is not recorded twice."
        ),
    ),
    "headers_too_large": Kind(
        431,
        "请求头过大",
        "Headers too large",
        "请求头合计不得超过 {bytes} 字节。",
        "The headers of a request may have at most {bytes} bytes together.",
    ),
    "too_many_movements": Kind(
        413,
        "条数过多",
        "Too many movements",
        "一次请求最多 {max} 条。请分批发送。",
        "A request may carry at most {max} movements. Send them in parts.",
    ),
    "movement_too_large": Kind(
        413,
        "单条流转过大",
        "Movement too large",
        "单条流转不得超过 {bytes} 字节。请拆分为多条，或去掉多余的空白。",
        (
            "A movement may have at most {bytes} bytes. Divide it, or leave out blanks that say "
            "nothing."
        ),
    ),
}
