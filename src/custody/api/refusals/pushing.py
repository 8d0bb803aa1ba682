"""Which problems can a subscription tell of?"""

from custody.api.refusals.kind import Kind

KINDS: dict[str, Kind] = {
    "needs_a_key": Kind(
        403,
        "须用密钥订阅",
        "A key is needed",
        "订阅须以本系统的密钥（ck_…）创建：令牌会过期，而订阅会一直持续。请改用密钥。",
        (
            "A subscription outlasts a token: make it with a key of ours (ck_...), which can be "
            "revoked."
        ),
    ),
    "subscription_key_revoked": Kind(
        409,
        "订阅的密钥已撤销",
        "Its key is revoked",
        "创建此订阅的密钥已撤销，无法恢复。请用有效的密钥另建订阅。",
        (
            "The key that made this subscription is revoked, and it cannot go on. Make another "
            "with a good key, from its cursor on."
        ),
    ),
    "too_many_subscriptions": Kind(
        409,
        "订阅过多",
        "Too many subscriptions",
        "此密钥最多 {max} 个订阅。请先删除不再需要的。",
        "This key may have at most {max} subscriptions. Delete one that is no longer needed.",
    ),
}

REASONS: dict[str, tuple[str, str]] = {
    "gone": (
        "接收方答复 410：不再接收。恢复后从游标处继续。",
        "The receiver answered 410: it wants nothing more. Once resumed, it goes on at its cursor.",
    ),
    "failing": (
        "连续失败次数过多。请检查接收方，恢复后从游标处继续。",
        "Too many failures in a row. Mend the receiver; once resumed, it goes on at its cursor.",
    ),
    "refuses_everything": (
        "连续多条事实被拒收，问题应在接收方。修复后恢复，并重发死信。",
        (
            "One fact after another was refused, which is not about the facts. Mend the receiver, "
            "resume, and replay the dead letters."
        ),
    ),
    "too_many_dead": (
        "死信过多。请先重发死信再恢复。",
        "There are too many dead letters. Resume and replay them, or make another subscription.",
    ),
    "key_revoked": (
        "创建此订阅的密钥已撤销。",
        "The key that made it was revoked.",
    ),
    "restored": (
        "由备份恢复而来：原数据库可能仍在推送。确认后可恢复。",
        "It came out of a backup: the database of then may still be pushing. Resume it if not.",
    ),
}
"""Why a subscription is no longer active, in Chinese and English."""
