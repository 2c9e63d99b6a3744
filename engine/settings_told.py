"""What a configuration says, as people read it: every setting with its value and who said it, and no secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from engine.config import Config, Origin
from engine.settings import SETTINGS

SECRETS = {"store.url_env": "store_url", "language_model.key_env": "language_model_key"}
"""Settings that name a variable of the environment, and the field that holds what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSetting:
    key: str
    value: str
    """As a file would have it, but without quotes; empty for nothing and for what is hidden."""
    origin: Origin
    meaning: str
    is_hidden: bool = False
    """Whether there is a value that nobody is shown."""


def told(config: Config) -> Sequence[ToldSetting]:
    """Every setting in the order of the table of settings, then the tables that name rules, sources, forms and CMSs."""
    return [*(_setting(config, key) for key in SETTINGS), *_tables(config)]


def _setting(config: Config, key: str) -> ToldSetting:
    origin, meaning = config.origins.get(key, Origin.DEFAULT), SETTINGS[key].meaning
    if key in SECRETS:
        is_set = bool(getattr(config, SECRETS[key]))
        return ToldSetting(key=key, value="", origin=origin, meaning=meaning, is_hidden=is_set)
    value = getattr(config, key.replace(".", "_"))
    return ToldSetting(key=key, value=_as_text(value), origin=origin, meaning=meaning)


def _tables(config: Config) -> Iterator[ToldSetting]:
    for name, kept, meaning in (
        ("approve", [str(len(config.approve))] if config.approve else [], "rules by which reviews are approved"),
        ("sources", config.sources, "sources that are read by themselves"),
        ("forms", config.forms, "forms that customers write in"),
        ("cms", config.cms, "content management systems that may ask by webhook"),
    ):
        origin = Origin.FILE if kept else Origin.DEFAULT
        yield ToldSetting(key=name, value=", ".join(sorted(kept)), origin=origin, meaning=meaning)


def _as_text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case ZoneInfo():
            return value.key
        case tuple() | list():
            return ", ".join(_as_text(each) for each in value)
    return str(value)
