"""What is a person told about one field: the rule that was broken, and what it needs?"""

from collections.abc import Mapping
from typing import Any

from custody.api.language import Language
from custody.epcis import texts as epcis_texts
from custody.exchange import texts as exchange_texts
from custody.terms import FieldError

TEXTS: dict[str, tuple[str, str]] = {
    **epcis_texts.TEXTS,
    **exchange_texts.TEXTS,
    "required": ("必填。", "Required."),
    "unknown_field": (
        "没有这个字段。请核对拼写，或删去。",
        "There is no such field. Check the spelling, or leave it out.",
    ),
    "unknown_parameter": (
        "没有这个参数。可用：{known}。",
        "There is no such parameter. Known are: {known}.",
    ),
    "one_of_these": (
        "event_id 与 index 须给出其一，且只给一个。",
        "Give either event_id or index, and not both.",
    ),
    "not_in_list": ("应为以下之一：{expected}。", "Expected one of: {expected}."),
    "wrong_type": ("应为{expected_zh}。", "Expected {expected}."),
    "too_long": ("最多 {bound} 个字符。", "At most {bound} characters."),
    "too_short": ("至少 {bound} 个字符。", "At least {bound} characters."),
    "too_many": (
        "最多 {bound} 项。其余请另行发送或查询。",
        "At most {bound} entries. Send the others, or ask for them, apart.",
    ),
    "key_for_tests": (
        "这是测试密钥（ck_test_），在生产环境中无效。请用 custody keys create 另建，不加 --test。",
        (
            "This is a key for tests (ck_test_), which opens nothing in production. Make another "
            "with custody keys create, without --test."
        ),
    ),
    "given_twice": ("只可给出一次。", "Give it once."),
    "too_few": ("至少 {bound} 项。", "At least {bound} entries."),
    "too_small": ("不得小于 {bound}。", "Not less than {bound}."),
    "too_big": ("不得大于 {bound}。", "Not more than {bound}."),
    "not_an_instant": (
        "应为 RFC 3339 时刻，例如 2026-03-01T09:12:00.000+08:00（在查询参数中 + 写作 %2B）。",
        (
            "Expected an instant as RFC 3339 writes it, such as 2026-03-01T09:12:00.000+08:00"
            " (in a query, write + as %2B)."
        ),
    ),
    "not_json": (
        "全文前 {byte} 个字节之后（第 {line} 行）起不是有效的 JSON。",
        "It is no JSON after {byte} bytes, in line {line}.",
    ),
    "too_deep": (
        "全文前 {byte} 个字节之后（第 {line} 行）嵌套超过 {bound} 层。",
        "After {byte} bytes, in line {line}, it is nested deeper than {bound} levels.",
    ),
    "no_offset": (
        "时刻须带时区偏移，例如 +08:00。",
        "An instant needs its offset, such as +08:00.",
    ),
    "listed_twice": (
        "电池 {ref} 在本条中重复出现；每块电池只列一次。",
        "Battery {ref} is listed twice in this movement; list each battery once.",
    ),
    "nothing_disposed": (
        "batteries 与 fractions 至少填一项。",
        "Name batteries or fractions, at least one of them.",
    ),
    "window_reversed": (
        "结束时刻早于开始时刻。",
        "It ends before it begins.",
    ),
    "not_a_day": (
        "没有这一天。请核对日期。",
        "There is no such day. Check the date.",
    ),
    "terminal_unknown": (
        "终端 {terminal} 未在站点 {site} 登记。",
        "Terminal {terminal} is not registered at site {site}.",
    ),
    "fixed_field": (
        "此字段不可更正；如有误，请作废原记录并重新报送。",
        "This field cannot be corrected; if it is wrong, void the movement and post it anew.",
    ),
    "not_your_site": (
        "此密钥仅限站点 {site}。",
        "This key is for site {site} alone.",
    ),
    "site_unknown": ("站点 {site} 未登记。", "Site {site} is not registered."),
    "organisation_unknown": (
        "单位 {uscc} 未登记。请先登记。",
        "Organisation {uscc} is not registered. Register it first.",
    ),
    "division_differs": (
        "站点编号以 {expected} 开头，而该区划仍在；行政区划须与编号一致。",
        "The site's name begins with {expected}, a division that still is: it must be the same.",
    ),
    "too_early": (
        "当前时刻为 {now}，最多可超前 {minutes} 分钟。",
        "Our clock says {now}; at most {minutes} minutes ahead are taken.",
    ),
    "target_unknown": (
        "没有以此 id 记录的事实。",
        "Nothing is recorded under this id.",
    ),
    "target_is_a_correction": (
        "所指的事实本身就是作废或更正；请指向原事实。",
        "That is a correction itself; name the movement that it corrects.",
    ),
    "not_the_author": (
        "该事实由其他单位记录。",
        "That fact was posted by another organisation.",
    ),
    "id_reused": (
        "该 id 已记录了内容不同的事实。",
        "This id was recorded with other content.",
    ),
    "name_differs": (
        "与路径中的 {expected} 不一致；可省略此字段。",
        "It differs from {expected} in the path; this field may be left out.",
    ),
    "cursor_invalid": (
        "不是本列表给出的游标。",
        "This list did not give out this cursor.",
    ),
}
"""Stable code of a field error → what it says in Chinese and English."""

