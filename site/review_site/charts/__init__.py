"""Charts as SVG from the server: values in, shapes with places out, printed by a template that escapes.

No script, no style attribute and no colour alone: series differ by pattern and mark, all numbers stand in a table
beside the chart. Time runs from left to right in every language.
"""

from __future__ import annotations

from review_site.charts.bars import bars, stacked
from review_site.charts.lines import intervals, lines, sparkline
from review_site.charts.shapes import Caption, Chart, Key, Series, Span, key_of

__all__ = ["Caption", "Chart", "Key", "Series", "Span", "bars", "intervals", "key_of", "lines", "sparkline", "stacked"]
