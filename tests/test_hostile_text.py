"""Hostile strings in every field of real pages: none runs in a browser, none is lost, the markup reads them back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request

from engine.domain import Incentive, Reply, Review, Subject, SubjectId, Verification, VerificationLevel
from schema_markup.phrases import advertises
from tests.doors import BASE, Company, Site, documents, text_of, tree_of
from tests.factories import fill, make_review, make_subject
from tests.serving import Served, serving

# Each says in the browser that it ran: by a dialog, or by a name on the window.
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</SCRIPT\n><img src=x onerror=alert(1)>",
    "<!--<script>alert(1)//-->",
    "]]><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "</textarea></style></noscript><img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' onmouseover='alert(1)",
    "` onclick=alert(1)",
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<img src=x onerror=window.ran=1>",
    "<details open ontoggle=alert(1)>",
    "<math><mi xlink:href=javascript:alert(1)>x",
    "<style>*{background:url(//evil.example)}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><button>x",
    "{{constructor.constructor('window.ran=1')()}}",
    "{{7*7}} {%% raw %%} {# x #}",
    "${window.ran=1} #{7*7} <%= 7*7 %>",
    "[gallery] [embed]https://evil.example[/embed]",
    '\\"},"ran":1,{"x":"',
    '","@type":"Thing","x":"\\u003cscript\\u003e',
    "\u2028window.ran=1\u2029",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &#60;b&#62;",
    "\U0001f469\u200d\U0001f680 naïve ﬁn שלום مرحبا",
    "-->  <!-- --!> <![CDATA[ x ]]>",
    "<x" + "<" * 45 + ">" * 45,
    "' OR 1=1; DROP TABLE review; --",
    "../../etc/passwd %00 %0d%0aSet-Cookie:x=1",
)  # fmt: skip
ENGLISH_ONLY = f'[site]\nname = "{{}}"\nbase_url = "{BASE}"\nlocales = ["en"]\n[publish]\nreviews_per_list = 50\n'
_numbers = count(1)


def review_of(text: str, subject: str) -> Review:
    """A review that has the text wherever a review can have one."""
    return make_review(
        subject_id=SubjectId(subject),
        title=text,
        body=f"{text}\n\n{text}",
        author=text,
        role=text,
        company=text,
        url=f"https://shop.example/{text}",
        replies=(Reply(body=text, author=text),),
        incentive=Incentive(kind="voucher", disclosed_text=text),
        verification=Verification(level=VerificationLevel.PURCHASE, evidence=text),
        tags=(text,),
        external_id=f"{next(_numbers)}{text}",
    )


def subject_of(number: int, text: str) -> Subject:
    return make_subject(
        id=SubjectId(f"s{number:02}"),
        name=text,
        url=f"https://shop.example/{text}",
        brand=text,
        category=text,
        image=text,
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company whose name is hostile, with a subject called by each string and one that each string is said about.

    They are put into the store as they are: what intake would have taken out of them must not matter.
    """
    name = json.dumps(HOSTILE[1])[1:-1]
    company = Company(tmp_path_factory.mktemp("hostile")).configured(ENGLISH_ONLY.format(name))
    subjects = [subject_of(number, text) for number, text in enumerate(HOSTILE)]
    said = [review_of(text, "s00") for text in HOSTILE]
    with company.instance() as instance:
        fill(instance.store, [*said, *(make_review(subject_id=each.id) for each in subjects)], subjects=subjects)
    done = company.plaudit("rebuild", "snippets")
    assert done.exit_code == 0, done.output
    return company


@pytest.fixture(scope="module")
def site(hostile: Company) -> Iterator[Site]:
    with hostile.serving() as served:
        yield served


@pytest.fixture(scope="module")
def server(hostile: Company) -> Iterator[Served]:
    with serving(hostile.store, "--config", hostile.config, "--no-worker") as served:
        yield served


def squeezed(text: str) -> str:
    return " ".join(text.split())


def ran(page: Page) -> bool:
    return bool(page.evaluate("'ran' in window"))


