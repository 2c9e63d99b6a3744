"""Tests of the validator in the console: paste, page, sitemap, kept reports and watched pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from engine.domain import MonitoredPage, Role
from engine.outbox import Work
from review_site.console.validator.shown import AROUND, MOST_LINES, WIDEST, shown_report
from review_site.judging import judged_text
from review_site.kept_reports import MOST, KeptReports
from review_site.wiring import Instance, now
from schema_markup.validate import Verdict
from tests.doors import SETTINGS, Company, row, text_of
from tests.factories import NOON
from tests.servers import Heard, LoopbackServer, Reply, loopback
from tests.signing import Visitor, make_account, signed_in

PLACE = "/console/validator"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e"
RATED = (
    '{"@context": "https://schema.org",\n "@type": "Product",\n "name": "Kettle",\n'
    ' "aggregateRating": {"@type": "AggregateRating", "ratingValue": 7, "reviewCount": 2}}'
)
PAGE = f'<!doctype html><title>K</title>\n<p>Kettle\n<script type="application/ld+json">\n{RATED}\n</script>'
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    def answer(heard: Heard) -> Reply:
        if heard.path == "/sitemap.xml":
            where = f"http://{heard.headers['Host']}/kettle"
            return Reply(body=f"<urlset><url><loc>{where}</loc></url></urlset>".encode())
        return Reply(body=PAGE.encode(), headers=HTML) if heard.path == "/kettle" else Reply(status=404)

    with loopback(answer) as server:
        yield server


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    company.configured(f'{SETTINGS}\n[http]\nallow = ["127.0.0.1/32"]\n').publish(row("1"))
    with company.instance() as opened:
        make_account(opened.store, role=Role.WRITER, now=now())
        make_account(opened.store, "vic@example.com", Role.VIEWER, now=now())
        yield opened


@pytest.fixture
def viewer(instance: Instance) -> Visitor:
    return signed_in(instance, "vic@example.com")


def send(visitor: Visitor, path: str, **fields: str) -> TestResponse:
    return visitor.post(PLACE + path, None, csrf=visitor.csrf(), **fields)


def work(instance: Instance) -> None:
    while instance.outbox.work_off({kind: instance.handlers[kind] for kind in (Work.VALIDATE, Work.MONITOR)}):
        pass


def watched(instance: Instance) -> list[MonitoredPage]:
    with instance.store.reading() as transaction:
        return transaction.monitored.page()


def test_a_pasted_page_gets_a_report_with_its_source_beside(visitor: Visitor) -> None:
    judged = send(visitor, "/text", text=PAGE)

    assert judged.status_code == 303
    page = visitor.get(judged.location).text
    said = text_of(page)
    assert "Review snippet Not eligible" in said
    assert "The rating lies outside its scale: 7 on 1 to 5." in said
    assert "Mend: Declare the scale" in said
    assert '<a href="#L7"' in page
    assert '<li id="L7" tabindex="-1" class="marked">' in page
    assert '<a href="https://developers.google.com/' in page
    assert "account/" in text_of(visitor.get(PLACE).text)


def test_json_alone_is_judged_too(visitor: Visitor) -> None:
    report = send(visitor, "/text", text=RATED).location

    assert '<a href="#L4"' in visitor.get(report).text


def test_a_report_is_handed_on_as_a_file(visitor: Visitor) -> None:
    report = send(visitor, "/text", text=PAGE).location

    html, told, source = (visitor.get(f"{report}/{name}") for name in ("report.html", "report.json", "source"))

    assert "outside its scale" in html.text
    assert json.loads(told.text)["verdict"] == "error"
    assert source.text == PAGE
    for each in (html, told, source):
        assert each.headers["Content-Disposition"].startswith("attachment")
        assert each.headers["Cache-Control"] == "no-store"


def test_nothing_of_a_foreign_page_becomes_markup(visitor: Visitor) -> None:
    text = json.dumps({"@context": "https://schema.org", "@type": HOSTILE, "name": HOSTILE, HOSTILE: 1})

    page = visitor.get(send(visitor, "/text", text=text).location).text

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\u202e" not in page


def test_nothing_pasted_is_said_to_be_nothing(visitor: Visitor) -> None:
    refused = send(visitor, "/text", text=" \n ")

    assert refused.status_code == 422
    assert "Paste something first." in text_of(refused.text)


def test_a_page_of_a_megabyte_is_judged_and_shown_in_parts(visitor: Visitor) -> None:
    text = PAGE + "\n<p>Kettle" * 100_000

    page = visitor.get(send(visitor, "/text", text=text).location)

    assert page.status_code == 200
    assert len(page.data) < 60_000
    assert "The lines with problems and those around them" in text_of(page.text)


def test_a_page_is_fetched_and_judged(visitor: Visitor, server: LoopbackServer) -> None:
    report = send(visitor, "/address", address=f"{server.url}/kettle").location

    page = visitor.get(report).text

    assert f"{server.url}/kettle" in text_of(page)
    assert "outside its scale" in page


@pytest.mark.parametrize("address", ["ftp://x.example/", "javascript:alert(1)", "http://169.254.169.254/", "http://"])
def test_fetches_nothing_that_is_no_page_of_the_web(visitor: Visitor, address: str) -> None:
    refused = send(visitor, "/address", address=address)

    assert refused.status_code == 422
    assert visitor.get(f"{PLACE}?format=csv").text.count("\r\n") == 1


def test_a_viewer_pastes_and_has_nothing_fetched(viewer: Visitor, instance: Instance) -> None:
    page = viewer.get(PLACE).text

    assert 'action="/console/validator/text"' in page
    assert 'action="/console/validator/address"' not in page
    for path in ("/address", "/sitemap", "/pages"):
        assert send(viewer, path, address="https://x.example", sitemap="https://x.example").status_code == 403
    assert send(viewer, "/text", text=RATED).status_code == 303


def test_a_sitemap_is_worked_off_and_its_pages_are_shown(
    visitor: Visitor, instance: Instance, server: LoopbackServer
) -> None:
    begun = send(visitor, "/sitemap", sitemap=f"{server.url}/sitemap.xml")
    waiting = visitor.get(begun.location).text

    work(instance)

    assert 'hx-trigger="every 3s"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    ended = visitor.get(begun.location).text
    assert "hx-trigger" not in ended
    assert "1 of 1 pages" in text_of(ended)
    assert f"{server.url}/kettle" in visitor.get(f"{begun.location}?verdict=error&format=csv").text
    assert visitor.get(f"{begun.location}?verdict=valid&format=csv").text.count("\r\n") == 1
    [page] = re.findall(r'href="(/console/validator/runs/[^"]*/pages/0)"', ended)
    assert "outside its scale" in visitor.get(page).text


def test_a_run_is_stopped_resumed_and_removed(visitor: Visitor, instance: Instance, server: LoopbackServer) -> None:
    run = send(visitor, "/sitemap", sitemap=f"{server.url}/sitemap.xml").location
    act = run.removeprefix(PLACE)

    send(visitor, f"{act}/stop")
    work(instance)
    stopped = text_of(visitor.get(run).text)
    send(visitor, f"{act}/resume")
    work(instance)

    assert "Stopped" in stopped
    assert "1 of 1 pages" in text_of(visitor.get(run).text)
    assert send(visitor, f"{act}/remove").location == PLACE
    assert visitor.get(run).status_code == 404


def test_a_report_is_removed_for_good(visitor: Visitor) -> None:
    report = send(visitor, "/text", text=RATED).location

    send(visitor, f"{report.removeprefix(PLACE)}/remove")

    assert visitor.get(report).status_code == 404


@pytest.mark.parametrize("name", ["1", "..%2f..%2fsecret", "20261121120000-0123456789ABCDEF0123"])
def test_no_address_leads_out_of_the_folder_of_reports(visitor: Visitor, name: str) -> None:
    assert visitor.get(f"{PLACE}/reports/{name}").status_code == 404


def test_a_watched_page_has_a_state_and_a_history(visitor: Visitor, instance: Instance, server: LoopbackServer) -> None:
    url = f"{server.url}/kettle"
    added = send(visitor, "/pages", url=url, subject="kettle", locale="en", embedded="list")
    before = text_of(visitor.get(added.location).text)

    work(instance)

    assert "Not looked at yet" in before
    after = text_of(visitor.get(added.location).text)
    assert re.search(r"\d finding", after)
    assert "Broke" in after
    assert url in visitor.get(f"{PLACE}/pages?format=csv").text
    history = visitor.get(f"{added.location}?format=csv").text
    assert ",markup.regressed," in history


def test_a_look_at_once_is_left_to_the_worker(visitor: Visitor, instance: Instance, server: LoopbackServer) -> None:
    send(visitor, "/pages", url=f"{server.url}/kettle", subject="kettle", locale="en", embedded="list")
    work(instance)
    [first] = watched(instance)

    send(visitor, f"/pages/{first.id}/look")
    work(instance)

    [second] = watched(instance)
    assert first.looked_at
    assert second.looked_at
    assert second.looked_at > first.looked_at


def test_a_page_is_watched_no_longer(visitor: Visitor, instance: Instance) -> None:
    page = send(
        visitor, "/pages", url="https://larkfield.example/k", subject="kettle", locale="en", embedded="jsonld"
    ).location

    send(visitor, f"{page.removeprefix(PLACE)}/remove")

    assert watched(instance) == []
    assert visitor.get(page).status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"subject": "none"}, "There is no such product or place."),
        ({"url": "kettle"}, "This is not the address of a page"),
        ({"locale": "xx"}, "Choose a language that is published"),
    ],
)
def test_says_what_is_wrong_with_a_page_to_watch(visitor: Visitor, changed: dict[str, str], words: str) -> None:
    wish = {"url": "https://larkfield.example/k", "subject": "kettle", "locale": "en", "embedded": "list"}

    refused = send(visitor, "/pages", **(wish | changed))

    assert refused.status_code == 422
    assert words in text_of(refused.text)


def test_says_once_that_the_rules_are_in_english(visitor: Visitor) -> None:
    report = send(visitor, "/text", text=RATED).location

    for language, words in (("de", "sind auf Englisch"), ("nl", "zijn in het Engels")):
        assert words in visitor.get(report, {"Accept-Language": language}).text
    assert "are in English" not in visitor.get(report).text


def test_a_long_line_is_shown_around_its_problem() -> None:
    text = json.dumps({"description": "x" * 5000} | json.loads(RATED))

    [line] = shown_report(judged_text(text.encode(), "x"), text).lines

    assert len(line.text) == WIDEST
    assert "aggregateRating" in line.text


def test_of_many_lines_those_near_a_problem_are_shown() -> None:
    text = PAGE + "\n" * 2 * MOST_LINES

    shown = shown_report(judged_text(text.encode(), "x"), text)

    assert [each.number for each in shown.lines] == list(range(7 - AROUND, 7 + AROUND + 1))
    assert not shown.has_all_lines


def test_the_oldest_reports_go_when_there_are_too_many(instance: Instance) -> None:
    kept = KeptReports(instance.config.data_dir / "reports")
    checked = judged_text(RATED.encode(), "pasted")
    for number in range(MOST + 3):
        kept.keep(checked, RATED, by="ann", now=NOON, chance=f"{number:020x}")

    found = kept.latest(limit=MOST + 9)

    assert len(found) == MOST
    assert found[-1].id.endswith("03")
    assert {each.verdict for each in found} == {Verdict.ERROR}
    assert [each.id for each in kept.latest(after=found[0].id, limit=1)] == [found[1].id]
