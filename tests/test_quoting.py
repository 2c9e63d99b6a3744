"""Tests of handing words on: what each may be used for, and quotes in every form with all that belongs beside them."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from engine.domain import Attribution, Consent, Incentive, Locale, Relation, Review, Rights, RightsClass, State, Use
from engine.quoting import Purpose, WhyNot, allowances
from engine.rights import OWN, PROFILES, may_excerpt, may_feed, may_mark_up, may_quote, may_show
from engine.showing import Shown
from review_site.quote_copies import Copies, copies
from tests.factories import NOON, make_review, make_rights, make_settings
from widgets.rendering import words

EVERY_USE = Consent(uses=frozenset(Use))
ONLY_SHOWN = Consent(uses=frozenset({Use.DISPLAY}))
REWARDED: dict[str, Any] = {"incentive": Incentive(kind="discount", value="5 €"), "relation": Relation.EMPLOYEE}


def why_not(review: Review, rights: Rights = OWN) -> dict[Purpose, WhyNot | None]:
    return {each.purpose: each.why_not for each in allowances(review, rights, NOON)}


def copied(review: Review, part: str | None = None, attribution: Attribution | None = None) -> Copies:
    shown = Shown(
        review=review,
        rights=OWN,
        rights_class=RightsClass.OWN,
        is_shown=True,
        may_mark_up=True,
        attribution=attribution,
        ends_at=None,
    )
    return copies(shown, part or review.body, "Kettle", make_settings(), words(Locale("en")))


def test_what_its_author_allows_of_our_own_reviews_is_allowed() -> None:
    assert set(why_not(make_review(consent=EVERY_USE, author="Ann")).values()) == {None}


@pytest.mark.parametrize(
    ("review", "rights", "purpose", "expected"),
    [
        pytest.param(make_review(state=State.PENDING), OWN, Purpose.WHOLE, WhyNot.NOT_SHOWN, id="pending"),
        pytest.param(
            make_review(consent=Consent(uses=frozenset({Use.DISPLAY}))),
            OWN,
            Purpose.QUOTE,
            WhyNot.CONSENT,
            id="consent",
        ),
        pytest.param(make_review(consent=EVERY_USE, **REWARDED), OWN, Purpose.QUOTE, WhyNot.DISCLOSURE, id="reward"),
        pytest.param(
            make_review(consent=EVERY_USE), make_rights(may_feed=False), Purpose.FEED, WhyNot.SOURCE, id="feed"
        ),
        pytest.param(
            make_review(consent=EVERY_USE), make_rights(may_aggregate=False), Purpose.ADS, WhyNot.SOURCE, id="ads"
        ),
        pytest.param(make_review(consent=EVERY_USE, author=None), OWN, Purpose.MARKUP, WhyNot.NAME, id="no name"),
    ],
)
def test_says_what_stands_against_a_use(review: Review, rights: Rights, purpose: Purpose, expected: WhyNot) -> None:
    assert why_not(review, rights)[purpose] is expected


@pytest.mark.parametrize("name", sorted(PROFILES))
@pytest.mark.parametrize("consent", [EVERY_USE, ONLY_SHOWN, Consent()])
@pytest.mark.parametrize("changes", [{}, {"author": None}, REWARDED, {"url": "https://shop.example/r/1"}])
def test_says_yes_exactly_where_the_rights_do(name: str, consent: Consent, changes: dict[str, Any]) -> None:
    review, rights = make_review(consent=consent, **changes), PROFILES[name]

    said = {each.purpose: each.is_allowed for each in allowances(review, rights, NOON)}

    assert said[Purpose.WHOLE] is may_show(review, rights, NOON)
    assert said[Purpose.EXCERPT] is may_excerpt(review, rights, NOON)
    assert said[Purpose.QUOTE] is may_quote(review, rights, NOON)
    assert said[Purpose.MARKUP] is may_mark_up(review, rights, NOON)
    assert said[Purpose.FEED] is may_feed(review, rights, NOON)


def test_each_form_holds_the_words_and_who_said_them() -> None:
    made = copied(make_review(body="It pours well.\nAnd it is *quiet*.", author="Ann Oak", role="Cook", language="en"))

    read = BeautifulSoup(made.html, "html.parser")
    assert made.text.startswith("“It pours well.\nAnd it is *quiet*.”\n— Ann Oak, Cook")
    assert [each.get_text() for each in read.select("blockquote p")] == ["It pours well.", "And it is *quiet*."]
    assert [each.get_text() for each in read.select("cite")] == ["Ann Oak"]
    assert made.markdown.startswith("> It pours well.\n> And it is \\*quiet\\*.\n>\n> — Ann Oak, Cook")
    for form in (made.text, made.html, made.markdown):
        assert "Kettle" in form


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_a_reward_and_a_tie_to_the_company_are_told_in_each_form(form: str) -> None:
    said = getattr(copied(make_review(**REWARDED)), form)

    assert "5 €" in said
    assert words(Locale("en"))("relation-employee") in said


def test_a_source_that_wants_a_link_gets_it() -> None:
    named = Attribution(name="Somewhere", link_required=True)
    made = copied(make_review(url="https://somewhere.example/r/(1)"), attribution=named)

    assert "https://somewhere.example/r/(1)" in made.text
    assert BeautifulSoup(made.html, "html.parser").select("a")[0]["href"] == "https://somewhere.example/r/(1)"
    assert "(<https://somewhere.example/r/(1)>)" in made.markdown


def test_nothing_in_the_words_becomes_markup() -> None:
    hostile = '<img src=x onerror=alert(1)> [link](javascript:alert(1)) [gallery id="1"] {{ 7 * 7 }}'
    made = copied(make_review(body=hostile, author="<b>Ann</b>"))

    read = BeautifulSoup(made.html, "html.parser")
    assert read.select("img, b, script") == []
    assert "[gallery" not in made.html
    assert "{{" not in made.html
    assert read.select("blockquote p")[0].get_text() == hostile
    assert "<img" not in made.markdown
    assert "[link](javascript" not in made.markdown
