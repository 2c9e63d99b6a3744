"""The files of one page: each view in each language, the snippets, the reviews alone, and the pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from engine.domain import Collection, Locale, Material, Order, Review, ReviewId, Scope, Snippet, SubjectId, Topic, View
from engine.errors import NotFoundError
from engine.exporting import File
from engine.pictures import path_below
from engine.publish import Built
from engine.review_material import select_review_material
from engine.site_addresses import snippet_folder, twin_path
from engine.store import Transaction
from review_site.feed_bodies import newest
from review_site.flagging.reviews import one_review
from review_site.wiring import Instance
from schema_markup.feeds import syndication
from widgets.links import MANY, leads_somewhere, review_page, reviews_page

HTML = "text/html; charset=utf-8"
PAGE, TWIN = "page", "markdown"
ENDINGS = {
    "text/html": ".html",
    "application/ld+json": ".json",
    "application/json": ".json",
    "application/xml": ".xml",
    "text/markdown": ".md",
}


def page_files(known: Instance, scope: Scope, built: Built, moment: datetime) -> Iterator[File]:
    """Everything about one subject, topic or collection that its checker lets pass; nothing where there is nothing."""
    first = {each.locale: each for each in built.materials if each.locale not in built.blocked}
    for snippet in built.snippets.values():
        yield from _snippet_files(known, snippet, first[snippet.key.locale])
    published = {key.locale for key in built.snippets if key.name == PAGE}
    reviews: dict[ReviewId, Review] = {}
    for locale in published:
        walk = _Walk(known, first[locale], moment)
        yield from walk.files()
        reviews |= walk.seen
    yield from _picture_files(known, reviews.values())
    if scope is Scope.SUBJECT and published:
        yield from _feed_files(known, SubjectId(built.materials[0].about.id))
        yield from _review_files(known, reviews, sorted(published), moment)


@dataclass
class _Walk:
    """All views of a page in one language but the default one, which is there already; ``seen`` is whom they show."""

    known: Instance
    first: Material
    moment: datetime

    def __post_init__(self) -> None:
        some = (*self.first.shown, *self.first.pictured, *self.first.testimonials)
        self.seen: dict[ReviewId, Review] = {each.id: each for each in some}

    def files(self) -> Iterator[File]:
        yield from self._pages(self.first.following, View())
        for view in other_views(self.first):
            material = self._material(view)
            yield self._file(material)
            yield from self._pages(material.following, view)

    def _pages(self, following: str | None, view: View) -> Iterator[File]:
        while following is not None:
            material = self._material(replace(view, after=following))
            yield self._file(material)
            following = material.following

    def _material(self, view: View) -> Material:
        about = self.first.about
        found = self.known.publisher.material(about.id, self.first.locale, view, self.moment, self.first.scope)
        self.seen |= {each.id: each for each in found.shown}
        return found

    def _file(self, material: Material) -> File:
        draft = self.known.publisher.draft(material, PAGE)
        return _page(self.known, reviews_page(material, material.view), draft.body if draft else "")


def other_views(material: Material) -> Iterator[View]:
    """The views of which a static site has files, without the default one: where links of the page can lead."""
    if isinstance(material.about, Collection):
        return
    orders = list(Order) if material.total_shown >= MANY else [Order.NEWEST]
    stars = [star for star, count in enumerate(material.summary.histogram, start=1) if count]
    for order, star in product(orders, (None, *stars)):
        yield from _if_written(material, View(order=order, star=star))
    topics = () if isinstance(material.about, Topic) else dict.fromkeys(each.topic for each in material.phrases)
    for topic in topics:
        yield from _if_written(material, View(topic=topic))


def _if_written(material: Material, view: View) -> Iterator[View]:
    settings = material.settings
    # Asked as if there were no instance: a view that is left to it is not written.
    alone = replace(settings, static=replace(settings.static, live_url="")) if settings.static else settings
    if not view.is_default and leads_somewhere(replace(material, settings=alone), view):
        yield view


def _snippet_files(known: Instance, snippet: Snippet, material: Material) -> Iterator[File]:
    key, settings = snippet.key, known.settings
    if key.name == PAGE:
        yield _page(known, reviews_page(material), snippet.body.decode())
        return
    ending = ENDINGS.get(snippet.media_type.partition(";")[0], ".txt")
    folder = snippet_folder(f"{key.scope}s", key.scope_id, key.locale)
    yield File(path=f"{folder}{key.name}{ending}", body=snippet.body, media_type=snippet.media_type)
    if key.name == TWIN and key.scope is Scope.SUBJECT:
        path = twin_path(settings, key.scope_id, "md", key.locale)
        yield File(path=path.lstrip("/"), body=snippet.body, media_type=snippet.media_type)


def _feed_files(known: Instance, subject: SubjectId) -> Iterator[File]:
    for kind, media_type in (("rss", syndication.RSS_TYPE), ("atom", syndication.ATOM_TYPE)):
        path = twin_path(known.settings, subject, kind)
        body = newest(known, kind, subject, path)
        yield File(path=path.lstrip("/"), body=body.encode(), media_type=media_type)


def _review_files(
    known: Instance, reviews: Iterable[ReviewId], locales: Iterable[Locale], moment: datetime
) -> Iterator[File]:
    with known.store.reading() as transaction:
        for review in reviews:
            for locale in locales:
                yield from _alone(known, transaction, review, locale, moment)


def _alone(
    known: Instance, transaction: Transaction, review: ReviewId, locale: Locale, moment: datetime
) -> Iterator[File]:
    try:
        found = select_review_material(transaction, review, locale, known.settings, now=moment)
    except NotFoundError:
        # Taken back since the page was built; the next run builds that anew.
        return
    yield _page(known, review_page(review, found), one_review(found))


def _picture_files(known: Instance, reviews: Iterable[Review]) -> Iterator[File]:
    base = known.settings.base_url
    with known.store.reading() as transaction:
        for media in (each for review in reviews for each in review.media):
            for url in (media.url, media.thumbnail or ""):
                path = path_below(url, base)
                size = url.rpartition("/")[2].partition(".")[0]
                file = transaction.media.file(media.id, size) if path else None
                if path and file:
                    yield File(path=path, body=file.body, media_type=file.media_type)


def _page(known: Instance, address: str, html: str) -> File:
    folder = address.removeprefix(f"{known.settings.base_url}/")
    return File(path=f"{folder}index.html", body=html.encode(), media_type=HTML)
