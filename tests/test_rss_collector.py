"""Tests of the collector of feeds: stars in titles, both formats, pages, and what a hostile feed tries."""

from __future__ import annotations

from collections.abc import Mapping
from time import process_time

import pytest

from collectors import rss
from collectors.rss import beside, entries_of, joined, stars_in
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.testing.collectors import LOOPBACK
from tests.signal_sources import SIGNALS, like_the_sample
from tests.source_server import Reply, serving

BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">%s]>
<rss version="2.0"><channel><item><guid>r1</guid><title>&z;</title></item></channel></rss>""" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + each, b"&%c;" % (97 + each) * 10) for each in range(25)
)
FILE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><item><guid>r1</guid><title>&x;</title></item></channel></rss>"""


@pytest.mark.parametrize(
    ("title", "stars", "rest"),
    [
        ("★★★★★ Perfect pour", "★★★★★", "Perfect pour"),
        ("★★★☆☆ - Fine", "★★★☆☆", "Fine"),
        ("Perfect pour (of 5): ⭐⭐⭐⭐", "⭐⭐⭐⭐", "Perfect pour (of 5)"),
        ("★★★★½", "★★★★½", ""),
        ("☆ A star is born", "", "☆ A star is born"),
        ("No stars", "", "No stars"),
        ("A ★ within", "", "A ★ within"),
    ],
)
def test_stars_around_a_title_are_its_rating(title: str, stars: str, rest: str) -> None:
    assert stars_in(title) == (stars, rest)


def test_a_feed_in_pages_is_read_to_its_end_and_never_called_complete() -> None:
    signal = SIGNALS["rss"]
    with serving(signal.pages(like_the_sample("rss", 5), 2)) as source, GuardedSession(LOOPBACK) as http:
        batches = list(rss.KIND.collector(signal.given(source.url), http).collect(None))

        asked = [each.query for each in source.asked]

    assert [each.external_id for batch in batches for each in batch.records] == ["r1", "r2", "r3", "r4", "r5"]
    assert asked == [{"for": "partners", **({"paged": str(page)} if page > 1 else {})} for page in (1, 2, 3)]
    assert batches[-1].shortfall == "a feed holds the newest entries: what it holds no longer may still be there"


def test_no_cursor_holds_the_key_that_the_address_of_a_private_feed_may_have() -> None:
    signal = SIGNALS["rss"]
    with serving(signal.pages(like_the_sample("rss", 5), 2)) as source, GuardedSession(LOOPBACK) as http:
        cursors = [batch.cursor or "" for batch in rss.KIND.collector(signal.given(source.url), http).collect(None)]

    assert not any("partners" in each or source.url in each for each in cursors)


def test_the_address_of_a_page_is_put_together_again() -> None:
    url, following = "https://x.example/feed?key=1", "https://x.example/feed/2?key=1&paged=2&paged=3"

    apart = beside(url, following)

    assert apart == {"path": "/feed/2", "query": "paged=2&paged=3"}
    assert joined(url, **apart) == following


def test_a_next_page_on_another_site_is_refused() -> None:
    with pytest.raises(SourceRefusedError, match=r"another site: evil\.example"):
        beside("https://x.example/feed", "https://evil.example/feed?paged=2")


@pytest.mark.parametrize("feed", [BOMB, FILE], ids=["a thousand million letters", "a file of ours"])
def test_no_entity_is_resolved(feed: bytes) -> None:
    begun = process_time()
    try:
        entries, _ = entries_of(feed)
    except SourceRefusedError:
        entries = []

    assert process_time() - begun < 1
    assert not any("root:" in str(each) or "aaaa" in str(each) for each in entries)


@pytest.mark.parametrize(
    "feed", [b"", b"<html><body>404</body></html>", b'{"reviews": []}', b"<rss/>", b"<rss><channel>"]
)
def test_what_is_no_feed_is_refused(feed: bytes) -> None:
    with pytest.raises(SourceRefusedError, match="the feed is"):
        entries_of(feed)


def test_markup_authors_and_pictures_of_atom_are_read() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl"><entry>
    <link rel="self" href="https://x.example/r1.atom"/><link href="https://x.example/r1"/>
    <link rel="enclosure" type="image/jpeg" href="https://x.example/k.jpg"/>
    <link rel="enclosure" type="audio/mpeg" href="https://x.example/k.mp3"/>
    <title type="html">Mooi &amp;amp; snel</title><category term="k2" label="K2"/>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Giet <b>netjes</b>.</p></div></content>
    </entry></feed>"""
    [[raw], following] = [*entries_of(feed.encode())]

    record = rss.read(raw, "here")

    assert following == ""
    assert (record.external_id, record.fields["language"], record.fields["subject"]) == (
        "https://x.example/r1",
        "nl",
        "K2",
    )
    assert "<b>netjes</b>" in record.fields["body"].replace(' xmlns="http://www.w3.org/1999/xhtml"', "")
    assert record.media == ({"url": "https://x.example/k.jpg"},)


@pytest.mark.parametrize(
    ("author", "name", "contact"),
    [
        ("owen@example.com (Owen B.)", "Owen B.", {"email": "owen@example.com"}),
        ("owen@example.com", None, {"email": "owen@example.com"}),
        ("Owen B.", "Owen B.", None),
        ("owen@@", None, {"email": "owen@@"}),
    ],
)
def test_the_address_of_an_author_is_kept_apart(
    author: str, name: str | None, contact: Mapping[str, str] | None
) -> None:
    record = rss.read({"id": "r1", "author": author}, "here")

    assert (record.fields.get("author"), record.contact) == (name, contact)


def test_an_entry_that_nothing_tells_from_others_is_told_of() -> None:
    with pytest.raises(BadValueError, match="link is missing"):
        rss.read({"title": "★★★★★ Who said that?"}, "here")


def test_an_answer_that_is_busy_is_asked_again_later_by_whoever_runs_it() -> None:
    with serving(lambda _: Reply(404, b"gone")) as source, GuardedSession(LOOPBACK) as http:
        collector = rss.KIND.collector({"url": f"{source.url}/feed"}, http)

        with pytest.raises(SourceRefusedError, match="404"):
            list(collector.collect(None))
