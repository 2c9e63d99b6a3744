"""What customers say as a whole: which points are picked, whose words stand for them, and when it is made anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.domain import Phrase, Point, Quote, ReviewId, SubjectId, TextSummary, TopicId
from engine.mining import MinedText, mine
from engine.text_summary import is_outgrown, summarise

KETTLE = SubjectId("kettle")
PRAISE = "The spout is lovely and pours well."
BLAME = "The lid is terrible and it broke."


def said(text: str, number: int, stars: int | None = None, author: str | None = "Ann") -> MinedText:
    hundredths = None if stars is None else stars * 100
    return MinedText(ReviewId(f"r{number:03}"), f"v{number:03}", text, author, hundredths)


def crowd(*texts: str, of: int = 30) -> list[MinedText]:
    """So many voices, each saying one of the texts in turn."""
    return [said(texts[number % len(texts)], number) for number in range(of)]


def phrase(text: str, texts: Sequence[MinedText], *, positive: int = 0, negative: int = 0, **changes: Any) -> Phrase:
    """A phrase of all texts that hold it, the first three of them quoted."""
    using = [each for each in texts if text.lower() in each.text.lower()]
    found = Phrase(
        text=text,
        language="en",
        count=len(using),
        positive=positive,
        negative=negative,
        quotes=tuple(Quote(review_id=each.id, text=each.text, author=each.author) for each in using[:3]),
        review_ids=tuple(each.id for each in using),
    )
    return replace(found, **changes)


def summary_of(
    phrases: Sequence[Phrase],
    texts: Sequence[MinedText],
    language: str = "en",
    before: TextSummary | None = None,
    name: str = "",
) -> TextSummary | None:
    voices = len({each.voice for each in texts})
    return summarise(KETTLE, phrases, texts, language, voices=voices, before=before, name=name)


def made(phrases: Sequence[Phrase], texts: Sequence[MinedText], **changes: Any) -> TextSummary:
    found = summary_of(phrases, texts, **changes)
    assert found is not None
    return found


def names(points: Sequence[Point]) -> list[str]:
    return [each.phrase for each in points]


def both(texts: Sequence[MinedText]) -> list[Phrase]:
    return [phrase("spout", texts, positive=12), phrase("lid", texts, positive=1, negative=9)]


TEXTS = crowd(PRAISE, BLAME)


def test_what_most_praise_and_what_many_blame_are_told_apart() -> None:
    summary = made(both(TEXTS), TEXTS)

    assert names(summary.praised) == ["spout"]
    assert names(summary.criticised) == ["lid"]
    assert (summary.voices, summary.subject_id, summary.language) == (30, "kettle", "en")
    assert summary.praised[0].quote.text == PRAISE
    assert summary.criticised[0].quote.text == BLAME
    assert (summary.criticised[0].count, summary.criticised[0].negative) == (15, 9)


def test_fewer_than_thirty_voices_are_not_summed_up() -> None:
    texts = crowd(PRAISE, BLAME, of=29)

    assert summary_of(both(texts), texts) is None


def test_copies_of_one_voice_are_one_voice() -> None:
    texts = [replace(each, voice="v000") for each in TEXTS]

    assert summary_of(both(texts), texts) is None


def test_where_nothing_is_clear_nothing_is_said() -> None:
    assert summary_of([phrase("spout", TEXTS, positive=2, negative=1)], TEXTS) is None


def test_fewer_than_three_opinions_make_no_point() -> None:
    summary = made([phrase("spout", TEXTS, positive=12), phrase("lid", TEXTS, negative=2)], TEXTS)

    assert summary.criticised == ()


def test_every_quote_is_to_the_letter_of_its_review_and_stands_there_once() -> None:
    texts = [
        said(f"Number {each}: the {what} is great.", each) for each, what in enumerate(("spout", "lid", "handle") * 12)
    ]
    phrases = [phrase(each, texts, positive=12) for each in ("spout", "lid", "handle")]

    summary = made(phrases, texts)

    quotes = [each.quote for each in summary.praised]
    bodies = {each.id: each.text for each in texts}
    assert len(quotes) == 3
    assert all(quote.text in bodies[quote.review_id] for quote in quotes)
    assert len({quote.text for quote in quotes}) == len({quote.review_id for quote in quotes}) == 3


def test_nobody_is_quoted_against_his_stars() -> None:
    texts = [said(PRAISE, each, 4) for each in range(20)] + [said(BLAME, each, 5) for each in range(20, 40)]

    summary = made(both(texts), texts)

    assert summary.criticised == ()


def test_a_point_that_no_quote_says_is_left_out() -> None:
    neutral = crowd("I use the spout every day.", BLAME)

    assert names(made(both(neutral), neutral).praised) == []


def test_a_point_whose_own_quotes_say_nothing_is_told_in_other_words_of_its_voices() -> None:
    texts = [*crowd("I use the spout every day."), said(PRAISE, 90)]

    summary = made([phrase("spout", texts, positive=12)], texts)

    assert [each.quote.text for each in summary.praised] == [PRAISE]


@pytest.mark.parametrize(
    ("other", "topic"),
    [pytest.param("lovely spout", None, id="shared word"), pytest.param("neck", TopicId("spout"), id="shared topic")],
)
def test_near_duplicates_are_one_point(other: str, topic: TopicId | None) -> None:
    texts = crowd(PRAISE, "What a lovely spout on this neck.")
    first = phrase("spout", texts, positive=20, topic=TopicId("spout"))

    summary = made([first, phrase(other, texts, positive=12, topic=topic)], texts)

    assert names(summary.praised) == ["spout"]


def test_a_sentence_that_its_source_cut_short_is_quoted_last() -> None:
    cut, whole = "The spout is great and it pours like a", "I like the spout."
    texts = [said((cut, whole)[number % 2], number) for number in range(30)]

    summary = made([phrase("spout", texts, positive=12)], texts)

    assert [each.quote.text for each in summary.praised] == [whole]


def test_the_rarer_side_is_heard_too() -> None:
    good = [f"The {what} is great." for what in ("spout", "base", "switch", "cord", "scale", "box")]
    bad = ["The lid is terrible.", "The noise is awful."]
    texts = crowd(*good, *bad, of=80)
    phrases = [phrase(each.split()[1], texts, positive=10) for each in good]
    phrases += [phrase(each.split()[1], texts, negative=4) for each in bad]

    summary = made(phrases, texts)

    assert len(summary.praised) == 4
    assert sorted(names(summary.criticised)) == ["lid", "noise"]


@pytest.mark.parametrize(("name", "word"), [("K2 Kettle", "kettle"), ("K2 Schwanenhalskessel", "kessel")])
def test_the_subject_itself_is_no_point(name: str, word: str) -> None:
    texts = crowd(f"The {word} is great.", PRAISE)

    summary = made([phrase(word, texts, positive=15), phrase("spout", texts, positive=12)], texts, name=name)

    assert names(summary.praised) == ["spout"]


@pytest.mark.parametrize("word", ["navy", "medium", "summer"])
def test_which_one_it_was_is_no_point(word: str) -> None:
    texts = crowd(f"The {word} is lovely and I am very happy.", "The lid is great.")

    found = made([phrase(word, texts, positive=15), phrase("lid", texts, positive=15)], texts)

    assert names(found.praised) == ["lid"]


def test_what_people_call_this_is_the_subject_itself() -> None:
    texts = crowd("I love this lovely sweater.", "This sweater is great.", PRAISE)

    summary = made([phrase("sweater", texts, positive=20), phrase("spout", texts, positive=10)], texts)

    assert names(summary.praised) == ["spout"]


PRAISES = {
    "en": ("quality", "The quality is excellent."),
    "de": ("Qualität", "Die Qualität ist hervorragend."),
    "nl": ("levering", "De levering is erg goed en heel snel."),
    "fr": ("qualité", "La qualité est excellente."),
    "es": ("calidad", "La calidad es excelente."),
}


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "It looks great with white jeans.", "jeans"),
        ("de", "Sieht toll aus mit weißen Jeans und ist sehr schön.", "Jeans"),
        ("nl", "Staat heel mooi bij witte gordijnen in huis.", "gordijnen"),
        ("fr", "Parfait et très joli en vacances à la plage.", "vacances"),
        ("es", "Queda muy bonito con vaqueros blancos, me encanta.", "vaqueros"),
    ],
)
def test_what_it_is_used_with_is_no_point(language: str, text: str, word: str) -> None:
    noun, praise = PRAISES[language]
    texts = crowd(praise, text)
    phrases = [phrase(each, texts, positive=15, language=language) for each in (word, noun)]

    assert names(made(phrases, texts, language=language).praised) == [noun]


@pytest.mark.parametrize(
    ("language", "text", "uses"),
    [
        ("en", "It is perfect for long trips with the family.", ["long trips"]),
        ("de", "Sie ist ideal für die Reise und gut verarbeitet.", ["Reise"]),
        ("de", "Das Ding ist einfach perfekt zum Wandern, finde ich.", ["Wandern"]),
        ("nl", "Deze molen is ideaal voor de camping, echt waar.", ["camping"]),
        ("nl", "Hij is ideaal voor ons en voor jullie.", []),
        ("fr", "Il est parfait pour le voyage en train.", ["voyage"]),
        ("fr", "Cette tasse est idéale pour l’été à la plage.", ["été"]),
        ("es", "Este molinillo es ideal para el camping con amigos.", ["camping"]),
        ("es", "Es perfecto para regalar, la verdad sea dicha.", ["regalar"]),
    ],
)
def test_best_for_is_what_customers_say_it_is_best_for(language: str, text: str, uses: list[str]) -> None:
    noun, praise = PRAISES[language]
    texts = [*crowd(praise), *(said(text, each) for each in range(100, 103))]
    phrases = [phrase(noun, texts, positive=12, language=language)]

    summary = made(phrases, texts, language=language)

    assert names(summary.best_for) == uses
    assert all(each.quote.text in text for each in summary.best_for)


def test_two_uses_in_one_breath_are_two_with_a_sentence_each() -> None:
    texts = [*TEXTS, *(said(f"Bag {each} is great for work or the weekend.", each) for each in range(100, 103))]

    first, second = made(both(texts), texts).best_for

    assert (first.phrase, second.phrase) == ("weekend", "work")
    assert first.quote.text != second.quote.text


def test_a_use_names_its_voices_and_one_of_their_sentences() -> None:
    texts = [*TEXTS, *(said(f"Works. It's perfect for camping, {each}th time out.", each) for each in range(100, 104))]

    [use] = made(both(texts), texts).best_for

    assert (use.phrase, use.count, use.positive, use.negative) == ("camping", 4, 4, 0)
    assert use.quote.text == "It's perfect for camping, 100th time out."


@pytest.mark.parametrize(
    "text",
    [
        "This is not perfect for camping at all.",
        "It is great for the price of one.",
        "It is perfect for me and my wife.",
        "It would be, as they say, perfect for.",
        "It is perfect for Anna and her cat.",
    ],
)
def test_no_use_is_read_into(text: str) -> None:
    texts = [*TEXTS, *(said(text, each) for each in range(100, 110))]

    assert made(both(texts), texts).best_for == ()


def test_two_voices_make_no_use() -> None:
    texts = [*TEXTS, *(said("It is perfect for camping trips.", each) for each in (100, 101))]

    assert made(both(texts), texts).best_for == ()


@pytest.mark.parametrize(
    ("voices", "outgrown"), [(100, False), (119, False), (120, True), (96, False), (95, True), (30, True)]
)
def test_it_is_made_anew_when_a_fifth_more_or_a_twentieth_fewer_speak(voices: int, *, outgrown: bool) -> None:
    before = TextSummary(subject_id=KETTLE, language="en", voices=100)

    assert is_outgrown(before, voices) is outgrown


def test_a_few_more_voices_change_no_word() -> None:
    before = made(both(TEXTS), TEXTS)
    texts = [*TEXTS, *(said("The base is great.", each) for each in range(100, 105))]

    after = made([phrase("base", texts, positive=30)], texts, before=before)

    assert after is before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"text": "Changed my mind."}, id="other words"),
        pytest.param({"author": "Bo"}, id="another name"),
        pytest.param({"author": None}, id="no name any more"),
    ],
)
def test_a_quote_that_stands_no_longer_has_it_made_anew(change: dict[str, Any]) -> None:
    before = made(both(TEXTS), TEXTS)
    gone = before.praised[0].quote.review_id
    texts = [replace(each, **change) if each.id == gone else each for each in TEXTS]

    after = made(both(texts), texts, before=before)

    assert before.praised[0].quote not in [each.quote for each in after.praised]


def test_a_review_that_may_not_be_quoted_any_more_is_quoted_no_more() -> None:
    before = made(both(TEXTS), TEXTS)
    gone = before.praised[0].quote.review_id
    texts = [*(each for each in TEXTS if each.id != gone), said(PRAISE, 200)]

    after = made(both(TEXTS), texts, before=before)

    assert gone not in after.review_ids


def test_the_order_of_the_texts_changes_nothing() -> None:
    texts = crowd(PRAISE, BLAME, "It is perfect for camping, and the base is great.", of=60)
    phrases = mine(texts, "en")

    assert made(phrases, texts) == made(phrases, texts[::-1])


def test_the_region_of_a_language_changes_nothing() -> None:
    texts = crowd("Die Verarbeitung ist hervorragend.", "Der Deckel ist schlecht und kaputt.", of=40)

    summary = summary_of(mine(texts, "de"), texts, "de-AT")

    assert summary is not None
    assert names(summary.praised) == ["Verarbeitung"]
