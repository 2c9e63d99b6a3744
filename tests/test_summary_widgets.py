"""The summary and the chips, as they stand in a page, on a page of ours and in its Markdown twin."""

from __future__ import annotations

import re
from itertools import pairwise

import html5lib
import pytest

from engine.domain import Draft, Material, Phrase, Point, Quote, TextSummary, Topic, TopicId, View
from review_site.page import ReviewPage
from schema_markup.feeds.markdown import MarkdownTwin
from tests.factories import make_material, make_review, make_subject
from tests.kinds import links
from widgets.phrases import MOST, Phrases
from widgets.summary import Summary

REVIEW = make_review()


def point(phrase: str = "spout", quote: str = "It pours slowly.", author: str | None = "Maren T.") -> Point:
    words = Quote(review_id=REVIEW.id, text=quote, author=author)
    return Point(phrase=phrase, count=17, positive=12, negative=2, quote=words)


def summary(**lists: tuple[Point, ...]) -> TextSummary:
    return TextSummary(subject_id=make_subject().id, language="en", voices=41, **lists)


def phrase(text: str, count: int = 10) -> Phrase:
    return Phrase(text=text, language="en", count=count, positive=1, negative=0)


FULL = summary(
    praised=(point(),), criticised=(point("lid", "It rattles."),), best_for=(point("camping", "Perfect for camping."),)
)


def built(material: Material, generator: Summary | Phrases | MarkdownTwin | ReviewPage) -> Draft:
    draft = generator.build(material)
    assert draft is not None
    return draft


def seen(html: str) -> str:
    return " ".join("".join(html5lib.parseFragment(html, namespaceHTMLElements=False).itertext()).split())


def summed_up(found: TextSummary = FULL, locale: str = "en") -> str:
    return built(make_material(locale=locale, text_summary=found), Summary()).body


def chips(*phrases: Phrase, locale: str = "en") -> str:
    return built(make_material(locale=locale, phrases=phrases), Phrases()).body


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "en",
            "What they praise spout Mentioned by 17 people; 12 of 14 opinions are positive It pours slowly. Maren T.",
        ),
        ("de", "Gelobt wird spout Von 17 Personen erwähnt; 12 von 14 Meinungen dazu sind positiv It pours slowly."),
        ("nl", "Wat klanten waarderen spout Genoemd door 17 personen; 12 van de 14 meningen hierover zijn positief"),
        (
            "fr",
            "Ce que les clients apprécient spout 17 personnes en parlent ; 12 des 14 qui donnent un avis clair sont",
        ),
        ("es", "Lo que valoran spout Lo mencionan 17 personas; 12 de las 14 que lo valoran lo hacen positivamente It"),
    ],
)
def test_a_point_says_how_many_say_so_and_gives_the_words_of_one(locale: str, words: str) -> None:
    assert words in seen(summed_up(locale=locale))


def test_criticism_counts_those_who_criticise() -> None:
    assert "lid Mentioned by 17 people; 2 of 14 opinions are critical It rattles." in seen(summed_up())


def test_says_that_it_was_put_together_automatically_and_from_how_many() -> None:
    assert seen(summed_up()).endswith(
        "Put together automatically from what 41 people wrote in this language:"
        " the quotations are verbatim, the numbers are counted. How we check reviews"
    )
    assert links(summed_up(), "plaudit-notice") == ["/method?locale=en"]


def test_lists_without_points_are_left_out() -> None:
    html = summed_up(summary(praised=(point(),)))

    assert html.count("<h3>") == 1
    assert "criticise" not in html


def test_an_author_without_a_name_is_given_none() -> None:
    assert "It pours slowly. Name not given" in seen(summed_up(summary(praised=(point(author=None),))))


def test_only_the_words_of_customers_are_quotations() -> None:
    tree = html5lib.parseFragment(summed_up(locale="de"), namespaceHTMLElements=False)

    assert [each.text for each in tree.iter("q")] == ["It pours slowly.", "It rattles.", "Perfect for camping."]
    assert {each.get("lang") for each in tree.iter("q")} == {"en"}


def test_the_summary_names_the_reviews_it_quotes() -> None:
    draft = built(make_material(text_summary=FULL), Summary())

    assert set(draft.reviews) == {REVIEW.id}


def test_without_a_summary_there_is_nothing() -> None:
    assert Summary().build(make_material()) is None
    assert Phrases().build(make_material()) is None


