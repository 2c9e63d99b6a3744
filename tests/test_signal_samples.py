"""Each form's, survey's, wall's and feed's sample document, collected over loopback, says what a person read in it."""

from __future__ import annotations

import pytest

from engine.domain import Batch
from engine.http import GuardedSession
from engine.plugins import SourceKind, load_kinds
from engine.testing.collectors import LOOPBACK, Given
from tests.shop_sources import SAMPLES, sample
from tests.signal_sources import COMPANY, SIGNALS, SUBJECT, expected
from tests.source_server import Pages, Reply, serving
from tests.told import told


@pytest.mark.parametrize("kind", [each for each in SIGNALS if each != "rss"])
def test_the_sample_of_a_source_says_what_a_person_read_in_it(kind: str) -> None:
    signal, plug = SIGNALS[kind], load_kinds()[kind]

    found = told(plug, collected(plug, signal.pages(signal.rows(), 100), signal.given))

    assert found == expected(kind)


def test_the_older_ratings_of_zendesk_are_good_or_bad() -> None:
    signal, plug = SIGNALS["zendesk"], load_kinds()["zendesk"]
    pages = signal.pages(sample("zendesk", "ratings.json")["satisfaction_ratings"], 100)

    found = told(plug, collected(plug, pages, lambda url: {**signal.given(url), "generation": "ratings"}))

    assert found == expected("zendesk", "expected.ratings.json")


@pytest.mark.parametrize(
    ("file", "options", "wanted"),
    [("input.xml", {}, "expected.json"), ("atom.xml", SUBJECT, "expected.atom.json")],
)
def test_both_formats_of_feeds_say_the_same_in_their_own_way(file: str, options: dict[str, str], wanted: str) -> None:
    plug, feed = load_kinds()["rss"], (SAMPLES / "rss" / file).read_bytes()

    found = told(plug, collected(plug, lambda _: Reply(200, feed), lambda url: {"url": f"{url}/feed", **options}))

    assert found == expected("rss", wanted)


def test_a_mailbox_says_what_a_person_read_in_it() -> None:
    plug = load_kinds()["mail"]
    with GuardedSession() as http:
        collector = plug.collector({"path": str(SAMPLES / "mail" / "input.mbox"), **COMPANY}, http)

        found = told(plug, collector.collect(None))

    assert found == expected("mail")


@pytest.mark.parametrize("kind", ["senja", "testimonialto"])
def test_an_export_of_a_wall_says_the_same_as_its_api(kind: str) -> None:
    plug = load_kinds()[kind]
    with GuardedSession() as http:
        collector = plug.collector({"file": str(SAMPLES / kind / "input.json"), **COMPANY}, http)

        found = told(plug, collector.collect(None))

    assert found == expected(kind)


def collected(plug: SourceKind, pages: Pages, given: Given) -> list[Batch]:
    with serving(pages) as source, GuardedSession(LOOPBACK) as http:
        return list(plug.collector(given(source.url), http).collect(None))
