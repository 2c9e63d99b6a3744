"""Whether an instance holds the sample company, and nobody's business."""

from __future__ import annotations

from engine.store import Transaction

KEY = "demo"
"""Under this key an instance remembers it, with how far the story of the sample was told."""


def is_sample_company(transaction: Transaction) -> bool:
    return transaction.memory.find(KEY) is not None
