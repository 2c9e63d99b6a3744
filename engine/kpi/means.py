"""The mean that a subject with few ratings is compared by."""

from __future__ import annotations

PRIOR_WEIGHT = 10
"""Ratings: before the first of its own, a subject counts as if so many had given it the mean of all subjects."""


def bayesian_mean(count: int, total: float, prior: float, weight: int = PRIOR_WEIGHT) -> float:
    """The mean of a subject's ratings drawn towards ``prior``, the mean of all, as strongly as it has few of them.

    It is for putting subjects in an order. What is published of a subject is its plain mean.
    """
    return (weight * prior + total) / (weight + count)
