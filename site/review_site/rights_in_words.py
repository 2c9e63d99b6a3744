"""A rights profile as a person reads it."""

from __future__ import annotations

from engine.domain import Mining, Rights, Source

MINED = {
    Mining.PUBLISHED: "may be mined and quoted",
    Mining.INTERNAL: "may be mined for ourselves, never quoted",
    Mining.NEVER: "may not be mined",
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
    if rights.attribution:
        words.append(f"named as {rights.attribution.name}")
    return f"{source.id} ({rights.profile}): " + "; ".join(filter(None, words))
