"""Figures about reviews and answers; pure: counts in, shares, means and intervals out."""

from __future__ import annotations

from engine.kpi.intervals import FEW, Interval, Mean, Share, Shift, shift_of_means, shift_of_shares
from engine.kpi.means import PRIOR_WEIGHT, bayesian_mean
from engine.kpi.spans import Spans, spans
from engine.kpi.suppression import StarShare, Suppression, suppression
from engine.kpi.surveys import Nps, Satisfaction, Scale, nps, satisfaction

__all__ = [
    "FEW",
    "PRIOR_WEIGHT",
    "Interval",
    "Mean",
    "Nps",
    "Satisfaction",
    "Scale",
    "Share",
    "Shift",
    "Spans",
    "StarShare",
    "Suppression",
    "bayesian_mean",
    "nps",
    "satisfaction",
    "shift_of_means",
    "shift_of_shares",
    "spans",
    "suppression",
]
