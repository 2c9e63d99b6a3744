"""How a whole shop uses its words: counts that add up, come apart, and tell what is a phrase of a small subject."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from engine.domain import ReviewId
from engine.errors import BadValueError, NotFoundError
from engine.mining import MinedText, languages, mine, profile_of
from engine.mining.profile import Profile
from engine.mining.signs import Sign

LAMP = ("The lampshade is crooked.", "A lampshade that is torn.", "My lampshade is yellow by now.")
RUG = ("The fringe is loose.", "I love the fringe of the rug.")
SOFA = ("Call Anna at the shop about the sofa.", "The sofa is soft, and the lampshade that came with it is nice.")


def texts_of(bodies: Sequence[str], prefix: str = "r") -> list[MinedText]:
    """One review of another voice for each body."""
    return [MinedText(ReviewId(f"{prefix}{at}"), f"{prefix}{at}", body) for at, body in enumerate(bodies)]


def profile(bodies: Sequence[str], language: str = "en") -> Profile:
    return profile_of(texts_of(bodies), language)


def places(of: Profile, stem: str) -> int:
    return int(of.counts[Sign.PLACE, of.stems.index(stem)]) if stem in of.stems else 0


def test_the_shares_of_the_subjects_add_up_to_the_shop() -> None:
    shop = profile(LAMP) + profile(RUG) + profile(SOFA)

    assert shop == profile((*LAMP, *RUG, *SOFA))
    assert shop == profile(SOFA) + profile(LAMP) + profile(RUG) + Profile.empty("en")
    assert (shop.texts, places(shop, "lampshad")) == (7, 4)


@pytest.mark.parametrize("language", languages())
def test_a_share_taken_out_and_put_in_again_changes_nothing(language: str) -> None:
    chance = random.Random(language)
    words = [
        "der",
        "de",
        "the",
        "la",
        "el",
        "Müller",
        "bon",
        "goed",
        "gut",
        "is",
        "ist",
        "est",
        "Lampe",
        "lamp",
        ".",
        ",",
    ]
    shares = [profile([" ".join(chance.choices(words, k=30)) for _ in range(4)], language) for _ in range(5)]
    shop = sum(shares, Profile.empty(language))

    for share in shares:
        assert shop - share + share == shop
        assert shop - share == sum((each for each in shares if each is not share), Profile.empty(language))


def test_a_shop_from_which_all_shares_were_taken_is_empty() -> None:
    assert profile(LAMP) + profile(RUG) - profile(LAMP) - profile(RUG) == Profile.empty("en")


def test_what_was_never_added_cannot_be_taken_out() -> None:
    with pytest.raises(BadValueError, match="no part of this profile"):
        profile(LAMP) - profile(RUG)


def test_profiles_of_two_languages_do_not_add_up() -> None:
    with pytest.raises(BadValueError, match="do not add up"):
        profile(LAMP) + profile(("Die Lampe ist schön.",), "de")


@pytest.mark.parametrize(
    "bodies",
    [
        pytest.param((), id="no texts"),
        pytest.param(LAMP, id="a few"),
        pytest.param(LAMP * 200, id="counts above 255"),
        pytest.param(("Die Küche ist schön.", "un été à l'hôtel", "日本 と 日本"), id="letters of other alphabets"),
    ],
)
def test_is_stored_as_the_same_bytes_and_read_back(bodies: Sequence[str]) -> None:
    shop = profile(bodies)

    stored = shop.to_bytes()

    assert Profile.from_bytes(stored) == shop
    assert profile(tuple(reversed(bodies))).to_bytes() == stored


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"plaudit profile 0 en 0 0\n", id="another version"),
        pytest.param(b"plaudit profile 1 en x 0\n", id="no numbers"),
        pytest.param(profile(LAMP).to_bytes()[:-5], id="breaks off"),
        pytest.param(b"\xff\xfe\x00 garbage", id="garbage"),
    ],
)
def test_other_bytes_are_refused(stored: bytes) -> None:
    with pytest.raises(BadValueError):
        Profile.from_bytes(stored)


def test_copies_of_one_voice_count_once() -> None:
    copies = [MinedText(ReviewId(f"r{at}"), "one voice", LAMP[0]) for at in range(5)]

    assert profile_of(copies, "en") == profile(LAMP[:1])


def test_takes_room_for_the_vocabulary_and_not_for_the_reviews() -> None:
    few, many = profile(LAMP), profile(LAMP * 500)

    assert many.counts.shape == few.counts.shape
    assert len(many.to_bytes()) < 3 * len(few.to_bytes())


def test_addresses_are_no_part_of_it() -> None:
    shop = profile(("Write to lid.handle@shop.example or see www.shop.example/knob.",))

    assert {"lid", "handl", "knob", "shop"}.isdisjoint(shop.stems)


def test_a_language_without_a_file_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no words to mine 'tlh'"):
        profile_of([], "tlh")


def test_the_shop_tells_that_a_word_is_a_noun_where_one_subject_cannot() -> None:
    bare = texts_of(["To gusset or not.", "Gusset again.", "They gusset."], "g")
    shop = profile_of(bare, "en") + profile([f"The gusset is fine on day {day}." for day in range(9)])

    alone, with_shop = mine(bare, "en"), mine(bare, "en", profile=shop)

    assert [each.text for each in alone] == []
    assert [(each.text, each.count) for each in with_shop] == [("gusset", 3)]


def test_the_shop_tells_that_a_word_is_no_noun_where_one_subject_cannot() -> None:
    bodies = texts_of(["The zips glide.", "My glide was short.", "The glide is mine."], "z")
    shop = profile_of(bodies, "en") + profile(
        [f"Day {day}: they glide, we glide it, to glide them." for day in range(9)]
    )

    assert [each.text for each in mine(bodies, "en")] == ["glide"]
    assert mine(bodies, "en", profile=shop) == []


def test_what_a_subject_says_itself_is_heard_beside_the_shop() -> None:
    bodies = texts_of([f"The glide is smooth, and my glide is silent on day {day}." for day in range(30)], "z")
    shop = profile_of(bodies, "en") + profile([f"Day {day}: they glide, we glide it." for day in range(200)])

    assert "glide" in [each.text for each in mine(bodies, "en", profile=shop)]


def test_phrases_are_counted_and_quoted_from_the_subject_alone() -> None:
    lamp = texts_of(LAMP, "l")
    shop = profile_of(lamp, "en") + profile(LAMP * 50)

    [shade] = mine(lamp, "en", profile=shop)

    assert (shade.text, shade.count) == ("lampshade", 3)
    assert set(shade.review_ids) == {each.id for each in lamp}


def test_the_profile_of_the_subject_alone_changes_nothing() -> None:
    lamp = texts_of((*LAMP, *RUG, *SOFA))

    assert mine(lamp, "en", at_least=2, profile=profile_of(lamp, "en")) == mine(lamp, "en", at_least=2)
