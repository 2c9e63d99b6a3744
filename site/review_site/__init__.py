"""The two doors of Plaudit, HTTP and the `plaudit` command, and the only place where things are wired together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from review_site.roles import Role
    from review_site.wiring import Instance


def create_app(instance: Instance, role: Role | None = None) -> Flask:
    """The Flask application of an instance: everything but finished snippets, which are answered before it.

    With a role, only the routes of that role.
    """
    # Whoever imports a template or judges a file needs neither the engine nor Flask.
    from review_site.application import assemble  # noqa: PLC0415
    from review_site.roles import Role  # noqa: PLC0415

    return assemble(instance, role or Role.ALL)
