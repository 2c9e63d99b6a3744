"""The page about the method: each sentence is there for as long as it is true, and the numbers are those of now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import (
    Admission,
    ApprovalRule,
    Attribution,
    Form,
    FormId,
    Locale,
    OnSourceDelete,
    Reason,
    Rights,
    Source,
    SourceId,
    VerificationLevel,
)
from engine.i18n import PUBLIC_LOCALES, texts
from engine.moderation import Moderation
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN
from engine.store import Store
from review_site.method.facts import MethodFacts, Verdicts, facts_of
from review_site.method.sections import sections
from review_site.method.views import FOLDER, in_force_since
from review_site.wiring import now
from tests.doors import BASE, SETTINGS, Company, addresses, row, text_of, tree_of
from tests.factories import NOON, fill, make_review, make_source

FORM = Form(id=FormId("shop"))
TRUSTSPOT = replace(DISPLAY_ONLY, attribution=Attribution(name="Trustspot"))


def source(collector: str, rights: Rights = OWN) -> Source:
    return Source(id=SourceId(collector), collector=collector, rights=rights)


def told(locale: str = "en", **changes: Any) -> str:
    """The page's words for these facts, and none that are not said."""
    made = sections(MethodFacts(site="Larkfield", **changes), Locale(locale), texts(FOLDER, locale))
    return "\n".join(line for each in made for line in (each.heading, *each.sentences, *each.points, *each.after))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"sources": [source("form")]}, "Written in a form of ours", id="form"),
        pytest.param({"sources": [source("file")]}, "Handed to us in files", id="file"),
        pytest.param({"sources": [source("mail")]}, "Sent to us by e-mail", id="mail"),
        pytest.param({"sources": [source("webhook")]}, "Passed on by other programs", id="webhook"),
        pytest.param({"sources": [source("own_pages")]}, "Taken over from other pages of ours", id="own pages"),
        pytest.param(
            {"sources": [source("judgeme"), source("woocommerce")]},
            "Collected for us through Judge.me and WooCommerce.",
            id="services",
        ),
        pytest.param({"sources": [source("file", TRUSTSPOT)]}, "Written on Trustspot: shown under", id="platform"),
        pytest.param({"sources": [source("file", TRUSTSPOT)]}, "On other platforms, their own rules", id="their rules"),
        pytest.param({"sources": [source("file", TRUSTSPOT)]}, "Ratings from Trustspot stand beside", id="beside"),
        pytest.param({"sources": [source("file")]}, "we rely on what is passed on", id="evidence of others"),
        pytest.param({"is_partly_internal": True}, "Other feedback, from surveys", id="internal"),
        pytest.param({"forms": [FORM]}, "Anybody may write a review here", id="open form"),
        pytest.param({"forms": [FORM]}, "The form asks everybody the same.", id="one form for all"),
        pytest.param({"forms": [FORM]}, "counts as a verified purchase", id="orders"),
        pytest.param({"forms": [FORM]}, "gets a personal link", id="taking back"),
        pytest.param({"forms": [FORM]}, "Photos sent with our form", id="photos"),
        pytest.param({"forms": [replace(FORM, ask=Admission.REQUIRED)]}, "only by a personal link", id="invited"),
        pytest.param({"rules": [ApprovalRule()]}, "any review", id="a rule without conditions"),
        pytest.param({"rules": [ApprovalRule()]}, "A person decides about all others.", id="rules"),
        pytest.param({"rules": [ApprovalRule(sources={SourceId("shop")})]}, "from shop", id="rule: source"),
        pytest.param(
            {"rules": [ApprovalRule(verification={VerificationLevel.PURCHASE})]},
            "marked “Verified purchase”",
            id="rule: verification",
        ),
        pytest.param({"rules": [ApprovalRule(languages={"nl"})]}, "written in Dutch", id="rule: language"),
        pytest.param({"rules": [ApprovalRule(shortest=20)]}, "with at least 20 characters", id="rule: shortest"),
        pytest.param({"rules": [ApprovalRule(longest=5000)]}, "with at most 5,000 characters", id="rule: longest"),
        pytest.param({"automatic_answers": True}, "without a person having looked", id="answers"),
        pytest.param({"language_model": "small"}, "A language model (small) may reword", id="language model"),
        pytest.param({"questions": 0}, "No new questions are being drafted", id="no questions"),
        pytest.param(
            {"sources": [source("g2", replace(TRUSTSPOT, max_age=timedelta(hours=24)))]},
            "A review from Trustspot is shown for at most 24 hours",
            id="maximum age",
        ),
        pytest.param({"sources": [source("judgeme")]}, "deleted on Judge.me disappears", id="deletion: withdraw"),
        pytest.param(
            {"sources": [source("judgeme", replace(OWN, on_source_delete=OnSourceDelete.RECHECK))]},
            "deleted on Judge.me is taken off our pages once we learn of it, and checked again",
            id="deletion: recheck",
        ),
        pytest.param(
            {"sources": [source("judgeme", replace(OWN, on_source_delete=OnSourceDelete.KEEP))]},
            "deleted on Judge.me may stay here",
            id="deletion: keep",
        ),
    ],
)
def test_says_of_the_settings_what_is_so_and_only_then(changes: dict[str, Any], said: str) -> None:
    assert said in told(**changes)
    assert said not in told()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"sources": [source("file")]}, "No review is shown yet.", id="something is shown"),
        pytest.param({"forms": [FORM]}, "There is no form on this site", id="a form"),
        pytest.param({"rules": [ApprovalRule()]}, "A person decides on each review", id="rules"),
        pytest.param({"automatic_answers": True}, "A person decides on each answer", id="automatic answers"),
        pytest.param({"questions": 0}, "A person decides on each answer", id="no questions"),
        pytest.param({"language_model": "small"}, "No language model takes part.", id="a language model"),
        pytest.param({"reviews_per_list": 7}, "A list shows 10 reviews at a time", id="length of lists"),
        pytest.param({"verdicts": Verdicts(approved=1)}, "no review was decided about", id="decisions"),
    ],
)
def test_says_no_more_what_has_ceased_to_be_so(changes: dict[str, Any], said: str) -> None:
    assert said in told()
    assert said not in told(**changes)


