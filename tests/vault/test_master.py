from base64 import b64encode
from pathlib import Path

import pytest

from custody.vault.master import UnusableMasterKey, configured

KEY = bytes(range(32))
TEXT = b64encode(KEY).decode()


def test_without_a_setting_there_is_no_key() -> None:
    assert configured({}) is None
    assert configured({"CUSTODY_VAULT_KEY": "", "CUSTODY_VAULT_KEY_FILE": ""}) is None


def test_a_key_is_given_as_text_or_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{TEXT}\n")
    assert configured({"CUSTODY_VAULT_KEY": TEXT}) == KEY
    assert configured({"CUSTODY_VAULT_KEY_FILE": str(file)}) == KEY


def test_what_cannot_be_a_key_is_named_and_not_repeated(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(bytes(range(128, 160)))
    for settings in (
        {"CUSTODY_VAULT_KEY": "c2hvcnQgc2VjcmV0"},
        {"CUSTODY_VAULT_KEY": f"{TEXT}!"},
        {"CUSTODY_VAULT_KEY": TEXT, "CUSTODY_VAULT_KEY_FILE": "x"},
        {"CUSTODY_VAULT_KEY_FILE": str(tmp_path / "nowhere")},
        {"CUSTODY_VAULT_KEY_FILE": str(binary)},
    ):
        with pytest.raises(UnusableMasterKey) as refused:
            configured(settings)
        for told in (refused.value.en, refused.value.zh):
            assert any(name in told for name in settings)
            assert settings.get("CUSTODY_VAULT_KEY", "?") not in told
