"""Proof: a review written by keyboard alone without JavaScript, silent photos, and words gone when taken back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.forms import TELLTALE, Photo
from tests.proofs.axe import axe_script, violations
from tests.proofs.instances import Instance, Server, free_port, ground
from tests.proofs.measuring import Ledger, SkippedError, wait_until

SUBJECT = "k2-kettle"
TEXT = "Schenkt precies waar je wilt, al blijft het deksel soms een beetje klemmen."
SETTINGS = """
[site]
name = "Larkfield"
base_url = "http://127.0.0.1:{port}"

[forms.product]
least_seconds = 1
"""
VIEWS = (("wide", 1100, "light"), ("wide", 1100, "dark"), ("small", 360, "light"), ("small", 360, "dark"))
PICTURES = Path(tempfile.gettempdir()) / "plaudit-form"
MOST_TABS = 80
A_KEY = 25
"""Milliseconds: whoever types faster than a person is asked to send the form once more."""
LIST = f"/v1/subjects/{SUBJECT}/snippets/list?locale=nl"


def prove(ledger: Ledger) -> None:
    with ground() as place, _chromium() as browser:
        script = axe_script(place.folder)
        photo = place.folder / "keuken.jpg"
        photo.write_bytes(Photo(width=2400, height=1800, turned=True).jpeg())
        port = free_port()
        instance = place.instance("form", SETTINGS.format(port=port))
        instance.plaudit("demo")
        with _serving(instance, port) as server:
            link = _write(ledger, browser, server, photo)
            _claim_silence(ledger, instance, photo)
            _claim_withdrawal(ledger, browser, instance, server, link)
            _claim_accessible(ledger, browser, server, script)


@contextmanager
def _serving(instance: Instance, port: int) -> Iterator[Server]:
    """The server at the address that its own links lead to."""
    with instance.running("serve", "--port", str(port)) as process:
        server = Server(port=port, pid=process.pid)
        wait_until("readiness", server.is_ready, limit=30)
        yield server


@contextmanager
def _chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        raise SkippedError("there is no chromium in PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*CHROMIUM_FLAGS])
        yield browser
        browser.close()


def _without_scripts(browser: Browser) -> BrowserContext:
    return browser.new_context(java_script_enabled=False, locale="nl-NL")


def _write(ledger: Ledger, browser: Browser, server: Server, photo: Path) -> str:
    """The author's link, after a review was written from the public page on by keys alone."""
    with _without_scripts(browser) as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/reviews/{SUBJECT}?locale=nl")
        _press(page, "a:text('Schrijf een review')", "Enter")
        page.wait_for_url("**/f/product**")
        _press(page, "button[type=submit]", "Enter")
        page.wait_for_selector(".faults")
        summary = page.locator(".faults").evaluate("each => each === document.activeElement")
        ledger.claim("what is wrong takes the focus, without JavaScript", holds=bool(summary))
        _press(page, ".faults a[href='#rating-1']", "Enter")
        _press(page, "[name=rating]", "Space")
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        _type(page, "#title", "Precies goed")
        _type(page, "#body", TEXT)
        _type(page, "#author", "Femke")
        with page.expect_file_chooser() as chooser:
            _press(page, "#photos", "Enter")
        chooser.value.set_files(photo)
        _press(page, "[name=use][value=markup]", "Space")
        _press(page, "button[type=submit]", "Enter")
        page.wait_for_url("**/thanks/**")
        link = page.locator(".own a").get_attribute("href") or ""
    ledger.claim("a review was written by keyboard alone, without JavaScript, in Dutch", holds="/mine/" in link)
    return link


def _press(page: Page, wanted: str, key: str) -> None:
    """Presses Tab until the wanted element has the focus, and then the key on it."""
    _reach(page, wanted)
    page.keyboard.press(key)


def _type(page: Page, wanted: str, text: str) -> None:
    _reach(page, wanted)
    page.keyboard.type(text, delay=A_KEY)


def _reach(page: Page, wanted: str) -> None:
    target = page.locator(wanted).first
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            return
    raise RuntimeError(f"no key leads to {wanted}")


def _claim_silence(ledger: Ledger, instance: Instance, photo: Path) -> None:
    [row] = instance.rows("SELECT * FROM review WHERE source_id = 'form.product'")
    ledger.claim(
        "it waits, in Dutch, with four stars", holds=(row.state, row.language, row.star) == ("pending", "nl", 4)
    )
    ledger.claim("the words shown are kept as the proof", holds="Zoekmachines" in row.consent, found=len(row.consent))
    files = [bytes(each.body) for each in instance.rows("SELECT body FROM media_file")]
    told = [each for each in TELLTALE if each != b"GPS" and each in photo.read_bytes()]
    kept = [each for each in TELLTALE if any(each in body for body in files)]
    places = [dict(Image.open(BytesIO(body)).getexif().get_ifd(0x8825)) for body in files]
    ledger.claim("the photo told where it was taken, and its files do not", holds=bool(told) and not kept, found=kept)
    ledger.claim("no file has a place", holds=len(files) == 2 and not any(places), found=f"{len(files)} files")


def _claim_withdrawal(ledger: Ledger, browser: Browser, instance: Instance, server: Server, link: str) -> None:
    instance.plaudit("approve", "--source", "form.product", "--all")
    wait_until("the review on the page", lambda: TEXT.encode() in server.get(LIST).body)
    with _without_scripts(browser) as context:
        page = context.new_page()
        page.goto(link)
        _press(page, "a[href*='/withdraw']", "Enter")
        page.wait_for_url("**/withdraw**")
        _press(page, "button[type=submit]", "Enter")
        page.wait_for_selector("text=ingetrokken")
    next_one = server.get(LIST)
    ledger.claim(
        "the next request has no word of what was taken back",
        holds=TEXT.encode() not in next_one.body,
        found=next_one.status,
    )


def _claim_accessible(ledger: Ledger, browser: Browser, server: Server, script: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    found: list[str] = []
    looked = 0
    for name, width, scheme in VIEWS:
        options = {"width": width, "height": 900}
        with browser.new_context(viewport=options, color_scheme=scheme, bypass_csp=True) as context:  # type: ignore[arg-type]
            page = context.new_page()
            for step in _steps(page, server):
                page.screenshot(path=PICTURES / f"{step}-{name}-{scheme}.png", full_page=True)
                found += [f"{step} {name} {scheme}: {each}" for each in violations(page, script)]
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{step} {name} {scheme}: scrolls sideways")
                looked += 1
    for each in found:
        ledger.say(each)
    ledger.claim("axe-core finds nothing, and nothing scrolls sideways", holds=not found, found=f"{looked} pages")
    ledger.say(f"their pictures: {PICTURES}")


def _steps(page: Page, server: Server) -> Iterator[str]:
    """Goes from page to page and names each."""
    site = f"http://127.0.0.1:{server.port}"
    page.goto(f"{site}/f/product?subject={SUBJECT}&locale=nl")
    yield "form"
    page.click("button[type=submit]")
    page.wait_for_selector(".faults")
    yield "faults"
    page.check("#rating-4")
    page.locator("#body").press_sequentially(TEXT, delay=A_KEY)
    page.click("button[type=submit]")
    page.wait_for_url("**/thanks/**")
    yield "thanks"
    link = page.locator(".own a").get_attribute("href") or ""
    for step, path in (("mine", ""), ("edit", "/edit"), ("withdraw", "/withdraw")):
        page.goto(link.replace("?", f"{path}?"))
        yield step
