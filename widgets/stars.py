"""Stars and bars as inline SVG, which even a page shows that allows neither foreign images nor inline styles."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

# One star in a box of 20 by 20, and the left half of one; the path begins at the upper point.
_WHOLE = "l2.6 5.6 6 .7-4.5 4.2 1.2 6-5.3-3-5.3 3 1.2-6-4.5-4.2 6-.7z"
_HALF = "v13.5l-5.3 3 1.2-6-4.5-4.2 6-.7z"


def stars(hundredths: int) -> Markup:
    """Five stars, filled to the nearest half, for 100 to 500; for the eye only: words must stand beside them."""
    return _STARS[(hundredths + 25) // 50]


def bar(count: int, total: int) -> Markup:
    """A bar as long as the share of ``count`` in ``total``; for the eye only."""
    width = (Decimal(100 * count) / total).quantize(Decimal(1), ROUND_HALF_UP) if total else 0
    return Markup(
        '<svg class="plaudit-bar" viewBox="0 0 100 8" width="100" height="8" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect width="{}" height="8" fill="currentColor"/></svg>'
    ).format(width)


def _drawn(halves: int) -> Markup:
    whole, half = divmod(halves, 2)
    filled = _row(range(whole)) + (f"M{10 + 20 * whole} 1.5{_HALF}" if half else "")
    return Markup(
        '<svg class="plaudit-stars" viewBox="0 0 100 20" width="100" height="20" aria-hidden="true">'
        '<path d="{}" fill="currentColor"/><path d="{}" fill="currentColor" opacity=".25"/></svg>'
    ).format(filled, _row(range(whole, 5)))


def _row(places: range) -> str:
    return "".join(f"M{10 + 20 * place} 1.5{_WHOLE}" for place in places)


_STARS: Mapping[int, Markup] = {halves: _drawn(halves) for halves in range(2, 11)}