def listened_to(page: Page, url: str) -> list[str]:
    """Whatever a page does from now on that a page without scripts does not do."""
    told: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def tell_foreign(request: Request) -> None:
        if not request.url.startswith(url):
            told.append(f"asked for: {request.url}")

    page.on("dialog", dismiss)
    page.on("request", tell_foreign)
    page.on("pageerror", lambda error: told.append(f"error: {error}"))
    page.on("console", lambda message: told.append(message.text))
    return told


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/", "/reviews/s00", "/reviews/s00?sort=oldest"])
@pytest.mark.parametrize("guarded", [True, False], ids=["under the policy", "without the policy"])
def test_nothing_runs_in_a_browser(server: Served, chromium: Browser, path: str, guarded: bool) -> None:
    context = chromium.new_context(bypass_csp=not guarded)
    page = context.new_page()
    told = listened_to(page, server.url)

    page.goto(server.url + path)
    for event in ("mouseover", "focus", "toggle", "error", "load"):
        page.evaluate(f"for (const each of document.querySelectorAll('*')) each.dispatchEvent(new Event('{event}'))")

    assert told == []
    assert not ran(page)
    assert page.url == server.url + path
    context.close()


def test_every_string_can_be_read_as_it_was_written(site: Site) -> None:
    page, home = text_of(site.get("/reviews/s00").text), text_of(site.get("/").text)

    assert [text for text in HOSTILE if page.count(squeezed(text)) < 5] == []
    assert [text for text in HOSTILE if squeezed(text) not in home] == []


def test_the_markup_reads_back_to_the_same_text(site: Site) -> None:
    markup = json.loads(site.get("/v1/subjects/s00/snippets/jsonld").text)
    inside = documents(site.get("/reviews/s00").text)

    said = {each["name"]: each for each in markup["review"]}
    assert inside == [markup]
    # Who calls themselves by an advertisement is shown, and not marked up.
    named = [text for text in HOSTILE if not advertises(text)]
    assert len(said) == len(named) + 1
    for text in named:
        assert squeezed(said[text]["author"]["name"]) == squeezed(text)
        assert text in said[text]["reviewBody"]


def test_a_subject_may_be_called_anything(site: Site) -> None:
    for number, text in enumerate(HOSTILE):
        tree = tree_of(site.get(f"/reviews/s{number:02}").text)
        markup = json.loads(site.get(f"/v1/subjects/s{number:02}/snippets/jsonld").text)
        assert squeezed("".join(tree.find(".//h1").itertext())) == f"Reviews of {squeezed(text)}"
        assert markup["name"] == text
        assert len(list(tree.iter("script"))) == 1


def test_pages_hold_no_element_or_attribute_of_anybody_else(site: Site) -> None:
    allowed = {"html", "head", "meta", "title", "link", "body", "a", "header", "nav", "main", "footer", "script"}
    allowed |= {"p", "b", "bdi", "ul", "li", "div", "span", "h1", "h2", "h3", "section", "data", "time", "br"}
    allowed |= {"svg", "path", "rect", "details", "summary", "q"}

    for path in ("/", "/reviews/s00", "/reviews/s00?sort=oldest", "/nowhere"):
        tree = tree_of(site.get(path).text)
        elements = [each for each in tree.iter() if isinstance(each.tag, str)]
        assert {each.tag.rpartition("}")[2] for each in elements} <= allowed
        assert not [name for each in elements for name in each.attrib if name.startswith("on") or name == "style"]
        assert not [
            address
            for each in elements
            if (address := each.get("href")) and not address.startswith(("https://", "/assets/", "#"))
        ]


def test_what_a_cms_takes_in_holds_none_of_its_own_syntax(site: Site) -> None:
    for name in ("badge", "list", "list-bare"):
        html = site.get(f"/v1/subjects/s00/snippets/{name}").text.partition("<script")[0]
        assert not [syntax for syntax in ("{{", "{%", "{#", "[gallery", "[embed", "<%", "${") if syntax in html]
