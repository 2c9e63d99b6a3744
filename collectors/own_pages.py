"""Reviews in the markup of the operator's own pages: one page, a list of them, or a sitemap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from collectors.api import as_cursor, as_received, number_in, position_of, problem
from collectors.fields import first, inner, text
from collectors.page_markup import JSON_LD, SYNTAXES, as_list, find_reviews, types_of, urljoined
from collectors.platforms import SUBJECT_OPTIONS, PlatformKind, ReadOne, named_by, tidied
from engine.domain import Batch, Problem, Record, SubjectType, digest
from engine.errors import BadValueError, RetryLaterError, SourceRefusedError, UnreadableFileError
from engine.http import Answer, GuardedSession
from engine.plugins import Collector, Option, Sureness
from engine.robots import Robots, fetch_robots
from engine.sitemap import read_sitemap

NAME = "own_pages"
AGENT = "Plaudit"
MOST_SITEMAPS = 100
MOST_PAGES = 100_000
LONGEST_DELAY = 30.0
"""Seconds between two pages: a robots.txt that asks for more gets this."""
MARKUPS = {"json-ld": (JSON_LD,), "all": SYNTAXES}
_IDENTIFIERS = ("sku", "productID", "gtin", "gtin13", "gtin14", "gtin12", "gtin8", "mpn")
_MEDIA = {"image": "image", "video": "video"}
_WHOLE = re.compile(r"([0-9]{1,4})(?:[.,]0+)?", re.ASCII)

OPTIONS: Mapping[str, Option] = {
    "domain": Option(help="the domain of your own site; no page of another one is read"),
    "pages": Option(help="the addresses of pages, with spaces or commas between them", default=""),
    "sitemap": Option(help="the address of a sitemap, in the place of pages", default=""),
    "markup": Option(
        help="json-ld, or all: Microdata, RDFa and h-review too, which takes far longer", default="json-ld"
    ),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review in the markup: ``review`` with schema.org's names, ``subject``, and ``page``, its address.

    A rating is on 1 to 5 where ``bestRating`` and ``worstRating`` do not say otherwise
    (https://schema.org/bestRating). Without an ``@id`` a review is known by its subject, author, date and words.
    """
    review, subject, page = inner(raw, "review"), inner(raw, "subject"), text(raw, "page")
    called = next(filter(None, (_said(subject, each) for each in (*_IDENTIFIERS, "name"))), _path(page))
    fields = {
        "subject": called,
        "subject_name": _said(subject, "name"),
        "subject_type": _subject_type(subject),
        "subject_url": _address(page, _said(subject, "url")) or page,
        "author": ", ".join(dict.fromkeys(filter(None, map(_name, as_list(review.get("author")))))),
        "title": _said(review, "name") or _said(review, "headline"),
        "body": _said(review, "reviewBody") or _said(review, "description"),
        "language": _language(review),
        "written_at": _said(review, "datePublished") or _said(review, "dateCreated"),
        "updated_at": _said(review, "dateModified"),
        "url": _address(page, _said(review, "url")) or page,
        **_rating(review),
    }
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=_identity(review, page, fields),
            fields=fields,
            media=[
                {"url": _address(page, each), "kind": kind}
                for name, kind in _MEDIA.items()
                for each in _addresses(review, name)
            ],
            aspects=[_aspect(each) for each in _ratings(review) if "reviewAspect" in each],
        )
    )


def _path(page: str) -> str:
    """What a review that names no subject is about: whatever its page is about."""
    parts = urlsplit(page)
    return parts.path.strip("/") or parts.netloc


def _said(node: Mapping[str, Any], name: str) -> str:
    """The first value of a property as a text; of an object its name, and of words in a language those words."""
    keys = ("name", "@value", "value", "@id") if name == "url" else ("name", "@value", "value")
    for each in as_list(node.get(name)):
        found = each
        if isinstance(each, Mapping):
            found = next((each[key] for key in keys if each.get(key)), None)
        if isinstance(found, list):
            found = found[0] if found else None
        if isinstance(found, (str, int, float)) and not isinstance(found, bool):
            return text({name: found}, name).strip()
    return ""


