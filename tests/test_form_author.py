"""The author's own link: what was written is seen, changed, narrowed and taken back by it, and by nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.domain import State, SubjectId, Use
from engine.media import MediaApproval
from engine.rights import OWN
from tests.doors import BASE, Company, text_of, tree_of
from tests.factories import NOON
from tests.forms import FORMS, KETTLE, WORDS, Photo, field, own_link, post, reviews, send, with_forms

CHANGED = {**WORDS, "body": "After a month the lid sits loose.", "rating": "2"}


def approve(company: Company) -> None:
    """Approves all that waits in the form, and publishes."""
    assert company.plaudit("approve", "--source", "form.shop", "--all").exit_code == 0
    assert company.plaudit("publish").exit_code == 0


def approve_photos(company: Company) -> None:
    with company.instance() as instance, instance.store.writing() as transaction:
        waiting = [each.media.id for each in transaction.media.waiting(State.PENDING)]
        MediaApproval(transaction=transaction, now=NOON).approve(waiting, by="moderator")


def test_shows_what_was_written_and_what_became_of_it(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE, use=["markup"]))
        waiting = text_of(site.get(link).text)
        approve(company)
        approved = text_of(site.get(link).text)

    assert WORDS["body"] in waiting
    assert "It has not been checked yet" in waiting
    assert "It has been checked" in approved
    assert "Search engines may show" in waiting


def test_words_that_the_author_took_back_are_gone_at_the_next_request(company: Company) -> None:
    list_of = "/v1/subjects/kettle/snippets/list"
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE))
        approve(company)
        before = site.get(list_of)
        asked = site.get(f"{link}/withdraw")
        still = site.get(list_of)
        done = post(site, f"{link}/withdraw", {})
        after = [site.get(list_of), site.get("/reviews/kettle"), site.get("/reviews/kettle?sort=oldest")]
        own = text_of(site.get(link).text)

    assert WORDS["body"] in before.text
    assert WORDS["body"] in still.text
    assert "Yes, take it back" in text_of(asked.text)
    assert done.status_code == 303
    assert not any(WORDS["body"] in each.text for each in after)
    assert "You took it back" in own
    assert reviews(company)[0].state is State.WITHDRAWN


def test_a_review_that_was_taken_back_cannot_be_changed_any_more(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE))
        post(site, f"{link}/withdraw", {})
        answers = [post(site, f"{link}/{verb}", CHANGED) for verb in ("edit", "withdraw", "consent")]

    assert [each.status_code for each in answers] == [303, 303, 303]
    assert reviews(company)[0].body == WORDS["body"]


def test_other_words_wait_for_a_decision_and_the_earlier_ones_are_kept(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE, use=["ads"]))
        approve(company)
        shown = site.get(f"{link}/edit").text
        saved = post(site, f"{link}/edit", CHANGED)
        public = site.get("/reviews/kettle").text

    [review] = reviews(company)
    with company.instance() as instance, instance.store.reading() as transaction:
        earlier = transaction.reviews.earlier_texts(review.id)
        contact = transaction.reviews.contact_of(review.id)
    assert field(shown, "title") == WORDS["title"]
    assert [each.get("value") for each in tree_of(shown).iter("input") if each.get("checked") is not None] == ["4"]
    assert saved.status_code == 303
    assert (review.state, review.body) == (State.PENDING, CHANGED["body"])
    assert review.rating is not None
    assert review.rating.original == "2"
    assert review.updated_at is not None
    assert earlier == [WORDS["body"]]
    assert contact == {"email": "owen@example.com"}
    assert review.consent.uses == {Use.DISPLAY, Use.ADS}
    assert WORDS["body"] not in public
    assert CHANGED["body"] not in public


def test_saving_what_is_there_changes_nothing(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE))
        approve(company)
        post(site, f"{link}/edit", WORDS)

    [review] = reviews(company)
    assert (review.state, review.updated_at) == (State.APPROVED, None)


def test_what_is_wrong_with_a_change_is_said_and_kept(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE))
        page = post(site, f"{link}/edit", {**CHANGED, "body": ""})

    assert page.status_code == 422
    assert "Write a few words." in text_of(page.text)
    assert reviews(company)[0].body == WORDS["body"]


def test_whoever_changes_too_often_is_told_so_and_loses_nothing(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, "/f/rare?subject=kettle"))
        first, second = (post(site, f"{link}/edit", CHANGED) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 429)
    assert CHANGED["body"] in second.text


def test_single_uses_are_taken_back_and_the_review_stays(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE, use=["markup", "ads"]))
        approve(company)
        post(site, f"{link}/consent", {"use": "markup"})
        markup = site.get("/v1/subjects/kettle/snippets/jsonld")
        left = [each.get("value") for each in tree_of(site.get(link).text).iter("input")]

    [review] = reviews(company)
    assert review.state is State.APPROVED
    assert not review.consent.covers(Use.MARKUP)
    assert review.consent.covers(Use.ADS)
    assert WORDS["body"] not in markup.text
    assert left == ["ads"]


def test_display_cannot_be_taken_back_without_being_asked_whether_all_shall_go(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE))
        post(site, f"{link}/consent", {"use": "display"})

    assert reviews(company)[0].state is State.PENDING


def test_photos_are_shown_once_both_they_and_the_review_are_approved_and_no_longer(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE, files=[Photo(turned=True).jpeg()]))
        [media] = reviews(company)[0].media
        seen = [site.get(media.url).status_code]
        approve(company)
        seen.append(site.get(media.url).status_code)
        approve_photos(company)
        shown = site.get(media.url)
        again = site.get(media.url, If_None_Match=shown.headers["ETag"])
        small = site.get(media.thumbnail or "")
        post(site, f"{link}/withdraw", {})
        gone = site.get(media.url)

    assert seen == [404, 404]
    assert (shown.status_code, shown.content_type, again.status_code) == (200, "image/jpeg", 304)
    assert shown.headers["Cache-Control"] == "no-cache"
    assert len(small.data) < len(shown.data)
    assert gone.status_code == 404


def test_photos_go_with_the_right_to_show_their_review(company: Company) -> None:
    with with_forms(company).serving() as site:
        send(site, KETTLE, files=[Photo().jpeg()])
        approve(company)
        approve_photos(company)
        [media] = reviews(company)[0].media
        before = site.get(media.url)
        with company.instance() as instance, instance.store.writing() as transaction:
            [source] = [each for each in transaction.sources.all().values() if each.id == "form.shop"]
            transaction.sources.save(replace(source, rights=replace(OWN, max_age=timedelta(microseconds=1))))
        after = site.get(media.url)

    assert (before.status_code, after.status_code) == (200, 404)


def test_a_photo_that_waits_is_written_into_a_file_and_served_to_nobody(company: Company) -> None:
    with with_forms(company).serving() as site:
        send(site, KETTLE, files=[Photo().jpeg()])
        [media] = reviews(company)[0].media
        path = company.folder / "photo.jpg"
        saved = company.plaudit("media", "save", media.id, path)
        listed = company.plaudit("media", "list")
        missing = company.plaudit("media", "save", "m-nobody", path)
        refused = company.plaudit("media", "save", media.id, company.folder / "nowhere" / "photo.jpg")
        served = site.get(media.url)

    assert saved.exit_code == 0
    assert path.read_bytes().startswith(b"\xff\xd8")
    assert f"{BASE}{media.url}" in listed.stdout
    assert (missing.exit_code, refused.exit_code, served.status_code) == (2, 2, 404)


def test_photos_are_removed_and_added_up_to_the_most(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE, files=[Photo().jpeg(), Photo(width=300).jpeg()]))
        first, second = reviews(company)[0].media
        post(site, f"{link}/edit", {**WORDS, "drop": first.url}, [Photo(height=100).jpeg()])
        kept = reviews(company)[0].media
        full = post(site, f"{link}/edit", WORDS, [Photo(height=50 + each).jpeg() for each in range(3)])

    assert len(kept) == 2
    assert kept[0].url == second.url
    assert full.status_code == 422
    with company.instance() as instance, instance.store.reading() as transaction:
        assert transaction.media.file(first.id, "large") is None
        assert all(transaction.media.file(each.id, "small") for each in kept)


def test_authors_still_get_at_what_they_wrote_when_the_form_is_gone(company: Company) -> None:
    with with_forms(company).serving() as site:
        link = own_link(site, send(site, KETTLE))
    company.configured(company.config.read_text(encoding="utf-8").replace(FORMS, ""))

    with company.serving() as site:
        post(site, f"{link}/edit", CHANGED)
        post(site, f"{link}/withdraw", {})

    [review] = reviews(company)
    assert (review.body, review.state) == (CHANGED["body"], State.WITHDRAWN)


def test_the_link_of_one_review_opens_no_other_and_no_other_kind_of_review(company: Company) -> None:
    with_forms(company)
    company.publish({"subject": "kettle", "rating": "4", "body": "From a file.", "external_id": "1"})
    with company.instance() as instance:
        with instance.store.reading() as transaction:
            [imported] = [each.review.id for each in transaction.reviews.waiting(State.APPROVED)]
        token = instance.tokens.of_author(imported)
        asked = instance.tokens.of_sheet(next(iter(instance.config.forms)), SubjectId("kettle"), imported)

    with company.serving() as site:
        answers = [site.get(f"/mine/{each}").status_code for each in (token, asked, token[:-1], f"{token}A")]

    assert answers == [404] * 4


def test_the_operator_gets_the_link_to_send_it_by_mail(company: Company) -> None:
    with with_forms(company).serving() as site:
        send(site, KETTLE)
        [review] = reviews(company)
        printed = company.plaudit("author-link", review.id)
        page = site.get(printed.output.strip())

    assert printed.exit_code == 0
    assert WORDS["body"] in text_of(page.text)
    assert company.plaudit("author-link", "r0").exit_code == 2
