"""The conformance suite: what every collector and every generator must keep, ours and a stranger's.

Call these from a test of the plug; each raises AssertionError that says which promise was broken.
"""

from __future__ import annotations

from engine.testing.collectors import Expected, check_collector, check_source_kind
from engine.testing.generators import check_generator
from engine.testing.server import Asked, Fault, Faults, Pages, Reply, SourceServer, as_json, serving, slice_of

__all__ = [
    "Asked",
    "Expected",
    "Fault",
    "Faults",
    "Pages",
    "Reply",
    "SourceServer",
    "as_json",
    "check_collector",
    "check_generator",
    "check_source_kind",
    "serving",
    "slice_of",
]
