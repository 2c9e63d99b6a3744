"""The newest reviews for feed readers: RSS 2.0 (https://www.rssboard.org/rss-specification) and Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import cast
from urllib.parse import urlsplit

from lxml import etree

from engine.domain import PublishSettings, Rating, Relation, Review, Subject
from engine.feeding import Feedable
from engine.site_addresses import site_address
from schema_markup.feeds.fitness import public_name, review_address
from schema_markup.feeds.xml import DECLARATION, as_moment, as_text, element, possible

RSS_TYPE = "application/rss+xml; charset=utf-8"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
NEWEST = 50
"""Reviews in a feed."""
_ATOM = "http://www.w3.org/2005/Atom"
_CREATOR = "http://purl.org/dc/elements/1.1/"
# An unnamed prefix, which the stubs of lxml do not know.
_DEFAULT = cast("dict[str, str]", {None: _ATOM})
_CONTENT = "http://purl.org/rss/1.0/modules/content/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed is about: one subject, or all."""

    settings: PublishSettings
    path: str
    """Where the feed itself is, from the root of this instance on."""
    subject: Subject | None
    changed_at: datetime
    """When something that may show in it happened last."""

    @property
    def title(self) -> str:
        about = self.subject.name_in(self.settings.default_locale) if self.subject else ""
        return f"{self.settings.site_name}: reviews of {about}" if about else f"{self.settings.site_name}: reviews"

    @property
    def page(self) -> str:
        if self.subject is None:
            return site_address(self.settings, "")
        return site_address(self.settings, "reviews", self.subject.id)

    @property
    def address(self) -> str:
        return f"{self.settings.base_url}{self.path}"


def rss(channel: Channel, reviews: Sequence[Feedable]) -> str:
    feed = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": _ATOM, "dc": _CREATOR, "content": _CONTENT})
    top = etree.SubElement(feed, "channel")
    _add(top, "title", channel.title)
    _add(top, "link", channel.page)
    _add(top, "description", "The newest customer reviews, good and bad alike")
    _add(top, "lastBuildDate", format_datetime(channel.changed_at))
    top.append(_self_link(channel, "application/rss+xml"))
    for each in reviews:
        top.append(_rss_entry(each, channel.settings))
    return DECLARATION + as_text(feed) + "\n"


def atom(channel: Channel, reviews: Sequence[Feedable]) -> str:
    feed = etree.Element(_in_atom("feed"), nsmap=_DEFAULT)
    _add(feed, _in_atom("id"), f"urn:feed:{_origin(channel.settings)}:{channel.path}")
    _add(feed, _in_atom("title"), channel.title)
    _add(feed, _in_atom("updated"), as_moment(channel.changed_at))
    feed.append(_self_link(channel, "application/atom+xml"))
    feed.append(element(_in_atom("link"), None, {"rel": "alternate", "type": "text/html", "href": channel.page}))
    # RFC 4287 asks for an author of each entry; this one stands for those that give no name.
    author = etree.SubElement(feed, _in_atom("author"))
    _add(author, _in_atom("name"), channel.settings.site_name)
    for each in reviews:
        feed.append(_atom_entry(each, channel.settings))
    return DECLARATION + as_text(feed) + "\n"


def _rss_entry(each: Feedable, settings: PublishSettings) -> etree._Element:
    review, made = each.review, etree.Element("item")
    _add(made, "title", _headline(each, settings))
    _add(made, "link", review_address(each, settings))
    made.append(element("guid", _urn(review, settings), {"isPermaLink": "false"}))
    if name := public_name(review):
        _add(made, f"{{{_CREATOR}}}creator", name)
    if review.written_at:
        _add(made, "pubDate", format_datetime(review.written_at))
    _add(made, "category", each.subject.name_in(settings.default_locale))
    _add(made, "description", _plain(review))
    # HTML, which readers show: the text is escaped once for HTML here, and once more for XML when it is written.
    paragraphs = (escape(line) for line in _plain(review).split("\n") if line)
    _add(made, f"{{{_CONTENT}}}encoded", "".join(f"<p>{line}</p>" for line in paragraphs))
    return made


def _atom_entry(each: Feedable, settings: PublishSettings) -> etree._Element:
    review, made = each.review, etree.Element(_in_atom("entry"))
    if review.language:
        made.set("{http://www.w3.org/XML/1998/namespace}lang", review.language)
    _add(made, _in_atom("id"), _urn(review, settings))
    _add(made, _in_atom("title"), _headline(each, settings))
    _add(made, _in_atom("updated"), as_moment(_published_at(review)))
    if review.written_at:
        _add(made, _in_atom("published"), as_moment(review.written_at))
    if name := public_name(review):
        author = etree.SubElement(made, _in_atom("author"))
        _add(author, _in_atom("name"), name)
    made.append(element(_in_atom("link"), None, {"rel": "alternate", "href": review_address(each, settings)}))
    made.append(element(_in_atom("content"), _plain(review), {"type": "text"}))
    return made


def _headline(each: Feedable, settings: PublishSettings) -> str:
    words = each.review.title or each.subject.name_in(settings.default_locale)
    return f"{_stars(each.review.rating)} {words}" if each.review.rating else words


def _stars(rating: Rating) -> str:
    return "★" * rating.star + "☆" * (5 - rating.star)


def _plain(review: Review) -> str:
    told = " ".join(_disclosures(review))
    return "\n".join(filter(None, (review.body or review.title or "", told and f"({told})")))


def _disclosures(review: Review) -> list[str]:
    """What readers must know about the author (16 CFR 255.5): a feed has no badge for it, so it stands in the text."""
    said = []
    if review.incentive:
        said.append("The author received something in return for this review.")
    if review.relation is not Relation.NONE:
        said.append(f"The author is tied to the company: {review.relation}.")
    return said


def _published_at(review: Review) -> datetime:
    return review.decision.at if review.decision else review.received_at


def _urn(review: Review, settings: PublishSettings) -> str:
    return f"urn:review:{_origin(settings)}:{review.id}"


def _origin(settings: PublishSettings) -> str:
    """The host of the instance itself: an id stays what it is wherever the files are served (RFC 4287, 4.2.6)."""
    return str(urlsplit(settings.static.origin if settings.static else settings.base_url).hostname)


def _self_link(channel: Channel, media_type: str) -> etree._Element:
    return element(_in_atom("link"), None, {"rel": "self", "type": media_type, "href": channel.address})


def _in_atom(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = possible(text)
