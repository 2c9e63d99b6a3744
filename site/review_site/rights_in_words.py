"""Rights profiles as a person reads them: a line for a source, the matrix of all of them, the evidence of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from importlib.resources import files

from engine.domain import Excerpt, Mining, OnSourceDelete, Rights, Source
from engine.rights import APPROVED, PROFILES

MINED = {
    Mining.PUBLISHED: "may be mined and quoted",
    Mining.INTERNAL: "may be mined for ourselves, never quoted",
    Mining.NEVER: "may not be mined",
}
COLUMNS = (
    "",
    "kept",
    "fresh within",
    "edited",
    "excerpt",
    "named",
    "shown",
    "marked up",
    "counted",
    "fed",
    "mined",
    "gone there",
)
EXCERPTS = {Excerpt.YES: "yes", Excerpt.WITH_LINK: "with link", Excerpt.NO: "no"}
MININGS = {Mining.PUBLISHED: "yes", Mining.INTERNAL: "internal", Mining.NEVER: "no"}
GONE = {
    OnSourceDelete.WITHDRAW: "withdrawn here",
    OnSourceDelete.KEEP: "kept here",
    OnSourceDelete.RECHECK: "looked at again",
}


def in_words(source: Source) -> str:
    """One line: which source it is, and what may and may not be done with its reviews."""
    rights: Rights = source.rights
    asked = {
        "shown": rights.may_show,
        "marked up": rights.may_mark_up,
        "counted in the aggregate": rights.may_aggregate,
        "fed to product feeds": rights.may_feed,
        "edited": rights.may_edit,
    }
    may = ", ".join(each for each, allowed in asked.items() if allowed)
    may_not = ", ".join(each for each, allowed in asked.items() if not allowed)
    words = [f"may be {may}" if may else "", f"may not be {may_not}" if may_not else "", MINED[rights.may_mine]]
    if rights.max_age:
        words.append(f"shown for {age_in_words(rights.max_age)} after it was last told")
    if rights.asks_consent:
        words.append("shown only with its author's consent")
    if rights.attribution:
        words.append(f"named as {rights.attribution.name}{' with a link' if rights.attribution.link_required else ''}")
    return f"{source.id} ({rights.profile}): " + "; ".join(filter(None, words))


def in_table(profiles: Mapping[str, Rights]) -> Iterator[str]:
    """The matrix of some profiles, and below it why each is as it is."""
    rows = matrix(profiles)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""
    for each in dict.fromkeys(profiles.values()):
        yield from evidence_of(each)


def rights_page() -> Iterator[str]:
    """docs/rights.md: every profile there is, as Markdown."""
    yield from files("review_site").joinpath("rights_page.md").read_text(encoding="utf-8").splitlines()
    for number, row in enumerate(matrix(PROFILES)):
        yield f"| {' | '.join(row)} |"
        if number == 0:
            yield "|" + "---|" * len(row)
    yield from ("", "## Why, and since when", "")
    for each in PROFILES.values():
        why, *evidence = evidence_of(each)
        yield f"- **{each.profile}**{why.removeprefix(each.profile)}"
        yield from (f"  - {line.strip()}" for line in evidence)


def matrix(profiles: Mapping[str, Rights]) -> list[Sequence[str]]:
    """A row for each profile under the names of ``COLUMNS``."""
    return [COLUMNS, *(_row(name, each) for name, each in profiles.items())]


def evidence_of(rights: Rights) -> Iterator[str]:
    """Why a profile is as it is, when that was looked up, and where it is written."""
    checked = f" (looked up on {rights.checked:%Y-%m-%d})" if rights.checked else ""
    yield f"{rights.profile}: {rights.because}{checked}"
    if rights.profile in APPROVED and not rights.may_store:
        yield f"  with an approval in writing it becomes {APPROVED[rights.profile]}"
    yield from (f"  {each}" for each in rights.evidence)


def age_in_words(age: timedelta) -> str:
    hours = age / timedelta(hours=1)
    return f"{hours / 24:g} days" if hours > 48 else f"{hours:g} hours"


def _row(name: str, rights: Rights) -> Sequence[str]:
    return (
        name,
        _yes(rights.may_store),
        age_in_words(rights.max_age) if rights.max_age else "",
        _yes(rights.may_edit),
        EXCERPTS[rights.may_excerpt],
        _named(rights),
        _shown(rights),
        _yes(rights.may_mark_up),
        _yes(rights.may_aggregate),
        _yes(rights.may_feed),
        MININGS[rights.may_mine],
        GONE[rights.on_source_delete] if rights.may_store else "",
    )


def _named(rights: Rights) -> str:
    if rights.attribution is None:
        return ""
    return f"{rights.attribution.name}{', linked' if rights.attribution.link_required else ''}"


def _shown(rights: Rights) -> str:
    return "with consent" if rights.may_show and rights.asks_consent else _yes(rights.may_show)


def _yes(allowed: bool) -> str:
    return "yes" if allowed else "no"
