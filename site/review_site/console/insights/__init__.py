"""Insights: the figures of a period as charts with their tables, and the audit report of a quarter."""
