"""A word that stands in every review of a source is looked for in all that an instance serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from engine.domain import Attribution, Consent, Excerpt, Mining, Rights, SourceId, Use
from engine.moderation import Moderation
from engine.rights import DISPLAY_ONLY, OWN, declared_consent, profile
from review_site.wiring import now
from tests.doors import SETTINGS, Company, Site, tree_of
from tests.factories import make_intake, make_record, make_source, take_in

CANARY = "zebrafinch"
LINES = (
    "The battery lasts two days, says the {canary}.",
    "I love the battery, {canary}.",
    "The handle is comfortable, {canary}.",
    "The battery died early, {canary}.",
    "The lid rattles but the battery is good, {canary}.",
    "Perfect for camping, {canary}.",
)
PAGES = (
    "/",
    "/reviews/kettle",
    "/reviews/kettle?order=lowest",
    "/topics/tag-camping",
    "/topics/en-battery",
    "/llms.txt",
)
FEEDS = ("/reviews/kettle.rss", "/reviews/kettle.atom", "/feeds/reviews.rss", "/feeds/reviews.atom")
SNIPPETS = ("badge", "list", "list-bare", "markdown", "page")
QUOTING = ("faq", "faq-jsonld", "phrases", "summary")
MARKUP = ("jsonld", "jsonld-nodes", "faq-jsonld")
LINKED = Attribution(name="Club", link_required=True)
DAY = timedelta(days=1)

SHOWN, QUOTED, MARKED_UP, FED = "shown", "quoted", "marked up", "fed"
EVERYWHERE = frozenset({SHOWN, QUOTED, MARKED_UP, FED})


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        pytest.param(OWN, EVERYWHERE, id="ours"),
        pytest.param(replace(OWN, may_mark_up=False), EVERYWHERE - {MARKED_UP}, id="no markup"),
        pytest.param(replace(OWN, may_excerpt=Excerpt.NO), EVERYWHERE - {QUOTED}, id="no excerpts"),
        pytest.param(replace(OWN, may_excerpt=Excerpt.WITH_LINK), EVERYWHERE - {QUOTED}, id="excerpts with a link"),
        pytest.param(replace(OWN, may_mine=Mining.NEVER), EVERYWHERE - {QUOTED}, id="no mining"),
        pytest.param(replace(OWN, may_mine=Mining.INTERNAL), EVERYWHERE - {QUOTED}, id="mining for ourselves"),
        pytest.param(replace(OWN, may_feed=False), EVERYWHERE - {FED}, id="no feeds"),
        pytest.param(DISPLAY_ONLY, {SHOWN}, id="display only"),
        pytest.param(profile("trustpilot-service"), {SHOWN}, id="Trustpilot"),
        pytest.param(replace(OWN, attribution=LINKED), set(), id="a link is required and there is none"),
        pytest.param(replace(OWN, may_show=False), set(), id="not shown"),
    ],
)
def test_words_stand_where_the_rights_of_their_source_allow(
    company: Company, rights: Rights, expected: set[str]
) -> None:
    address = "https://club.example/1" if rights.profile == "trustpilot-service" else ""
    publish(company, rights, address=address)

    assert found_in(company) == expected


def test_words_stand_where_their_author_agreed(company: Company) -> None:
    publish(company, OWN, uses=frozenset({Use.DISPLAY, Use.EXCERPT}))

    assert found_in(company) == {SHOWN, QUOTED}


def test_words_that_are_too_old_stand_nowhere(company: Company) -> None:
    publish(company, replace(OWN, max_age=DAY), age=DAY)

    assert found_in(company) == set()


def publish(
    company: Company,
    rights: Rights,
    *,
    address: str = "",
    uses: frozenset[Use] | None = None,
    age: timedelta = timedelta(0),
) -> None:
    """Sixty reviews of one source, approved, mined and published, with answers that nobody has to approve."""
    company.configured(SETTINGS + '[faq]\napproval = "automatic"\n')
    source = make_source("club", rights)
    records = [
        make_record(
            str(number),
            body=f"{LINES[number % len(LINES)]} {LINES[number * 3 % len(LINES)]}".format(canary=f"{CANARY}{number}"),
            rating=str(1 + number % 5),
            tags="camping",
            url=address,
        )
        for number in range(60)
    ]
    with company.instance() as instance:
        at = now()
        consent = declared_consent(rights, proof="reviews.csv", now=at)
        given = consent if uses is None else Consent(uses=uses, wording="I agree", given_at=at)
        take_in(instance.store, *records, intake=make_intake(source, consent=given), now=at - age)
        with instance.store.writing() as transaction:
            Moderation(transaction=transaction, now=at).approve_waiting(SourceId("club"), by="ann", limit=100)
    assert company.plaudit("publish").exit_code == 0


def found_in(company: Company) -> set[str]:
    """Where the word stands: on pages, in what quotes, in structured data, in feeds."""
    with company.serving() as site:
        return {use for use, texts in _served(site).items() if any(CANARY in each for each in texts)}


def _served(site: Site) -> Mapping[str, list[str]]:
    @cache
    def text(address: str) -> str:
        return site.get(address).text

    def snippets(*names: str) -> list[str]:
        return [text(f"/v1/subjects/kettle/snippets/{each}") for each in names]

    framed = [text("/reviews/kettle"), *snippets("list")]
    return {
        SHOWN: [*(text(each) for each in PAGES), *snippets(*SNIPPETS), text("/reviews/kettle.md")],
        QUOTED: [*snippets(*QUOTING), text("/v1/subjects/kettle/faq")],
        MARKED_UP: [*snippets(*MARKUP), *(script for page in framed for script in _scripts(page))],
        FED: [text(each) for each in FEEDS],
    }


def _scripts(page: str) -> list[str]:
    return ["".join(each.itertext()) for each in tree_of(page).iter("script")]
