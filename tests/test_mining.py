"""Recurring phrases: what counts as one, how often it is counted and what it is quoted with."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from engine.domain import Phrase, ReviewId
from engine.errors import BadValueError, NotFoundError
from engine.mining import Listing, MinedText, languages, mine, mine_jsonl
from engine.mining.grammar import ENDINGS, WORD_LISTS, grammar, to_grammar
from engine.mining.phrases import phrases
from engine.mining.segment import keys_of

KETTLE = (
    "The battery life is great. I charge it once a week.",
    "Great battery life, and the screen is sharp.",
    "The battery life is poor but the screen is bright.",
    "I love the screen. The battery is fine.",
    "My screen broke after a month, and the battery life is awful.",
    "The strap is nice. The screens of others are better.",
)


def texts_of(bodies: Sequence[str], author: str | None = None) -> list[MinedText]:
    """One review of another voice for each body."""
    return [
        MinedText(id=ReviewId(f"r{number:03}"), voice=f"v{number}", text=body, author=author)
        for number, body in enumerate(bodies)
    ]


def by_text(phrases: Sequence[Phrase]) -> dict[str, Phrase]:
    return {each.text: each for each in phrases}


def voices_that_use(phrase: Phrase, texts: Sequence[MinedText], language: str) -> set[ReviewId]:
    """Counted anew, the slow and plain way."""
    known = grammar(language)
    wanted = [keys_of(form, known.elisions, known.stem) for form in (phrase.text, *phrase.variants)]
    found = set()
    for each in texts:
        keys = keys_of(each.text, known.elisions, known.stem)
        if any(keys[at : at + len(key)] == key for key in wanted for at in range(len(keys))):
            found.add(each.id)
    return found


def test_finds_the_nouns_that_several_voices_use() -> None:
    found = by_text(mine(texts_of(KETTLE), "en"))

    assert {"screen", "battery life"} <= set(found)
    assert found["screen"].variants == ("screens",)


def test_counts_are_the_voices_whose_texts_hold_a_form_of_the_phrase() -> None:
    texts = texts_of(KETTLE)

    found = mine(texts, "en", at_least=2)

    assert found
    for phrase in found:
        users = voices_that_use(phrase, texts, "en")
        assert phrase.count == len(users)
        assert set(phrase.review_ids) == users


def test_a_phrase_needs_the_voices_that_were_asked_for() -> None:
    texts = texts_of(["The strap is nice.", "A nice strap.", "The lid is loose."])

    assert [each.text for each in mine(texts, "en", at_least=2)] == ["strap"]
    assert mine(texts, "en", at_least=3) == []


def test_copies_of_one_voice_count_once() -> None:
    copies = [MinedText(id=ReviewId(f"r{each}"), voice="one", text="The strap is nice.") for each in range(5)]
    others = texts_of(["The strap is torn.", "A nice strap."])

    [strap] = mine([*copies, *others], "en", at_least=2)

    assert strap.count == 3
    assert len(strap.review_ids) == 3


def test_quotes_are_exact_sentences_of_different_voices() -> None:
    texts = texts_of(KETTLE)
    bodies = {each.id: each.text for each in texts}

    for phrase in mine(texts, "en", at_least=2):
        assert len({quote.review_id for quote in phrase.quotes}) == len(phrase.quotes) <= 3
        for quote in phrase.quotes:
            assert quote.text in bodies[quote.review_id]
            assert quote.review_id in phrase.review_ids


def test_quotes_are_balanced_as_the_opinions_are() -> None:
    praise = [f"The strap is great for walk number {each}." for each in range(6)]
    blame = [f"The strap is awful on day number {each}." for each in range(3)]

    [strap] = (each for each in mine(texts_of([*praise, *blame]), "en") if each.text == "strap")

    assert (strap.positive, strap.negative) == (6, 3)
    assert sorted("awful" in quote.text for quote in strap.quotes) == [False, False, True]


def test_quotes_carry_the_author() -> None:
    texts = texts_of(
        ["The strap is nice and soft.", "A nice strap for my dog.", "The strap is worn."], author="Owen B."
    )

    [strap] = mine(texts, "en")

    assert {quote.author for quote in strap.quotes} == {"Owen B."}


def test_the_order_of_the_reviews_changes_nothing() -> None:
    texts = texts_of(KETTLE)
    shuffled = random.Random(7).sample(texts, len(texts))

    assert mine(shuffled, "en", at_least=2) == mine(texts, "en", at_least=2)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Write to lid.handle@shop.example today.", id="e-mail addresses"),
        pytest.param("See https://shop.example/lid/handle today.", id="links"),
        pytest.param("Call 020 7946 0958 today.", id="telephone numbers"),
        pytest.param("I asked Martina about it and Martina knew.", id="given names"),
        pytest.param("I asked Mr Thorncastle about it.", id="people with a title"),
        pytest.param("It went to Barmouth, they said.", id="other proper names"),
    ],
)
def test_never_makes_a_phrase_of(body: str) -> None:
    assert mine(texts_of([body] * 5), "en") == []


def test_authors_never_become_a_phrase_even_where_all_nouns_have_capitals() -> None:
    texts = texts_of(["Danke an Quendolin, der Griff ist toll."] * 4, author="Quendolin Abt")

    assert [each.text for each in mine(texts, "de")] == ["Griff"]


def test_quotes_hold_no_telephone_number() -> None:
    texts = texts_of(["The strap is great, call 020 7946 0958 for one."] * 3)

    [strap] = (each for each in mine(texts, "en") if each.text == "strap")

    assert strap.quotes == ()


def test_wordings_of_one_thing_are_one_phrase() -> None:
    texts = texts_of(
        [
            "The picture quality is great.",
            "I love the picture quality here.",
            "The quality of the picture is fine.",
            "The quality of the picture is poor.",
        ]
    )

    found = by_text(mine(texts, "en", at_least=2, listing=Listing.MULTIWORD))

    assert [each.count for each in found.values()] == [4]


def test_a_word_that_only_stands_inside_a_longer_phrase_is_not_shown_beside_it() -> None:
    texts = texts_of([f"The battery life is fine on day {each}." for each in range(4)])

    assert [each.text for each in mine(texts, "en")] == ["battery life"]


@pytest.mark.parametrize(
    ("listing", "is_single"), [pytest.param(Listing.SINGLE, True), pytest.param(Listing.MULTIWORD, False)]
)
def test_lists_hold_single_words_or_multiwords(listing: Listing, is_single: bool) -> None:
    found = mine(texts_of(KETTLE), "en", at_least=2, listing=listing)

    assert found
    assert all((" " not in each.text) is is_single for each in found)


@pytest.mark.parametrize(
    ("language", "bodies", "phrase", "kind"),
    [
        pytest.param("en", ["The shipping was fast."] * 3, "shipping", "delivery", id="en delivery"),
        pytest.param("en", ["It is true to size."] * 3, "true to size", "size", id="en expression"),
        pytest.param("en", ["The customer service was rude."] * 3, "customer service", "service", id="en service"),
        pytest.param("de", ["Die Akkulaufzeit ist super."] * 3, "Akkulaufzeit", "duration", id="de duration"),
        pytest.param("de", ["Der Preis ist fair."] * 3, "Preis", "price", id="de price"),
        pytest.param("nl", ["De bediening was vriendelijk."] * 3, "bediening", "use", id="nl use"),
        pytest.param("fr", ["Le rapport qualité prix est bon."] * 3, "rapport qualité prix", "price", id="fr price"),
        pytest.param("fr", ["La carte des vins est belle."] * 3, "carte des vins", "quality", id="fr link word"),
        pytest.param("es", ["El ruido es horrible."] * 3, "ruido", "problem", id="es problem"),
    ],
)
def test_knows_phrases_and_their_kinds(language: str, bodies: list[str], phrase: str, kind: str) -> None:
    found = by_text(mine(texts_of(bodies), language))

    assert found[phrase].kind == kind
    assert found[phrase].language == language


def test_a_region_mines_as_its_language() -> None:
    assert [each.text for each in mine(texts_of(["Der Griff ist toll."] * 3), "de-AT")] == ["Griff"]


def test_a_language_without_a_file_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no words to mine 'tlh'"):
        mine([], "tlh")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("bodies", [[], [""], ["…"], ["!!! 12 ???"], ["a"] * 5, ["\ud800 \x00"] * 3])
def test_texts_without_words_have_no_phrases(language: str, bodies: list[str]) -> None:
    assert mine(texts_of(bodies), language) == []


def _line(**fields: object) -> str:
    return json.dumps({"id": "r1", "text": "The strap is nice.", "lang": "en", "rating": 4, "product": "p"} | fields)


def test_lines_of_reviews_become_lines_of_phrases() -> None:
    lines = [_line(id="r1"), _line(id="r2", text="A strap that is awful."), "\n"]

    [strap] = [json.loads(each) for each in mine_jsonl(lines)]

    assert strap == {
        "phrase": "strap",
        "count": 2,
        "positive_share": 0.5,
        "quotes": [{"id": "r1", "text": "The strap is nice."}, {"id": "r2", "text": "A strap that is awful."}],
        "variants": [],
    }


def test_lines_are_mined_in_the_language_that_most_of_them_name() -> None:
    german = [_line(id=f"d{each}", text="Der Griff ist toll.", lang="de-DE") for each in range(3)]
    english = [_line(id=f"e{each}") for each in range(2)]

    assert [json.loads(each)["phrase"] for each in mine_jsonl([*english, *german])] == ["Griff"]


def test_a_long_text_under_two_ids_is_one_voice() -> None:
    text = "The strap is nice and I use it with my dog on every single day."

    assert list(mine_jsonl([_line(id="r1", text=text), _line(id="r2", text=text)])) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{", id="no JSON"),
        pytest.param("[]", id="no object"),
        pytest.param('{"id": "r1"}', id="no text"),
        pytest.param('{"text": "Fine."}', id="no id"),
        pytest.param(_line(rating=11), id="a rating on another scale"),
        pytest.param(_line(rating=True), id="a rating that is no number"),
        pytest.param(_line(lang=7), id="a language that is no name"),
    ],
)
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(BadValueError, match="line 2"):
        list(mine_jsonl([_line(), line]))


def test_a_further_language_is_one_more_table() -> None:
    names = [*WORD_LISTS, *ENDINGS, "also_stop", "never_stop"]
    table = dict.fromkeys(names, "") | {
        "stemmer": "italian",
        "stop_words": "it",
        "capital_nouns": False,
        "head_first": True,
        "ordinal_dots": False,
        "negation_after": 0,
        "closed_compounds": False,
        "apart": [],
        "elisions": "l",
        "determiners": "il la l'",
        "copulas": "è",
        "positive": "buono buona",
        "kinds": {"use": "macchina"},
        "expressions": {},
    }

    found = phrases(texts_of(["La macchina è buona."] * 3), to_grammar("it", table), Listing.MERGED, 10, 3)

    assert [(each.text, each.count, each.positive, each.kind) for each in found] == [("macchina", 3, 3, "use")]
