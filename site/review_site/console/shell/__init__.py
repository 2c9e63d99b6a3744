"""What all pages of the console stand in: navigation, messages, tables, and the words that areas share.

An area is a package beside this one: its views in a blueprint, its words in ``i18n/{en,de,nl}.toml``, its templates in
``templates/console/<area>/``. Each template extends ``console/shell/page.html`` and imports tables, fields and the like
from ``console/shell/parts.html``. The words of an area are ``it.texts`` there, those of all areas ``it.shell``, and
what a view hands over is ``it.body``.
"""

from __future__ import annotations

from review_site.console.shell.page import Page, respond
from review_site.console.shell.said import Said, sent_on
from review_site.console.shell.tables import Cell, Column, Table, export_address, exported, wants_csv

__all__ = ["Cell", "Column", "Page", "Said", "Table", "export_address", "exported", "respond", "sent_on", "wants_csv"]
