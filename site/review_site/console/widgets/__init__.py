"""Widgets with one's own data: how each looks, how it is embedded, where it is seen, and why one is not there."""
