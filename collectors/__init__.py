"""Plaudit's collectors: one module for each source that reviews come from."""
