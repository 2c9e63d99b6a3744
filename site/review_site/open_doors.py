"""What `plaudit doctor` says about the doors that strangers write through: reports, forms and webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from collectors.hooked import Unasked
from engine.config import Config
from engine.domain import Admission, Form, VerificationLevel
from engine.http import GuardedSession
from engine.plugins import ReceivesHooks
from engine.source_settings import SourceSettings
from engine.store import Transaction
from review_site.data_folder import SECRET_FILE, is_read_by_others
from review_site.wiring import Instance

WEBHOOK_SECRET = "webhook_secret"  # noqa: S105 - the name of an option


@dataclass(slots=True)
class Doors:
    lines: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def examine_doors(instance: Instance, transaction: Transaction) -> Doors:
    """Reads everything and changes nothing."""
    config, doors = instance.config, Doors()
    doors.lines.append(f"reports      {_reports_in_words(config)}")
    for form in config.forms.values():
        doors.lines.append(f"form         {_form_in_words(instance, form)}")
        doors.complaints += _about_form(instance, transaction, form)
    if config.forms:
        doors.complaints += _about_links(instance)
    for source in config.sources.values():
        if isinstance(source.kind, ReceivesHooks):
            doors.lines.append(f"webhook      {_hook_in_words(source)}")
            doors.complaints += _about_hook(source)
    return doors


def _reports_in_words(config: Config) -> str:
    told = f"open to everybody, at most {config.flags_per_hour} in an hour from one address"
    return f"{told}; all visitors behind the proxy are one: set serve.trusted_proxies" if _is_blind(config) else told


def _is_blind(config: Config) -> bool:
    """Whether visitors come through a proxy that is not named: Plaudit itself speaks plain HTTP."""
    return config.site_base_url.startswith("https://") and not config.serve_trusted_proxies


def _form_in_words(instance: Instance, form: Form) -> str:
    about = f"{len(form.subjects)} subjects" if form.subjects else "every subject"
    who = "whoever was asked" if form.ask is Admission.REQUIRED else "everybody"
    decided = "approved by rule, where one fits" if _is_approved_unread(instance, form) else "waits for a decision"
    return f"{form.id}: {about}, by {who}; {decided}"


def _about_form(instance: Instance, transaction: Transaction, form: Form) -> Iterator[str]:
    known = transaction.subjects.among(form.subjects)
    for each in form.subjects:
        if each not in known:
            yield f"the form {form.id} takes reviews of {each}, which is no subject here: mend forms.subjects"
    if not form.subjects and not transaction.subjects.count():
        yield f"the form {form.id} has nothing to write about yet: there is no subject here"
    if form.ask is Admission.OPEN and _is_approved_unread(instance, form):
        yield (
            f"whatever anybody sends in the form {form.id} is published unread: let an [[approve]] rule ask for a"
            " verification, or name the sources that it means"
        )


def _is_approved_unread(instance: Instance, form: Form) -> bool:
    """Whether a rule approves what comes by this form without asking who wrote it."""
    unproved = VerificationLevel.UNVERIFIED
    return any(
        (not rule.sources or form.source_id in rule.sources)
        and (not rule.verification or unproved in rule.verification)
        for rule in instance.config.approve
    )


def _about_links(instance: Instance) -> Iterator[str]:
    config = instance.config
    if _is_this_machine(config.site_base_url):
        yield f"the links of forms lead to {config.site_base_url}, which only this machine opens: set site.base_url"
    if _is_blind(config):
        yield "serve.trusted_proxies is empty: all visitors behind the proxy are counted as one, by forms.per_hour too"
    if is_read_by_others(config.data_dir):
        yield f"{config.data_dir / SECRET_FILE} can be read by others, who could sign links with it: chmod 600"


def _is_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _hook_in_words(source: SourceSettings) -> str:
    state = "closed: it has no secret" if _is_closed(source) else f"open at /v1/hooks/{source.id}"
    return f"{source.id}: {state}"


def _is_closed(source: SourceSettings) -> bool:
    return WEBHOOK_SECRET in source.kind.options and not source.given.get(WEBHOOK_SECRET, "").strip()


def _about_hook(source: SourceSettings) -> Iterator[str]:
    with GuardedSession() as http:
        is_mute = isinstance(source.kind.collector(source.given, http), Unasked)
    if is_mute and _is_closed(source):
        yield f"{source.id} tells nothing: it cannot be asked, and its webhook has no secret"
