"""How values that have no column of their own are written and read back: times as integers, the rest as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.domain import (
    Attribution,
    Consent,
    Decision,
    Excerpt,
    Incentive,
    Mining,
    OnSourceDelete,
    Problem,
    Quote,
    Rating,
    RatingKind,
    Reason,
    Reply,
    ReviewId,
    Rights,
    Sentence,
    Severity,
    State,
    Use,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def maybe_micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def maybe_from_micros(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def to_json(value: Any) -> str:
    """One text for one value: keys in order, no spaces."""
    return _write(value)


from_json = json.loads


def rights_to_json(rights: Rights) -> str:
    return to_json(
        {
            "profile": rights.profile,
            "may_store": rights.may_store,
            "may_edit": rights.may_edit,
            "may_excerpt": rights.may_excerpt,
            "may_show": rights.may_show,
            "may_mark_up": rights.may_mark_up,
            "may_aggregate": rights.may_aggregate,
            "may_feed": rights.may_feed,
            "may_mine": rights.may_mine,
            "max_age": rights.max_age.total_seconds() if rights.max_age else None,
            "attribution": _attribution_to_list(rights.attribution),
            "asks_consent": rights.asks_consent,
            "on_source_delete": rights.on_source_delete,
            "because": rights.because,
            "evidence": list(rights.evidence),
            "checked": rights.checked.isoformat() if rights.checked else None,
        }
    )


def rights_from_json(text: str) -> Rights:
    kept = from_json(text)
    return Rights(
        profile=kept["profile"],
        may_store=kept["may_store"],
        may_edit=kept["may_edit"],
        may_excerpt=Excerpt(kept["may_excerpt"]),
        may_show=kept["may_show"],
        may_mark_up=kept["may_mark_up"],
        may_aggregate=kept["may_aggregate"],
        may_feed=kept["may_feed"],
        may_mine=Mining(kept["may_mine"]),
        max_age=None if kept["max_age"] is None else timedelta(seconds=kept["max_age"]),
        attribution=_attribution_from_list(kept["attribution"]),
        # Rows of the releases before 0004 do not say these.
        asks_consent=kept.get("asks_consent", False),
        on_source_delete=OnSourceDelete(kept["on_source_delete"]),
        because=kept.get("because", ""),
        evidence=tuple(kept["evidence"]),
        checked=date.fromisoformat(kept["checked"]) if kept["checked"] else None,
    )


def _attribution_to_list(attribution: Attribution | None) -> list[Any] | None:
    return None if attribution is None else [attribution.name, attribution.link_required, attribution.url]


def _attribution_from_list(kept: Sequence[Any] | None) -> Attribution | None:
    if not kept:
        return None
    if len(kept) == 2:
        # Of the releases before 0004, which kept that a link is asked for and held nobody to it.
        return Attribution(name=kept[0])
    return Attribution(name=kept[0], link_required=kept[1], url=kept[2])


def consent_to_json(consent: Consent) -> str:
    return to_json(
        {
            "uses": sorted(consent.uses),
            "taken_back": sorted(consent.taken_back),
            "wording": consent.wording,
            "proof": consent.proof,
            "given_at": maybe_micros(consent.given_at),
        }
    )


def consent_from_json(text: str, withdrawn_at: int | None) -> Consent:
    kept = from_json(text)
    return Consent(
        uses=frozenset(Use(each) for each in kept["uses"]),
        taken_back=frozenset(Use(each) for each in kept["taken_back"]),
        wording=kept["wording"],
        proof=kept["proof"],
        given_at=maybe_from_micros(kept["given_at"]),
        withdrawn_at=maybe_from_micros(withdrawn_at),
    )


def rating_to_json(rating: Rating | None) -> str | None:
    if rating is None:
        return None
    return to_json([rating.original, str(rating.value), str(rating.worst), str(rating.best), rating.kind])


def rating_from_json(text: str | None, hundredths: int | None) -> Rating | None:
    if text is None or hundredths is None:
        return None
    original, value, worst, best, kind = from_json(text)
    return Rating(
        original=original,
        value=Decimal(value),
        worst=Decimal(worst),
        best=Decimal(best),
        hundredths=hundredths,
        kind=RatingKind(kind),
    )


def decision_to_json(decision: Decision | None) -> str | None:
    if decision is None:
        return None
    return to_json([decision.state, decision.by, to_micros(decision.at), decision.reason, decision.note])


def decision_from_json(text: str | None) -> Decision | None:
    if text is None:
        return None
    state, by, at, reason, note = from_json(text)
    return Decision(state=State(state), by=by, at=from_micros(at), reason=Reason(reason) if reason else None, note=note)


def incentive_to_json(incentive: Incentive | None) -> str | None:
    return None if incentive is None else to_json([incentive.kind, incentive.value, incentive.disclosed_text])


def incentive_from_json(text: str | None) -> Incentive | None:
    if text is None:
        return None
    kind, value, disclosed_text = from_json(text)
    return Incentive(kind=kind, value=value, disclosed_text=disclosed_text)


def replies_to_json(replies: Sequence[Reply]) -> str:
    return to_json([[each.body, each.author, maybe_micros(each.written_at), each.language] for each in replies])


def replies_from_json(text: str) -> tuple[Reply, ...]:
    return tuple(
        Reply(body=body, author=author, written_at=maybe_from_micros(written_at), language=language)
        for body, author, written_at, language in from_json(text)
    )


def quote_to_list(quote: Quote | None) -> list[str | None] | None:
    return None if quote is None else [quote.review_id, quote.text, quote.author]


def quote_from_list(kept: Sequence[Any]) -> Quote:
    return Quote(review_id=ReviewId(kept[0]), text=kept[1], author=kept[2])


def sentence_to_list(sentence: Sentence) -> list[Any]:
    return [sentence.text, list(sentence.review_ids), quote_to_list(sentence.quote)]


def sentence_from_list(kept: Sequence[Any]) -> Sentence:
    text, review_ids, quote = kept
    return Sentence(
        text=text,
        review_ids=tuple(ReviewId(each) for each in review_ids),
        quote=None if quote is None else quote_from_list(quote),
    )


def problem_from_mapping(kept: Mapping[str, str]) -> Problem:
    return Problem(
        rule=kept["rule"],
        severity=Severity(kept["severity"]),
        path=kept["path"],
        message=kept["message"],
        fix=kept["fix"],
        doc=kept["doc"],
    )
