"""The sitemap of the public review pages, in every language: https://www.sitemaps.org/protocol.html.

Alternates are written as https://developers.google.com/search/docs/specialty/international/localized-versions says:
each page names all its languages, itself included, and the default one for every other language. There is no
``lastmod``: it is not kept when a page last moved, and a date that is not true is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode

from lxml import etree

from engine.domain import Locale, PublishSettings, SubjectId
from schema_markup.feeds.xml import DECLARATION, as_text

MEDIA_TYPE = "application/xml; charset=utf-8"
MOST_ADDRESSES = 10_000
"""In one file; a sitemap with more is an index. The protocol ends at 50,000 and at 50 MB, whichever comes first."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def subjects_in_a_part(settings: PublishSettings) -> int:
    """How many subjects fit into one file, each with a page in every language."""
    return MOST_ADDRESSES // len(settings.locales)


def sitemap(subjects: Iterable[SubjectId], settings: PublishSettings) -> Iterator[str]:
    """One file, in pieces."""
    yield f'{DECLARATION}<urlset xmlns="{_SITEMAP}" xmlns:xhtml="{_XHTML}">\n'
    for subject in subjects:
        for locale in settings.locales:
            yield _page(subject, locale, settings)
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
    query = f"?{urlencode({'locale': locale})}" if locale != settings.default_locale else ""
    return f"{settings.base_url}/reviews/{quote(subject, safe='')}{query}"


def _page(subject: SubjectId, locale: Locale, settings: PublishSettings) -> str:
    # Written without its namespaces: they are declared once, by the element around all pages.
    lines = [f"<url><loc>{_escaped(page_address(subject, locale, settings))}</loc>"]
    if len(settings.locales) > 1:
        alternates = [(str(each), each) for each in settings.locales] + [("x-default", settings.default_locale)]
        lines += [_alternate(language, page_address(subject, each, settings)) for language, each in alternates]
    return "".join(lines) + "</url>\n"


def _alternate(language: str, address: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang="{language}" href="{_escaped(address)}"/>'


def _escaped(address: str) -> str:
    # Addresses are percent-encoded: of what XML treats specially, only the ampersand and quotes can be left.
    return address.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&apos;").replace("<", "&lt;")
