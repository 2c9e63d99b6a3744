"""What comes along with a review on its card: ratings of parts, the words before translation, pictures and film."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain import Aspect, Media, MediaKind, Translation
from engine.i18n import Texts
from widgets.links import web_link
from widgets.rendering import one_line, paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectLine:
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalCard:
    words: str
    """That this is a translation, and that the original can be opened."""
    language: str | None
    title: str
    paragraphs: Sequence[Markup]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaCard:
    address: str
    words: str
    picture: str | None
    """What is drawn in the link; None where it would be fetched from somebody else."""
    width: int | None
    height: int | None


def aspect_lines(aspects: Sequence[Aspect], texts: Texts) -> tuple[AspectLine, ...]:
    return tuple(AspectLine(label=one_line(each.label), words=_aspect_words(each, texts)) for each in aspects)


def original_card(original: Translation, texts: Texts) -> OriginalCard:
    """The words as they were written, to be opened beside their translation."""
    language = original.language
    return OriginalCard(
        words=texts("translated-from", language=texts.language(language)) if language else texts("translated"),
        language=language,
        title=one_line(original.title or ""),
        paragraphs=paragraphs(original.body),
    )


def media_cards(media: Sequence[Media], base_url: str, texts: Texts) -> tuple[MediaCard, ...]:
    """Approved pictures and films. Those on this instance are drawn, all others are links.

    A picture that stands elsewhere would tell its host about each visitor, and the page's own policy forbids loading
    it.
    """
    return tuple(_media_cards(media, f"{base_url}/", texts))


def _media_cards(media: Sequence[Media], ours: str, texts: Texts) -> Iterator[MediaCard]:
    told: Counter[str] = Counter()
    for each in media:
        address = web_link(each.url)
        if address is None:
            continue
        words = one_line(each.alt) or texts("film" if each.kind is MediaKind.VIDEO else "photo")
        told[words] += 1
        is_ours = each.kind is MediaKind.IMAGE and each.url.startswith(ours)
        smaller = each.thumbnail if each.thumbnail and each.thumbnail.startswith(ours) else each.url
        yield MediaCard(
            address=address,
            # Two links that lead to two places do not say the same (WCAG 2.2, 2.4.4).
            words=words if told[words] == 1 else f"{words} ({told[words]})",
            picture=web_link(smaller) if is_ours else None,
            width=each.width,
            height=each.height,
        )


def _aspect_words(aspect: Aspect, texts: Texts) -> str:
    value, worst, best = (texts.number(each) for each in (aspect.value, aspect.worst, aspect.best))
    if not aspect.is_score:
        return _between_poles(aspect, texts)
    if aspect.low and aspect.high:
        return texts(
            "on-poles", value=value, worst=worst, low=one_line(aspect.low), best=best, high=one_line(aspect.high)
        )
    if aspect.worst in (0, 1):
        return texts("out-of", value=value, best=best)
    return texts("on-scale", value=value, worst=worst, best=best)


def _between_poles(aspect: Aspect, texts: Texts) -> str:
    """Where it stands between two poles: "true to size" is no more than "runs small", so no number is told."""
    low, middle, high = (one_line(each) for each in (aspect.low, aspect.middle, aspect.high))
    centre = (aspect.worst + aspect.best) / 2
    if aspect.value == centre or not (low and high):
        return middle
    if aspect.value in (aspect.worst, aspect.best):
        return low if aspect.value == aspect.worst else high
    one, other = (low, middle) if aspect.value < centre else (middle, high)
    return texts("between", one=one, other=other)
