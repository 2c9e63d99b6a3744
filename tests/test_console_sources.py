"""Tests of the console's sources: a file that is brought in, a testimonial that is typed, and what is said of each."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from engine.domain import Role, SourceId, State, Use
from engine.domain.uploads import KEPT, Upload, UploadId, UploadState
from engine.outbox import Work
from review_site.imports_at_work import FOLDER, LARGEST, MOST_FILES, MOST_UNPACKED
from review_site.wiring import Instance, now
from tests.doors import BASE, Company, row, text_of
from tests.signing import Visitor, make_account, signed_in

IMPORT = "/console/sources/import"
REVIEWS = """Product,Stars,Headline,Comment,Name,Date
kettle,5,Lovely,It pours well and keeps the heat.,Owen B.,2026-09-30
kettle,2,Hm,The lid rattles.,Ann P.,2026-10-01
kettle,eleven,Odd,Nobody knows.,Zed,2026-10-02
"""


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    with company.instance() as opened:
        make_account(opened.store, now=now())
        yield opened


def packed(count: int) -> bytes:
    """An archive of a few bytes that unpacks to so many."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", bytes(count))
    return archive.getvalue()


def bring(
    visitor: Visitor, text: str | bytes = REVIEWS, name: str = "shop.csv", csrf: str | None = None
) -> TestResponse:
    """Uploads a file as the form does."""
    body = text.encode() if isinstance(text, str) else text
    fields = {"csrf": visitor.csrf() if csrf is None else csrf, "file": (io.BytesIO(body), name)}
    answer = visitor.client.post(IMPORT, base_url=BASE, headers={"Origin": BASE}, data=fields)
    # The client leaves a large body open.
    answer.request.environ["wsgi.input"].close()
    return answer


