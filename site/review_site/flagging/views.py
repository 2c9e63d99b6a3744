"""Reporting a review: the form, its receipt, and the page on which a reader finds what became of his report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, request

from engine.domain import FlagReason, Locale, Material, Review, ReviewId, State
from engine.errors import BadValueError
from engine.flagging import Notice, flag_review
from engine.review_material import select_review_material
from engine.rights import may_show
from engine.store import Transaction
from review_site.asking import asked_locale, fitting_locale, instance
from review_site.flagging.pages import Sheet, address, answer_page, receipt_page, sheet_page
from review_site.flagging.reading import Report, faults_of, report_from
from review_site.form.places import private, sent_on
from review_site.form.reading import Fault
from review_site.visitors import sends_too_often
from review_site.wiring import now

blueprint = Blueprint("flagging", __name__)


@blueprint.route("/report/<review>", methods=["GET", "POST"])
def report(review: str) -> Response:
    """The form, for a review that can be seen at this moment."""
    wanted = ReviewId(review)
    with instance().store.reading() as transaction:
        material = select_review_material(transaction, wanted, asked_locale(), instance().settings, now=now())
    if request.method == "POST":
        return _take(material, wanted)
    return _show(material, Sheet(token=instance().tokens.of_report(wanted)))


@blueprint.get("/report/received/<token>")
def received(token: str) -> Response:
    """That it arrived (article 16, paragraph 4), with the reader's own link."""
    with instance().store.reading() as transaction:
        flag = transaction.flags.find(instance().tokens.flag(token))
    locale = _locale_of(flag.locale)
    return _as_page(receipt_page(instance().settings, flag, locale, token), locale)


@blueprint.get("/report/answer/<token>")
def answered(token: str) -> Response:
    """What became of it (article 16, paragraph 5), for whoever has the link."""
    with instance().store.reading() as transaction:
        flag = transaction.flags.find(instance().tokens.flag(token))
        review = transaction.reviews.find(flag.review_id).review
        subject = transaction.subjects.find(review.subject_id)
        is_shown = _is_shown(transaction, review, now())
    locale = _locale_of(flag.locale)
    reason = review.decision.reason if review.decision and review.state is State.REJECTED else None
    html = answer_page(instance().settings, flag, subject, locale, token, rejected_for=reason, is_shown=is_shown)
    return _as_page(html, locale)


def _take(material: Material, wanted: ReviewId) -> Response:
    config, typed = instance().config, report_from(request.form)
    token = request.form.get("sheet", "")
    shown = instance().tokens.report(token)
    if shown is None or shown[0] != wanted:
        fresh = instance().tokens.of_report(wanted)
        return _again(material, typed, fresh, [Fault(name="", key="fault-stale")])
    if sends_too_often("report", config.flags_per_hour):
        fault = Fault(name="", key="fault-often")
        return _again(material, typed, token, [fault], HTTPStatus.TOO_MANY_REQUESTS)
    is_hasty = now() - shown[1] < timedelta(seconds=config.flags_least_seconds)
    haste = [Fault(name="", key="fault-fast")] if is_hasty else []
    faults = [*haste, *faults_of(typed, config.intake_longest_line)]
    return _again(material, typed, token, faults) if faults else _keep(material, wanted, typed, token)


def _keep(material: Material, wanted: ReviewId, typed: Report, token: str) -> Response:
    notice = Notice(
        reason=FlagReason(typed.reason),
        explanation=typed.explanation,
        locale=material.locale,
        name=typed.author,
        email=typed.email,
    )
    try:
        with instance().store.writing() as transaction:
            flag = flag_review(transaction, wanted, notice, now())
    except BadValueError:
        return _again(material, typed, token, [Fault(name="explanation", key="fault-explanation")])
    path = f"/report/received/{instance().tokens.of_flag(flag.id)}"
    return sent_on(address(material.settings, path, material.locale))


def _again(
    material: Material,
    typed: Report,
    token: str,
    faults: Sequence[Fault],
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    return _show(material, Sheet(token=token, report=typed, faults=faults), status)


def _show(material: Material, sheet: Sheet, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return _as_page(sheet_page(material, sheet), material.locale, status)


def _is_shown(transaction: Transaction, review: Review, moment: datetime) -> bool:
    return may_show(review, transaction.sources.all()[review.source_id].rights, moment)


def _locale_of(told: Locale) -> Locale:
    """The language asked for, or else the one that the reader wrote in."""
    return fitting_locale(told) or instance().settings.default_locale


def _as_page(html: str, locale: Locale, status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = locale
    return private(response)
