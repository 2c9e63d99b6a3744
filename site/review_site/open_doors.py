"""What `plaudit doctor` says about the doors that strangers write through: reports, forms and webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from collectors.hooked import Unasked
from engine.config import Config
from engine.domain import Admission, Form, VerificationLevel
from engine.http import GuardedSession
from engine.plugins import ReceivesHooks
from engine.source_settings import SourceSettings
from engine.store import Transaction
from review_site.complaints import Complaint, Findings, is_this_machine
from review_site.wiring import Instance

WEBHOOK_SECRET = "webhook_secret"  # noqa: S105 - the name of an option


def examine_doors(instance: Instance, transaction: Transaction, findings: Findings) -> None:
    """Reads everything and changes nothing of the instance."""
    config = instance.config
    findings.lines.append(f"reports      {_reports_in_words(config)}")
    for form in config.forms.values():
        findings.lines.append(f"form         {_form_in_words(instance, form)}")
        findings.complaints += _about_form(instance, transaction, form)
    if config.forms:
        findings.complaints += _about_links(instance)
    for source in config.sources.values():
        if isinstance(source.kind, ReceivesHooks):
            findings.lines.append(f"webhook      {_hook_in_words(source)}")
            findings.complaints += _about_hook(source)


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


def _about_form(instance: Instance, transaction: Transaction, form: Form) -> Iterator[Complaint]:
    known = transaction.subjects.among(form.subjects)
    for each in form.subjects:
        if each not in known:
            message = f"the form {form.id} takes reviews of {each}, which is no subject here"
            yield Complaint(rule="form", message=message, fix="mend forms.subjects")
    if not form.subjects and not transaction.subjects.count():
        yield Complaint(
            rule="form", message=f"the form {form.id} has nothing to write about yet: there is no subject here"
        )
    if form.ask is Admission.OPEN and _is_approved_unread(instance, form):
        yield Complaint(
            rule="unread",
            message=f"whatever anybody sends in the form {form.id} is published unread",
            fix="let an [[approve]] rule ask for a verification, or name the sources that it means",
        )


def _is_approved_unread(instance: Instance, form: Form) -> bool:
    """Whether a rule approves what comes by this form without asking who wrote it."""
    unproved = VerificationLevel.UNVERIFIED
    return any(
        (not rule.sources or form.source_id in rule.sources)
        and (not rule.verification or unproved in rule.verification)
        for rule in instance.config.approve
    )


def _about_links(instance: Instance) -> Iterator[Complaint]:
    config = instance.config
    if is_this_machine(config.site_base_url):
        yield Complaint(
            rule="base-url",
            message=f"the links of forms lead to {config.site_base_url}, which only this machine opens",
            fix="set site.base_url",
        )
    if _is_blind(config):
        yield Complaint(
            rule="proxy",
            message="serve.trusted_proxies is empty: all visitors behind the proxy are counted as one, in forms too",
            fix="name the proxy's address there",
        )


def _hook_in_words(source: SourceSettings) -> str:
    state = "closed: it has no secret" if _is_closed(source) else f"open at /v1/hooks/{source.id}"
    return f"{source.id}: {state}"


def _is_closed(source: SourceSettings) -> bool:
    return WEBHOOK_SECRET in source.kind.options and not source.given.get(WEBHOOK_SECRET, "").strip()


def _about_hook(source: SourceSettings) -> Iterator[Complaint]:
    with GuardedSession() as http:
        is_mute = isinstance(source.kind.collector(source.given, http), Unasked)
    if is_mute and _is_closed(source):
        message = f"{source.id} tells nothing: it cannot be asked, and its webhook has no secret"
        yield Complaint(rule="hook", message=message)
