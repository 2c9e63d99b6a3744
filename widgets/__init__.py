"""Widgets: reviews as HTML that needs no JavaScript, one generator for each kind."""
