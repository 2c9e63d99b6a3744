"""Tests of the permission that somebody gives in so many words, in five languages, and of what only sounds like one."""

from __future__ import annotations

import pytest

from collectors.permission import permission_in


@pytest.mark.parametrize(
    "sentence",
    [
        "Yes, you may quote me on your site.",
        "Feel free to publish this!",
        "You have my permission to use my words.",
        "Jullie mogen mij gerust citeren op de website.",
        "Natuurlijk mag u dit publiceren.",
        "Ik geef toestemming voor publicatie.",
        "Sie dürfen mich gerne zitieren.",
        "Gerne könnt ihr meine Worte veröffentlichen.",
        "Ich stimme der Veröffentlichung zu.",
        "Vous pouvez me citer sur votre site.",
        "J'autorise la publication de mon avis.",
        "Podéis citarme en vuestra web.",
        "Autorizo la publicación de mi comentario.",
    ],
)
def test_a_plain_permission_is_found_whole(sentence: str) -> None:
    assert permission_in(f"The kettle is a joy. {sentence}\n\nNadia") == sentence


@pytest.mark.parametrize(
    "words",
    [
        "You can use it every morning.",
        "You may want to publish a manual.\n\nIt has none.",
        "May I quote you?",
        "You may not quote me.",
        "Please don't quote me, you may publish the stars though.",
        "You may quote me, but without my name.",
        "U mag mij niet citeren.",
        "Jullie mogen mij alleen anoniem citeren.",
        "Sie dürfen mich nicht zitieren.",
        "Ihr dürft mich zitieren, aber ohne Namen.",
        "Vous ne pouvez pas publier mon avis.",
        "No podéis citarme.",
        "You may quote me. You may not publish my name.",
    ],
)
def test_what_only_sounds_like_one_is_none(words: str) -> None:
    assert permission_in(words) == ""


def test_a_permission_over_two_lines_of_a_letter_is_one_sentence() -> None:
    assert permission_in("Yes, you may\nquote me.") == "Yes, you may quote me."


def test_time_grows_with_the_length_of_the_text_and_no_faster() -> None:
    words = "you may " * 100_000

    assert permission_in(words) == ""
