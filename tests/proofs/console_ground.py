"""The console of the sample company with something on every page, and the walk over all pages that it has."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from engine.domain.uploads import UploadId
from review_site import create_app
from review_site.wiring import Instance, now
from tests.conftest import CHROMIUM_FLAGS
from tests.doors import Company
from tests.hosts import Shop, hosting
from tests.proofs.measuring import SkippedError
from tests.serving import Served, free_port, serving, until
from tests.signing import EMAIL, PASSWORD, make_account

SETTINGS = (
    '[site]\nname = "Larkfield"\nbase_url = "http://127.0.0.1:{port}"\ntimezone = "Europe/Amsterdam"\ngallery = true\n'
    '[http]\nallow = ["127.0.0.1/32"]\n'
)
FAULTY = """<!doctype html><html lang="en"><title>Kettle</title><h1>K2</h1><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "Product", "name": "K2", "review": {"@type": "Review"}}
</script></html>"""
UPLOAD = UploadId("u" * 20)
EXPORT = b"Product,Stars,Headline,Comment,Name,Date\nkettle,5,Lovely,It pours well.,Owen B.,2026-09-30\n"
SUBJECT = "k2-kettle"
PATIENCE = 120.0
"""Seconds for a server to begin and for its worker to judge a page, on a machine with other work."""

PAGES: Mapping[str, Sequence[str]] = {
    "/console": ["/console"],
    "/console/start": ["/console/start"],
    "/console/account": ["/console/account"],
    "/console/reviews": ["/console/reviews", "/console/reviews?state=approved", "/console/reviews?q=nothing-has-this"],
    "/console/reviews/<review>": ["/console/reviews/{review}"],
    "/console/reviews/reports": ["/console/reviews/reports"],
    "/console/reviews/media": ["/console/reviews/media"],
    "/console/search": ["/console/search", "/console/search?q=spout&rating=5", "/console/search?q=nothing-has-this"],
    "/console/search/similar/<review>": ["/console/search/similar/{review}"],
    "/console/search/saved": ["/console/search/saved"],
    "/console/search/shortlists": ["/console/search/shortlists"],
    "/console/search/shortlists/<shortlist>": ["/console/search/shortlists/quiet-mornings"],
    "/console/faq": ["/console/faq", "/console/faq?show=all"],
    "/console/faq/answers": ["/console/faq/answers", "/console/faq/answers?state=approved"],
    "/console/faq/answers/<entry>": ["/console/faq/answers/{entry}"],
    "/console/faq/asked": ["/console/faq/asked"],
    "/console/faq/gap": [f"/console/faq/gap?subject={SUBJECT}"],
    "/console/faq/phrases": [f"/console/faq/phrases?subject={SUBJECT}&language=en"],
    "/console/validator": ["/console/validator"],
    "/console/validator/reports/<report>": ["/console/validator/reports/{report}"],
    "/console/validator/runs/<run>": ["/console/validator/runs/{run}"],
    "/console/validator/runs/<run>/pages/<int:number>": ["/console/validator/runs/{run}/pages/0"],
    "/console/validator/pages": ["/console/validator/pages"],
    "/console/validator/pages/<page>": ["/console/validator/pages/{page}"],
    "/console/widgets": [f"/console/widgets?about=subjects/{SUBJECT}&kind=wall", "/console/widgets?find=no-such-thing"],
    "/console/sources": ["/console/sources"],
    "/console/sources/known/<source>": ["/console/sources/known/larkfield-shop"],
    "/console/sources/known/<source>/record": ["/console/sources/known/larkfield-shop/record?id=demo-001"],
    "/console/sources/import": ["/console/sources/import"],
    "/console/sources/import/<upload>": [f"/console/sources/import/{UPLOAD}"],
    "/console/sources/testimonial": ["/console/sources/testimonial"],
    "/console/insights": ["/console/insights"],
    "/console/insights/audit": ["/console/insights/audit"],
    "/console/settings": ["/console/settings"],
    "/console/settings/keys": ["/console/settings/keys"],
    "/console/settings/users": ["/console/settings/users"],
    "/console/settings/subscriptions": ["/console/settings/subscriptions"],
    "/console/settings/deliveries": ["/console/settings/deliveries"],
    "/console/settings/audit": ["/console/settings/audit"],
    "/console/settings/configuration": ["/console/settings/configuration"],
}
"""By the rule of the route: the addresses that are looked at; names in braces are ids that the instance gave."""
STRANGERS: Mapping[str, Sequence[str]] = {
    "/console/login": ["/console/login"],
    "/console/welcome/<token>": ["/console/welcome/nobody-was-given-this"],
}
"""Pages of those who are not signed in."""
LEFT_OUT: Mapping[str, str] = {
    "/console/insights/<chart>.csv": "a file",
    "/console/reviews/media/<picture>.jpg": "a picture",
    "/console/search/suggest": "the choices of the search field, looked at while somebody types",
    "/console/validator/reports/<report>/report.html": "a file to mail, judged by the tests of reports",
    "/console/validator/reports/<report>/report.json": "a file",
    "/console/validator/reports/<report>/source": "a file",
    "/console/widgets/embed/<scopes>/<scope_id>/<name>": "the frame in /console/widgets, looked at within it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A served console, a browser, the session of an administrator, and another site on another port."""

    folder: Path
    company: Company
    served: Served
    shop: Shop
    browser: Browser
    session: StorageState
    ids: Mapping[str, str]

    @contextmanager
    def seen(self, told: list[str] | None = None, *, is_stranger: bool = False, **options: Any) -> Iterator[Page]:
        """A page of somebody who is signed in; what the browser's console says is added to ``told``."""
        session = None if is_stranger else self.session
        with self.browser.new_context(storage_state=session, locale=options.pop("locale", "en-GB"), **options) as each:
            page = each.new_page()
            if told is not None:
                page.on("console", lambda message: told.append(f"{page.url}: {message.text}"))
                page.on("pageerror", lambda error: told.append(f"{page.url}: {error}"))
            yield page

    def addresses(self, pages: Mapping[str, Sequence[str]] = PAGES) -> list[str]:
        return [each.format_map(self.ids) for some in pages.values() for each in some]

    def routes(self) -> set[str]:
        with self.company.instance() as instance:
            return routes(instance)


