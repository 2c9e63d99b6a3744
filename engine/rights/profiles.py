"""Rights profiles: what each kind of source allows, read from a table; a configuration can only narrow one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from typing import Any

from engine.domain import Attribution, Excerpt, Mining, OnSourceDelete, Rights
from engine.errors import NotFoundError, RefusedError

EXCERPTS = (Excerpt.NO, Excerpt.WITH_LINK, Excerpt.YES)
MININGS = (Mining.NEVER, Mining.INTERNAL, Mining.PUBLISHED)
FLAGS = ("may_store", "may_edit", "may_show", "may_mark_up", "may_aggregate", "may_feed")
SYNDICATED = "syndicated"


def _tables() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = tomllib.loads(files(__package__).joinpath("profiles.toml").read_text())
    return found


def _rights(name: str, table: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> Rights:
    whole = {**tables[table["like"]], **table} if "like" in table else table
    hours = whole.get("max_age_hours")
    return Rights(
        profile=name,
        may_store=whole["store"],
        may_edit=whole["edit"],
        may_excerpt=Excerpt(whole["excerpt"]),
        may_show=whole["show"],
        may_mark_up=whole["mark_up"],
        may_aggregate=whole["aggregate"],
        may_feed=whole["feed"],
        may_mine=Mining(whole["mine"]),
        max_age=None if hours is None else timedelta(hours=hours),
        asks_consent=whole.get("asks_consent", False),
        attribution=_attribution(whole),
        on_source_delete=OnSourceDelete(whole["on_delete"]),
        because=whole["because"],
        evidence=tuple(whole.get("evidence", ())),
        checked=whole.get("checked"),
    )


def _attribution(table: Mapping[str, Any]) -> Attribution | None:
    if "attribution" not in table:
        return None
    return Attribution(
        name=table["attribution"], link_required=table.get("link", False), url=table.get("attribution_url")
    )


_TABLES = _tables()
PROFILES: Mapping[str, Rights] = {
    name: _rights(name, table, _TABLES["profiles"]) for name, table in _TABLES["profiles"].items()
}
ORIGINS: Mapping[str, str] = _TABLES["origins"]
APPROVED: Mapping[str, str] = {
    name: table["approved"] for name, table in _TABLES["profiles"].items() if "approved" in table
}
"""By the profiles that need leave in writing: the profile that holds once it was given."""

OWN, DISPLAY_ONLY, INTERNAL, FORBIDDEN = (PROFILES[each] for each in ("own", "display-only", "internal", "forbidden"))


def profile(name: str, *, attribution: str | None = None, approval: str = "") -> Rights:
    """The rights profile of a name.

    ``attribution`` is how the source is named beside each review; ``approval`` names the leave in writing that some
    profiles need. Raises NotFoundError with the names there are, RefusedError for an approval that changes nothing.
    """
    if name not in PROFILES:
        raise NotFoundError(f"there is no rights profile {name!r}; there are {', '.join(PROFILES)}")
    rights = _approved(PROFILES[name], approval.strip())
    if attribution is None:
        return rights
    known = rights.attribution or Attribution(name=attribution)
    return replace(rights, attribution=replace(known, name=attribution))


def _approved(rights: Rights, approval: str) -> Rights:
    if not approval:
        return rights
    if rights.profile not in APPROVED:
        raise RefusedError(f"no approval changes the rights profile {rights.profile!r}; it helps {', '.join(APPROVED)}")
    return replace(
        PROFILES[APPROVED[rights.profile]],
        profile=rights.profile,
        attribution=rights.attribution,
        because=f"approved: {approval}",
        evidence=(*rights.evidence, approval),
        checked=rights.checked,
    )


def origin_profile(origin: str, *, syndicated: bool) -> str:
    """The profile that narrows a review which its source only hands on; empty for one that it collected itself.

    ``origin`` is what the source calls the place it comes from, or the name of a profile. A place that is not known
    allows what any platform does: showing.
    """
    name = "-".join(origin.casefold().replace("_", " ").replace(".", " ").split())
    named = ORIGINS.get(name, name if name in PROFILES else SYNDICATED)
    return named or (SYNDICATED if syndicated else "")


def narrowed(wanted: Rights, allowed: Rights) -> Rights:
    """A profile as far as another one allows it: of each right the narrower, and every duty of either."""
    ages = [each.max_age for each in (wanted, allowed) if each.max_age is not None]
    flags = {name: getattr(wanted, name) and getattr(allowed, name) for name in FLAGS}
    return replace(
        wanted,
        **flags,
        may_excerpt=min(wanted.may_excerpt, allowed.may_excerpt, key=EXCERPTS.index),
        may_mine=min(wanted.may_mine, allowed.may_mine, key=MININGS.index),
        max_age=min(ages, default=None),
        asks_consent=wanted.asks_consent or allowed.asks_consent,
        attribution=_joined(wanted.attribution, allowed.attribution),
        on_source_delete=allowed.on_source_delete,
        because=allowed.because,
        evidence=allowed.evidence,
        checked=allowed.checked,
    )


def _joined(wanted: Attribution | None, allowed: Attribution | None) -> Attribution | None:
    if wanted is None or allowed is None:
        return wanted or allowed
    return Attribution(
        name=wanted.name, link_required=wanted.link_required or allowed.link_required, url=wanted.url or allowed.url
    )


def wider(wanted: Rights, allowed: Rights) -> tuple[str, ...]:
    """What one profile allows and the other does not, in the words of ``Rights``."""
    found = [name for name in FLAGS if getattr(wanted, name) and not getattr(allowed, name)]
    if EXCERPTS.index(wanted.may_excerpt) > EXCERPTS.index(allowed.may_excerpt):
        found.append("may_excerpt")
    if MININGS.index(wanted.may_mine) > MININGS.index(allowed.may_mine):
        found.append("may_mine")
    return tuple(found)
