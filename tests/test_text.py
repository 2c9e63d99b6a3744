"""What cleaning keeps, what it removes, and that a clean text stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import as_sought, clean_line, clean_text, too_long, voice_key

MARKUP = ["<b>", "</b>", "<p>", "<br/>", "<script>", "</script>", "<template>", "<textarea>", "<!--", "-->", 'x="']
ENTITIES = [
    "&amp;",
    "&lt;",
    "&gt;",
    "&#60;",
    "&#38;",
    "&zwj;",
    "&nbsp;",
    "&#x301;",
    "#38;",
    "lt;",
    "amp;",
    "amp",
    "\u037e",
]
MARKS = ["<", ">", "&", ";", "'", "b", "script", "e", "\u0338", "\u0301", "👩", "🚀", "ک", "م", "क", "़"]
UNSEEN = [
    " ",
    "\n",
    "\r",
    "\t",
    "\u00a0",
    "\u2028",
    "\u2800",
    "\u200b",
    "\u200c",
    "\u200d",
    "\ufe0f",
    "\u202e",
    "\ud83d",
]
HOSTILE = st.lists(st.sampled_from(MARKUP + ENTITIES + MARKS + UNSEEN), max_size=25).map("".join) | st.text()


@given(HOSTILE)
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    once = clean_text(text)

    assert clean_text(once) == once


@given(HOSTILE)
def test_a_clean_line_stays_as_it_is(text: str) -> None:
    once = clean_line(text)

    assert clean_line(once) == once
    assert "\n" not in once


@given(HOSTILE)
def test_a_clean_text_is_nfc_and_fit_for_utf_8(text: str) -> None:
    cleaned = clean_text(text)

    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned.encode().decode() == cleaned
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I <b>love</b> it", "I love it"),
        ("a < b and c > d", "a < b and c > d"),
        ("I <3 it & her", "I <3 it & her"),
        ("so <sarcasm>good</sarcasm>", "so <sarcasm>good</sarcasm>"),
        ("I <3 it, <b>so</b> <sarcasm>good</sarcasm> &copy=2", "I <3 it, so <sarcasm>good</sarcasm> &copy=2"),
        ("AT&amp;T&#39;s caf&eacute; &notathing;", "AT&T's café &notathing;"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<ul>\n<li>light</li>\n<li>quick</li>\n</ul>", "light\nquick"),
        ("<p>one\ntwo</p>", "one two"),
        ("one\ntwo <i>three</i>", "one\ntwo three"),
        ("<table><tr><td>Size</td><td>M</td></tr></table>", "Size M"),
        ("<a href=\"a>b\" onclick='x()'>link</a> it's", "link it's"),
        ("good<script>alert('<b>')</script><style>p{}</style><template><i>x</i></template>", "good"),
        ("good<!-- [if mso]><b>x</b> -->, really <!-- good", "good, really <!-- good"),
        ("&lt;b&gt;bold&lt;/b&gt; and &amp;lt;3", "bold and <3"),
        ("<b>e</b>\u0301", "é"),
    ],
)
def test_html_becomes_text_and_nothing_else_does(text: str, plain: str) -> None:
    assert clean_text(text) == plain


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("\u202egnirts\u202c", "gnirts"),
        ("\u2066x\u2069", "x"),
        ("a\u200bb", "ab"),
        ("a\u200db", "ab"),
        ("\ufeffx", "x"),
        ("\u00adx", "x"),
        ("a\U000e0041\U000e007fb", "ab"),
        ("a\x00b\x7fc", "abc"),
        ("a\ufffeb\U0010ffffc\ufdd0", "abc"),
        ("a\ud83db", "ab"),
        ("\u3164\u115f", ""),
        ("e\u0301", "é"),
        ("x\ufe0f\ufe01\ufe02", "x\ufe0f"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
        ("👨\u200d 👩", "👨 👩"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_only_what_is_seen_or_joins_is_kept(text: str, visible: str) -> None:
    assert clean_line(text) == visible


def test_line_breaks_are_kept_and_blank_lines_collapse() -> None:
    text = "  one \r\n two\u2028three\r\r\r\r\n\tfour\u00a0 five  "

    assert clean_text(text) == "one\ntwo\nthree\n\nfour five"
    assert clean_line(text) == "one two three four five"


def test_entities_wrapped_in_entities_come_to_an_end() -> None:
    wrapped = "&" + "amp;" * 10_000 + "lt;script>"

    assert "<" not in clean_text(wrapped)
    assert "&" not in clean_text(wrapped)


def test_a_text_too_long_for_any_field_keeps_its_markup_and_so_its_length() -> None:
    text = "<p>" * 50_000

    assert clean_text(text) == text


def test_length_is_that_of_the_normalised_text() -> None:
    text = "e\u0301" * 10

    assert not too_long(clean_text(text), 10)
    assert too_long(clean_text(text), 9)


def test_copies_of_one_voice_are_recognised_whatever_their_case_and_punctuation() -> None:
    original = voice_key("Ann B.", "Great", "It pours well, and keeps the heat!")

    assert original == voice_key("ann b", None, "it pours well and keeps the HEAT")
    assert original != voice_key("Bob", "Great", "It pours well, and keeps the heat!")
    assert original != voice_key(None, "Great", "It pours well, and keeps the heat!")


def test_an_empty_body_is_nobodys_voice() -> None:
    assert voice_key("Ann B.", "Great", " … ") is None


def test_a_short_text_without_an_author_is_nobodys_voice() -> None:
    assert voice_key(None, None, "Great product") is None
    assert voice_key(None, None, "Great product, and the seams held after thirty washes") is not None


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("ÉTÉ, e\u0301te\u0301", "ete, ete"),
        ("İstanbul, ISTANBUL, ıstanbul", "istanbul, istanbul, istanbul"),
        ("GROSS, Groß, GROẞ", "gross, gross, gross"),
        ("ΣΊΣΥΦΟΣ, σίσυφος", "σισυφοσ, σισυφοσ"),
        ("ﬁne, ＦＩＮＥ, \u338f", "fine, fine, kg"),
    ],
)
def test_a_search_takes_letters_for_one_whatever_their_case_and_marks(text: str, sought: str) -> None:
    assert as_sought(text) == sought


@given(st.text())
def test_what_is_sought_has_neither_case_nor_marks_nor_any_other_form(text: str) -> None:
    sought = as_sought(text)

    assert unicodedata.normalize("NFKD", sought.casefold()) == sought
    assert not any(unicodedata.combining(each) for each in sought)
    assert as_sought(sought) == sought
