"""The page on which writers search: words, facets that narrow each other, and quotes to take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, request
from markupsafe import escape

from engine.domain import Collection, Permission, ReviewId, State
from engine.domain.saved import SavedSearch
from engine.domain.search import Facet, Sorting
from engine.errors import BadValueError, IndexUnusableError
from engine.search.counting import FacetCounts
from engine.search.narrowing import Wish
from engine.search.questions import Misread
from engine.search.questions_asked import as_words
from engine.search.searching import Found, Hit
from engine.store import Transaction
from review_site.access import needs, who
from review_site.asked_questions import facet_of, read_question
from review_site.asking import instance
from review_site.console.pages import private
from review_site.console.search.questions import AFTER, SORT, WHOLE, WORDS, changed, kept_query
from review_site.console.search.quotes import names_of
from review_site.console.search.results import Result, result
from review_site.console.shell import Cell, Column, Page, Table, exported, respond, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.wiring import now

HOME = "/console/search"
ON_A_PAGE = 20
EXPORTED = 1000
"""Reviews of a file; a question that finds more is narrowed first."""
MOST_SUGGESTED = 8
blueprint = Blueprint("console-search", __name__, url_prefix=HOME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    words: str
    sorting: Sorting
    query: str
    """The question as it is kept and shared."""
    results: Sequence[Result]
    total: int
    facets: Sequence[FacetCounts]
    meant: str
    meant_address: str
    problems: Sequence[Misread]
    following: str
    saved: Sequence[SavedSearch]
    shortlists: Sequence[Collection]
    may_write: bool
    is_narrowed: bool


@blueprint.get("")
@needs(Permission.READ)
def search() -> Response:
    wish, problems = _asked()
    if wants_csv():
        return _file(wish)
    try:
        with instance().store.reading() as transaction:
            found = instance().searching.search(transaction, wish, now())
            body = _results(transaction, wish, found, problems)
    except IndexUnusableError:
        return _not_yet()
    return respond(Page(area=Area.SEARCH, template="search/search.html", title="search", body=body))


@blueprint.get("/similar/<review>")
@needs(Permission.READ)
def similar(review: str) -> Response:
    """Reviews that share what is particular about one."""
    wish = Wish(limit=ON_A_PAGE, is_for_readers=True, subjects=who().subjects)
    try:
        with instance().store.reading() as transaction:
            hits = instance().searching.similar(transaction, ReviewId(review), wish, now())
            body = _as_results(transaction, hits)
    except IndexUnusableError:
        return _not_yet()
    return respond(Page(area=Area.SEARCH, template="search/similar.html", title="similar", body=body))


@blueprint.get("/suggest")
@needs(Permission.READ)
def suggest() -> Response:
    """The question with its last word ended in different ways, as options of its field."""
    typed = request.args.get(WORDS, "")[:200]
    before, _, start = typed.rpartition(" ")
    wish = Wish(limit=MOST_SUGGESTED, is_for_readers=True, subjects=who().subjects)
    with instance().store.reading() as transaction:
        found = instance().searching.suggest(transaction, start, wish, now()) if len(start) > 1 else ()
    options = "".join(f'<option value="{escape(f"{before} {each.text}".strip())}">' for each in found)
    return private(Response(options, content_type="text/html; charset=utf-8"))


def _not_yet() -> Response:
    absent = Page(area=Area.SEARCH, template="search/absent.html", title="search", body=None)
    return respond(absent, HTTPStatus.SERVICE_UNAVAILABLE)


def _asked() -> tuple[Wish, Sequence[Misread]]:
    """Only what is approved, unless states are asked for."""
    selected = {str(facet): values for facet in Facet if (values := request.args.getlist(facet))}
    asked, problems = read_question(request.args.get(WORDS, ""), selected)
    if not {Facet.STATE} & {*asked.facets, *asked.unwanted}:
        asked = replace(asked, facets={**asked.facets, Facet.STATE: frozenset({State.APPROVED})})
    wish = Wish(
        asked=asked,
        sorting=_asked_sorting(),
        limit=ON_A_PAGE,
        after=request.args.get(AFTER) or None,
        is_for_readers=True,
        subjects=who().subjects,
        whole=frozenset(facet_of(each) for each in request.args.getlist(WHOLE)),
    )
    return wish, problems


def _asked_sorting() -> Sorting | None:
    asked = request.args.get(SORT)
    if asked and asked not in set(Sorting):
        raise BadValueError(f"sort: must be one of {', '.join(Sorting)}")
    return Sorting(asked) if asked else None


def _results(transaction: Transaction, wish: Wish, found: Found, problems: Sequence[Misread]) -> Results:
    query = kept_query(request.query_string.decode("ascii", "replace"))
    meant = as_words(found.meant) if found.meant else ""
    after = f"{AFTER}={found.following}" if found.following else ""
    return Results(
        words=request.args.get(WORDS, ""),
        sorting=wish.order,
        query=query,
        results=_as_results(transaction, found.hits),
        total=found.total,
        facets=[each for each in found.facets if each.values],
        meant=meant,
        meant_address=f"{HOME}?{changed(query, also=[(WORDS, meant)])}",
        problems=problems,
        following=f"{HOME}?{'&'.join(part for part in (query, after) if part)}" if after else "",
        saved=transaction.saved_searches.all(),
        shortlists=transaction.collections.page(limit=1000),
        may_write=who().may(Permission.WRITE_COLLECTIONS),
        is_narrowed=query != kept_query(f"{WORDS}={request.args.get(WORDS, '')}"),
    )


def _as_results(transaction: Transaction, hits: Sequence[Hit]) -> list[Result]:
    texts, sources = area_texts(Area.SEARCH), transaction.sources.all()
    names = names_of(transaction, [each.shown for each in hits])
    return [result(each, names, sources, texts) for each in hits]


def _file(wish: Wish) -> Response:
    """All that is found, as far as a file goes."""
    hits: list[Hit] = []
    with instance().store.reading() as transaction:
        page = replace(wish, limit=100, after=None)
        while len(hits) < EXPORTED:
            found = instance().searching.search(transaction, page, now())
            hits += found.hits
            if found.following is None:
                break
            page = replace(page, after=found.following)
        results = _as_results(transaction, hits)
    return exported(_as_table(results), "search")


def _as_table(results: Sequence[Result]) -> Table:
    texts = area_texts(Area.SEARCH)
    keys = ("review", "words", "best", "score", "author", "subject", "date", "language", "state")
    columns = [Column(title=texts(key), is_number=key == "score") for key in keys]
    rows = [
        [
            Cell(text=each.row.id),
            Cell(text=each.row.shown.review.body),
            Cell(text=each.best),
            Cell(text=str(each.quotability.score), value=each.quotability.score),
            Cell(text=each.row.shown.review.author or ""),
            Cell(text=each.row.subject),
            Cell(text=each.row.date),
            Cell(text=each.row.shown.review.language or ""),
            Cell(text=each.row.shown.review.state),
        ]
        for each in results
    ]
    return Table(caption=texts("search"), columns=columns, rows=rows)
