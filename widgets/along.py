"""What comes along with a review on its card: ratings of parts, words before translation, pictures, film, a logo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain import Aspect, Media, MediaKind, Review, Translation
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """Of the author's company."""

    address: str
    words: str
    width: int | None
    height: int | None


def media_cards(media: Sequence[Media], base_url: str, texts: Texts) -> tuple[MediaCard, ...]:
    """Approved pictures and films, without logos. Those on this instance are drawn, all others are links."""
    return tuple(_media_cards([each for each in media if each.kind is not MediaKind.LOGO], base_url, texts))


def logo_of(review: Review, base_url: str) -> Logo | None:
    """The logo of the author's company, where one was approved and stands on this instance."""
    for each in review.media:
        if each.kind is MediaKind.LOGO and is_drawn(each, base_url):
            return Logo(
                address=smaller(each, base_url),
                words=one_line(each.alt or review.company or ""),
                width=each.width,
                height=each.height,
            )
    return None


def is_drawn(media: Media, base_url: str) -> bool:
    """Whether it is a picture that stands on this instance.

    One that stands elsewhere would tell its host about each visitor, and the page's own policy forbids loading it.
    """
    return media.kind is not MediaKind.VIDEO and _is_ours(media.url, base_url)


def smaller(media: Media, base_url: str) -> str:
    """The address of a drawn picture in its smaller size, where it has one."""
    return media.thumbnail if media.thumbnail and _is_ours(media.thumbnail, base_url) else media.url


def _is_ours(url: str, base_url: str) -> bool:
    return url.startswith(f"{base_url}/") and web_link(url) is not None


def _media_cards(media: Sequence[Media], base_url: str, texts: Texts) -> Iterator[MediaCard]:
    told: Counter[str] = Counter()
    for each in media:
        address = web_link(each.url)
        if address is None:
            continue
        words = one_line(each.alt) or texts("film" if each.kind is MediaKind.VIDEO else "photo")
        told[words] += 1
        yield MediaCard(
            address=address,
            # Two links that lead to two places do not say the same (WCAG 2.2, 2.4.4).
            words=words if told[words] == 1 else f"{words} ({told[words]})",
            picture=smaller(each, base_url) if is_drawn(each, base_url) else None,
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
