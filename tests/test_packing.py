"""What is packed with Brotli and gzip: for whom, under which ETag, and that it is the same when unpacked."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path

import brotli
import pytest
from sqlalchemy import create_engine, select

from engine.domain import Locale, Scope, Snippet, SnippetKey
from engine.packing import accepted, packed, unmarked
from engine.store import Store
from engine.store.snippet_reader import snippet_reader
from engine.store.tables import snippet
from review_site.assets import find_assets
from review_site.compressing import SMALLEST
from review_site.pack_assets import packed_files, sources
from tests.doors import Site

UNPACK: Mapping[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
LIST = "/v1/subjects/k2-kettle/snippets/list-bare?sort=oldest"
PAGE = "/reviews/k2-kettle?sort=oldest"
BODY = b"It pours well and keeps the heat. " * 200
KEY = SnippetKey(scope=Scope.SUBJECT, scope_id="kettle", name="list", locale=Locale("en"))


@pytest.mark.parametrize(
    ("header", "takes_brotli", "takes_gzip"),
    [
        ("", False, False),
        ("identity", False, False),
        ("gzip", False, True),
        ("br", True, False),
        ("gzip, deflate, br, zstd", True, True),
        ("GZIP, BR", True, True),
        ("gzip;q=0", False, False),
        ("gzip; q=0.000, br", True, False),
        ("br;q=0.5, gzip;q=0.8", False, True),
        ("br;q=0.8, gzip;q=0.5", True, True),
        ("br ; q=1.000", True, False),
        ("*", True, True),
        ("*;q=0", False, False),
        ("*;q=0.5, br;q=0", False, True),
        ("br;q=nonsense", False, False),
        ("br;level=5", False, False),
        ("notgzip, x-br, gzip2", False, False),
    ],
)
def test_a_coding_is_taken_as_the_client_weighs_it(header: str, takes_brotli: bool, takes_gzip: bool) -> None:
    assert accepted(header) == (takes_brotli, takes_gzip)


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_what_is_packed_is_the_same_each_time_and_when_unpacked(coding: str) -> None:
    assert packed(BODY, coding) == packed(BODY, coding)
    assert UNPACK[coding](packed(BODY, coding)) == BODY


def test_an_etag_loses_the_mark_of_its_coding_and_nothing_else() -> None:
    assert unmarked('W/"a-br", "b-gzip", "c-brown", "gzip", *') == 'W/"a", "b", "c-brown", "gzip", *'


@pytest.mark.parametrize(
    ("takes", "coding"),
    [((True, True), "br"), ((True, False), "br"), ((False, True), "gzip"), ((False, False), "")],
)
def test_the_store_hands_out_the_form_that_is_asked_for(
    database_url: str, takes: tuple[bool, bool], coding: str
) -> None:
    store = Store.open(database_url)
    with store.writing() as transaction:
        transaction.snippets.save([_snippet(BODY)])

    reader = snippet_reader(database_url)
    served = reader.read("subject", "kettle", "list", "en", *takes)
    reader.close()
    store.close()

    assert served is not None
    assert served.coding == coding
    assert UNPACK[coding](served.body) == BODY


@pytest.mark.parametrize("takes", [(True, True), (False, True), (True, False)])
def test_a_snippet_that_is_too_small_is_handed_out_as_it_is(store: Store, takes: tuple[bool, bool]) -> None:
    with store.writing() as transaction:
        transaction.snippets.save([_snippet(b"<p>short</p>")])

    reader = snippet_reader(store.url)
    served = reader.read("subject", "kettle", "list", "en", *takes)
    reader.close()

    assert served is not None
    assert (served.coding, served.body) == ("", b"<p>short</p>")


def test_no_form_of_a_snippet_outlives_it(store: Store) -> None:
    with store.writing() as transaction:
        transaction.snippets.save([_snippet(BODY)])
        transaction.snippets.remove([KEY])

    engine = create_engine(store.url)
    with engine.connect() as connection:
        [kept] = connection.execute(select(snippet.c.body, snippet.c.gzip, snippet.c.brotli))
    engine.dispose()

    assert tuple(kept) == (None, None, None)


@pytest.mark.parametrize("path", [LIST, PAGE])
@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_what_is_built_when_asked_for_is_packed_too(sample_site: Site, path: str, coding: str) -> None:
    plain = sample_site.get(path)

    answer = sample_site.get(path, Accept_Encoding=coding)

    assert len(plain.data) >= SMALLEST
    assert answer.headers["Content-Encoding"] == coding
    assert UNPACK[coding](answer.data) == plain.data
    assert answer.content_length == len(answer.data) < len(plain.data)
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("coding", ["identity", "br", "gzip"])
def test_who_has_a_view_gets_nothing_new_in_any_coding(sample_site: Site, coding: str) -> None:
    etag = sample_site.get(LIST, Accept_Encoding=coding).headers["ETag"]

    answer = sample_site.get(LIST, Accept_Encoding=coding, If_None_Match=etag)

    assert answer.status_code == 304
    assert answer.headers["ETag"] == etag
    assert answer.data == b""


def test_each_coding_of_a_view_has_an_etag_of_its_own(sample_site: Site) -> None:
    etags = {sample_site.get(LIST, Accept_Encoding=each).headers["ETag"] for each in ("identity", "gzip", "br")}

    assert len(etags) == 3


def test_an_answer_that_may_not_be_stored_is_not_packed(sample_site: Site) -> None:
    answer = sample_site.get("/mine/nothing", Accept_Encoding="br")

    assert "Content-Encoding" not in answer.headers


def test_a_small_answer_is_not_packed(sample_site: Site) -> None:
    answer = sample_site.get("/healthz", Accept_Encoding="br")

    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.name)
def test_the_packed_files_beside_an_asset_are_those_that_make_packed_writes(source: Path) -> None:
    wanted = packed_files(source)

    for path, body in wanted.items():
        assert path.read_bytes() == body, "run `make packed`"


@pytest.mark.parametrize("name", sorted(find_assets().addresses))
@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_an_asset_is_answered_packed(sample_site: Site, name: str, coding: str) -> None:
    address = find_assets().addresses[name]

    answer = sample_site.get(address, Accept_Encoding=coding)

    assert answer.headers["Content-Encoding"] == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["Cache-Control"]
    assert UNPACK[coding](answer.data) == sample_site.get(address).data


def _snippet(body: bytes) -> Snippet:
    return Snippet(key=KEY, body=body, media_type="text/html; charset=utf-8", etag="e", version=1)
