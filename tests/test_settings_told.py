"""Tests of what a configuration says, as people read it: all of it, with who said it, and no secret."""

from __future__ import annotations

from pathlib import Path

from engine.config import Origin, read_config
from engine.settings import SETTINGS
from engine.settings_told import ToldSetting, told

SECRET = "postgresql://ann:herons@db.example/plaudit"


def said(folder: Path, text: str, folder_said: Path | None = None) -> dict[str, ToldSetting]:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return {each.key: each for each in told(read_config(path, {"STORE": SECRET}, folder_said))}


def test_every_setting_is_told_with_its_meaning(tmp_path: Path) -> None:
    found = said(tmp_path, "")

    assert list(found)[: len(SETTINGS)] == list(SETTINGS)
    assert {each.origin for each in found.values()} == {Origin.DEFAULT}
    assert all(each.meaning for each in found.values())


def test_who_said_a_value_is_told(tmp_path: Path) -> None:
    text = '[site]\nlocales = ["en", "de"]\ngallery = true\n[store]\nurl_env = "STORE"\n[forms.tea]\n'

    found = said(tmp_path, text, tmp_path / "elsewhere")

    assert (found["site.locales"].value, found["site.locales"].origin) == ("en, de", Origin.FILE)
    assert (found["site.gallery"].value, found["forms"].value) == ("true", "tea")
    assert found["data.dir"].origin is Origin.COMMAND
    assert found["store.url_env"].origin is Origin.ENVIRONMENT
    assert found["serve.port"].origin is Origin.DEFAULT


def test_no_secret_is_told(tmp_path: Path) -> None:
    found = said(tmp_path, '[store]\nurl_env = "STORE"\n')

    assert found["store.url_env"].is_hidden
    assert SECRET not in repr(list(found.values()))
