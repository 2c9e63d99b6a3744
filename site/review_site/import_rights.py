"""The rights with which a file comes in, at the command and in the console."""

from __future__ import annotations

from collectors.presets import Preset
from engine.domain import Rights
from engine.errors import RefusedError
from engine.rights import profile, wider


def import_rights(name: str, preset: Preset | None, *, attribution: str | None = None, approval: str = "") -> Rights:
    """The profile of a name, which allows no more than the preset's own.

    Raises NotFoundError for an unknown profile, RefusedError where it is wider than the preset's or where an approval
    changes nothing.
    """
    allowed = profile(name, attribution=attribution, approval=approval)
    if preset is None:
        return allowed
    own = profile(preset.rights, approval=approval if name == preset.rights else "")
    if too_much := wider(allowed, own):
        raise RefusedError(f"rights {name!r} allow what those of {preset.name!r} do not: {', '.join(too_much)}")
    return allowed