def test_chips_say_their_count_once_to_the_eye_and_once_to_the_ear() -> None:
    tree = html5lib.parseFragment(chips(phrase("spout", 1234), locale="de"), namespaceHTMLElements=False)

    [chip] = tree.iter("li")
    assert [(each.get("aria-hidden"), each.text) for each in chip[0]] == [
        (None, "spout"),
        ("true", "1.234"),
        (None, ": 1.234 Personen"),
    ]
    assert chip[0][0].get("lang") == "en"


def test_no_more_chips_than_a_reader_takes_in() -> None:
    html = chips(*(phrase(f"part {number}") for number in range(MOST + 5)))

    assert html.count("<li>") == MOST
    assert "part 0" in html


def test_chips_lead_to_the_reviews() -> None:
    material = make_material(phrases=[phrase("spout")])

    assert "https://reviews.larkfield.example/reviews/kettle" in built(material, Phrases()).body


def test_chips_quote_nobody_and_go_with_those_they_rest_on() -> None:
    quoted = Quote(review_id=REVIEW.id, text="It pours slowly.")
    found = Phrase(text="spout", language="en", count=3, positive=0, negative=0, quotes=(quoted,))

    draft = built(make_material(phrases=[found]), Phrases())

    assert "pours" not in draft.body
    assert draft.reviews == (REVIEW.id,)


def test_a_topic_has_chips_and_no_summary() -> None:
    topic = Topic(id=TopicId("spout"), name="spout", language="en")
    material = make_material(about=topic, phrases=[phrase("thin spout")])

    assert "thin spout" in built(material, Phrases()).body
    assert material.scope in Phrases.scopes
    assert material.scope not in Summary.scopes


def test_the_page_sums_up_before_it_lists() -> None:
    material = make_material([REVIEW], text_summary=FULL, phrases=[phrase("spout")])

    draft = built(material, ReviewPage())

    places = [draft.body.index(f'id="{each}"') for each in ("said", "mentioned", "reviews")]
    assert places == sorted(places)
    assert REVIEW.id in draft.reviews


def test_the_page_parses_without_any_error_and_its_headings_go_down_one_level_at_a_time() -> None:
    html = built(make_material([REVIEW], text_summary=FULL, phrases=[phrase("spout")]), ReviewPage()).body

    html5lib.HTMLParser(strict=True).parse(html)

    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_names_those_it_quotes_in_the_summary_alone() -> None:
    draft = built(make_material(text_summary=FULL), ReviewPage())

    assert list(draft.reviews) == [REVIEW.id]


def test_another_view_of_the_page_sums_nothing_up() -> None:
    material = make_material([REVIEW], text_summary=FULL, phrases=[phrase("spout")], view=View(star=4))

    body = built(material, ReviewPage()).body

    assert "plaudit-points" not in body
    assert "plaudit-chip" not in body


def test_the_markdown_twin_says_the_same() -> None:
    draft = built(make_material(text_summary=FULL, phrases=[phrase("spout", 17)]), MarkdownTwin())

    assert (
        "**spout**: mentioned by 17 people, 12 of 14 opinions are positive:\n\n> It pours slowly.\n>\n> By Maren"
        in draft.body
    )
    assert "**lid**: mentioned by 17 people, 2 of 14 opinions are critical:" in draft.body
    assert "### Recommended for\n\n**camping**: 17 people say so:" in draft.body
    assert "## Often mentioned\n\n- spout: 17 people" in draft.body
    assert list(draft.reviews) == [REVIEW.id]


@pytest.mark.parametrize(
    "text", ["</q></ul><script>x</script>", "{{7*7}} [x] 100%", "https://evil.example/e", "a\n\nb"]
)
def test_words_from_outside_stay_words(text: str) -> None:
    found = summary(praised=(point(text, text, text),))

    html = summed_up(found) + chips(phrase(text))

    words = " ".join(text.split())
    assert seen(html).count(words) == 4
    assert not set("[]{}%") & set(html)
    assert "<script" not in html
    assert all(line.strip() for line in html.split("\n"))


@pytest.mark.parametrize("text", ["# Heading", "- [x](https://evil.example)", "<script>x</script>", "a\n\n# b"])
def test_words_from_outside_are_no_markdown(text: str) -> None:
    found = summary(praised=(point(text, text, text),))

    body = built(make_material(text_summary=found, phrases=[phrase(text)]), MarkdownTwin()).body

    plain = body.partition("## What customers say")[2].partition("## Often")[0]
    assert "\n# " not in plain
    assert "<script" not in body
    assert "](https://evil" not in body
