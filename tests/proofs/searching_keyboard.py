"""Proof: by keyboard alone, a day's work in the console: moderating, quoting, a wall, an answer, a page, the audit."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from engine.domain import State
from review_site.wiring import now
from tests.factories import make_record, take_in
from tests.hosts import Shop
from tests.proofs.console_ground import Desk, desk
from tests.proofs.console_keys import Hands
from tests.proofs.measuring import Ledger, TooSlowError, wait_until

DECIDED, REFUSED, UNDONE = 20, 5, 3
PICKED = 3
BEGINNING = 40
"""Characters of a quote."""
MORE = 24
"""Reviews that wait beside those of the sample company."""
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def prove(ledger: Ledger) -> None:
    with desk() as here:
        _bring(here)
        told: list[str] = []
        with here.seen(told, permissions=CLIPBOARD, viewport={"width": 1280, "height": 800}) as page:
            hands = Hands(page, ledger)
            hands.visit(f"{here.served.url}/console")
            hands.done("open the console")
            _moderate(hands, here)
            _quote(hands)
            _wall(hands, here)
            _answer(hands, here)
            _validate(hands, here.shop)
            _audit(hands)
            hands.ledger.say(f"in all {hands.pressed} keys, no click")
        for each in hands.unseen[:5]:
            ledger.say(each)
        ledger.claim("the focus was seen at every stop", holds=not hands.unseen, found=f"{len(hands.unseen)} not")
        ledger.claim("no console message in all of it", holds=not told, found=told[:3] or "none")


def _bring(here: Desk) -> None:
    with here.company.instance() as instance:
        for number in range(MORE):
            said = f"Kettle number {number} pours in a thin line and clicks off by itself."
            take_in(instance.store, make_record(f"key-{number}", subject="k2-kettle", body=said), now=now())


def _clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def _states(here: Desk) -> dict[State, int]:
    with here.company.instance() as instance, instance.store.reading() as transaction:
        counts = transaction.queue.counts()
    return {each: counts.get(each, 0) for each in (State.APPROVED, State.REJECTED)}


def _moderate(hands: Hands, here: Desk) -> None:
    """Undoing comes after the 5th, 10th and 15th decision; what was given back is decided about again."""
    before, undone = _states(here), 0
    hands.go("g", "r")
    hands.press("j")
    for number in range(1, DECIDED + 1):
        _decide(hands, refuses=number <= REFUSED)
        if number % 5 == 0 and undone < UNDONE:
            hands.go("u")
            expect(hands.page.get_by_role("status").first).to_contain_text("1 review is as it was before.")
            undone += 1
            _decide(hands, refuses=number <= REFUSED)
    after = _states(here)
    moved = {state.value: after[state] - before[state] for state in after}
    hands.done(f"moderate {DECIDED} and undo {undone}")
    hands.ledger.claim(
        f"{DECIDED} are decided, {REFUSED} of them rejected with a reason, {UNDONE} were taken back on the way",
        holds=moved == {"approved": DECIDED - REFUSED, "rejected": REFUSED} and undone == UNDONE,
        found=moved,
    )


def _decide(hands: Hands, *, refuses: bool) -> None:
    row = hands.page.locator("[data-row][aria-current=true]")
    expect(row).to_be_focused()
    if refuses:
        hands.press("r")
        expect(row.locator("select")).to_be_focused()
        hands.press("s", "Tab")
        hands.go("Enter")
    else:
        hands.go("a")
    expect(hands.page.get_by_role("status").first).to_contain_text("rejected" if refuses else "approved")


def _ask(hands: Hands, words: str) -> None:
    hands.go("g", "s")
    hands.press("/")
    hands.type(words)
    hands.press("Enter")
    hands.page.wait_for_url(f"**q={words}**")
    expect(hands.page.locator("mark").first).to_be_visible()


def _quote(hands: Hands) -> None:
    """By aspect: a topic of the index narrows what a word found."""
    page = hands.page
    _ask(hands, "kettle")
    topic = page.locator("details.facet", has=page.locator("input[name=topic]"))
    hands.reach(topic.locator("summary"))
    if not topic.evaluate("each => each.open"):
        hands.press("Enter")
    choice = topic.locator("input[name=topic]").first
    hands.reach(choice)
    name = choice.get_attribute("value") or ""
    hands.press("Space")
    page.wait_for_url("**topic=**")
    expect(page.locator(f"input[name=topic][value='{name}']")).to_be_checked()
    hands.press("j", "b")
    expect(page.locator("#announced")).to_have_text("Copied with its attribution")
    copied = _clipboard(page)
    row = page.locator("[data-row][aria-current=true]")
    best = row.locator("q").text_content() or ""
    hands.done(f"find a quote by the aspect {name}, copy it")
    hands.ledger.say(copied.replace("\n", " ")[:200])
    hands.ledger.claim(
        "the clipboard holds the sentence and who said it", holds=bool(best) and best in copied and "—" in copied
    )


def _wall(hands: Hands, here: Desk) -> None:
    page, shop = hands.page, here.shop
    _ask(hands, "spout")
    said = []
    for number in range(PICKED):
        hands.press("j" if number else "Escape", "x")
        said.append(page.locator("[data-row][aria-current=true]").get_attribute("id") or "")
    hands.press("l")
    expect(page.locator("#to-shortlist")).to_be_focused()
    hands.press("End", "Tab")
    hands.type("On the wall")
    hands.go("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shortlist: On the wall")
    expect(page.locator("[data-row]")).to_have_count(PICKED)
    hands.done(f"a shortlist of {PICKED}")
    hands.reach(page.locator("[data-copy=code]"))
    hands.press("Enter")
    expect(page.locator("[data-copy=code]")).to_have_attribute("data-done", "true")
    code = _clipboard(page)
    # A wall shortens what is long, so its beginning is looked for.
    quotes = [" ".join(each.split())[:BEGINNING] for each in page.locator(".said-by").all_inner_texts()]
    shop.pages["/wall"] = f"<!doctype html><html lang=en><title>Wall</title><h1>Said of us</h1>{code}</html>".encode()
    hands.done("copy its code into a page of another site")
    hands.ledger.claim(f"{PICKED} quotes stand in the wall of that page", holds=_stand(hands, shop, quotes), found=said)
    hands.visit(f"{here.served.url}/console")


def _stand(hands: Hands, shop: Shop, quotes: list[str]) -> bool:
    """Whether the page shows these words, as soon as a worker has built the wall."""
    hands.visit(f"{shop.url}/wall")

    def is_there() -> bool:
        hands.page.reload(wait_until="networkidle")
        seen = " ".join(hands.page.locator("body").inner_text().split())
        return all(each in seen for each in quotes)

    try:
        wait_until("the wall", is_there, limit=60, every=0.5)
    except TooSlowError:
        hands.ledger.say(hands.page.content()[:1000])
        return False
    return True


def _answer(hands: Hands, here: Desk) -> None:
    page = hands.page
    hands.go("g", "f")
    hands.reach(page.get_by_role("link", name="Draft", exact=True).first)
    hands.go("Enter")
    hands.press("j")
    question = (page.locator("[data-row][aria-current=true] h2").text_content() or "").strip()
    hands.go("a")
    expect(page.get_by_role("status").first).to_contain_text("Approved")
    with here.company.instance() as instance, instance.store.reading() as transaction:
        [entry] = [each for each in transaction.faq.listed() if each.question == question]
    hands.done("approve an answer")
    hands.visit(f"{here.served.url}/reviews/{entry.subject_id}?locale={entry.language}")

    def is_there() -> bool:
        page.reload()
        return question in page.locator("body").inner_text()

    wait_until("the answer", is_there, limit=60, every=0.5)
    hands.done("see it on the public page")
    hands.ledger.claim("the question stands on the public page", holds=is_there(), found=question)
    hands.visit(f"{here.served.url}/console")


def _validate(hands: Hands, shop: Shop) -> None:
    page = hands.page
    hands.go("g", "v")
    hands.reach(page.locator("#address"))
    hands.type(f"{shop.url}/k2")
    hands.go("Enter")
    expect(page.get_by_text("Not eligible").first).to_be_visible()
    problems = []
    for _ in range(page.locator("[data-row]").count()):
        hands.press("j")
        problems.append(page.locator("[data-row][aria-current=true]").inner_text().splitlines()[0])
    hands.done(f"validate a page by its address and walk through its {len(problems)} problems")
    hands.ledger.claim("each problem is read where it stands", holds=bool(problems), found=problems[:2])


def _audit(hands: Hands) -> None:
    page = hands.page
    hands.go("g", "i")
    hands.reach(page.locator("main a[href*='/insights/audit']").first)
    hands.go("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Audit report"))
    sections = page.locator(".report h2").all_inner_texts()
    tables = page.locator(".report .table")
    for number in range(tables.count()):
        hands.reach(tables.nth(number))
    hands.done(f"read the quarter's audit: {len(sections)} sections")
    hands.ledger.claim("every table of the audit is reached", holds=tables.count() > 3, found=tables.count())
