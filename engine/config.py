"""The configuration: read once, every mistake listed with its key path, unknown keys refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.cms_settings import CMS, Cms, to_cms
from engine.domain import ApprovalRule, Form, FormId, Locale, SourceId
from engine.errors import BadValueError, ConfigError
from engine.form_settings import FORM, to_form
from engine.settings import APPROVAL, SETTINGS, Setting
from engine.source_settings import Kinds, SourceSettings, read_sources

Network = IPv4Network | IPv6Network


class Origin(StrEnum):
    """Who said what a setting is."""

    FILE = "file"
    ENVIRONMENT = "environment"
    COMMAND = "command"
    DEFAULT = "default"


DEFAULT_CONFIG = Path("config.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the operator decided; one field for each key of SETTINGS, the dot read as an underscore."""

    site_name: str
    site_base_url: str
    site_locales: Sequence[Locale]
    site_timezone: ZoneInfo
    site_gallery: bool
    store_url: str
    data_dir: Path
    serve_host: str
    serve_port: int
    serve_threads: int
    serve_trusted_proxies: Sequence[Network]
    serve_metrics_port: int
    serve_drain_seconds: int
    log_form: str
    log_level: str
    log_access: bool
    log_addresses: bool
    intake_longest_text: int
    intake_longest_line: int
    publish_reviews_per_list: int
    embed_frame_ancestors: Sequence[str]
    embed_cache_age: int
    flags_least_seconds: int
    flags_per_hour: int
    mining_delay: int
    mining_profile_delay: int
    search_synonyms: str
    mining_topics_delay: int
    mining_phrases: int
    mining_questions: int
    faq_approval: str
    language_model_url: str
    """Empty: no language model is asked anything."""
    language_model_model: str
    language_model_key: str = field(repr=False)
    language_model_timeout: int
    language_model_calls_a_day: int
    webhooks_threads: int
    webhooks_keep_days: int
    http_allow: Sequence[Network]
    monitor_every_hours: int
    retention_raw_payloads: int
    retention_contacts: int
    retention_hook_receipts: int
    retention_answered_requests: int
    retention_sessions: int
    retention_flags: int
    retention_asks: int
    retention_rejected_reviews: int
    approve: Sequence[ApprovalRule]
    sources: Mapping[SourceId, SourceSettings]
    forms: Mapping[FormId, Form]
    cms: Mapping[str, Cms]
    origins: Mapping[str, Origin] = field(default_factory=dict, compare=False)
    """By key of SETTINGS, those that somebody said; all others are what they are by default."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a text is taken to be in, without regions."""
        return tuple(dict.fromkeys(locale.partition("-")[0] for locale in self.site_locales))


def read_config(
    path: Path | None,
    environment: Mapping[str, str],
    data_dir: Path | None = None,
    kinds: Kinds = dict,
) -> Config:
    """The configuration in a TOML file, or the defaults when there is none.

    ``data_dir`` wins over the file; ``kinds`` are the kinds of sources that can be configured. Raises ConfigError with
    all mistakes.
    """
    mistakes: list[str] = []
    document = _document(path, mistakes)
    rules, sources = document.pop("approve", []), document.pop("sources", {})
    forms, cms = document.pop("forms", {}), document.pop("cms", {})
    values = _values(document, mistakes)
    values["origins"] = _origins(document, values, data_dir)
    values["approve"] = tuple(_rules(rules, mistakes))
    values["forms"] = {form.id: form for form in _forms(forms, values["site_locales"], mistakes)}
    values["cms"] = {each.id: each for each in _cms(cms, environment, mistakes)}
    values["sources"] = read_sources(sources, kinds, environment, mistakes)
    values["store_url"] = _from_environment("store.url_env", values.pop("store_url_env", ""), environment, mistakes)
    values["language_model_key"] = _language_model_key(values, environment, mistakes)
    values["data_dir"] = data_dir or _relative_to(path, values.get("data_dir", ""))
    if mistakes:
        raise ConfigError([f"{path or 'defaults'}: {mistake}" for mistake in mistakes])
    return Config(**values)


def read_setting(key: str, path: Path | None) -> Any:
    """One setting by itself, for what needs no instance; its default when there is no file.

    Raises ConfigError when the file cannot be read or this setting is wrong; the others are not looked at.
    """
    mistakes: list[str] = []
    document = _document(path, mistakes)
    for tables in ("approve", "cms", "forms", "sources"):
        document.pop(tables, None)
    value = _value(key, SETTINGS[key], dict(_flat(document)), mistakes)
    if mistakes:
        raise ConfigError([f"{path or 'defaults'}: {mistake}" for mistake in mistakes])
    return value


