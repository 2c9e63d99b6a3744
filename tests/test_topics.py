"""Topics of the whole shop: what belongs together, and ids that survive whatever is mined next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import Phrase, Quote, ReviewId, Topic
from engine.errors import NotFoundError
from engine.mining.topics import TopicFinder, grow, merged, tagged
from engine.mining.wordings import slug

WORDS = ("battery", "screen", "delivery", "price", "battery life", "screen size", "lid", "lid hinge", "price tag")
_numbers = count(1)


def say(text: str, voices: int = 5, *, language: str = "en", reviews: Iterable[str] = ()) -> Phrase:
    """A phrase of one subject, used by so many voices or in these reviews."""
    named = [ReviewId(each) for each in reviews] or [ReviewId(f"r{next(_numbers)}") for _ in range(voices)]
    return Phrase(
        text=text, language=language, count=len(named), positive=len(named), negative=0, review_ids=tuple(named)
    )


def grown(*phrases: Phrase, before: Sequence[Topic] = (), language: str = "en") -> dict[str, list[str]]:
    """The phrases of each topic that stands, by its id."""
    topics = grow(before, phrases, language)
    return {each.id: list(each.phrases) for each in topics if not each.is_retired}


@pytest.mark.parametrize(
    ("language", "texts", "together"),
    [
        ("en", ["battery", "battery life", "batteries"], {"en-battery": ["battery", "battery life"]}),
        ("en", ["service", "room", "room service"], {"en-room": ["room"], "en-service": ["service", "room service"]}),
        (
            "en",
            ["delivery", "delivery time", "time"],
            {"en-delivery": ["delivery", "delivery time"], "en-time": ["time"]},
        ),
        ("fr", ["écran", "qualité de l'écran"], {"fr-ecran": ["écran", "qualité de l'écran"]}),
        ("de", ["Akku", "Akkulaufzeit", "Lüfter"], {"de-akku": ["Akku", "Akkulaufzeit"], "de-luefter": ["Lüfter"]}),
        ("de", ["Service", "Kundenservice"], {"de-service": ["Service", "Kundenservice"]}),
        ("nl", ["kamer", "hotelkamers"], {"nl-kamer": ["kamer", "hotelkamers"]}),
        ("nl", ["batterijen", "batterijduur"], {"nl-batterijen": ["batterijen", "batterijduur"]}),
        ("es", ["batería", "duración de la batería"], {"es-bateria": ["batería", "duración de la batería"]}),
    ],
)
def test_phrases_about_one_noun_belong_together(
    language: str, texts: Sequence[str], together: dict[str, list[str]]
) -> None:
    # One review names them all, so that they are about one subject.
    reviews = ["r", *(f"r{number}" for number in range(90))]
    phrases = [
        say(text, language=language, reviews=[reviews[0], *reviews[1 + 30 * at : 30 + 25 * at]])
        for at, text in enumerate(texts)
    ]

    assert grown(*phrases, language=language) == together


def test_a_compound_does_not_join_a_word_of_another_subject() -> None:
    phrases = [say("Mahlgrad", 20, language="de"), say("Grad", 30, language="de")]

    assert grown(*phrases, language="de") == {"de-grad": ["Grad"], "de-mahlgrad": ["Mahlgrad"]}


def test_nouns_that_the_same_voices_name_belong_together() -> None:
    same = [f"r{number}" for number in range(12)]
    others = [f"r{number}" for number in range(12, 90)]
    phrases = [say("battery", reviews=[*same, "r12", "r13"]), say("charge", reviews=same), say("case", reviews=others)]
    everyone = say("camera", reviews=[*same, *others])

    assert grown(*phrases, everyone) == {
        "en-battery": ["battery", "charge"],
        "en-camera": ["camera"],
        "en-case": ["case"],
    }


def test_nouns_of_one_kind_of_subject_are_no_nearer_to_each_other_for_it() -> None:
    camera = [f"c{number}" for number in range(20)]
    phrases = [say("lens", reviews=camera[:18]), say("zoom", reviews=camera[2:])]
    kettles = [say("lid", reviews=[f"k{number}" for number in range(200)])]

    assert grown(*phrases, *kettles).keys() == {"en-lens", "en-zoom", "en-lid"}


def test_what_joins_one_noun_takes_in_no_third() -> None:
    reviews = [f"r{number}" for number in range(400)]
    first, second, third = reviews[:40], reviews[14:49], reviews[26:56]
    phrases = [say("lens", reviews=first), say("zoom", reviews=second), say("motor", reviews=third)]

    topics = grown(*phrases, say("camera", reviews=reviews))

    assert topics["en-lens"] == ["lens", "zoom"]
    assert topics["en-motor"] == ["motor"]


def test_a_topic_needs_five_voices_of_the_whole_shop() -> None:
    assert grown(say("battery", 3)) == {}
    assert grown(say("battery", 3), say("battery", 3)) == {"en-battery": ["battery"]}


def test_a_topic_that_there_is_stays_with_fewer_voices() -> None:
    before = grow([], [say("battery", 6)], "en")

    assert grown(say("battery", 3), before=before) == {"en-battery": ["battery"]}


def test_an_id_survives_another_commonest_wording() -> None:
    before = grow([], [say("battery life", 9), say("charger", 6)], "en")

    [topic] = [each for each in grow(before, [say("battery", 20), say("battery life", 9)], "en") if not each.is_retired]

    assert (topic.id, topic.name) == ("en-battery-life", "battery")


def test_the_larger_half_of_a_split_keeps_the_id() -> None:
    before = [Topic(id=grow([], [say("lid")], "en")[0].id, name="lid", language="en", phrases=("lid", "hinge"))]

    assert grown(say("hinge", 20), say("lid", 6), before=before) == {"en-lid": ["hinge"], "en-lid-2": ["lid"]}


def test_a_merger_keeps_the_id_of_the_larger_and_retires_the_other() -> None:
    before = grow([], [say("battery", 9), say("accumulator", 20)], "en")
    same = [f"r{number}" for number in range(30)]
    phrases = [say("battery", reviews=same), say("accumulator", reviews=same[:20]), say("camera", 100)]
    merged_voices = [*phrases, say("review", reviews=[*same, *(f"s{number}" for number in range(300))])]

    topics = {str(each.id): each for each in grow(before, merged_voices, "en")}

    assert topics["en-battery"].phrases == ("battery", "accumulator")
    assert topics["en-accumulator"].is_retired


def test_a_retired_topic_keeps_its_id_and_comes_back_under_it() -> None:
    before = grow([], [say("battery")], "en")

    gone = grow(before, [say("lid")], "en")
    back = grow(gone, [say("lid"), say("battery")], "en")

    assert [(each.id, each.is_retired) for each in gone] == [("en-battery", True), ("en-lid", False)]
    assert [(each.id, each.is_retired) for each in back] == [("en-battery", False), ("en-lid", False)]


def test_a_language_that_cannot_be_mined_is_refused() -> None:
    with pytest.raises(NotFoundError):
        grow([], [say("battery")], "xx")


Said = tuple[str, frozenset[str]]

MINED = st.lists(
    st.builds(
        lambda text, voices: (text, frozenset(f"r{number}" for number in voices)),
        st.sampled_from(WORDS),
        st.sets(st.integers(0, 30), min_size=1, max_size=20),
    ),
    max_size=9,
    unique_by=lambda pair: pair[0],
)


def phrases_of(mined: Iterable[Said]) -> list[Phrase]:
    return [say(text, reviews=sorted(reviews)) for text, reviews in mined]


@given(MINED.flatmap(lambda mined: st.tuples(st.just(mined), st.permutations(mined))))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_phrases_changes_nothing(orders: tuple[list[Said], list[Said]]) -> None:
    one, other = (grow([], phrases_of(each), "en") for each in orders)

    assert one == other


@given(MINED, MINED, MINED)
@settings(max_examples=80, deadline=None)
def test_what_was_grown_once_is_grown_the_same_again(
    first: list[Said],
    second: list[Said],
    third: list[Said],
) -> None:
    before = grow(grow([], phrases_of(first), "en"), phrases_of(second), "en")
    phrases = phrases_of(third)

    once = grow(before, phrases, "en")

    assert grow(once, phrases, "en") == once
    assert {each.id for each in before} <= {each.id for each in once}
    assert len({each.id for each in once}) == len(once)


@given(MINED, MINED)
@settings(max_examples=60, deadline=None)
def test_each_wording_is_in_one_topic_that_stands(first: list[Said], second: list[Said]) -> None:
    topics = grow(grow([], phrases_of(first), "en"), phrases_of(second), "en")

    wordings = [text for each in topics if not each.is_retired for text in each.phrases]

    assert len(set(wordings)) == len(wordings)
    assert set(wordings) <= {text for text, _ in second}


@given(MINED, st.sampled_from(WORDS))
@settings(max_examples=60, deadline=None)
def test_a_phrase_that_goes_takes_no_other_topic_with_it(mined: list[Said], gone: str) -> None:
    alone = [(text, frozenset(f"{text}{each}" for each in reviews)) for text, reviews in mined if " " not in text]
    before = grow([], phrases_of(alone), "en")

    after = grow(before, phrases_of(pair for pair in alone if pair[0] != gone), "en")

    assert [replace(each, is_retired=each.name == gone) for each in before] == after


def test_a_tag_is_a_topic_of_its_own() -> None:
    topics = tagged([], {"Wi-Fi", "wi fi", "für Kinder"})

    assert [(each.id, each.tag, each.language) for each in topics] == [
        ("tag-fur-kinder", "für Kinder", None),
        ("tag-wi-fi", "Wi-Fi", None),
        ("tag-wi-fi-2", "wi fi", None),
    ]


def test_a_tag_that_nobody_has_any_more_keeps_its_id() -> None:
    before = tagged([], {"Wi-Fi", "wi fi"})

    after = tagged(before, {"wi fi"})

    assert [(each.id, each.is_retired) for each in after] == [("tag-wi-fi", True), ("tag-wi-fi-2", False)]
    assert tagged(after, {"Wi-Fi", "wi fi"}) == before


def test_a_phrase_of_another_subject_finds_its_topic_in_any_of_its_writings() -> None:
    topics = grow([], [say("battery"), say("battery life"), say("lid")], "en")
    finder = TopicFinder(topics, "en")

    found = [finder.of(say("the batteries")), finder.of(replace(say("power"), variants=("batteries",)))]

    assert found == ["en-battery", "en-battery"]
    assert finder.of(say("handle")) is None
    assert TopicFinder([replace(each, is_retired=True) for each in topics], "en").of(say("battery")) is None


def test_phrases_of_several_subjects_are_counted_together_and_each_voice_once() -> None:
    quote = Quote(review_id=ReviewId("k1"), text="The battery lasts")
    kettle = replace(say("battery", reviews=["k1", "k2", "k3"]), quotes=(quote,), positive=2, negative=1)
    grinder = replace(say("batteries", reviews=["g1", "g2"]), positive=2)
    lid = say("lid", reviews=["k1"])

    phrases = merged([lid, grinder, kettle], {ReviewId("g1"): "v", ReviewId("k1"): "v"}, "en")

    assert [(each.text, each.count, each.positive, each.negative) for each in phrases] == [
        ("battery", 4, 3, 1),
        ("lid", 1, 1, 0),
    ]
    assert phrases[0].review_ids == ("k1", "k2", "k3", "g2")
    assert (phrases[0].variants, phrases[0].quotes) == (("batteries",), (quote,))


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [
        ("Größe", "de", "groesse"),
        ("Größe", "nl", "grosse"),
        ("crème brûlée", "fr", "creme-brulee"),
        ("l'accueil", "fr", "l-accueil"),
        ("año", "es", "ano"),
        ("cœur", "fr", "coeur"),
        ("<script>", "en", "script"),
        ("電池", "en", ""),
        ("../../etc", "en", "etc"),
    ],
)
def test_a_slug_is_plain_letters(text: str, language: str, written: str) -> None:
    assert slug(text, language) == written


def test_a_name_without_latin_letters_has_an_id_all_the_same() -> None:
    [topic] = grow([], [say("電池")], "en")

    assert topic.id.startswith("en-")
    assert topic.id.isascii()