PATTERNS: dict[str, tuple[str, str]] = {
    r"^[0-9]{6}-[A-Z0-9]{4,12}$": (
        "应为6位行政区划代码、连字符和4至12位大写字母或数字，例如 330106-0007。",
        "Expected a 6-digit division, a hyphen and 4 to 12 of A-Z, 0-9, such as 330106-0007.",
    ),
    r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$": (
        "应为小写的 UUIDv7，例如 0193a5c2-7b1e-7c3d-9a10-2f4e5d6c7b8a。",
        "Expected a UUIDv7 in lower case, such as 0193a5c2-7b1e-7c3d-9a10-2f4e5d6c7b8a.",
    ),
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$": (
        "应为1至40位字母、数字或 . _ -，以字母或数字开头。",
        "Expected 1 to 40 letters, digits or . _ -, beginning with a letter or digit.",
    ),
    r"^[^\x00-\x1f\x7f]+$": ("不得含控制字符。", "No control characters."),
    r"^[A-Za-z0-9._:/-]{1,64}$": (
        "应为1至64位字母、数字或 . _ : / -。",
        "Expected 1 to 64 letters, digits or . _ : / -.",
    ),
    r"^[0-9a-f]{64}$": (
        "应为 SHA-256 摘要：64位小写十六进制。",
        "Expected a SHA-256 digest: 64 hexadecimal digits in lower case.",
    ),
    r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$": (
        "应为日期，例如 2026-03-01。",
        "Expected a day, such as 2026-03-01.",
    ),
    r"^[0-9]{4}$": ("应为4位数字。", "Expected 4 digits."),
    r"^[0-9]{6}$": ("应为6位行政区划代码。", "Expected a 6-digit division."),
    r"^([0-9]{2}|[0-9]{4}|[0-9]{6})$": (
        "应为行政区划代码的前2、4或6位（省、市或县）。",
        "Expected the first 2, 4 or 6 digits of a division: a province, a city or a county.",
    ),
    r"^[A-Z]{1,3}[0-9]{3}$": (
        "应为包装导则编号，例如 P908。",
        "Expected a packing instruction, such as P908.",
    ),
    r"^[A-Za-z0-9_-]{43}$": (
        "应为 Ed25519 公钥：32字节，base64url，无填充。",
        "Expected an Ed25519 public key: 32 bytes in base64url without padding.",
    ),
    r"^[A-Za-z0-9._-]{1,64}$": (
        "应为1至64位字母、数字或 . _ -。",
        "Expected 1 to 64 letters, digits or . _ -.",
    ),
    r"^P(?:[0-9]{1,5}D|T[0-9]{1,6}H|[0-9]{1,5}DT[0-9]{1,6}H)$": (
        "应为以日或小时计的时长，例如 P30D、PT12H、P1DT12H。",
        "Expected a duration in days or hours, such as P30D, PT12H or P1DT12H.",
    ),
    r"^[a-z_]+(?:,[a-z_]+)*$": (
        "应为以半角逗号分隔的类型名，不含空格，例如 drop_off,inspect。",
        "Expected names of types with commas and no blanks, such as drop_off,inspect.",
    ),
    r"^https?://": (
        "应为以 https:// 或 http:// 开头的完整网址。",
        "Expected a whole URL that begins with https:// or http://.",
    ),
    r"^sub_[0-9a-f]{24}$": (
        "应为订阅编号：sub_ 与24位小写十六进制。",
        "Expected the id of a subscription: sub_ and 24 hexadecimal digits in lower case.",
    ),
    r"^[0-9a-f]{32}$": (
        "应为导出编号：32位小写十六进制。",
        "Expected the id of an export: 32 hexadecimal digits in lower case.",
    ),
    r"^[^\x00]*$": ("不得含 NUL 字符。", "No NUL characters."),
}
"""What a pattern that somebody may miss means to a person."""


class _Particulars(dict[str, Any]):
    """A text that names more than we were told says so, instead of failing the answer."""

    def __missing__(self, name: str) -> str:
        return "?"


def fill(template: str, particulars: Mapping[str, Any]) -> str:
    """Put the particulars into a text."""
    return template.format_map(_Particulars(particulars))


def text(error: FieldError, language: Language) -> str:
    """Tell a person what is wrong with a field."""
    params = error.params
    if "detail_zh" in params:  # a code's own rule speaks for itself
        return str(params["detail_zh" if language == "zh" else "detail"])
    zh, en = TEXTS.get(
        error.code, (f"不符合规则 {error.code}。", f"It breaks the rule {error.code}.")
    )
    if error.code == "pattern":
        zh, en = PATTERNS.get(params["pattern"], ("应匹配 {pattern}。", "It must match {pattern}."))
    return fill(zh if language == "zh" else en, params)
