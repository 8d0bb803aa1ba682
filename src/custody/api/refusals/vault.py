"""Which problems can the vault tell of?"""

from custody.api.refusals.kind import Kind

KINDS: dict[str, Kind] = {
    "key_lost": Kind(
        404,
        "密钥不在此处",
        "Its key is not here",
        (
            "此人的资料仍在，但其密钥不在此数据库中：数据库由不含密钥的备份恢复而来，资料已无法读取。"
            "可由站点重新填报。"
        ),
        (
            "The details of this person are here, their key is not: the database was restored "
            "from a backup without keys, and they cannot be read. A site may put them down anew."
        ),
    ),
    "too_many_sites": Kind(
        409,
        "站点过多",
        "Too many sites",
        "已有 {max} 个站点保存此人的资料，不再接受更多站点。",
        "{max} sites keep details of this person already; no further site may.",
    ),
    "forgotten": Kind(
        410,
        "已被遗忘",
        "Forgotten",
        "此人的资料及密钥已销毁，且此引用不得再次填报。此人再次交售时请使用新的引用。",
        (
            "The details of this person and their key were destroyed, and this reference is not "
            "filled again. When the person comes again, use a new reference."
        ),
    ),
    "vault_closed": Kind(
        503,
        "资料库未开启",
        "The vault is closed",
        (
            "本服务没有资料库的主密钥，或主密钥不符。请管理员设置 CUSTODY_VAULT_KEY 或 "
            "CUSTODY_VAULT_KEY_FILE；其余功能不受影响。"
        ),
        (
            "This service has not been given the vault's master key, or another one than it was "
            "made with. Have the operator set CUSTODY_VAULT_KEY or CUSTODY_VAULT_KEY_FILE; all "
            "else works."
        ),
    ),
}
