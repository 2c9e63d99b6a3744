"""Feeds: what is published, in the shapes that shops, readers, search engines and assistants take."""
