"""Tests of configured sources: every mistake is told at once, with its key path and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.config import read_config
from engine.domain import SourceId
from engine.errors import BadValueError, ConfigError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, SourceKind, Sureness
from engine.rights import INTERNAL, OWN, narrowed
from engine.source_settings import SOURCE, SourceSettings
from tests.played_source import PlayedSource, pages_of
from tests.tree import ROOT


@dataclass(frozen=True)
class Kind:
    name: str = "judgeme"
    rights: str = "own"
    sureness: Sureness = Sureness.CLIENT
    options: Mapping[str, Option] = field(
        default_factory=lambda: {
            "shop_domain": Option(help="the shop, like larkfield.example"),
            "per_page": Option(help="reviews on a page", default="100"),
            "api_token": Option(help="the private token", is_secret=True),
            "hook_secret": Option(help="what webhooks are signed with", default="", is_secret=True),
        }
    )

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:  # noqa: ARG002 - it asks nobody
        if not given["per_page"].isdecimal():
            raise BadValueError("per_page is no number")
        return PlayedSource(pages_of(1))


KINDS: Mapping[str, SourceKind] = {"judgeme": Kind(), "trustpilot": Kind("trustpilot", rights="display-only")}
ENVIRONMENT = {"JUDGEME_TOKEN": "secret-5f2a"}
WHOLE = 'collector = "judgeme"\nshop_domain = "larkfield.example"\napi_token_env = "JUDGEME_TOKEN"\n'


def read(folder: Path, text: str) -> Mapping[SourceId, SourceSettings]:
    path = folder / "config.toml"
    path.write_text(text)
    return read_config(path, ENVIRONMENT, kinds=lambda: KINDS).sources


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return [each.removeprefix(f"{folder / 'config.toml'}: ") for each in caught.value.mistakes]


def test_a_source_has_the_defaults_of_its_kind_unless_told_otherwise(tmp_path: Path) -> None:
    [source] = read(tmp_path, f"[sources.shop]\n{WHOLE}every_hours = 6\n").values()

    assert source.given == {
        "shop_domain": "larkfield.example",
        "per_page": "100",
        "api_token": "secret-5f2a",
        "hook_secret": "",
    }
    assert (source.every, source.full_every) == (timedelta(hours=6), timedelta(days=7))
    assert source.rights == OWN


def test_a_source_whose_copies_grow_old_is_read_whole_before_they_do(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[sources.shop]\n{WHOLE}")
    aging = {"judgeme": Kind(rights="trustpilot-service")}

    [source] = read_config(path, ENVIRONMENT, kinds=lambda: aging).sources.values()

    assert source.rights.max_age == timedelta(hours=24)
    assert source.every == source.full_every == timedelta(hours=12)


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    [source] = read(tmp_path, f"[sources.shop]\n{WHOLE}").values()

    assert "secret-5f2a" not in repr(source)


def test_numbers_and_truth_values_reach_a_kind_as_texts(tmp_path: Path) -> None:
    [source] = read(tmp_path, f"[sources.shop]\n{WHOLE}per_page = 50\n").values()

    assert source.given["per_page"] == "50"


def test_all_mistakes_are_told_at_once_with_their_key_paths(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        f"""
        [sources.one]
        collector = "judgme"
        every_hours = 0
        [sources.two]
        {WHOLE.replace("JUDGEME_TOKEN", "NOT_SET").replace("shop_domain", "shop_domian")}
        per_minute = "often"
        [sources.three]
        rights = "own"
        [sources.four]
        {WHOLE.replace("judgeme", "trustpilot")}
        rights = "own"
        [sources.five]
        {WHOLE}
        per_page = "many"
        [sources.six]
        {WHOLE}
        rights = "mine"
        per_page = [1]
        [sources."a b"]
        {WHOLE}
        """,
    )

    begun = [
        "sources.one.every_hours must be a whole number from 1 to 8784",
        "sources.one.collector 'judgme' is not a kind of source; did you mean judgeme?",
        "sources.two.per_minute must be a whole number from 1 to 10000",
        "sources.two.shop_domian is not an option of this kind of source; did you mean shop_domain?",
        "sources.two.shop_domain is missing: the shop, like larkfield.example",
        "sources.two.api_token_env names the environment variable NOT_SET, which is not set",
        "sources.three.collector is missing: it says what kind of source it is",
        "sources.four.rights 'own' allows what 'display-only', the profile of this kind, does not: may_edit",
        "sources.five: per_page is no number",
        "sources.six.per_page must be a text in quotes",
        "sources.six.rights: there is no rights profile 'mine'; there are own, display-only",
        "sources.a b 'a b' must be letters, digits, dots, dashes and underscores, 64 at most",
    ]
    assert [each[: len(wanted)] for each, wanted in zip(told, begun, strict=True)] == begun


@pytest.mark.parametrize("kind", ["google_places", "facebook"])
def test_what_no_one_may_collect_is_refused_with_the_reason(tmp_path: Path, kind: str) -> None:
    [told] = mistakes(tmp_path, f'[sources.shop]\ncollector = "{kind}"\n')

    assert told.startswith(f"sources.shop.collector '{kind}' cannot be: ")


def test_a_secret_written_into_the_file_is_refused(tmp_path: Path) -> None:
    told = mistakes(tmp_path, f"[sources.shop]\n{WHOLE.replace('api_token_env', 'api_token')}")

    assert told == [
        "sources.shop.api_token is not an option of this kind of source; did you mean api_token_env?",
        "sources.shop.api_token_env is missing: the private token",
    ]


@pytest.mark.parametrize("text", ["sources = 3", "[sources]\nshop = 3", '[[sources]]\nid = "shop"'])
def test_sources_are_tables(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text) == ["sources must be written as [sources.<id>] tables"]


def test_a_narrower_profile_still_deletes_and_ages_as_its_source_wants(tmp_path: Path) -> None:
    [source] = read(tmp_path, f'[sources.shop]\n{WHOLE}rights = "internal"\n').values()

    assert source.rights == narrowed(INTERNAL, OWN)


def test_every_key_is_described() -> None:
    written = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")

    assert [key for key in SOURCE if f"`sources.<id>.{key}`" not in written] == []


def test_its_options_are_other_ones_when_something_else_is_read_and_not_under_another_key(tmp_path: Path) -> None:
    [as_it_was] = read(tmp_path, f"[sources.shop]\n{WHOLE}").values()
    [spelt_out] = read(tmp_path, f"[sources.shop]\n{WHOLE}per_page = 100\nevery_hours = 3\n").values()
    [elsewhere] = read(tmp_path, f"[sources.shop]\n{WHOLE}".replace("larkfield", "finch")).values()
    newly_keyed = replace(as_it_was, given={**as_it_was.given, "api_token": "another"})

    assert as_it_was.options == spelt_out.options == newly_keyed.options
    assert elsewhere.options != as_it_was.options
    assert (as_it_was.secrets, newly_keyed.secrets) == (["secret-5f2a"], ["another"])
