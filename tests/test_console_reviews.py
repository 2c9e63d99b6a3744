"""Tests of moderation in the console: the queue, its decisions, one review, reports and pictures, and who may what."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from engine.domain import FlagReason, FlagState, Locale, Media, MediaId, MediaKind, ReviewId, Role, State
from engine.flagging import Notice, flag_review
from engine.pictures import LARGE, SMALL, path_of
from engine.rights import profile
from engine.store import MediaFile
from review_site.console.reviews.words import in_two
from review_site.wiring import Instance, now
from tests.doors import Company, text_of, tree_of
from tests.factories import make_intake, make_record, make_source, take_in
from tests.signing import Visitor, make_account, signed_in

QUEUE = "/console/reviews"
EMAIL = "owen@larkfield.example"


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    """Three reviews wait, and one is approved."""
    with company.instance() as opened:
        take_in(opened.store, make_record("4", body="It has stood on our stove since spring."), now=now())
        with opened.store.writing() as transaction:
            waiting = transaction.reviews.waiting(State.PENDING)
            opened.moderation(transaction).approve([each.review.id for each in waiting], by="operator")
        more = (("1", "It pours well.", "4"), ("2", "See www.example.com", "1"), ("3", "Fine.", "4"))
        for external_id, body, rating in more:
            take_in(opened.store, make_record(external_id, body=body, rating=rating), now=now())
        make_account(opened.store, role=Role.MODERATOR, now=now())
        make_account(opened.store, "vic@example.com", Role.VIEWER, now=now())
        yield opened


@pytest.fixture
def viewer(instance: Instance) -> Visitor:
    return signed_in(instance, "vic@example.com")


def in_state(instance: Instance, state: State) -> set[str]:
    with instance.store.reading() as transaction:
        return {each.review.body for each in transaction.reviews.waiting(state)}


def reviews(instance: Instance, state: State = State.APPROVED) -> list[ReviewId]:
    with instance.store.reading() as transaction:
        return [each.review.id for each in transaction.reviews.waiting(state)]


def marks(visitor: Visitor, address: str = QUEUE) -> list[str]:
    """What a form says of each row."""
    found = re.findall(r'form="marked" name="review" value="([^"]+)"', visitor.get(address).text)
    return list(dict.fromkeys(found))


def send(visitor: Visitor, path: str, **fields: str | list[str]) -> TestResponse:
    """A form as the page sends it, and the page that it leads to."""
    sent = {"csrf": visitor.csrf(), **fields}
    answer = visitor.client.post(path, base_url=visitor.base, headers={"Origin": visitor.base}, data=sent)
    assert answer.status_code == 303, answer.text
    return visitor.get(answer.headers["Location"])


def undo_form(page: str) -> dict[str, str]:
    form = next(each for each in tree_of(page).iter("form") if each.get("action") == f"{QUEUE}/undo")
    return {each.get("name"): each.get("value") for each in form.iter("input")}


def test_the_queue_says_what_waits_and_why(visitor: Visitor) -> None:
    page = visitor.get(QUEUE)

    said = text_of(page.text)
    assert page.status_code == 200
    assert "Waiting 3 Approved 1 Rejected 0 Withdrawn 0 Reports 0 Pictures 0" in said
    assert "It holds a link, as spam does." in said
    assert said.count("No rule approves anything by itself here") == 3


def test_marked_rows_are_rejected_and_given_back_exactly(visitor: Visitor, instance: Instance) -> None:
    page = send(
        visitor, f"{QUEUE}/decide", review=marks(visitor)[:2], do="reject", reason="spam", note="twice", back=QUEUE
    )
    assert "2 reviews were rejected." in text_of(page.text)
    assert len(in_state(instance, State.REJECTED)) == 2

    again = send(visitor, f"{QUEUE}/undo", **undo_form(page.text))

    assert "2 reviews are as they were before." in text_of(again.text)
    assert len(in_state(instance, State.PENDING)) == 3


def test_an_undo_says_what_it_leaves(visitor: Visitor, instance: Instance) -> None:
    page = send(visitor, f"{QUEUE}/decide", review=marks(visitor)[:2], do="approve", back=QUEUE)
    with instance.store.writing() as transaction:
        [poured] = [each for each in transaction.reviews.waiting(State.APPROVED) if "pours" in each.review.body]
        instance.moderation(transaction).recheck([poured], by="bea", note="look again")

    again = send(visitor, f"{QUEUE}/undo", **undo_form(page.text))

    assert "1 review is as it was before. 1 stays as it is: something happened to it since." in text_of(again.text)


def test_the_row_after_a_decision_is_looked_at_next(visitor: Visitor) -> None:
    _, second, third = marks(visitor)
    following = third.partition(".")[0]

    page = send(
        visitor, f"{QUEUE}/decide", review=second, do="approve", following=following, back=f"{QUEUE}?language=en"
    )

    rows = [each for each in tree_of(page.text).iter("li") if each.get("data-first") is not None]
    assert [each.get("id") for each in rows] == [f"row-{following}"]
    assert page.request.args["language"] == "en"


def test_words_that_changed_since_are_not_approved(visitor: Visitor, instance: Instance) -> None:
    seen = marks(visitor)
    take_in(instance.store, make_record("1", body="It leaks."), now=now())

    page = send(visitor, f"{QUEUE}/decide", review=seen, do="approve", back=QUEUE)

    assert "2 reviews were approved. 1 review stays as it is" in text_of(page.text)
    assert in_state(instance, State.PENDING) == {"It leaks."}


def test_nothing_marked_is_nothing_changed(visitor: Visitor) -> None:
    page = send(visitor, f"{QUEUE}/decide", do="approve", back=QUEUE)

    assert "Nothing was marked" in text_of(page.text)


@pytest.mark.parametrize("reason", ["", "one star"])
def test_a_reason_is_one_of_the_fixed_list(visitor: Visitor, reason: str) -> None:
    fields = {"csrf": visitor.csrf(), "review": marks(visitor)[0], "do": "reject", "reason": reason}

    answer = visitor.post(f"{QUEUE}/decide", None, **fields)

    assert answer.status_code == 400


@pytest.mark.parametrize("asked", ["state=gone", "star=9", "why=rating", "after=1"])
def test_a_question_that_nobody_asks_is_refused(visitor: Visitor, asked: str) -> None:
    assert visitor.get(f"{QUEUE}?{asked}").status_code == 400


@pytest.mark.parametrize("told", ["https://evil.example/", "//evil.example", "/console/reviews?x=1\r\nX: y"])
def test_a_form_leads_nowhere_outside(visitor: Visitor, told: str) -> None:
    fields = {"csrf": visitor.csrf(), "review": marks(visitor)[0], "do": "approve", "back": told}

    answer = visitor.post(f"{QUEUE}/decide", None, **fields)

    assert answer.headers["Location"].startswith(QUEUE)
    assert "X" not in answer.headers


def test_an_id_leads_to_its_review_and_words_to_their_rows(visitor: Visitor, instance: Instance) -> None:
    [wanted] = reviews(instance)

    assert visitor.get(f"{QUEUE}?q={wanted}").location == f"{QUEUE}/{wanted}"
    assert "It pours well." in (found := visitor.get(f"{QUEUE}?q=POURS").text)
    assert "Fine." not in found


def test_the_queue_is_a_file_too(visitor: Visitor) -> None:
    answer = visitor.get(f"{QUEUE}?format=csv&why=link")

    [found] = csv.DictReader(io.StringIO(answer.text))
    assert (found["Text"], found["Stars"], found["Why"]) == ("See www.example.com", "1", "Link; No rules")


def test_low_stars_that_fare_worse_are_told_in_words(visitor: Visitor, instance: Instance) -> None:
    low = [make_record(f"low-{number}", rating="1") for number in range(10)]
    take_in(instance.store, *low, intake=make_intake(make_source("till")), now=now())
    seen = marks(visitor, f"{QUEUE}?source=till")

    page = send(visitor, f"{QUEUE}/decide", review=seen, do="reject", reason="off-topic", back=QUEUE)

    assert "the approved shares lie 100 percentage points apart" in text_of(page.text)


def test_one_review_is_shown_with_what_happened_to_it(visitor: Visitor) -> None:
    mark = marks(visitor)[0]
    which = mark.partition(".")[0]
    send(visitor, f"{QUEUE}/decide", review=mark, do="reject", reason="abuse", note="it threatens", back=QUEUE)

    page = visitor.get(f"{QUEUE}/{which}").text

    cells = [["".join(each.itertext()) for each in line] for line in tree_of(page).iter("tr")]
    assert ["Rejected", "Ann Oak", "Insults or threats", "it threatens"] in [each[1:] for each in cells]
    assert ["Show it on pages", "agreed", "allowed", "may be done"] in cells
    assert "It stands on no page because it was rejected." in text_of(page)


def test_what_made_a_text_stop_is_marked(visitor: Visitor) -> None:
    which = marks(visitor, f"{QUEUE}?why=link")[0].partition(".")[0]

    page = tree_of(visitor.get(f"{QUEUE}/{which}").text)

    assert [each.text for each in page.iter("mark")] == ["www.example.com"]


def test_consent_is_taken_back_for_what_is_marked(visitor: Visitor, instance: Instance) -> None:
    [which] = reviews(instance)
    path = f"{QUEUE}/{which}/withdraw"

    nothing = visitor.post(path, None, csrf=visitor.csrf())
    some = send(visitor, path, use=["feed"])
    every = send(visitor, path, use=["display", "markup"])

    assert (nothing.status_code, "Mark at least one use." in nothing.text) == (422, True)
    assert "The consent is taken back for these uses." in text_of(some.text)
    assert "The review is withdrawn." in text_of(every.text)
    assert len(in_state(instance, State.WITHDRAWN)) == 1


def test_an_answer_is_drafted_published_and_taken_back(visitor: Visitor, instance: Instance) -> None:
    [which] = reviews(instance)
    path = f"{QUEUE}/{which}/reply"

    drafted = send(visitor, path, answer="Thank", do="draft")
    published = send(visitor, path, answer="Thank you.", do="publish")
    gone = send(visitor, f"{path}/take-back")
    empty = visitor.post(path, None, csrf=visitor.csrf(), answer=" ", do="publish")

    assert re.search("<textarea[^>]*>Thank</textarea>", drafted.text)
    assert "Draft: Ann Oak" in text_of(drafted.text)
    assert "It is shown here; its source takes no answers." in text_of(published.text)
    assert re.search("<textarea[^>]*></textarea>", published.text)
    assert "The answer is taken back." in text_of(gone.text)
    assert (empty.status_code, "Write an answer of 1 to 4000" in empty.text) == (422, True)


def report(instance: Instance, which: ReviewId) -> str:
    notice = Notice(
        reason=FlagReason.SPAM, explanation="An advert.", locale=Locale("en"), name="Rita", email="rita@mail.example"
    )
    with instance.store.writing() as transaction:
        return flag_review(transaction, which, notice, now()).id


def test_a_report_is_answered_and_its_review_taken_down(visitor: Visitor, instance: Instance) -> None:
    [which] = reviews(instance)
    flag = report(instance, which)
    listed = visitor.get(f"{QUEUE}/reports").text

    page = send(visitor, f"{QUEUE}/reports/{flag}/answer", verdict="spam", text="It was one.", back=f"{QUEUE}/reports")
    again = send(visitor, f"{QUEUE}/reports/{flag}/answer", verdict="dismiss", text="No.", back=f"{QUEUE}/reports")

    assert "An advert." in listed
    assert "answer owed by" in text_of(listed)
    assert "rita" not in listed.lower() + visitor.get(f"{QUEUE}/{which}").text.lower()
    assert "The review is taken down" in text_of(page.text)
    assert "it was answered before" in text_of(again.text)
    with instance.store.reading() as transaction:
        assert transaction.flags.find(transaction.flags.of_review(which)[0].id).state is FlagState.UPHELD


def test_pictures_are_looked_at_and_decided_about_by_themselves(
    visitor: Visitor, viewer: Visitor, instance: Instance
) -> None:
    [which] = reviews(instance)
    own = Media(id=MediaId("m1"), kind=MediaKind.IMAGE, url=path_of(f"{which}.0123456789ab", LARGE), alt="A kettle")
    other = Media(id=MediaId("m2"), kind=MediaKind.IMAGE, url="https://img.example/k2.jpg")
    with instance.store.writing() as transaction:
        transaction.media.insert({which: [own, other]})
        transaction.media.keep_file(own.id, SMALL, MediaFile(media_type="image/jpeg", body=b"pixels"))
    listed = visitor.get(f"{QUEUE}/media").text

    page = send(visitor, f"{QUEUE}/media/decide", picture=["m1", "m2"], do="approve", back=f"{QUEUE}/media")

    assert [each.get("src") for each in tree_of(listed).iter("img")] == [f"{QUEUE}/media/m1.jpg"]
    assert visitor.get(f"{QUEUE}/media/m1.jpg").data == b"pixels"
    assert viewer.get(f"{QUEUE}/media/m1.jpg").status_code == 403
    assert "2 pictures were approved." in text_of(page.text)


def test_a_viewer_sees_and_decides_nothing(viewer: Visitor, instance: Instance) -> None:
    [which] = reviews(instance)
    report(instance, which)

    page, one = viewer.get(QUEUE).text, viewer.get(f"{QUEUE}/{which}").text

    forms = {each.get("action") for each in (*tree_of(page).iter("form"), *tree_of(one).iter("form"))}
    assert forms == {QUEUE, "/console/logout", None}
    assert "An advert." not in one
    assert viewer.post(f"{QUEUE}/decide", None, csrf=viewer.csrf(), do="approve").status_code == 403


def test_no_page_shows_an_address(visitor: Visitor, instance: Instance) -> None:
    spot = make_source("spot", profile("display-only", attribution="Spot"))
    record = make_record("9", body=f"Write to {EMAIL} please.", contact={"email": EMAIL})
    take_in(instance.store, record, intake=make_intake(spot), now=now())
    which = marks(visitor, f"{QUEUE}?source=spot")[0].partition(".")[0]

    pages = visitor.get(QUEUE).text + visitor.get(f"{QUEUE}/{which}").text + visitor.get(f"{QUEUE}?format=csv").text

    assert EMAIL not in pages
    assert "It holds an e-mail address" in pages


def test_a_long_text_opens_below_its_beginning_and_loses_nothing() -> None:
    text = "word " * 300

    lead, rest = in_two(text)

    assert lead + rest == text
    assert 0 < len(lead) <= 480
    assert in_two("short") == ("short", "")
