"""Tests of the configuration: every mistake is told at once, with its key path."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from engine.config import Config, read_config
from engine.domain import ApprovalRule, SourceId, VerificationLevel
from engine.errors import ConfigError
from engine.settings import APPROVAL, SETTINGS
from tests.tree import ROOT


def mistakes(folder: Path, text: str) -> tuple[str, ...]:
    """What is said about a file, without its path."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(path, {})
    assert all(each.startswith(f"{path}: ") for each in caught.value.mistakes)
    return tuple(each.removeprefix(f"{path}: ") for each in caught.value.mistakes)


def test_the_example_says_the_defaults(tmp_path: Path) -> None:
    assert read_config(ROOT / "config.toml", {}, tmp_path) == read_config(None, {}, tmp_path)


def test_the_example_names_every_setting() -> None:
    document = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))

    named = {f"{table}.{key}" for table, keys in document.items() for key in keys}

    assert named == set(SETTINGS)


def test_every_setting_has_its_field_and_a_default_that_it_would_read_itself() -> None:
    kept = {each.name for each in fields(Config)}

    named = {key.replace(".", "_") for key in SETTINGS} - {"store_url_env", "language_model_key_env"}
    assert named == kept - {"approve", "cms", "forms", "origins", "sources", "store_url", "language_model_key"}
    assert all(setting.meaning for setting in (*SETTINGS.values(), *APPROVAL.values()))


def test_all_mistakes_are_told_at_once_with_their_key_paths(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        """
        [site]
        base_url = "reviews.example.com"
        locales = ["English"]
        timezone = "Mars/Olympus"
        [serve]
        port = 70000
        threads = true
        [store]
        url_env = "PLAUDIT_STORE"
        [http]
        allow = ["10.0.0.1/8"]
        """,
    )

    assert told == (
        "site.base_url must be an address like https://reviews.example.com, without ? and #",
        "site.locales 'English' is not a language like en or de-AT",
        "site.timezone 'Mars/Olympus' is not a time zone like Europe/Amsterdam",
        "serve.port must be a whole number from 0 to 65535",
        "serve.threads must be a whole number from 2 to 64",
        "http.allow '10.0.0.1/8' is not a network like 127.0.0.1/32",
        "store.url_env names the environment variable PLAUDIT_STORE, which is not set",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[publish]\nreviews_per_lists = 5", "publish.reviews_per_lists is not a setting; did you mean publish.rev"),
        ("[kettle]\nspout = 1", "kettle.spout is not a setting; docs/config.md lists them"),
        ("site = 3", "site is not a setting"),
        ("[site]\nlocales = []", "site.locales must name at least one"),
        ("[site]\nlocales = 'en'", "site.locales must be a list in [brackets]"),
        ("[site]\nname = 7", "site.name must be a text in quotes"),
        ("[site]\ngallery = 'yes'", "site.gallery must be true or false, without quotes"),
        ("[site", "cannot be read: "),
        ("[approve]\nsources = ['shop']", "approve must be written as [[approve]] tables"),
        ("[[approve]]\nsources = ['a b']", "[[approve]] number 1: approve.sources 'a b' must be letters, digits"),
        ("[[approve]]\nverification = ['friend']", "[[approve]] number 1: approve.verification 'friend' is none of"),
    ],
)
def test_a_mistake_is_told_with_the_way_out(tmp_path: Path, text: str, told: str) -> None:
    [mistake] = mistakes(tmp_path, text)

    assert mistake.startswith(told)


def test_a_file_that_is_missing_or_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'[site]\nname = "Caf\xe9"')

    with pytest.raises(ConfigError, match="there is no such file"):
        read_config(tmp_path / "none.toml", {})
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(tmp_path / "latin.toml", {})


@pytest.mark.parametrize("key", ["rating", "stars", "best", "minimum_rating", "hundredths"])
def test_no_approval_rule_can_ask_for_a_rating(tmp_path: Path, key: str) -> None:
    [mistake] = mistakes(tmp_path, f"[[approve]]\n{key} = 4")

    assert mistake.startswith(f"[[approve]] number 1: approve.{key} is not a setting")


def test_the_approval_rule_has_no_word_for_ratings() -> None:
    conditions = {each.name for each in fields(ApprovalRule)}

    assert conditions == {"sources", "verification", "languages", "shortest", "longest"}
    assert {key.removeprefix("approve.") for key in APPROVAL} == conditions


def test_the_address_of_the_database_comes_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[store]\nurl_env = "PLAUDIT_STORE"\n')

    config = read_config(path, {"PLAUDIT_STORE": "postgresql+psycopg://plaudit:secret@db/plaudit"})

    assert config.store_url == "postgresql+psycopg://plaudit:secret@db/plaudit"


def test_the_key_of_the_language_model_comes_from_the_environment_and_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[language_model]\nurl = "https://models.example/v1"\nmodel = "small"\nkey_env = "MODEL_KEY"\n')

    config = read_config(path, {"MODEL_KEY": "sk-kettle\n"})

    assert config.language_model_key == "sk-kettle"
    assert "sk-kettle" not in repr(config)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        pytest.param("", "names the environment variable MODEL_KEY, which is not set", id="none"),
        pytest.param("sk kettle", "names the environment variable MODEL_KEY, which does not hold a key", id="a space"),
        pytest.param("sk-kettlé", "names the environment variable MODEL_KEY, which does not hold a key", id="a letter"),
    ],
)
def test_what_is_no_key_is_refused_and_not_told(tmp_path: Path, key: str, told: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[language_model]\nkey_env = "MODEL_KEY"\n')

    with pytest.raises(ConfigError) as caught:
        read_config(path, {"MODEL_KEY": key})

    assert caught.value.mistakes == (f"{path}: language_model.key_env {told}",)


def test_a_language_model_has_an_address_and_a_name(tmp_path: Path) -> None:
    told = mistakes(tmp_path, '[language_model]\nurl = "https://models.example/v1"')

    assert told == ("language_model.model must be named where language_model.url is",)


def test_an_address_written_into_the_file_is_refused(tmp_path: Path) -> None:
    told = mistakes(tmp_path, '[store]\nurl = "postgresql://plaudit:secret@db/plaudit"')

    assert told == ("store.url is not a setting; did you mean store.url_env?",)


def test_the_data_folder_lies_beside_the_file_unless_the_command_says_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[data]\ndir = "kept"\n')

    assert read_config(path, {}).data_dir == tmp_path / "kept"
    assert read_config(path, {}, Path("elsewhere")).data_dir == Path("elsewhere")


def test_languages_are_the_locales_without_their_regions(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[site]\nlocales = ["de-AT", "en", "de"]\n')

    assert read_config(path, {}).languages == ("de", "en")


def test_a_rule_is_read_into_its_conditions(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[[approve]]\nsources = ["shop"]\nverification = ["purchase"]\nshortest = 20\n')

    [rule] = read_config(path, {}).approve

    assert rule == ApprovalRule(
        sources=frozenset({SourceId("shop")}), verification=frozenset({VerificationLevel.PURCHASE}), shortest=20
    )
