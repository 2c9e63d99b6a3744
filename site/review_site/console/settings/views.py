"""The settings: what has to be mended, what the configuration says, and the pages of what can be set here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from engine.domain import Permission
from engine.settings_told import told
from review_site.access import needs
from review_site.asking import instance
from review_site.complaints import Complaint
from review_site.console.settings import audit, deliveries, keys, subscriptions, users
from review_site.console.settings.asked import spoken
from review_site.console.shell import Cell, Column, Page, Table, exported, respond, wants_csv
from review_site.console.shell.areas import Area
from review_site.examination import examine
from review_site.wiring import now

blueprint = Blueprint("console-settings", __name__, url_prefix="/console/settings")
for each in (keys, users, subscriptions, deliveries, audit):
    blueprint.register_blueprint(each.blueprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthBody:
    tab: str
    complaints: Sequence[Complaint]
    lines: Sequence[str]
    figures: Mapping[str, int]
    """By the name of a tab: how many there are."""
    is_thorough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationBody:
    tab: str
    table: Table
    file: str
    """The name of the file; empty where there is none."""


@blueprint.get("")
@needs(Permission.ADMINISTER)
def health() -> Response:
    """What ``plaudit doctor`` finds; reviews are counted anew only for whoever asks for that."""
    is_thorough = request.args.get("thorough") == "1"
    findings = examine(instance(), is_thorough=is_thorough)
    with instance().store.reading() as transaction:
        figures = {
            "keys": len(transaction.keys.valid(now())),
            "users": len(transaction.accounts.all()),
            "subscriptions": len(transaction.subscriptions.all()),
        }
    body = HealthBody(
        tab="health", complaints=findings.complaints, lines=findings.lines, figures=figures, is_thorough=is_thorough
    )
    return respond(Page(area=Area.SETTINGS, template="settings/health.html", title="settings", body=body))


@blueprint.get("/configuration")
@needs(Permission.ADMINISTER)
def configuration() -> Response:
    texts, path = spoken(), instance().config_path
    table = Table(
        caption=texts("configuration"),
        columns=[Column(title=texts(f"setting-{each}")) for each in ("key", "value", "origin", "meaning")],
        rows=[
            [
                Cell(text=each.key),
                Cell(text=texts("setting-hidden") if each.is_hidden else each.value or texts("setting-empty")),
                Cell(text=texts(f"origin-{each.origin}")),
                Cell(text=each.meaning, language="en"),
            ]
            for each in told(instance().config)
        ],
    )
    if wants_csv():
        return exported(table, "configuration")
    body = ConfigurationBody(tab="configuration", table=table, file=path.name if path else "")
    return respond(Page(area=Area.SETTINGS, template="settings/configuration.html", title="configuration", body=body))
