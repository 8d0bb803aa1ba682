"""What is told about a parameter of a query, or about an event's id, that will not do?"""

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "not_a_document": (
        (
            "应为 EPCISDocument 或 EPCISQueryDocument，其 epcisBody 含 eventList；"
            "单个事件请报送到 /epcis/events。"
        ),
        (
            "Expected an EPCISDocument or EPCISQueryDocument, whose epcisBody has an eventList; a "
            "single event goes to /epcis/events."
        ),
    ),
    "event_id_reused": (
        "事件 {id} 已以其他内容记录。新事件须用新的 eventID；更正须附 errorDeclaration。",
        (
            "Event {id} is recorded with other content. A new event needs a new eventID; one that "
            "was wrong is declared so by an errorDeclaration."
        ),
    ),
    "epcis_parameter_unknown": (
        "此处没有该查询参数，为免误答而拒绝。请核对拼写。",
        "There is no such parameter here; it is refused lest another question be answered.",
    ),
    "epcis_not_a_number": ("应为数。", "Expected a number."),
    "epcis_not_a_count": ("应为 1 至 {bound} 的整数。", "Expected a whole number, 1 to {bound}."),
    "epcis_not_a_pattern": (
        (
            "应为完整的标识，或末尾若干部分为 * 的模式，例如 "
            "urn:epc:idpat:sgtin:9521003.000044.* 或 urn:epc:idpat:giai:9521234.*。"
        ),
        (
            "Expected a whole identifier, or a pattern whose last parts are *, such as "
            "urn:epc:idpat:sgtin:9521003.000044.* or urn:epc:idpat:giai:9521234.*."
        ),
    ),
    "epcis_not_described": (
        "只有这些字段的取值可由主数据描述：{expected}。",
        "Master data describe the values of these fields alone: {expected}.",
    ),
    "epcis_not_an_attribute": (
        "应为主数据属性的名称，带前缀，例如 cbvmda:city。",
        "Expected the name of an attribute of master data, with a prefix, such as cbvmda:city.",
    ),
    "epcis_too_many_patterns": (
        "一个参数最多 {bound} 个模式或品类。请分几次查询。",
        "A parameter may have {bound} patterns or classes. Ask several times.",
    ),
    "epcis_prefix_unknown": (
        "不知道前缀 {prefix} 的含义。请在 GS1-Extensions 头中声明，例如 {prefix}=https://….",
        "What {prefix} stands for is not known. Say so in GS1-Extensions: {prefix}=https://...",
    ),
    "epcis_no_order": (
        (
            "可按 {expected} 排序，或按自有字段排序；字段名的写法与 EQ_ 参数相同，带前缀，"
            "例如 ex:grade 或 ILMD_ex:volts。"
        ),
        (
            "Events are ordered by {expected}, or by a field of your own, named as EQ_ names it, "
            "with its prefix: ex:grade, ILMD_ex:volts."
        ),
    ),
    "epcis_not_both": (
        "maxEventCount 与 eventCountLimit 只能给出其一。",
        "Give either maxEventCount or eventCountLimit, not both.",
    ),
    "epcis_of_no_order": (
        "eventCountLimit 须与 orderBy 同用，否则“最先”无从谈起。",
        "eventCountLimit needs orderBy: without an order nothing says which events are the first.",
    ),
    "epcis_stream_or_schedule": (
        "stream 与 schedule 须给出其一，且只给一个。",
        "Give either stream (true) or schedule, and not both.",
    ),
    "epcis_only_scheduled": (
        "只有按 schedule 推送的订阅才能要求无事件时也通知。",
        "Only a subscription with a schedule can be told that there is nothing.",
    ),
    "epcis_not_a_schedule": (
        (
            "应为 EPCIS 的时间表：second、minute、hour、dayOfMonth、month、dayOfWeek，"
            '值如 "0,30" 或 "[9-17]"，且确有其时（北京时间）。'
        ),
        (
            "Expected a schedule of EPCIS: second, minute, hour, dayOfMonth, month, dayOfWeek, "
            'with values such as "0,30" or "[9-17]", which comes to pass at some time (Beijing).'
        ),
    ),
    "epcis_name_taken": ("该名称已被使用。", "There is a query of this name already."),
    "epcis_not_a_query_name": (
        "应为1至{max}个可打印字符，不含 /。",
        "Expected 1 to {max} printable characters without a slash.",
    ),
    "epcis_not_a_query": (
        "应为对象，其值为字符串、数、布尔值或它们的数组。",
        "Expected an object whose values are texts, numbers, booleans, or lists of them.",
    ),
}
