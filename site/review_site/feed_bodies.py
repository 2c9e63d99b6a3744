"""Every feed of an instance by its name: what it is built of, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from engine.domain import RightsClass, Subject, SubjectId
from engine.feeding import feedable, latest
from engine.rights import oldest_allowed
from engine.store import total
from review_site.wiring import Instance, now
from schema_markup.feeds import llms, meta_reviews, product_ratings, sitemap_xml, syndication
from schema_markup.feeds.fitness import Skip

PAGE = "page"
AT_ONCE = 1000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Pieces = Iterator[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed: where it is served, and how it is made; ``skip`` is told what cannot stand in it."""

    path: str
    media_type: str
    pieces: Callable[[Instance, Skip], Pieces]


def newest(instance: Instance, kind: str, subject: SubjectId | None, path: str) -> str:
    """RSS (``rss``) or Atom (``atom``) of one subject or of all; raises NotFoundError when there is no such subject."""
    write = {"rss": syndication.rss, "atom": syndication.atom}[kind]
    with instance.store.reading() as transaction:
        about: Subject | None = transaction.subjects.find(subject) if subject else None
        reviews = latest(transaction, now(), subject=subject, limit=syndication.NEWEST)
    times = [each.review.decision.at if each.review.decision else each.review.received_at for each in reviews]
    channel = syndication.Channel(
        settings=instance.settings, path=path, subject=about, changed_at=max(times, default=NEVER)
    )
    return write(channel, reviews)


def subject_feed_path(subject: SubjectId, kind: str) -> str:
    return f"/reviews/{quote(subject, safe='')}.{kind}"


def sitemap_part(instance: Instance, number: int) -> Pieces:
    """The pages of one file of the sitemap, counted from 1."""
    most = sitemap_xml.subjects_in_a_part(instance.settings)
    subjects = _reviewed(instance, (number - 1) * most, most)
    return sitemap_xml.sitemap(subjects, instance.settings, is_first=number == 1)


def sitemap_parts(instance: Instance) -> int:
    with instance.store.reading() as transaction:
        oldest = oldest_allowed(transaction.sources.all().values(), now())
        pages = transaction.snippets.count_reviewed_pages(PAGE, instance.settings.default_locale, oldest)
    return -(-pages // sitemap_xml.subjects_in_a_part(instance.settings))


def part_path(number: int) -> str:
    return f"/sitemaps/{number}.xml"


def _product_ratings(instance: Instance, skip: Skip) -> Pieces:
    return product_ratings.product_ratings(feedable(instance.store, now()), instance.settings, skip)


def _meta_reviews(instance: Instance, skip: Skip) -> Pieces:
    return meta_reviews.meta_reviews(feedable(instance.store, now()), instance.settings, skip)


def _rss(instance: Instance, _skip: Skip) -> Pieces:
    yield newest(instance, "rss", None, FEEDS["rss"].path)


def _atom(instance: Instance, _skip: Skip) -> Pieces:
    yield newest(instance, "atom", None, FEEDS["atom"].path)


def _sitemap(instance: Instance, _skip: Skip) -> Pieces:
    parts = sitemap_parts(instance)
    if parts <= 1:
        return sitemap_part(instance, 1)
    base = instance.settings.base_url
    return sitemap_xml.sitemap_index(base + part_path(number) for number in range(1, parts + 1))


def _llms(instance: Instance, _skip: Skip) -> Pieces:
    with instance.store.reading() as transaction:
        oldest = oldest_allowed(transaction.sources.all().values(), now())
        listed = transaction.summaries.most_rated(RightsClass.OWN, llms.MOST_SUBJECTS, oldest)
        summaries = transaction.summaries.of_all(listed, oldest)
        subjects = transaction.subjects.among(listed)
        everything, count = transaction.summaries.of_everything(RightsClass.OWN, oldest)
    reviewed = [
        llms.Reviewed(
            subject=subjects[each],
            summary=total(kept for kept in summaries[each] if kept.rights_class is RightsClass.OWN),
        )
        for each in listed
    ]
    yield llms.llms_txt(reviewed, everything, count, instance.settings)


def _reviewed(instance: Instance, skip: int, most: int) -> Iterator[SubjectId]:
    after, locale = "", instance.settings.default_locale
    while most > 0:
        with instance.store.reading() as transaction:
            oldest = oldest_allowed(transaction.sources.all().values(), now())
            page = transaction.snippets.reviewed_pages(
                PAGE, locale, after=after, skip=skip, limit=min(AT_ONCE, most), oldest=oldest
            )
        if not page:
            return
        yield from page
        after, skip, most = page[-1], 0, most - len(page)


FEEDS: Mapping[str, Feed] = {
    "product-ratings": Feed(
        path="/feeds/product-ratings.xml", media_type=product_ratings.MEDIA_TYPE, pieces=_product_ratings
    ),
    "meta-reviews": Feed(path="/feeds/meta-reviews.csv", media_type=meta_reviews.MEDIA_TYPE, pieces=_meta_reviews),
    "rss": Feed(path="/feeds/reviews.rss", media_type=syndication.RSS_TYPE, pieces=_rss),
    "atom": Feed(path="/feeds/reviews.atom", media_type=syndication.ATOM_TYPE, pieces=_atom),
    "sitemap": Feed(path="/sitemap.xml", media_type=sitemap_xml.MEDIA_TYPE, pieces=_sitemap),
    "llms": Feed(path="/llms.txt", media_type=llms.MEDIA_TYPE, pieces=_llms),
}