def routes(instance: Instance) -> set[str]:
    """The rules of all pages that the console has."""
    rules = create_app(instance).url_map.iter_rules()
    return {each.rule for each in rules if each.rule.startswith("/console") and "GET" in (each.methods or ())}


def strange(found: set[str]) -> list[str]:
    """Rules that the walk neither visits nor leaves out with a reason, and those that are no more."""
    return sorted(found ^ {*PAGES, *STRANGERS, *LEFT_OUT})


@contextmanager
def desk() -> Iterator[Desk]:
    """A desk with a browser of its own. Raises SkippedError where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SkippedError("there is no chromium in PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        with desk_before(browser) as here:
            yield here
        browser.close()


@contextmanager
def desk_before(browser: Browser, sample: Company | None = None) -> Iterator[Desk]:
    """A desk with a browser that is open already, and a copy of a sample company where that was told before."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="plaudit-proof-") as folder, hosting(f"http://127.0.0.1:{port}") as shop:
        company = Company(Path(folder) / "company").configured(SETTINGS.format(port=port))
        if sample:
            shutil.copytree(sample.store, company.store)
        done = company.plaudit("publish" if sample else "demo")
        if done.exit_code:
            raise RuntimeError(done.output)
        with company.instance() as instance:
            ids = _furnish(instance, shop)
        with serving(company.store, "--config", company.config, port=port, patience=PATIENCE) as served:
            _wait_for_run(company, ids["run"])
            yield Desk(
                folder=Path(folder),
                company=company,
                served=served,
                shop=shop,
                browser=browser,
                session=_sign_in(browser, served),
                ids=ids,
            )


def _furnish(instance: Instance, shop: Shop) -> Mapping[str, str]:
    """An account, a run over a sitemap and a file that was brought; the ids that addresses need."""
    make_account(instance.store, now=now())
    shop.pages["/k2"] = FAULTY.encode()
    shop.pages["/sitemap.xml"] = (
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{shop.url}/k2</loc></url></urlset>'
    ).encode()
    instance.imports.bring(BytesIO(EXPORT), "shop.csv", UPLOAD, "Ann Oak")
    run = instance.site_runs.begin(f"{shop.url}/sitemap.xml", by="Ann Oak", chance="0" * 20)
    [report] = instance.kept_reports.latest(limit=1)
    with instance.store.reading() as transaction:
        [page] = transaction.monitored.page(limit=1)
        entry = transaction.faq.listed()[0]
        # It was reported, so it has most to show.
        review = transaction.flags.page(limit=1)[0].review_id
    return {"run": run, "report": report.id, "page": page.id, "entry": entry.id, "review": review}


def _wait_for_run(company: Company, run: str) -> None:
    with company.instance() as instance:
        until(lambda: bool(instance.site_runs.find(run).found), PATIENCE)


def _sign_in(browser: Browser, served: Served) -> StorageState:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{served.url}/console/login")
        page.locator("#email").fill(EMAIL)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/console$"))
        return context.storage_state()
