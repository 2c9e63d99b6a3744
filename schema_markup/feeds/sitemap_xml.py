"""The sitemap of the public review pages, in every language: https://www.sitemaps.org/protocol.html.

Alternates are written as https://developers.google.com/search/docs/specialty/international/localized-versions says:
each page names all its languages, itself included, and the default one for every other language. There is no
``lastmod``: it is not kept when a page last moved, and a date that is not true is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lxml import etree

from engine.domain import Locale, PublishSettings, SubjectId
from engine.site_addresses import site_address
from schema_markup.feeds.xml import DECLARATION, as_text

MEDIA_TYPE = "application/xml; charset=utf-8"
MOST_ADDRESSES = 10_000
"""In one file; a sitemap with more is an index. The protocol ends at 50,000 and at 50 MB, whichever comes first."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def subjects_in_a_part(settings: PublishSettings) -> int:
    """How many subjects fit into one file, each with a page in every language, beside the page about the method."""
    return MOST_ADDRESSES // len(settings.locales) - 1


def sitemap(subjects: Iterable[SubjectId], settings: PublishSettings, *, is_first: bool = True) -> Iterator[str]:
    """One file, in pieces; the first one also has the page about the method."""
    yield f'{DECLARATION}<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}">\n'
    if is_first:
        yield from _pages(partial(method_address, settings), settings)
    for subject in subjects:
        yield from _pages(partial(page_address, subject, settings=settings), settings)
    yield "</urlset>\n"


def sitemap_index(parts: Iterable[str]) -> Iterator[str]:
    """The list of the files, in pieces."""
    yield f'{DECLARATION}<sitemapindex xmlns="{_SITEMAP}">\n'
    for address in parts:
        made = etree.Element("sitemap")
        etree.SubElement(made, "loc").text = address
        yield as_text(made) + "\n"
    yield "</sitemapindex>\n"


def page_address(subject: SubjectId, locale: Locale, settings: PublishSettings) -> str:
    """The canonical address of a subject's page, the same that the page itself names."""
    query = {"locale": locale if locale != settings.default_locale else ""}
    return site_address(settings, "reviews", subject, query)


def method_address(settings: PublishSettings, locale: Locale) -> str:
    """The canonical address of the page about the method."""
    return site_address(settings, "method", query={"locale": locale})


def _pages(address_of: Callable[[Locale], str], settings: PublishSettings) -> Iterator[str]:
    """A page in each of its languages."""
    alternates = [(str(each), each) for each in settings.locales] + [("x-default", settings.default_locale)]
    told = [_alternate(language, address_of(each)) for language, each in alternates] if len(alternates) > 2 else []
    for locale in settings.locales:
        # Written without its namespaces: they are declared once, by the element around all pages.
        yield "".join([f"<url><loc>{_escaped(address_of(locale))}</loc>", *told, "</url>\n"])


def _alternate(language: str, address: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang="{language}" href="{_escaped(address)}"/>'


def _escaped(address: str) -> str:
    # Addresses are percent-encoded: of what XML treats specially, only the ampersand and quotes can be left.
    return address.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&apos;").replace("<", "&lt;")