def choose(visitor: Visitor, address: str, do: str = "save", **changes: str) -> TestResponse:
    """Sends the form of a file as it is shown, with changes."""
    page = visitor.get(address).text
    fields = dict.fromkeys(re.findall(r'<(?:select|input)[^>]* name="([a-z_0-9-]+)"', page), "")
    fields |= dict(re.findall(r'<input[^>]* name="([a-z_0-9-]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select id="([a-z0-9-]+)".*?>(<option.*?)</select>', page):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return visitor.post(address, None, **{**fields, "rights": "own", "csrf": visitor.csrf(), "do": do, **changes})


def work_off(instance: Instance) -> None:
    """What the worker has to do with files, at this moment."""
    handlers = {Work.IMPORT: instance.handlers[Work.IMPORT]}
    while (outcome := instance.outbox.work_off(handlers)) is not None:
        assert outcome.error is None


def upload_of(instance: Instance, address: str) -> Upload:
    with instance.store.reading() as transaction:
        found = transaction.uploads.find(UploadId(address.rpartition("/")[2]))
    assert found is not None
    return found


def is_kept(instance: Instance, upload: Upload) -> bool:
    return (instance.config.data_dir / FOLDER / upload.id).exists()


def test_the_columns_of_a_file_are_proposed_by_their_usual_names(visitor: Visitor, instance: Instance) -> None:
    address = bring(visitor).location

    assert upload_of(instance, address).choices.mapping == {
        "subject": "Product",
        "author": "Name",
        "rating": "Stars",
        "title": "Headline",
        "body": "Comment",
        "written_at": "Date",
    }


def test_the_first_rows_are_shown_as_they_would_be_kept_and_nothing_comes_in(
    visitor: Visitor, instance: Instance
) -> None:
    address = bring(visitor).location

    choose(visitor, address)

    shown = text_of(visitor.get(address).text)
    assert "It pours well and keeps the heat." in shown
    assert "5 stars of 5" not in shown
    assert "Owen B. · kettle · September 30, 2026 · English" in shown
    assert "Refused Row 4" in shown
    assert "rating:" in shown
    with instance.store.reading() as transaction:
        assert transaction.reviews.count() == 0


def test_a_file_is_taken_in_by_the_worker_and_is_gone_then(visitor: Visitor, instance: Instance) -> None:
    address = bring(visitor).location

    choose(visitor, address, "begin")
    assert "Under way" in text_of(visitor.get(address).text)
    work_off(instance)

    upload = upload_of(instance, address)
    with instance.store.reading() as transaction:
        waiting = transaction.reviews.waiting(State.PENDING)
        source = transaction.sources.find(SourceId("shop"))
    assert (upload.state, upload.counted.taken, upload.counted.refused) == (UploadState.DONE, 2, 1)
    assert sorted(each.review.author or "" for each in waiting) == ["Ann P.", "Owen B."]
    assert source is not None
    assert source.rights.profile == "own"
    assert not is_kept(instance, upload)


def test_what_is_wrong_is_listed_with_row_and_field_and_as_a_file(visitor: Visitor, instance: Instance) -> None:
    address = bring(visitor).location
    choose(visitor, address, "check")
    work_off(instance)

    page, file = visitor.get(address), visitor.get(f"{address}?format=csv")

    assert "What all rows would become" in text_of(page.text)
    [_, row] = csv.reader(io.StringIO(file.text))
    assert row[:2] == ["4", "rating"]
    with instance.store.reading() as transaction:
        assert transaction.reviews.count() == 0


def test_a_file_that_was_stopped_goes_on_where_it_was(visitor: Visitor, instance: Instance) -> None:
    rows = "".join(f"kettle,4,Good,Text number {n}.,Ann,2026-09-30\n" for n in range(1_200))
    address = bring(visitor, "Product,Stars,Headline,Comment,Name,Date\n" + rows).location
    choose(visitor, address, "begin")
    upload = upload_of(instance, address)
    instance.outbox.work_off({Work.IMPORT: lambda lease: instance.imports.read_on(lease, lambda: True)})

    visitor.post(f"{address}/stop", None, csrf=visitor.csrf())
    work_off(instance)
    stopped = upload_of(instance, address)
    visitor.post(address, None, csrf=visitor.csrf(), do="begin")
    work_off(instance)

    done = upload_of(instance, address)
    assert (stopped.state, stopped.counted.taken) == (UploadState.STOPPED, 500)
    assert (done.state, done.counted.taken, done.counted.changed) == (UploadState.DONE, 1_200, 0)
    with instance.store.reading() as transaction:
        assert transaction.reviews.count() == 1_200
    assert not is_kept(instance, upload)


def test_a_column_that_is_left_out_is_not_read_by_its_name(visitor: Visitor, instance: Instance) -> None:
    address = bring(visitor, "subject,title,body\nkettle,Secret,It pours.\n").location

    choose(visitor, address, "begin", **{"column-1": ""})
    work_off(instance)

    with instance.store.reading() as transaction:
        [filed] = transaction.reviews.waiting(State.PENDING)
    assert (filed.review.title, filed.review.body) == (None, "It pours.")


def test_two_columns_of_one_field_are_refused_in_words(visitor: Visitor) -> None:
    address = bring(visitor).location

    answer = choose(visitor, address, **{"column-0": "body"})

    assert answer.status_code == 422
    assert "Two columns are read as the same field: Product and Comment" in text_of(answer.text)


def test_nothing_begins_without_a_word_about_its_rights(visitor: Visitor, instance: Instance) -> None:
    address = bring(visitor).location

    answer = choose(visitor, address, "begin", rights="")

    assert answer.status_code == 422
    assert "say what may be done with these reviews" in text_of(answer.text)
    assert upload_of(instance, address).state is UploadState.OPEN


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        pytest.param(b"", "empty.csv", "empty.csv is empty", id="empty"),
        pytest.param(b"\xd0\xcf\x11\xe0", "old.xls", "old.xls is an old Excel file", id="old Excel"),
        pytest.param(b"a,b\n" + b"x" * LARGEST, "large.csv", "more than 25 MB", id="too large"),
        pytest.param(b"\x00\x01\x02", "..", "is not a text file", id="no name"),
        pytest.param(
            json.dumps({f"k{n}": "v" for n in range(251)}).encode(), "wide.jsonl", "has 251 columns", id="wide"
        ),
        pytest.param(packed(MOST_UNPACKED + 1), "bomb.xlsx", "unpacks to", id="bomb"),
        pytest.param(packed(MOST_UNPACKED + 1), "bomb", "unpacks to", id="bomb by its bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_kept(
    visitor: Visitor, instance: Instance, body: bytes, name: str, said: str
) -> None:
    answer = bring(visitor, body, name)

    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert str(instance.config.data_dir) not in answer.text
    assert not [*(instance.config.data_dir / FOLDER).glob("*")]


def test_only_so_many_files_wait(visitor: Visitor) -> None:
    for _ in range(MOST_FILES):
        assert bring(visitor).status_code == 303

    assert "20 files wait" in text_of(bring(visitor).text)


def test_a_file_sent_without_the_token_of_the_session_is_refused(visitor: Visitor, instance: Instance) -> None:
    answer = bring(visitor, csrf="no token")

    assert answer.status_code == 403
    assert not (instance.config.data_dir / FOLDER).exists()


def test_a_viewer_brings_nothing_in(instance: Instance) -> None:
    make_account(instance.store, "vic@example.com", Role.VIEWER, now=now())
    viewer = signed_in(instance, "vic@example.com")

    assert bring(viewer).status_code == 403
    assert "/console/sources/import" not in viewer.get("/console/sources").text


def test_a_file_that_is_removed_leaves_nothing(visitor: Visitor, instance: Instance) -> None:
    address = bring(visitor).location
    upload = upload_of(instance, address)

    visitor.post(f"{address}/remove", None, csrf=visitor.csrf())

    assert not is_kept(instance, upload)
    assert visitor.get(address).status_code == 404


def test_a_testimonial_waits_with_what_its_author_agreed_to(visitor: Visitor, instance: Instance) -> None:
    answer = visitor.post(
        "/console/sources/testimonial",
        None,
        csrf=visitor.csrf(),
        subject="kettle",
        body="It changed our mornings.",
        author="Ann Oak",
        company="Oak Ltd",
        wording="You may print this, e-mail of 3 May",
        use="display",
    )

    with instance.store.reading() as transaction:
        [filed] = transaction.reviews.waiting(State.PENDING)
    assert answer.status_code == 303
    assert (filed.review.kind, filed.review.author) == ("testimonial", "Ann Oak")
    assert filed.review.consent.uses == {Use.DISPLAY}
    assert filed.review.consent.wording == "You may print this, e-mail of 3 May"


def test_a_testimonial_without_consent_is_not_taken(visitor: Visitor, instance: Instance) -> None:
    fields = {"subject": "kettle", "body": "It changed our mornings."}

    answer = visitor.post("/console/sources/testimonial", None, csrf=visitor.csrf(), **fields)

    assert answer.status_code == 422
    assert 'id="wording-fault"' in answer.text
    with instance.store.reading() as transaction:
        assert transaction.reviews.count() == 0


def test_a_file_that_nobody_goes_on_with_is_gone_after_a_day(visitor: Visitor, instance: Instance) -> None:
    upload = upload_of(instance, bring(visitor).location)
    late = replace(instance.imports, clock=lambda: now() + KEPT)
    outbox = replace(instance.outbox, clock=late.clock)

    work_off(instance)
    is_there_before = is_kept(instance, upload)
    outbox.work_off({Work.IMPORT: lambda lease: late.read_on(lease, lambda: False)})

    assert is_there_before
    assert not is_kept(instance, upload)
    with instance.store.reading() as transaction:
        assert transaction.uploads.all() == []


def test_the_page_of_a_source_has_its_rights_in_plain_words(visitor: Visitor, company: Company) -> None:
    company.publish(row("1"))

    shown = text_of(visitor.get("/console/sources/known/shop").text)

    assert "Rights profile: own" in shown
    assert "Shown on pagesYes" in shown
    assert "When its source deletes it" in shown


def test_a_record_of_a_file_is_shown_without_addresses(visitor: Visitor, company: Company) -> None:
    company.publish(row("1", body="Ask me at owen@example.com about it."))

    shown = text_of(visitor.get("/console/sources/known/shop/record?id=1").text)

    assert "Ask me at" in shown
    assert "owen@example.com" not in shown
