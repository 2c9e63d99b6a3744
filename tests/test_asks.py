"""Asking for reviews: links that one person can use once, and what they prove."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from engine.asking import Invitation, ask
from engine.domain import Admission, AskId, Form, FormId, ReviewId, SubjectId, VerificationLevel, digest
from engine.errors import NotFoundError, RefusedError
from engine.store import Store
from review_site.commands.asking import ask_for_reviews
from tests.doors import BASE, Company, text_of
from tests.factories import NOON, fill, make_subject
from tests.forms import KETTLE as KETTLE_FORM
from tests.forms import WORDS, field, own_link, post, reviews, send, with_forms

GUESTS = Form(id=FormId("guests"), ask=Admission.REQUIRED)
KETTLE = SubjectId("kettle")
MONTH = timedelta(days=30)


def link_for(company: Company, *words: str) -> str:
    done = company.plaudit("ask", "--form", "guests", "--subject", "kettle", *words)
    assert done.exit_code == 0, done.output
    return done.output.strip()


def ask_in(store: Store, *wanted: Invitation, key: str = "chance", later: timedelta = timedelta(0)) -> list[AskId]:
    found = ask(store, GUESTS, wanted, lasts=MONTH, now=NOON + later, key=lambda: key)
    return [each.id for each in found]


def test_an_order_makes_the_review_verified(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = link_for(company, "--order", "10023", "--name", "Owen B.")
        name = field(site.get(link).text, "author")
        send(site, link)

    [review] = reviews(company, "form.guests")
    assert name == "Owen B."
    assert review.verification.level is VerificationLevel.PURCHASE
    assert review.verification.evidence == "order 10023"


def test_without_an_order_nothing_is_verified(company: Company) -> None:
    with with_forms(company).serving() as site:
        send(site, link_for(company, "--campaign", "autumn"))

    [review] = reviews(company, "form.guests")
    assert not review.verification.is_verified
    assert review.tags == ()


def test_a_link_is_used_once_and_then_says_so(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = link_for(company, "--order", "10023")
        open_twice = [site.get(link), site.get(link)]
        sheets = [field(each.text, "sheet") for each in open_twice]
        sent = send(site, link)
        late = site.client.post(link.removeprefix(BASE), data={"sheet": sheets[0], "rating": "1", "body": "Again."})
        after = site.get(f"{link}?locale=nl")

    assert [each.status_code for each in open_twice] == [200, 200]
    assert sent.status_code == 303
    assert (late.status_code, after.status_code) == (410, 410)
    assert "Je hebt al gereageerd" in text_of(after.text)
    assert len(reviews(company, "form.guests")) == 1


def test_whoever_presses_twice_gets_to_his_own_link_and_not_to_an_end(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = link_for(company)
        values = {**WORDS, "sheet": field(site.get(link).text, "sheet")}
        first, second = (post(site, link, values) for _ in range(2))
        thanks = [site.get(each.headers["Location"]) for each in (first, second)]

    assert [each.status_code for each in thanks] == [200, 200]
    assert text_of(thanks[0].text) == text_of(thanks[1].text)
    assert len(reviews(company, "form.guests")) == 1


def test_a_link_stays_used_when_its_review_is_taken_back(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = link_for(company, "--order", "10023")
        own = own_link(site, send(site, link))
        post(site, f"{own}/withdraw", {})
        after = site.get(link)

    assert after.status_code == 410
    assert len(reviews(company, "form.guests")) == 1


def test_no_link_holds_once_the_secret_is_another_one(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = link_for(company)
        own = own_link(site, send(site, KETTLE_FORM))
    (company.store / "secret").unlink()

    with company.serving() as site:
        answers = [site.get(each).status_code for each in (link, own)]

    assert answers == [404, 404]


def test_a_link_that_has_ended_says_so(company: Company) -> None:
    with_forms(company)
    with company.instance() as instance:
        [ended] = ask(
            instance.store, GUESTS, [Invitation(subject=KETTLE)], lasts=MONTH, now=NOON - 2 * MONTH, key=lambda: "k"
        )
        token = instance.tokens.of_ask(ended.id)

    with company.serving() as site:
        page = site.get(f"/r/{token}?locale=de")

    assert page.status_code == 410
    assert "abgelaufen" in text_of(page.text)


def test_a_form_for_invited_people_is_open_to_them_only(company: Company) -> None:
    with with_forms(company).serving() as site:
        uninvited = site.get("/f/guests?subject=kettle")
        invited = site.get(link_for(company))

    assert (uninvited.status_code, invited.status_code) == (403, 200)
    assert "invited" in text_of(uninvited.text)


def test_the_link_tells_nothing_about_the_person(company: Company) -> None:
    with_forms(company)

    link = link_for(company, "--order", "ORDER-10023", "--name", "Owen")

    token = link.rpartition("/")[2].partition(".")[0]
    assert "10023" not in link
    assert "Owen" not in link
    assert len(token) < 40


def test_one_order_is_asked_about_one_subject_once(store: Store) -> None:
    fill(store, [], subjects=[make_subject(), make_subject(id=SubjectId("mixer"))])
    order = Invitation(subject=KETTLE, order="10023")

    first, again = ask_in(store, order), ask_in(store, order, later=MONTH)
    other = ask_in(store, Invitation(subject=SubjectId("mixer"), order="10023"))

    with store.reading() as transaction:
        found = transaction.asks.find(first[0])
    assert first == again != other
    assert found is not None
    assert found.expires_at == NOON + 2 * MONTH


def test_an_answered_ask_is_not_opened_by_asking_again(store: Store) -> None:
    fill(store, [], subjects=[make_subject()])
    order = Invitation(subject=KETTLE, order="10023")
    [answered] = ask_in(store, order)

    with store.writing() as transaction:
        uses = [transaction.asks.use(answered, ReviewId("r1"), NOON) for _ in range(2)]
    ask_in(store, order, later=MONTH)

    with store.reading() as transaction:
        found = transaction.asks.find(answered)
    assert uses == [True, False]
    assert found is not None
    assert (found.used_at, found.review_id, found.expires_at) == (NOON, "r1", NOON + MONTH)
    assert not found.is_open(NOON)


def test_nobody_is_asked_when_one_of_many_cannot_be(store: Store) -> None:
    fill(store, [], subjects=[make_subject()])
    good, bad = Invitation(subject=KETTLE, order="1"), Invitation(subject=SubjectId("none"), order="2")

    with pytest.raises(NotFoundError, match="none"):
        ask_in(store, good, bad)
    with pytest.raises(RefusedError, match="does not take"):
        ask(
            store,
            Form(id=FormId("mixers"), subjects=[SubjectId("mixer")]),
            [good],
            lasts=MONTH,
            now=NOON,
            key=lambda: "k",
        )

    with store.reading() as transaction:
        assert transaction.asks.find(ask_in_name(good)) is None


def test_many_are_asked_from_a_file_and_printed_with_their_links(company: Company) -> None:
    with_forms(company)
    file = write(company, "subject,order,name,mail\nkettle,1,Owen,owen@example.com\nmixer,2,=1+1,ada@example.com\n")

    done = company.plaudit("ask", "--form", "guests", "--csv", file, "--locale", "nl", "--days", "7")

    rows = list(csv.DictReader(io.StringIO(done.output)))
    assert done.exit_code == 0, done.output
    assert [row["mail"] for row in rows] == ["owen@example.com", "ada@example.com"]
    assert rows[1]["name"] == "'=1+1"
    assert all(row["link"].startswith(f"{BASE}/r/") and row["link"].endswith("?locale=nl") for row in rows)
    with company.serving() as site:
        assert [site.get(row["link"]).status_code for row in rows] == [200, 200]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("order\n1\n", "needs a column subject", id="no subjects"),
        pytest.param("subject,order\nkettle\n", "line 2 has more or fewer cells", id="too short"),
        pytest.param("subject,order\nkettle,1,2\n", "line 2 has more or fewer cells", id="too long"),
        pytest.param("subject,order\n,1\n", "line 2 names no subject", id="empty"),
        pytest.param("subject,order\nkettle,1\nnone,2\n", "there is no subject 'none'", id="unknown"),
    ],
)
def test_a_file_that_cannot_be_followed_asks_nobody(company: Company, text: str, said: str) -> None:
    with_forms(company)

    done = company.plaudit("ask", "--form", "guests", "--csv", write(company, text))

    assert done.exit_code == 2
    assert said in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--subject", "kettle"), "say which form"),
        (("--form", "guests"), "name --subject"),
        (("--form", "none", "--subject", "kettle"), "say which form"),
        (("--form", "kettle", "--subject", "mixer"), "does not take"),
        (("--form", "kettle", "--subject", "kettle", "--locale", "fr"), "is not there in 'fr'"),
    ],
)
def test_says_what_is_missing(company: Company, words: tuple[str, ...], said: str) -> None:
    done = with_forms(company).plaudit("ask", *words)

    assert done.exit_code == 2
    assert said in done.output


def test_no_option_can_ask_for_a_rating() -> None:
    said = " ".join(f"{each.name} {' '.join(each.opts)}" for each in ask_for_reviews.params)

    assert not {"rating", "score", "stars", "nps", "sentiment"} & set(said.replace("-", " ").split())


def ask_in_name(wanted: Invitation) -> AskId:
    return AskId(digest("guests", wanted.subject, wanted.order))


def write(company: Company, text: str) -> Path:
    path = company.folder / "asks.csv"
    path.write_text(text, encoding="utf-8")
    return path
