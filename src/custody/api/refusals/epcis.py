"""Which problems can an exchange of EPCIS events tell of, and how does the standard call them?"""

from typing import Final

from custody.api.refusals.kind import Kind
from custody.exchange.envelope import DOCUMENT_BYTES_MAX, EVENTS_MAX

LIMITS: Final = {
    "GS1-EPCIS-Capture-Limit": str(EVENTS_MAX),
    "GS1-EPCIS-Capture-File-Size-Limit": str(DOCUMENT_BYTES_MAX),
}
"""How much a capture may bring, as it is announced; and told again to whoever brought too much."""

KINDS: dict[str, Kind] = {
    "epcis_invalid": Kind(
        400,
        "EPCIS 事件有误",
        "Invalid EPCIS",
        "文档或事件不符合 EPCIS 2.0 的规则，详见 errors。请改正后重发。",
        (
            "The document or event breaks a rule of EPCIS 2.0; `errors` says which. Mend it and "
            "send it again."
        ),
    ),
    "epcis_too_many_events": Kind(
        413,
        "事件过多",
        "Too many events",
        "一份文档最多 {max} 个事件（见 GS1-EPCIS-Capture-Limit）。请分几份发送。",
        "A document may have {max} events (GS1-EPCIS-Capture-Limit). Send several documents.",
    ),
    "epcis_too_large": Kind(
        413,
        "文档过大",
        "Document too large",
        "一份文档最多 {bytes} 字节（见 GS1-EPCIS-Capture-File-Size-Limit）。请分几份发送。",
        (
            "A document may have {bytes} bytes (GS1-EPCIS-Capture-File-Size-Limit). Send several "
            "documents."
        ),
    ),
    "epcis_event_reused": Kind(
        409,
        "事件标识已被使用",
        "Event id reused",
        "该 eventID 已以其他内容记录，原事件不变。请换新的 eventID，或附 errorDeclaration。",
        (
            "An event of this eventID is recorded with other content, and stays as it is. Use a "
            "new eventID, or declare the event wrong by an errorDeclaration."
        ),
    ),
    "epcis_event_redacted": Kind(
        410,
        "事件内容已销毁",
        "Event redacted",
        "该事件曾经收讫，其内容已销毁，不再提供；见第 {position} 条及告知销毁的事实。",
        (
            "An event of this id was captured, and its content was destroyed since. That it was "
            "there stands at position {position} of the facts, and so does who destroyed it."
        ),
    ),
    "epcis_query_invalid": Kind(
        400,
        "查询有误",
        "Invalid query",
        "查询参数未知或取值有误，详见 errors。",
        "A parameter of the query is unknown or has a wrong value; `errors` says which.",
    ),
    "epcis_query_too_large": Kind(
        413,
        "结果过多",
        "Too many events found",
        (
            "符合条件的事件多于 maxEventCount（{max}）；或按自有字段排序时，"
            "符合条件或含该字段的事件多于 {max} 个。请缩小查询范围，或换一种次序分页读取。"
        ),
        (
            "More than {max} events match: more than maxEventCount allows. Or, in the order of a "
            "field of your own, more than {max} events match or have that field. "
            "Narrow the query, or read by pages in another order."
        ),
    ),
    "epcis_token_invalid": Kind(
        400,
        "分页令牌无效",
        "Invalid page token",
        "nextPageToken 须原样取自上一页的 Link，筛选条件不变，且未过期。请从第一页重新开始。",
        (
            "A nextPageToken is taken from the Link of the page before, unchanged, with the same "
            "parameters, and before it expires. Begin again with the first page."
        ),
    ),
    "epcis_not_served": Kind(
        406,
        "无法按此提供",
        "Not served so",
        "{what}。",
        "{what}.",
    ),
    "epcis_name_taken": Kind(
        409,
        "名称已被使用",
        "Name taken",
        "已有同名查询。请换用其他名称，或先删除原查询。",
        "There is a query of this name. Choose another, or delete it first.",
    ),
    "epcis_when": Kind(
        400,
        "订阅时间有误",
        "Told when?",
        '须写明 "stream": true（一经记录即推送）或 schedule（按时推送），二者取一。详见 errors。',
        (
            'A subscription says either "stream": true, to be told as events are recorded, or a '
            "schedule. `errors` says what is wrong."
        ),
    ),
    "epcis_too_many_queries": Kind(
        409,
        "命名查询过多",
        "Too many named queries",
        "最多保存 {max} 个命名查询。请先删除不用的。",
        "At most {max} named queries are kept. Delete some first.",
    ),
}

_BY_CODE: Final = {
    "epcis_query_too_large": "QueryTooLargeException",
    "epcis_query_invalid": "QueryParameterException",
    "epcis_token_invalid": "QueryParameterException",
    "epcis_when": "SubscriptionControlsException",
    "query_too_long": "URITooLongException",
    "too_large": "CaptureLimitExceededException",
    "epcis_too_large": "CaptureLimitExceededException",
    "epcis_too_many_events": "CaptureLimitExceededException",
}
_BY_STATUS: Final = {
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    406: "NotAcceptableException",
    410: "NoSuchResourceException",
    409: "ResourceAlreadyExistsException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
}


def exception(code: str, status: int) -> str:
    """Return the standard's name for a problem, as the type of its answer."""
    plain = "ImplementationException" if status >= 500 else "ValidationException"
    return f"epcisException:{_BY_CODE.get(code) or _BY_STATUS.get(status, plain)}"


def headers(code: str) -> dict[str, str]:
    """Return what the headers of a problem's answer say, by the standard."""
    return LIMITS if _BY_CODE.get(code) == "CaptureLimitExceededException" else {}