def test_what_it_always_says_names_every_reason_and_no_rating() -> None:
    page = told()

    assert "the rating never decides" in page
    assert page.count("It is advertising or spam.") == 1
    assert len([line for line in page.splitlines() if line.startswith("It ")]) >= len(Reason) - 1
    assert "with one decimal, halves rounded up" in page
    assert "Each rating counts the same" in page


@pytest.mark.parametrize("locale", PUBLIC_LOCALES)
def test_it_is_whole_in_every_language(locale: str) -> None:
    facts = MethodFacts(
        site="Larkfield",
        sources=[source("form"), source("judgeme"), source("g2", replace(TRUSTSPOT, max_age=timedelta(hours=1)))],
        forms=[FORM],
        rules=[ApprovalRule(verification={VerificationLevel.PURCHASE}, shortest=20, longest=1)],
        verdicts=Verdicts(approved=8, rejected={Reason.SPAM: 1, Reason.ABUSE: 1}),
    )

    made = sections(facts, Locale(locale), texts(FOLDER, locale))

    assert len(made) == 16
    assert len({each.id for each in made}) == 16
    assert not any("{" in line for each in made for line in (*each.sentences, *each.points, *each.after))


def test_the_share_that_was_rejected_is_counted_by_reason_over_a_year(store: Store) -> None:
    reviews = [make_review(external_id=str(number)) for number in range(5)]
    fill(store, reviews)
    with store.writing() as transaction:
        for days, each in ((400, reviews[0]), (9, reviews[1]), (8, reviews[2])):
            moderation = Moderation(transaction=transaction, now=NOON - timedelta(days=days))
            moderation.reject([each.id], by="operator", reason=Reason.SPAM)
        moderation = Moderation(transaction=transaction, now=NOON - timedelta(days=7))
        moderation.approve([reviews[2].id], by="operator")
        moderation.reject([reviews[3].id, reviews[4].id], by="operator", reason=Reason.DUPLICATE)

    with store.reading() as transaction:
        counts = transaction.verdicts.tally().since(NOON - timedelta(days=365))

    rejected = {reason: count for (kind, reason), count in counts.items() if kind == "review.rejected"}
    assert rejected == {"spam": 1, "duplicate": 2}
    assert sum(counts.values()) == 4


def test_reviews_that_stay_inside_do_not_make_the_share_look_small(company: Company) -> None:
    company.publish(row("1"))
    company.plaudit("import", company.reviews([row("9")], "t.csv"), "--source", "nps", "--rights", "internal")
    company.plaudit("approve", "--source", "nps", "--all")

    with company.instance() as instance, instance.store.reading() as transaction:
        facts = facts_of(transaction, instance.config, instance.decisions, now())

    assert facts.verdicts == Verdicts(approved=1)


