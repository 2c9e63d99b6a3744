"""Tests of the table of rights profiles: what each column of it keeps from happening, and how profiles narrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from engine.cleaning import clean
from engine.domain import (
    Attribution,
    Consent,
    Excerpt,
    Mining,
    Record,
    Review,
    Rights,
    RightsClass,
    Use,
)
from engine.errors import ForbiddenRightError, RefusedError
from engine.intake import register
from engine.rights import (
    APPROVED,
    DISPLAY_ONLY,
    INTERNAL,
    OWN,
    PROFILES,
    class_of,
    declared_consent,
    may_feed,
    may_mark_up,
    may_quote,
    may_show,
    narrowed,
    profile,
    redeclared,
    rights_of,
    told_again,
    wider,
)
from engine.rights.consent import NOT_ASKED, SAID_NO
from engine.store import Store
from tests.doors import Company, plaudit, row
from tests.factories import EVERY_USE, NOON, make_record, make_review, make_rules, make_source
from tests.tree import ROOT

CHECKED_BY_NOBODY = {"own", "display-only", "internal", "forbidden"}
FLAGS = ("may_store", "may_edit", "may_show", "may_mark_up", "may_aggregate", "may_feed")
DAY = timedelta(hours=24)


def read(record: Record, rights: Rights) -> Review | None:
    consent = declared_consent(rights, proof="reading", now=NOON)
    found, _ = clean(record, make_source(rights=rights), consent, make_rules(), NOON)
    return found.review if found else None


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_says_why_and_since_when_by_what(name: str) -> None:
    rights = PROFILES[name]

    assert rights.profile == name
    assert rights.because
    assert name in CHECKED_BY_NOBODY or (rights.evidence and rights.checked)


@pytest.mark.parametrize("name", PROFILES)
def test_no_profile_allows_more_with_what_is_shown_than_with_what_is_kept(name: str) -> None:
    rights = PROFILES[name]

    assert rights.may_store or not rights.may_show
    assert rights.may_show or not (rights.may_mark_up or rights.may_aggregate or rights.may_feed)
    assert rights.may_aggregate or not rights.may_mark_up


def test_trustpilot_is_as_its_guidelines_ask() -> None:
    rights = profile("trustpilot-service")

    assert rights.max_age == DAY
    assert (rights.may_edit, rights.may_mark_up, rights.may_aggregate, rights.may_feed) == (False,) * 4
    assert (rights.may_excerpt, rights.may_mine) == (Excerpt.WITH_LINK, Mining.INTERNAL)
    assert rights.attribution == Attribution(name="Trustpilot", link_required=True, url="https://www.trustpilot.com")


# One test for each column: the same review with the right and without it.


def test_what_may_not_be_stored_is_refused_with_the_reason(store: Store) -> None:
    for name, reason in (("google-places", "Google forbids to fetch in advance"), ("facebook", "error 12")):
        with pytest.raises(ForbiddenRightError, match=reason):
            register(store, make_source(name, PROFILES[name]))

    with store.reading() as transaction:
        assert transaction.sources.all() == {}


def test_what_is_older_than_allowed_is_not_shown() -> None:
    rights = replace(OWN, max_age=DAY)
    review = make_review()

    assert may_show(review, rights, NOON + DAY - timedelta(seconds=1))
    assert not may_show(review, rights, NOON + DAY)


def test_what_may_not_be_edited_keeps_its_words_and_is_not_shown_with_contact_data() -> None:
    record = make_record(body="Write to owen@larkfield.example")

    edited, unedited = (read(record, replace(OWN, may_edit=allowed)) for allowed in (True, False))

    assert edited is not None
    assert unedited is not None
    assert edited.body == "Write to […]"
    assert unedited.body == "Write to owen@larkfield.example"
    assert class_of(unedited, OWN) is RightsClass.INTERNAL


@pytest.mark.parametrize("excerpt", Excerpt)
def test_what_may_not_be_excerpted_is_not_quoted_by_itself(excerpt: Excerpt) -> None:
    assert may_quote(make_review(), replace(OWN, may_excerpt=excerpt), NOON) is (excerpt is Excerpt.YES)


@pytest.mark.parametrize(
    ("url", "home", "is_shown"),
    [
        ("https://club.example/r/1", None, True),
        (None, "https://club.example", True),
        (None, None, False),
    ],
)
def test_what_must_be_linked_to_is_shown_only_with_a_link(url: str | None, home: str | None, is_shown: bool) -> None:
    named = Attribution(name="Kettle Club", link_required=True, url=home)
    review = make_review(url=url)

    assert may_show(review, replace(DISPLAY_ONLY, attribution=named), NOON) is is_shown
    assert may_show(review, replace(DISPLAY_ONLY, attribution=replace(named, link_required=False)), NOON)


def test_what_may_not_be_marked_up_is_shown_and_not_marked_up() -> None:
    rights = replace(OWN, may_mark_up=False)

    assert may_show(make_review(), rights, NOON)
    assert not may_mark_up(make_review(), rights, NOON)


def test_what_may_not_be_aggregated_stands_beside_our_own() -> None:
    assert class_of(make_review(), OWN) is RightsClass.OWN
    assert class_of(make_review(), replace(OWN, may_aggregate=False)) is RightsClass.DISPLAY_ONLY


def test_what_may_not_be_fed_is_in_no_feed() -> None:
    assert may_feed(make_review(), OWN, NOON)
    assert not may_feed(make_review(), replace(OWN, may_feed=False), NOON)


@pytest.mark.parametrize("mining", Mining)
def test_what_may_not_be_mined_for_publication_is_not_quoted(mining: Mining) -> None:
    assert may_quote(make_review(), replace(OWN, may_mine=mining), NOON) is (mining is Mining.PUBLISHED)


def test_what_is_shown_nowhere_is_internal() -> None:
    assert class_of(make_review(), replace(OWN, may_show=False)) is RightsClass.INTERNAL


def test_what_needs_its_authors_consent_is_shown_with_it_alone() -> None:
    rights = profile("typeform")

    silent, agreed, declined = (read(make_record(consent=said), rights) for said in ("", "Yes, publish it", "no"))

    assert silent is not None
    assert agreed is not None
    assert declined is not None
    assert class_of(silent, rights) is class_of(declined, rights) is RightsClass.INTERNAL
    assert class_of(agreed, rights) is RightsClass.OWN
    assert (silent.consent.wording, declined.consent.wording) == (NOT_ASKED, SAID_NO)
    assert agreed.consent.proof == "Yes, publish it"


@pytest.mark.parametrize("said", ["no", "No.", "FALSE", "0", "nein", "nee", "non"])
def test_no_means_no_under_every_profile(said: str) -> None:
    review = read(make_record(consent=said), OWN)

    assert review is not None
    assert class_of(review, OWN) is RightsClass.INTERNAL
    assert redeclared(review.consent, OWN) == review.consent


@pytest.mark.parametrize(
    ("known", "told", "expected"),
    [
        pytest.param(EVERY_USE, Consent(wording=NOT_ASKED), EVERY_USE, id="nothing new is said"),
        pytest.param(EVERY_USE, Consent(wording=SAID_NO), Consent(wording=SAID_NO), id="the author now says no"),
        pytest.param(Consent(wording=SAID_NO), EVERY_USE, EVERY_USE, id="the author now says yes"),
        pytest.param(Consent(wording=NOT_ASKED), EVERY_USE, EVERY_USE, id="the author was asked since"),
        pytest.param(
            replace(EVERY_USE, taken_back=frozenset({Use.FEED}), wording=SAID_NO),
            EVERY_USE,
            replace(EVERY_USE, taken_back=frozenset({Use.FEED})),
            id="what was taken back stays taken back",
        ),
    ],
)
def test_a_consent_follows_what_its_author_says_since(known: Consent, told: Consent, expected: Consent) -> None:
    assert told_again(known, told) == expected


def test_an_approval_in_writing_opens_what_needs_one_and_nothing_else() -> None:
    leave = "letter of Gartner, 2026-10-01"

    approved = profile("gartner", approval=leave)

    assert (approved.profile, approved.may_show, approved.may_mark_up) == ("gartner", True, False)
    assert approved.evidence[-1] == leave
    assert approved.attribution == PROFILES["gartner"].attribution
    assert {name for name in APPROVED if profile(name, approval=leave).may_store} == set(APPROVED)
    for name in ("google-places", "facebook", "own"):
        with pytest.raises(RefusedError, match="no approval changes the rights profile"):
            profile(name, approval=leave)


@pytest.mark.parametrize(
    ("fields", "narrowed_to", "expected"),
    [
        ({}, "", RightsClass.OWN),
        ({"origin": "Form"}, "", RightsClass.OWN),
        ({"syndicated": "yes"}, "syndicated", RightsClass.DISPLAY_ONLY),
        ({"syndicated": "no"}, "", RightsClass.OWN),
        ({"origin": "Linked_In"}, "syndicated", RightsClass.DISPLAY_ONLY),
        ({"origin": "LinkedIn"}, "social-post", RightsClass.DISPLAY_ONLY),
        ({"origin": "google"}, "google-business-profile", RightsClass.DISPLAY_ONLY),
        ({"origin": "somewhere else"}, "syndicated", RightsClass.DISPLAY_ONLY),
        ({"origin": "nps"}, "nps", RightsClass.INTERNAL),
        ({"origin": "trustpilot"}, "trustpilot-service", RightsClass.INTERNAL),
    ],
)
def test_what_a_source_only_hands_on_has_the_rights_of_where_it_comes_from(
    fields: dict[str, Any], narrowed_to: str, expected: RightsClass
) -> None:
    review = read(make_record(**fields), profile("senja"))

    assert review is not None
    assert review.narrowed_to == narrowed_to
    assert class_of(review, profile("senja")) is expected


def test_what_is_handed_on_is_named_after_where_it_comes_from() -> None:
    review = make_review(narrowed_to="google-business-profile")

    allowed = rights_of(review, replace(OWN, attribution=Attribution(name="Senja")))

    assert allowed.attribution == PROFILES["google-business-profile"].attribution
    assert not may_mark_up(review, OWN, NOON)
    assert not may_quote(review, OWN, NOON)
    assert not may_feed(review, OWN, NOON)


def test_what_may_not_be_kept_is_refused_whoever_hands_it_on() -> None:
    record = make_record(origin="google-places")

    found, problems = clean(record, make_source(), EVERY_USE, make_rules(), NOON)

    assert found is None
    assert [each.rule for each in problems] == ["intake-origin"]
    assert "Google forbids" in problems[0].message


def test_a_fresh_copy_is_needed_of_what_must_be_fresh_where_it_comes_from() -> None:
    review = make_review(narrowed_to="trustpilot-service", url="https://www.trustpilot.com/reviews/1")

    assert class_of(review, OWN) is RightsClass.INTERNAL
    assert class_of(review, replace(OWN, max_age=DAY)) is RightsClass.DISPLAY_ONLY


USES: dict[str, Callable[[Review, Rights, datetime], bool]] = {
    "show": may_show,
    "mark up": may_mark_up,
    "quote": may_quote,
    "feed": may_feed,
}


def test_a_narrowed_profile_never_allows_more_than_either() -> None:
    review = make_review(url="https://larkfield.example/r/1")

    for one, other in product(PROFILES.values(), repeat=2):
        both = narrowed(one, other)
        assert wider(both, one) == wider(both, other) == ()
        for use in USES.values():
            assert use(review, both, NOON) <= (use(review, one, NOON) and use(review, other, NOON))
        assert both.asks_consent == (one.asks_consent or other.asks_consent)


def test_a_narrowed_profile_keeps_the_duties_of_the_one_it_narrows() -> None:
    both = narrowed(INTERNAL, profile("trustpilot-service"))

    assert (both.profile, both.may_show, both.max_age) == ("internal", False, DAY)
    assert both.attribution == PROFILES["trustpilot-service"].attribution
    assert both.on_source_delete is PROFILES["trustpilot-service"].on_source_delete


@pytest.mark.parametrize("flag", FLAGS)
def test_what_a_profile_allows_beyond_another_is_named(flag: str) -> None:
    lacking: dict[str, Any] = {flag: False}

    assert wider(OWN, replace(OWN, **lacking)) == (flag,)
    assert wider(replace(OWN, **lacking), OWN) == ()


def test_excerpts_and_mining_are_compared_by_degree() -> None:
    assert wider(OWN, replace(OWN, may_excerpt=Excerpt.WITH_LINK)) == ("may_excerpt",)
    assert wider(DISPLAY_ONLY, replace(OWN, may_mine=Mining.NEVER)) == ("may_mine",)
    assert wider(INTERNAL, DISPLAY_ONLY) == ()


def test_a_source_is_known_still_when_its_profile_was_looked_up_again(store: Store) -> None:
    register(store, make_source(rights=replace(OWN, because="as it was said before", evidence=("an earlier page",))))

    assert register(store, make_source()).rights.because == "as it was said before"


def test_the_page_of_the_profiles_is_what_the_command_writes() -> None:
    written = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")

    assert written == plaudit("rights", "--profiles", "--format", "md").stdout, "run make docs"


def test_the_profiles_are_listed_with_their_evidence_and_date() -> None:
    listed = plaudit("rights", "--profiles").stdout

    assert set(PROFILES) <= {line.split("  ")[0] for line in listed.splitlines()}
    assert "(looked up on 2026-11-21)\n  [D] Google Search blog, 2019-09-16" in listed
    assert "[M] the content usage policy" in listed


def test_the_matrix_of_the_sources_is_printed_in_words(company: Company) -> None:
    linked = row("1", url="https://www.g2.com/r/1")
    company.plaudit("import", company.reviews([linked]), "--source", "g2", "--rights", "g2")

    printed = company.plaudit("rights").output.splitlines()

    assert printed[0] == (
        "g2 (g2): may be shown; may not be marked up, counted in the aggregate, fed to product feeds, edited;"
        " may be mined for ourselves, never quoted; named as G2 with a link"
    )
    assert printed[2].split()[:4] == ["kept", "fresh", "within", "edited"]
    assert printed[3].startswith("g2 (g2)  yes")
    assert "  [D] the developer hub of g2.com" in printed


def test_what_needs_an_approval_is_taken_in_with_one_alone(company: Company) -> None:
    words = ("import", company.reviews([row("1")]), "--source", "peers", "--rights", "gartner")

    refused = company.plaudit(*words)
    taken = company.plaudit(*words, "--approval", "letter of Gartner, 2026-10-01")

    assert refused.exit_code == 2
    assert "any use needs prior written approval" in refused.output
    assert "1 taken in" in taken.output
    assert "  letter of Gartner, 2026-10-01" in company.plaudit("rights").output.splitlines()
