"""What is a person told about a field of an EPCIS event: which rule, and what to do?"""

TEXTS: dict[str, tuple[str, str]] = {
    "epcis_not_a_uri": (
        "应为 URI，例如 https://id.gs1.org/8004/… 或 urn:…；其他字符须用百分号编码。",
        (
            "Expected a URI, such as https://id.gs1.org/8004/... or urn:...; write other letters "
            "in percent-encoding."
        ),
    ),
    "epcis_not_a_name": (
        "扩展字段名须带前缀，例如 custody:grade，且前缀须在 @context 中声明。请改名，或删去。",
        (
            "The name of an extension needs a prefix, such as custody:grade, that @context "
            "declares. Rename it, or leave it out; if it is meant as a standard field, check its "
            "spelling and whether an event of this type has it."
        ),
    ),
    "epcis_name_not_ascii": (
        "扩展字段名是 URI，只能用 ASCII 字符，并带前缀，例如 custody:grade。请改名；取值不限文字。",
        (
            "The name of an extension is a URI: ASCII letters behind a prefix, such as "
            "custody:grade. Rename it; what it says may be in any letters."
        ),
    ),
    "epcis_number_beyond": (
        "数超出可保存的范围：绝对值至多 {bound}。请换用更大的单位，或写作字符串。",
        "A number may be {bound} at most, or its negative. Use a larger unit, or write a text.",
    ),
    "epcis_prefix_undeclared": (
        "前缀 {prefix} 未在 @context 中声明，含义无从得知。请在 @context 中加入 {prefix} 的网址。",
        (
            "@context does not declare the prefix {prefix}, so nobody can know what the name "
            'means. Add {{"{prefix}": "https://.../"}} to @context.'
        ),
    ),
    "epcis_word_unknown": (
        "CBV 2.0 没有“{word}”这个词。请用以下之一：{expected}；或写自己的 URI。",
        "CBV 2.0 has no word {word}. Use one of {expected}; or a URI of your own.",
    ),
    "epcis_urn_word": (
        "JSON 中须写短词（例如 receiving），不写 urn:epcglobal:cbv:…（那是 XML 的写法）。",
        (
            "In JSON write the bare word, such as receiving, instead of urn:epcglobal:cbv:... or "
            "ns.gs1.org/cbv, which are for XML."
        ),
    ),
    "epcis_not_a_time": (
        "应为带时区的时刻，例如 2026-03-01T09:12:00.000+08:00 或 …Z。",
        "Expected an instant with its offset, such as 2026-03-01T09:12:00.000+08:00 or ...Z.",
    ),
    "epcis_not_an_offset": (
        "应为时区偏移，例如 +08:00（-14:00 至 +14:00）。",
        "Expected an offset from UTC, such as +08:00, between -14:00 and +14:00.",
    ),
    "epcis_not_a_unit": (
        "应为 UN/ECE 第 20 号建议书的单位代码，2 至 3 位大写字母或数字，例如 KGM。",
        "Expected a unit of UN/ECE Recommendation 20, 2 or 3 of A-Z and 0-9, such as KGM.",
    ),
    "epcis_same_twice": (
        "第 {index} 项与前面某项相同；每项只写一次。",
        "Entry {index} is the same as one before it; write each once.",
    ),
    "epcis_type_unknown": (
        "没有这种事件。应为以下之一：{expected}。",
        "There is no such type of event. Expected one of: {expected}.",
    ),
    "epcis_action_not_here": (
        "TransformationEvent 没有 action；请删去。",
        "A TransformationEvent has no action; leave it out.",
    ),
    "epcis_no_parent": (
        "AggregationEvent 的 action 为 ADD 或 DELETE 时须有 parentID；请填写容器的标识。",
        (
            "An AggregationEvent whose action is ADD or DELETE needs parentID: name what the "
            "children are put into or taken out of."
        ),
    ),
    "epcis_nothing_said": (
        "事件没有说到任何对象：请填 {fields} 之一。",
        "The event is about nothing: fill one of {fields}.",
    ),
    "epcis_no_input": (
        "须有 inputEPCList 或 inputQuantityList；分批报送时请填 transformationID。",
        (
            "inputEPCList or inputQuantityList is needed; or transformationID, if inputs and "
            "outputs come in several events."
        ),
    ),
    "epcis_no_output": (
        "须有 outputEPCList 或 outputQuantityList；分批报送时请填 transformationID。",
        (
            "outputEPCList or outputQuantityList is needed; or transformationID, if inputs and "
            "outputs come in several events."
        ),
    ),
    "epcis_ilmd_not_here": (
        "ilmd 只能出现在 action 为 ADD 的 ObjectEvent 与 TransformationEvent 中。",
        (
            "ilmd stands only where things begin: in an ObjectEvent whose action is ADD, and in a "
            "TransformationEvent."
        ),
    ),
    "epcis_persistent_not_here": (
        "persistentDisposition 只用于 ObjectEvent 与 TransformationEvent；请另发一条 ObjectEvent。",
        (
            "persistentDisposition is for ObjectEvent and TransformationEvent alone; say it in an "
            "ObjectEvent of its own."
        ),
    ),
    "epcis_persistent_both": (
        "同一状态 {word} 既在 set 又在 unset 中；请只留其一。",
        "{word} stands in set and in unset; leave one.",
    ),
    "epcis_persistent_neither": (
        "set 与 unset 至少填一项。",
        "Name set or unset, at least one of them.",
    ),
    "epcis_declared_without_id": (
        "错误声明须指明所声明的事件：请填原事件的 eventID。",
        "An error declaration must say which event it is about: repeat that event's eventID.",
    ),
    "epcis_did_not_occur_corrected": (
        "未曾发生的事没有更正：请删去 correctiveEventIDs，或把原因改为 incorrect_data。",
        (
            "What did not occur has no correction: leave out correctiveEventIDs, or give the "
            "reason incorrect_data."
        ),
    ),
    "epcis_corrects_itself": (
        "事件不能由自己更正；correctiveEventIDs 须是另一条事件的标识。",
        "An event cannot correct itself; correctiveEventIDs name other events.",
    ),
    "epcis_sensor_says_nothing": (
        "传感器报告没有给出任何值或异常；请填 value、stringValue 等之一，或 exception。",
        "The report gives no value and no exception; fill value, stringValue ..., or exception.",
    ),
    "epcis_unit_without_value": (
        "有 uom 却没有数值；请填 value 等数值，或删去 uom。",
        "There is a uom and no number; fill value or another number, or leave uom out.",
    ),
    "epcis_quantity_without_number": (
        "有 uom 却没有 quantity；请填数量，或删去 uom。",
        "There is a uom and no quantity; fill quantity, or leave uom out.",
    ),
    "epcis_time_reversed": (
        "endTime 早于 startTime；请核对。",
        "endTime lies before startTime; check both.",
    ),
    "epcis_context_unreadable": (
        "@context 中每一项须为网址，或以前缀对应网址的对象；每项只写一次。",
        (
            "Each part of @context is a URL, or an object that gives each prefix its URL; write "
            "each once."
        ),
    ),
    "epcis_context_too_long": (
        "@context 最多 {bound} 项、{bound} 个名称；请只声明用到的前缀。",
        "@context has at most {bound} parts and names; declare the prefixes that are used.",
    ),
    "epcis_nul": (
        "文本中含有 NUL 字符（\\u0000），无法保存；请删去。",
        "A text holds the character NUL (\\u0000), which cannot be kept; take it out.",
    ),
}
"""Code of a rule → what it says in Chinese and English."""