def test_the_share_is_told_with_its_numbers() -> None:
    page = told(verdicts=Verdicts(approved=38, rejected={Reason.SPAM: 2, Reason.ABUSE: 10}))

    assert "In the last twelve months, 50 reviews were decided about." in page
    assert "Not published: 12 (24%)." in page
    assert "10 × It insults, threatens or discriminates.\n2 × It is advertising or spam." in page


def test_only_sources_that_something_is_shown_of_are_named(company: Company) -> None:
    company.publish(row("1"))
    company.plaudit("import", company.reviews([row("9")], "t.csv"), "--source", "nps", "--rights", "internal")
    company.plaudit("import", company.reviews([row("8")], "w.csv"), "--source", "waiting", "--rights", "own")
    with company.instance() as instance, instance.store.reading() as transaction:
        facts = facts_of(transaction, instance.config, instance.decisions, NOON)

    assert [each.id for each in facts.sources] == ["shop"]
    assert facts.is_partly_internal


@pytest.mark.parametrize("locale", PUBLIC_LOCALES)
def test_search_engines_may_list_it_in_every_language(company: Company, locale: str) -> None:
    with company.serving() as site:
        page = site.get(f"/method?locale={locale}")
        sitemap = site.get("/sitemap.xml")

    links = [(each.get("rel"), each.get("hreflang"), each.get("href")) for each in tree_of(page.text).iter("link")]
    own = f"{BASE}/method?locale={locale}"
    assert page.status_code == 200
    assert tree_of(page.text).get("lang") == locale
    assert ("canonical", None, own) in links
    assert ("alternate", locale, own) in links
    assert ("alternate", "x-default", f"{BASE}/method?locale=en") in links
    assert "noindex" not in page.text
    assert "X-Robots-Tag" not in page.headers
    assert own in sitemap.text


def test_whoever_has_this_text_gets_nothing_again_until_a_decision_moves_the_numbers(company: Company) -> None:
    company.publish(row("1"), row("2", body="It leaks."))
    with company.serving() as site:
        first = site.get("/method")
        again = site.get("/method", If_None_Match=first.headers["ETag"])
        with company.instance() as instance, instance.store.reading() as transaction:
            [one, _] = transaction.reviews.of_source(make_source().id)
        company.plaudit("reject", one.review.id, "--reason", "off-topic")
        moved = site.get("/method", If_None_Match=first.headers["ETag"])

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304
    assert moved.status_code == 200
    assert "Not published: 1 (50%)." in text_of(moved.text)
    assert "1 × It is not about what is reviewed." in text_of(moved.text)


def test_the_settings_of_the_instance_are_those_it_tells(company: Company) -> None:
    more = '[faq]\napproval = "automatic"\n[publish]\nreviews_per_list = 7\n[[approve]]\nverification = ["purchase"]\n'
    company.configured(SETTINGS + more)
    with company.serving() as site:
        page = text_of(site.get("/method").text)

    assert "Where the reviews of Larkfield come from" in page
    assert "without a person having looked" in page
    assert "A list shows 7 reviews at a time" in page
    assert "marked “Verified purchase”" in page


def test_it_says_since_when_it_has_said_so(store: Store) -> None:
    facts, english = MethodFacts(site="Larkfield"), Locale("en")

    first = in_force_since(store, facts, english, NOON)
    decided = replace(facts, verdicts=Verdicts(approved=3))
    later = in_force_since(store, decided, english, NOON + timedelta(days=9))
    changed = in_force_since(store, replace(facts, questions=0), english, NOON + timedelta(days=10))
    after = in_force_since(store, replace(facts, questions=0), english, NOON + timedelta(days=11))

    assert (first, later) == (NOON, NOON)
    assert (changed, after) == (NOON + timedelta(days=10), NOON + timedelta(days=10))


def test_every_notice_line_leads_to_it(company: Company) -> None:
    company.publish(row("1"))
    with company.serving() as site:
        leads = addresses(site.get("/v1/subjects/kettle/snippets/list?locale=nl").text)

    assert f"{BASE}/method?locale=nl" in leads


def test_internal_rights_are_told_without_naming_anybody() -> None:
    page = told(sources=[source("judgeme")], is_partly_internal=not INTERNAL.may_show)

    assert "stays inside the company" in page