def _name(author: Any) -> str:
    """What somebody is called; never the address that stands for him."""
    called = _said({"author": author}, "author")
    if called or not isinstance(author, Mapping):
        return called
    return f"{_said(author, 'givenName')} {_said(author, 'familyName')}".strip()


def _language(review: Mapping[str, Any]) -> str:
    """The language that a review says it is in, or else the one that its words are marked with."""
    for each in as_list(review.get("inLanguage")):
        if isinstance(each, Mapping) and (code := _said(each, "alternateName")):
            return code
    words = next((each for each in as_list(review.get("reviewBody")) if isinstance(each, Mapping)), {})
    return _said(review, "inLanguage") or _said(words, "@language")


def _ratings(review: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The ratings of a review; a plain value is a rating that says nothing of its scale."""
    ratings = as_list(review.get("reviewRating"))
    return [each if isinstance(each, Mapping) else {"ratingValue": each} for each in ratings]


def _rating(review: Mapping[str, Any]) -> dict[str, str]:
    for each in _ratings(review):
        if "reviewAspect" not in each:
            worst, best = _bounds(each)
            scale = best if worst == "1" else f"{worst}-{best}"
            return {"rating": _said(each, "ratingValue"), "rating_best": scale}
    return {}


def _aspect(rating: Mapping[str, Any]) -> dict[str, str]:
    worst, best = _bounds(rating)
    label = _said(rating, "reviewAspect")
    return {"label": label, "value": _said(rating, "ratingValue"), "worst": worst, "best": best}


def _bounds(rating: Mapping[str, Any]) -> tuple[str, str]:
    worst, best = (_said(rating, name) or default for name, default in (("worstRating", "1"), ("bestRating", "5")))
    return _plain(worst), _plain(best)


def _plain(number: str) -> str:
    found = _WHOLE.fullmatch(number)
    return found[1] if found else number


def _subject_type(subject: Mapping[str, Any]) -> str:
    for each in types_of(subject):
        try:
            return SubjectType(each)
        except BadValueError:
            continue
    return ""


def _addresses(review: Mapping[str, Any], name: str) -> Iterator[str]:
    for each in as_list(review.get(name)):
        yield first(each, "contentUrl", "url", "value") if isinstance(each, Mapping) else str(each or "")


def _address(page: str, address: str) -> str:
    return urljoined(page, address) if address else ""


def _identity(review: Mapping[str, Any], page: str, fields: Mapping[str, str]) -> str:
    given = review.get("@id")
    if isinstance(given, str) and given.strip() and not given.startswith("_:"):
        return _address(page, given.strip())[:500]
    known_by = ("subject", "author", "written_at", "title", "body", "rating")
    return "h" + digest(*(f"{name}={fields.get(name, '')}" for name in known_by))


@dataclass(slots=True)
class OwnPages:
    """Reads one page for each batch; the cursor says how many pages are done, and of which list."""

    http: GuardedSession
    domain: str
    sitemap: str
    syntaxes: Sequence[str]
    read: ReadOne
    pages: Sequence[str] = ()
    _robots: dict[str, Robots] = field(default_factory=dict)

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        """A page that cannot be read is a problem; the others are read on.

        Raises RetryLaterError between two pages where the robots.txt of the site asks for a pause.
        """
        self.pages = self.pages or self._listed()
        mark, position = digest(*self.pages), position_of(cursor)
        done = number_in(position, "done", 0) if position.get("of") == mark else 0
        if not self.pages:
            raise SourceRefusedError(f"{self.sitemap} lists no page of {self.domain}")
        for number in range(min(done, len(self.pages) - 1), len(self.pages)):
            records, problems = self._page(self.pages[number])
            is_last = number == len(self.pages) - 1
            following = None if is_last else as_cursor({"done": str(number + 1), "of": mark})
            yield Batch(records=records, cursor=following, problems=problems)
            if not is_last:
                self._pause(self.pages[number + 1])

    def _pause(self, address: str) -> None:
        delay = min(LONGEST_DELAY, self._rules(address).delay(AGENT) or 0.0)
        if delay:
            raise RetryLaterError(f"the robots.txt of {self.domain} asks for a pause", retry_after=delay)

    def _page(self, address: str) -> tuple[Sequence[Record], Sequence[Problem]]:
        try:
            answer = self._fetched(address)
        except SourceRefusedError as error:
            return (), (problem(address, str(error)),)
        found = find_reviews(answer.text, answer.url, self.syntaxes)
        records: dict[str, Record] = {}
        problems = [problem(address, each) for each in found.unreadable]
        for number, (review, subject) in enumerate(found.reviews, start=1):
            place = f"{address}, review {number}"
            try:
                read = self.read({"page": address, "subject": subject, "review": review}, place)
            except BadValueError as error:
                problems.append(problem(place, str(error)))
            else:
                # The same review in two syntaxes is one.
                records.setdefault(read.external_id, read)
        return tuple(records.values()), tuple(problems)

    def _fetched(self, address: str) -> Answer:
        if not is_on(self.domain, address):
            raise SourceRefusedError(f"it is not on {self.domain}")
        if not self._rules(address).allows(AGENT, address):
            raise SourceRefusedError(f"robots.txt does not let {AGENT} in")
        answer = self.http.get(address, headers={"Accept": "text/html, application/xhtml+xml, */*;q=0.1"})
        if not is_on(self.domain, answer.url):
            raise SourceRefusedError(f"it leads to another site than {self.domain}")
        return answer

    def _rules(self, address: str) -> Robots:
        host = urlsplit(address).netloc
        if host not in self._robots:
            self._robots[host] = fetch_robots(self.http, address)
        return self._robots[host]

    def _listed(self) -> Sequence[str]:
        """The pages of the sitemap and of those that it lists; those of other sites are left out."""
        waiting, seen = [self.sitemap], {self.sitemap}
        pages: dict[str, None] = {}
        while waiting and len(seen) <= MOST_SITEMAPS:
            address = waiting.pop(0)
            try:
                found = read_sitemap(self._fetched(address).body, address)
            except UnreadableFileError as error:
                raise SourceRefusedError(str(error)) from error
            pages.update(dict.fromkeys(each for each in found.pages if is_on(self.domain, each)))
            new = [each for each in found.sitemaps if each not in seen]
            waiting += new
            seen.update(new)
        return tuple(pages)[:MOST_PAGES]


def is_on(domain: str, address: str) -> bool:
    """Whether an address is on a domain or below it."""
    try:
        host = (urlsplit(address).hostname or "").lower()
    except ValueError:
        return False
    return host == domain or host.endswith(f".{domain}")


def _make(values: Mapping[str, str], http: GuardedSession) -> Collector:
    domain = values["domain"].lower().removeprefix("www.")
    pages = tuple(dict.fromkeys(re.split(r"[\s,]+", values["pages"]))) if values["pages"] else ()
    if bool(pages) == bool(values["sitemap"]):
        raise BadValueError("pages and sitemap: give one of them")
    if astray := [each for each in (*pages, values["sitemap"]) if each and not is_on(domain, each)]:
        raise BadValueError(f"{astray[0][:200]} is not on {domain}: only pages of your own site are read")
    if values["markup"] not in MARKUPS:
        raise BadValueError("markup is neither json-ld nor all")
    return OwnPages(
        http=http,
        domain=domain,
        pages=pages,
        sitemap=values["sitemap"],
        syntaxes=MARKUPS[values["markup"]],
        read=named_by(values, read),
    )


KIND = PlatformKind(name=NAME, rights="own-pages", sureness=Sureness.DOCUMENTED, options=OPTIONS, make=_make)