def _document(path: Path | None, mistakes: list[str]) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append("there is no such file")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        mistakes.append(f"cannot be read: {error}")
    return {}


def _values(document: Mapping[str, Any], mistakes: list[str]) -> dict[str, Any]:
    given = dict(_flat(document))
    mistakes.extend(_unknown(key, SETTINGS) for key in given if key not in SETTINGS)
    return {key.replace(".", "_"): _value(key, setting, given, mistakes) for key, setting in SETTINGS.items()}


def _origins(document: Mapping[str, Any], values: Mapping[str, Any], folder: Path | None) -> Mapping[str, Origin]:
    from_file = {key: Origin.FILE for key, _ in _flat(document)}
    variables = ("store.url_env", "language_model.key_env")
    from_environment = {key: Origin.ENVIRONMENT for key in variables if values[key.replace(".", "_")]}
    return {**from_file, **from_environment, **({"data.dir": Origin.COMMAND} if folder else {})}


def _value(key: str, setting: Setting, given: Mapping[str, Any], mistakes: list[str]) -> Any:
    if key not in given:
        return setting.default
    try:
        return setting.read(given[key])
    except BadValueError as error:
        mistakes.append(f"{key} {error}")
        return setting.default


def _flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _unknown(key: str, known: Mapping[str, Setting]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"{key} is not a setting" + (f"; did you mean {near[0]}?" if near else "; docs/config.md lists them")


def _rules(rules: Any, mistakes: list[str]) -> Iterator[ApprovalRule]:
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        mistakes.append("approve must be written as [[approve]] tables")
        return
    for position, rule in enumerate(rules, 1):
        given = {f"approve.{key}": value for key, value in rule.items()}
        found: list[str] = [_unknown(key, APPROVAL) for key in given if key not in APPROVAL]
        values = {key.partition(".")[2]: _value(key, each, given, found) for key, each in APPROVAL.items()}
        mistakes.extend(f"[[approve]] number {position}: {mistake}" for mistake in found)
        yield ApprovalRule(
            sources=frozenset(values["sources"]),
            verification=frozenset(values["verification"]),
            languages=frozenset(values["languages"]),
            shortest=values["shortest"],
            longest=values["longest"],
        )


def _forms(tables: Any, published: Sequence[Locale], mistakes: list[str]) -> Iterator[Form]:
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        mistakes.append("forms must be written as [forms.<id>] tables")
        return
    for name, table in tables.items():
        given = {f"forms.{key}": value for key, value in table.items()}
        found: list[str] = [_unknown(key, FORM) for key in given if key not in FORM]
        values = {key.partition(".")[2]: _value(key, each, given, found) for key, each in FORM.items()}
        yield to_form(name, values, published, found)
        mistakes.extend(f"[forms.{name}]: {mistake}" for mistake in found)


def _cms(tables: Any, environment: Mapping[str, str], mistakes: list[str]) -> Iterator[Cms]:
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        mistakes.append("cms must be written as [cms.<id>] tables")
        return
    for name, table in tables.items():
        given = {f"cms.{key}": value for key, value in table.items()}
        found: list[str] = [_unknown(key, CMS) for key in given if key not in CMS]
        values = {key.partition(".")[2]: _value(key, each, given, found) for key, each in CMS.items()}
        yield to_cms(name, values, environment, found)
        mistakes.extend(f"[cms.{name}]: {mistake}" for mistake in found)


def _from_environment(key: str, name: str, environment: Mapping[str, str], mistakes: list[str]) -> str:
    if name and not environment.get(name):
        mistakes.append(f"{key} names the environment variable {name}, which is not set")
    return environment.get(name, "") if name else ""


def _language_model_key(values: dict[str, Any], environment: Mapping[str, str], mistakes: list[str]) -> str:
    name = values.pop("language_model_key_env", "")
    key = _from_environment("language_model.key_env", name, environment, mistakes).strip()
    # Whatever does not fit into a header would be told in the error of the request.
    if not re.fullmatch(r"[!-~]*", key):
        mistakes.append(f"language_model.key_env names the environment variable {name}, which does not hold a key")
    if values["language_model_url"] and not values["language_model_model"]:
        mistakes.append("language_model.model must be named where language_model.url is")
    return key


def _relative_to(path: Path | None, folder: str) -> Path:
    return (path.parent if path else Path()) / folder
