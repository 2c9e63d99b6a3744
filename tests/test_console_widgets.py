"""Tests of the widgets in the console: live with one's own data, their codes, and what is not there and why."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from engine.domain import Embedded, Locale, Problem, Role, Scope, Severity, SubjectId
from engine.outbox import Work
from review_site.wiring import Instance, now
from review_site.wsgi import application
from tests.doors import Company, row, text_of, tree_of
from tests.signing import Visitor, make_account, signed_in

HERE = "/console/widgets"
KETTLE = SubjectId("kettle")


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    company.publish(*(row(str(number)) for number in range(3)))
    with company.instance() as opened:
        make_account(opened.store, now=now())
        yield opened


def test_shows_the_widget_though_the_public_gallery_is_off(visitor: Visitor) -> None:
    page = visitor.get(f"{HERE}?about=subjects/kettle&kind=list&theme=warm&screen=tablet").text
    [frame] = [each.get("src") for each in tree_of(page).iter("iframe")]
    framed = visitor.get(frame)

    assert visitor.get("/widgets").status_code == 404
    assert frame == f"{HERE}/embed/subjects/kettle/list?theme=warm"
    assert "It pours well and keeps the heat." in framed.text
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert framed.headers["Cache-Control"] == "no-store"


def test_the_preview_is_for_those_who_are_signed_in(instance: Instance) -> None:
    stranger = Visitor(Client(application(instance)))

    assert stranger.get(f"{HERE}/embed/subjects/kettle/list").status_code == 303


@pytest.mark.parametrize("path", ["subjects/nothing/list", "persons/kettle/list", "subjects/kettle/nothing"])
def test_what_is_not_there_is_not_framed(visitor: Visitor, path: str) -> None:
    assert visitor.get(f"{HERE}/embed/{path}").status_code == 404


def test_each_way_to_embed_has_its_code(visitor: Visitor) -> None:
    page = visitor.get(f"{HERE}?about=subjects/kettle&kind=badge").text

    codes = {each.get("id").split("-")[1] for each in tree_of(page).iter("textarea")}
    assert codes == {"snippet", "script", "oembed", "div", "frame"}
    assert 'data-copy="code-snippet-1"' in page
    assert 'data-plaudit="subjects/kettle/badge"' in page.replace("&#34;", '"')


def test_snippets_are_listed_with_size_and_etag(visitor: Visitor, instance: Instance) -> None:
    rows = list(csv.reader(io.StringIO(visitor.get(f"{HERE}?about=subjects/kettle&format=csv").text)))[1:]

    with instance.store.reading() as transaction:
        kept = {
            (key.name, key.locale): each
            for key, each in transaction.snippets.of_page(Scope.SUBJECT, KETTLE).items()
            if each.etag
        }
    assert {(name, locale): (int(size), etag) for name, locale, size, _, _, etag, _ in rows} == {
        place: (len(each.body), each.etag) for place, each in kept.items()
    }
    assert all(re.match(r"20\d\d-", changed) for *_, changed, _, _ in rows)


def test_says_what_is_held_back_what_is_missing_and_who_embeds_it(visitor: Visitor, instance: Instance) -> None:
    problem = Problem(rule="markup.rating", severity=Severity.ERROR, path="$", message="no rating", fix="add one")
    with instance.store.writing() as transaction:
        transaction.snippets.block(Scope.SUBJECT, KETTLE, Locale("de"), [problem], now())
    instance.monitor.add("https://shop.example/kettle", KETTLE, Locale("en"), Embedded.LIST, now())

    page = text_of(visitor.get(f"{HERE}?about=subjects/kettle").text)

    assert "Held back German markup.rating no rating" in page
    assert "No question and answer has been approved in this language yet." in page
    assert "https://shop.example/kettle Not looked at yet" in page


def test_somebody_has_a_page_built_anew(visitor: Visitor, instance: Instance) -> None:
    sent = visitor.post(
        f"{HERE}/rebuild", csrf=visitor.csrf(), about="subjects/kettle", back=f"{HERE}?about=subjects/kettle"
    )

    with instance.store.reading() as transaction:
        mark = transaction.marks.find(Work.PUBLISH, "subject/kettle")
    assert sent.location == f"{HERE}?about=subjects/kettle"
    assert mark is not None
    assert "It is built anew in a moment." in visitor.get(sent.location).text


def test_whoever_only_looks_has_nothing_built(visitor: Visitor, instance: Instance) -> None:
    make_account(instance.store, "vic@example.com", Role.VIEWER, now=now())
    viewer = signed_in(instance, "vic@example.com")

    assert "rebuild" not in viewer.get(HERE).text
    assert viewer.post(f"{HERE}/rebuild", csrf=viewer.csrf(), about="subjects/kettle").status_code == 403


@pytest.mark.parametrize("about", ["", "kettle", "subjects/nothing", "persons/x"])
def test_what_no_page_is_about_is_not_built(visitor: Visitor, about: str) -> None:
    assert visitor.post(f"{HERE}/rebuild", csrf=visitor.csrf(), about=about).status_code in (400, 404)


def test_a_console_in_a_language_that_is_not_published_shows_the_first_that_is(company: Company) -> None:
    company.configured('[site]\nname = "Larkfield"\nbase_url = "https://reviews.larkfield.example"\nlocales = ["fr"]\n')
    company.publish(row("1", language="fr"))
    with company.instance() as instance:
        make_account(instance.store, now=now())
        visitor = signed_in(instance)

        answer = visitor.get(HERE, {"Accept-Language": "nl"})

    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == "nl"


def test_an_instance_without_anything_says_the_next_step(company: Company) -> None:
    with company.instance() as instance:
        make_account(instance.store, now=now())
        visitor = signed_in(instance)

        assert "Import reviews first." in visitor.get(HERE).text
        assert "“tea” in its name" in visitor.get(f"{HERE}?find=tea").text
