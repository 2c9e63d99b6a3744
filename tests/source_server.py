"""The server that plays a source, as the conformance suite ships it to strangers."""

from __future__ import annotations

from engine.testing.server import Asked, Fault, Faults, Pages, Reply, SourceServer, as_json, serving, slice_of

__all__ = ["Asked", "Fault", "Faults", "Pages", "Reply", "SourceServer", "as_json", "serving", "slice_of"]
