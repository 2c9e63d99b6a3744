"""The pages of a report: the form, its receipt, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from markupsafe import Markup

from engine.domain import Flag, FlagReason, FlagState, Locale, Material, PublishSettings, Reason, Subject
from engine.i18n import Texts, texts
from review_site.flagging.reading import FAITH, FIELDS, Report
from review_site.flagging.reasons import REPORTED, spoken_in, why_rejected
from review_site.form.faults import beside, listed, words_of
from review_site.form.pages import STYLE_SHEET, Choice, MessageBody, typed
from review_site.form.reading import TRAP, Fault
from review_site.frame import ENVIRONMENT, HERE, Frame, frame
from widgets.links import report_page, review_page
from widgets.rendering import one_line, paragraphs, render

FIRST_OF = {"reason": f"reason-{FlagReason.ILLEGAL}"}
"""The id of the first box of a field that has several."""
STATES: Mapping[FlagState, str] = {
    FlagState.OPEN: "state-open",
    FlagState.UPHELD: "state-upheld",
    FlagState.DISMISSED: "state-dismissed",
}
NEXT: Mapping[FlagState, str] = {
    FlagState.OPEN: "next-open",
    FlagState.UPHELD: "next-upheld",
    FlagState.DISMISSED: "next-dismissed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetBody:
    """The form."""

    which: str
    """What is reported, in words."""
    review: str
    """Where that can be read."""
    action: str
    token: str
    report: Report
    text: Markup
    reasons: Sequence[Choice]
    faults: Sequence[tuple[str, str]]
    """The id of what each is about, empty for the whole form, and the words."""
    faulty: Mapping[str, str]
    """The words for each field with a fault."""
    method: str
    trap: str = TRAP
    faith: str = FAITH


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBody:
    """What became of a report."""

    state: str
    because: str
    answer: Sequence[Markup]
    """The paragraphs of the statement of reasons."""
    following: str
    """What the reader can do, or will see next."""
    again: str
    """Where the review can be reported once more; empty where it cannot."""
    reason: str
    explanation: Sequence[Markup]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """What every page of a report prints."""

    frame: Frame
    texts: Texts
    common: Texts
    """The words that all forms have in common."""
    style_sheet: str
    title: str
    body: SheetBody | AnswerBody | MessageBody
    layout: str = "base.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The form as it is to be shown: new, or again with what is wrong."""

    token: str
    report: Report = field(default_factory=Report)
    faults: Sequence[Fault] = ()


def address(settings: PublishSettings, path: str, locale: Locale) -> str:
    """The address of a page of this instance in a locale; the default one is what is answered unasked."""
    query = f"?{urlencode({'locale': locale})}" if locale != settings.default_locale else ""
    return f"{settings.base_url}{path}{query}"


def sheet_page(material: Material, sheet: Sheet) -> str:
    """The form in which the one review of a material is reported."""
    [review] = material.shown
    spoken, common = spoken_in(material.locale), _common(material.locale)
    told = [(each.name, words_of(each, spoken if each.key in spoken.entries else common)) for each in sheet.faults]
    author = one_line(review.author or "")
    which = (
        spoken("which-by", subject=material.name, author=author) if author else spoken("which", subject=material.name)
    )
    body = SheetBody(
        which=which,
        review=review_page(review.id, material),
        action=report_page(review.id, material),
        token=sheet.token,
        report=sheet.report,
        text=typed(sheet.report.explanation),
        reasons=[Choice(value=each, words=spoken(key)) for each, key in REPORTED.items()],
        faults=listed(told, FIRST_OF),
        faulty=beside(told, FIELDS),
        method=address(material.settings, "/method", material.locale),
    )
    title = spoken("title")
    around = frame(
        material.settings, material.locale, lambda each: report_page(review.id, replace(material, locale=each))
    )
    return _render(
        "flagging/report.html",
        around,
        material.locale,
        material.settings,
        common("faulty", title=title) if told else title,
        body,
    )


def receipt_page(settings: PublishSettings, flag: Flag, locale: Locale, token: str) -> str:
    """That a report arrived, with the link by which its reader follows it."""
    spoken = spoken_in(locale)
    own = address(settings, f"/report/answer/{token}", locale)
    body = MessageBody(
        hint=spoken("received-hint", date=spoken.date(flag.at, settings.timezone)),
        own=own,
        own_hint=spoken("received-link"),
    )
    around = frame(settings, locale, _at(settings, f"/report/received/{token}"))
    return _render("form/message.html", around, locale, settings, spoken("received"), body)


def answer_page(
    settings: PublishSettings,
    flag: Flag,
    subject: Subject,
    locale: Locale,
    token: str,
    *,
    rejected_for: Reason | None,
    is_shown: bool,
) -> str:
    """What became of a report: ``rejected_for`` while its review is down, ``is_shown`` while it can be seen."""
    spoken = spoken_in(locale)
    date = spoken.date(flag.answered_at or flag.at, settings.timezone)
    is_down = flag.state is FlagState.UPHELD and rejected_for is not None
    body = AnswerBody(
        state=spoken(STATES[flag.state], date=date),
        because=why_rejected(rejected_for, locale) if is_down and rejected_for else "",
        answer=paragraphs(flag.answer),
        following=spoken(NEXT[flag.state]),
        again=address(settings, f"/report/{flag.review_id}", locale)
        if flag.state is FlagState.DISMISSED and is_shown
        else "",
        reason=spoken(REPORTED[FlagReason(flag.reason)]),
        explanation=paragraphs(flag.explanation),
        language=flag.locale,
    )
    around = frame(settings, locale, _at(settings, f"/report/answer/{token}"))
    title = spoken("yours", subject=subject.name_in(locale))
    return _render("flagging/answer.html", around, locale, settings, title, body)


def _at(settings: PublishSettings, path: str) -> Callable[[Locale], str]:
    return lambda locale: address(settings, path, locale)


def _common(locale: Locale) -> Texts:
    return texts(HERE / "form" / "i18n", locale)


def _render(
    template: str,
    around: Frame,
    locale: Locale,
    settings: PublishSettings,
    title: str,
    body: SheetBody | AnswerBody | MessageBody,
) -> str:
    context = ReportContext(
        frame=around,
        texts=spoken_in(locale),
        common=_common(locale),
        style_sheet=settings.assets.get(STYLE_SHEET, f"/assets/{STYLE_SHEET}"),
        title=title,
        body=body,
    )
    return render(template, context, ENVIRONMENT)
