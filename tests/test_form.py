"""The form over HTTP: what it shows, what it takes in, and what it says about what is wrong."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network

import pytest

from engine.config import Network
from engine.domain import FormId, Kind, State, SubjectId, Use
from review_site.form.tokens import SHEET_LIFE, Tokens
from review_site.visitors import client_address
from tests.doors import BASE, Company, text_of, tree_of
from tests.forms import KETTLE, TELLTALE, WORDS, Photo, field, post, reviews, send, with_forms

LOCALES = ("en", "de", "nl", "fr", "es")
BOXES = ("markup", "excerpt", "translate", "feed", "ads")


def labelled(html: str) -> set[str]:
    """The ids and the names of the fields that a label or a legend of the page belongs to."""
    tree = tree_of(html)
    named = {each.get("for") for each in tree.iter("label") if each.get("for")}
    around = {each.get("id") or each.get("value") for label in tree.iter("label") for each in label.iter("input")}
    return {str(each) for each in named | around}


def test_what_is_sent_waits_as_a_review_of_our_own(company: Company) -> None:
    with with_forms(company).serving() as site:
        sent = send(site, KETTLE)

    assert sent.status_code == 303
    [review] = reviews(company)
    assert (review.subject_id, review.state, review.kind) == ("kettle", State.PENDING, Kind.REVIEW)
    assert (review.title, review.body, review.author) == (WORDS["title"], WORDS["body"], WORDS["author"])
    assert review.rating is not None
    assert (review.rating.original, review.rating.hundredths, review.language) == ("4", 400, "en")
    assert not review.verification.is_verified


def test_the_address_of_the_author_is_kept_apart(company: Company) -> None:
    with with_forms(company).serving() as site:
        send(site, KETTLE)

    [review] = reviews(company)
    with company.instance() as instance, instance.store.reading() as transaction:
        contact = transaction.reviews.contact_of(review.id)
        payload = transaction.reviews.payload(review.id)
    assert contact == {"email": "owen@example.com"}
    assert "owen@example.com" not in f"{review}{payload}"


@pytest.mark.parametrize("ticked", [(), ("markup",), BOXES], ids=["none", "one", "all"])
def test_consent_is_what_was_ticked_and_the_words_beside_it(company: Company, ticked: tuple[str, ...]) -> None:
    address = f"{KETTLE}&locale=nl"

    with with_forms(company).serving() as site:
        shown = text_of(site.get(address).text)
        send(site, address, use=ticked)

    [review] = reviews(company)
    said = [line.partition(": ")[2] for line in review.consent.wording.splitlines()]
    assert review.consent.uses == {Use.DISPLAY, *(Use(each) for each in ticked)}
    assert len(said) == len(ticked) + 1
    assert all(line in shown for line in said)
    assert re.fullmatch(r"form shop, wording [0-9a-f]{8}, in nl, sent 20\S+\+00:00", review.consent.proof)
    assert review.consent.given_at is not None


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_chosen_for_the_visitor_and_every_field_has_its_label(company: Company, locale: str) -> None:
    with with_forms(company).serving() as site:
        page = site.get(f"{KETTLE}&locale={locale}")

    inputs = [each for each in tree_of(page.text).iter("input") if each.get("type") != "hidden"]
    fields = [*inputs, *tree_of(page.text).iter("textarea")]
    assert tree_of(page.text).get("lang") == locale
    assert [each for each in inputs if each.get("checked") is not None] == []
    assert sum(each.get("name") == "rating" for each in inputs) == 5
    assert [each.get("value") for each in inputs if each.get("name") == "use"] == list(BOXES)
    assert [
        each.get("name") for each in fields if {each.get("id"), each.get("value")}.isdisjoint(labelled(page.text))
    ] == []
    assert not list(tree_of(page.text).iter("script"))


def test_what_is_wrong_is_said_at_the_top_and_beside_each_field_and_nothing_is_lost(company: Company) -> None:
    with with_forms(company).serving() as site:
        page = send(site, KETTLE, rating="", body="", title="A <b>title</b>", email="owen at home", use=["ads"])

    tree = tree_of(page.text)
    [summary] = [each for each in tree.iter("div") if each.get("class") == "faults"]
    targets = [each.get("href") for each in summary.iter("a")]
    assert page.status_code == 422
    assert summary.get("autofocus") is not None
    assert summary.get("tabindex") == "-1"
    assert targets == ["#rating-1", "#body", "#email"]
    assert {each.get("id") for each in tree.iter("p") if each.get("class") == "fault"} == {
        "rating-fault",
        "body-fault",
        "email-fault",
    }
    assert (field(page.text, "title"), field(page.text, "email")) == ("A <b>title</b>", "owen at home")
    assert [each.get("value") for each in tree.iter("input") if each.get("checked") is not None] == ["ads"]
    assert "".join(tree.find(".//title").itertext()).startswith("Error: ")
    assert reviews(company) == []


def test_paragraphs_survive_being_shown_again(company: Company) -> None:
    text = "First.\r\n\r\nSecond {{ 7 * 7 }} </textarea><script>alert(1)</script>"

    with with_forms(company).serving() as site:
        page = send(site, KETTLE, body=text, rating="")

    [area] = tree_of(page.text).iter("textarea")
    assert area.text == text.replace("\r\n", "\n")
    assert not list(tree_of(page.text).iter("script"))


@pytest.mark.parametrize("rating", ["0", "6", "4.5", "five", "-1"])
def test_takes_no_rating_that_it_did_not_offer(company: Company, rating: str) -> None:
    with with_forms(company).serving() as site:
        page = send(site, KETTLE, rating=rating)

    assert page.status_code == 422
    assert reviews(company) == []


def test_too_long_a_text_is_refused_with_its_length_and_never_cut(company: Company) -> None:
    with with_forms(company).serving() as site:
        page = send(site, KETTLE, body="a" * 20_001, author="b" * 301)

    assert "20001" in text_of(page.text)
    assert "301" in text_of(page.text)
    assert reviews(company) == []


def test_a_field_that_nobody_sees_must_stay_empty_and_is_shown_to_whoever_filled_it(company: Company) -> None:
    with with_forms(company).serving() as site:
        hidden = site.get(KETTLE)
        page = send(site, KETTLE, website="https://spam.example")

    assert 'class="field trap"' in hidden.text
    assert 'class="field trap"' not in page.text
    assert page.status_code == 422
    assert reviews(company) == []


def test_whoever_is_faster_than_a_person_is_asked_once_more_with_everything_kept(company: Company) -> None:
    with with_forms(company).serving() as site:
        page = send(site, "/f/slow?subject=kettle")

        assert page.status_code == 422
        assert field(page.text, "title") == WORDS["title"]

    assert reviews(company, "form.slow") == []


def test_a_sheet_that_was_shown_long_enough_ago_is_taken(company: Company) -> None:
    with with_forms(company).serving() as site:
        token = sheet_of(company, "slow", ago=timedelta(seconds=61))
        sent = post(site, "/f/slow?subject=kettle", {**WORDS, "sheet": token})

    assert sent.status_code == 303
    assert len(reviews(company, "form.slow")) == 1


@pytest.mark.parametrize("kind", ["none", "invented", "of another form", "of another subject", "too old"])
def test_a_form_that_we_did_not_show_is_shown_again_with_everything_kept(company: Company, kind: str) -> None:
    with_forms(company)
    token = {
        "none": "",
        "invented": "WyJzaG9wIl0.aaaa.bbbb",
        "of another form": sheet_of(company, "slow"),
        "of another subject": sheet_of(company, "shop", subject="mixer"),
        "too old": sheet_of(company, "shop", ago=SHEET_LIFE + timedelta(seconds=5)),
    }[kind]

    with company.serving() as site:
        page = post(site, KETTLE, {**WORDS, "sheet": token})
        again = post(site, KETTLE, {**WORDS, "sheet": field(page.text, "sheet")})

    assert (page.status_code, again.status_code) == (422, 303)
    assert field(page.text, "title") == WORDS["title"]
    assert len(reviews(company)) == 1


def test_the_same_sheet_sent_twice_is_one_review(company: Company) -> None:
    with with_forms(company).serving() as site:
        sheet = field(site.get(KETTLE).text, "sheet")
        first, second = (post(site, KETTLE, {**WORDS, "sheet": sheet, "body": body}) for body in ("One.", "Two."))

    assert (first.status_code, second.status_code) == (303, 303)
    assert [each.body for each in reviews(company)] == ["One."]


def test_whoever_sends_too_often_is_told_so_and_loses_nothing(company: Company) -> None:
    with with_forms(company).serving() as site:
        statuses = [send(site, "/f/rare?subject=kettle").status_code for _ in range(2)]
        third = send(site, "/f/rare?subject=kettle")

    assert statuses == [303, 303]
    assert third.status_code == 429
    assert field(third.text, "title") == WORDS["title"]
    assert len(reviews(company, "form.rare")) == 2


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        pytest.param("203.0.113.7", "", "203.0.113.7", id="direct"),
        pytest.param("203.0.113.7", "198.51.100.1", "203.0.113.7", id="a stranger's word is not taken"),
        pytest.param("10.0.0.2", "198.51.100.1", "198.51.100.1", id="a proxy's is"),
        pytest.param("10.0.0.2", "192.0.2.9, 198.51.100.1", "198.51.100.1", id="what the visitor made up is not"),
        pytest.param("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1", id="through two proxies"),
        pytest.param("10.0.0.2", "not an address", "10.0.0.2", id="nonsense"),
        pytest.param("::ffff:10.0.0.2", "2001:db8:1:2:3::4", "2001:db8:1:2::/64", id="a whole network of IPv6"),
    ],
)
def test_knows_the_sender_behind_the_proxies_that_are_trusted(peer: str, forwarded: str, counted: str) -> None:
    trusted = trusted_networks("10.0.0.0/24")

    assert client_address(peer, forwarded, trusted) == counted


def test_photos_come_in_without_what_they_tell_and_wait(company: Company) -> None:
    with with_forms(company).serving() as site:
        sent = send(site, KETTLE, files=[Photo().jpeg(), Photo(width=300).jpeg()])
        [review] = reviews(company)
        before = [site.get(each.url).status_code for each in review.media]

    assert sent.status_code == 303
    assert [each.state for each in review.media] == [State.PENDING, State.PENDING]
    assert before == [404, 404]
    with company.instance() as instance, instance.store.reading() as transaction:
        files = [transaction.media.file(each.id, size) for each in review.media for size in ("large", "small")]
    assert all(each is not None and not any(told in each.body for told in TELLTALE) for each in files)


@pytest.mark.parametrize(
    ("address", "files", "said"),
    [
        pytest.param(KETTLE, [b"no picture"], "is not a photo that can be read", id="no picture"),
        pytest.param(KETTLE, [Photo().jpeg()] * 5, "4 photos at most", id="too many"),
        pytest.param(KETTLE, [b"\xff" * 15_000_001], "15 megabytes", id="too large"),
    ],
)
def test_says_what_is_wrong_with_photos(company: Company, address: str, files: list[bytes], said: str) -> None:
    with with_forms(company).serving() as site:
        page = send(site, address, files=files)

    assert page.status_code == 422
    assert said in text_of(page.text)
    assert "choose your photos again" in text_of(page.text)
    assert reviews(company) == []


def test_more_than_all_photos_together_may_hold_is_not_read(company: Company) -> None:
    said = {"CONTENT_LENGTH": "16500000"}

    with with_forms(company).serving() as site:
        page = site.client.post("/f/kettle?locale=de", data={"body": "a"}, base_url=BASE, environ_overrides=said)

    assert page.status_code == 413
    assert "zu groß" in text_of(page.text)


def sheet_of(company: Company, form: str, *, subject: str = "kettle", ago: timedelta = timedelta(0)) -> str:
    """The token of a form as it was shown some time ago."""
    with company.instance() as instance:
        secret = (company.store / "secret").read_text(encoding="utf-8").strip()
        moment = instance.outbox.clock() - ago
    return Tokens(secret, lambda: moment).of_sheet(FormId(form), SubjectId(subject), "key")


def trusted_networks(*networks: str) -> tuple[Network, ...]:
    return tuple(ip_network(each) for each in networks)
