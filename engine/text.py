"""Text from outside made plain, visible and stable: cleaning a clean text changes nothing.

What counts as HTML: a complete tag of an element that HTML knows (``<b>``, ``</p>``, ``<br/>``), a complete comment,
and an entity that ends in a semicolon (``&amp;``, ``&#39;``). Everything else that looks a bit like it stays as it was
written: ``a < b``, ``<3``, ``<sarcasm>``, ``AT&T``, ``&copy=2``.

What is lost: tags, comments, and what stands in ``script``, ``style`` and ``template``, up to the end of the text where
one of these is never closed. Markup that was written as entities (``&lt;b&gt;``) is markup too, or else a clean text
would change when it is cleaned again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from html import escape, unescape
from html.entities import html5

from bs4 import BeautifulSoup

from engine.domain import digest

ANONYMOUS_VOICE_LETTERS = 40
"""Without an author, fewer letters and digits than this prove no copying: many people write "Great product"."""
BORROWED = 5
"""Fewer words in a row than this are anybody's."""

_OTHER_LETTER = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(r"\w+")
_PRINTABLE_ASCII = re.compile(r"[\t\n\r -~]*")
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, but for the tab and the line breaks
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi marks, overrides and isolates
    "\u00ad\u034f\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # soft hyphen, zero-width space, word joiner, BOM
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters that are not seen: Hangul fillers, Khmer inherent vowels
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # annotation, shorthand and music controls
    "\U000e0000-\U000e007f"  # tag characters
    "\ud800-\udfff"  # halves of surrogate pairs
    "\ufdd0-\ufdef"  # noncharacters, with the last two of each plane
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
)
_JOINERS = "\u180e\u200c\u200d"
_VARIANTS = "\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_JOINED_LETTERS = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
_PICTURES = "\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
_UNSEEN = re.compile(f"[{_INVISIBLE}{_JOINERS}{_VARIANTS}]")
_REMOVED = re.compile(f"[{_INVISIBLE}]+")
# A variant belongs to the character before it; rows of them carry hidden messages.
_VARIANT = re.compile(f"(?<=[^\\s\u2800{_JOINERS}{_VARIANTS}])[{_VARIANTS}]|(?P<stray>[{_VARIANTS}])")
# Arabic, Indic, Tibetan, Burmese, Khmer and Mongolian letters change their shape at a joiner; pictures become one.
_JOINER = re.compile(
    f"(?<=[{_JOINED_LETTERS}])[{_JOINERS}](?=[{_JOINED_LETTERS}])"
    f"|(?<=[{_PICTURES}\ufe0f])\u200d(?=[{_PICTURES}])"
    f"|(?P<stray>[{_JOINERS}])"
)

_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]+")
_LINE_ENDS = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")

_MOST_PARSED = 100_000
_MOST_ROUNDS = 5
_TAG = re.compile(
    r"""<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,9})(?=[\s/>])(?>="[^"]*"|='[^']*'|[^<>])*+>|<!doctype[^<>]*+>""",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));")


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SILENT = _names("script style template")
_BLOCKS = _names(
    "address article aside blockquote body center details dialog dir div dl fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 head header hr html main menu nav ol p pre section summary table tbody tfoot thead ul"
)
_LINES = _names("br dd dt legend li optgroup option tr")
_CELLS = _names("td th")
# Some parsers read what is in these as raw text, and some elements are never closed: only their tags go.
_BARE = _names(
    "area audio base basefont br button canvas col colgroup embed frame frameset hr iframe img input link meta "
    "noembed noframes noscript object param picture plaintext select source textarea title track video wbr xmp"
)
_INLINE = _names(
    "a abbr acronym b bdi bdo big blink caption cite code data datalist del dfn em font i ins kbd label map mark "
    "marquee meter nobr output progress q rp rt ruby s samp slot small span strike strong sub sup svg time tt u var"
)
_ELEMENTS = _SILENT | _BLOCKS | _LINES | _CELLS | _BARE | _INLINE


def clean_line(text: str) -> str:
    """A name or a title: one line of visible NFC text, without markup and without space at its ends."""
    return _clean(text, _on_one_line)


def clean_text(text: str) -> str:
    """A body: visible NFC text without markup, line breaks kept, never more than one blank line in a row."""
    return _clean(text, _on_lines)


def too_long(text: str, limit: int) -> bool:
    """Whether a cleaned text has more characters than ``limit``; what is too long is refused, never cut.

    Only a cleaned text can be measured: normalising makes some texts longer and most of them shorter.
    """
    return len(text) > limit


def borrows(text: str, body: str) -> bool:
    """Whether a text repeats five words in a row of somebody's review, whatever their case and what stands between."""
    ours, theirs = (_WORD.findall(each.casefold()) for each in (text, body))
    said = {tuple(ours[at : at + BORROWED]) for at in range(len(ours) - BORROWED + 1)}
    return any(tuple(theirs[at : at + BORROWED]) in said for at in range(len(theirs) - BORROWED + 1))


def as_sought(text: str) -> str:
    """A text as a search compares it: small and capital letters are one, and so are those with and without marks.

    In every language alike: ``É``, ``é`` and ``e``; ``İ``, ``I``, ``ı`` and ``i``; ``ß`` and ``ss``.
    """
    small = text.lower()
    return small if small.isascii() else _OTHER_LETTER.sub(_letter_as_sought, small)


def _letter_as_sought(found: re.Match[str]) -> str:
    return _as_sought(found[0])


@lru_cache(maxsize=4096)
def _as_sought(letter: str) -> str:
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    return "".join(each for each in taken_apart if not unicodedata.combining(each)).replace("ı", "i")


def voice_key(author: str | None, title: str | None, body: str) -> str | None:
    """Equal for copies of one person's words: hashed from the letters and digits of author and body alone.

    Without an author the title counts as words too. None where there is no body, and where words without an author
    are too few to tell people apart.
    """
    words = _letters(body)
    if not words:
        return None
    if author:
        return digest("by", _letters(author), words)
    words = _letters(title or "") + words
    return digest("anonymous", words) if len(words) >= ANONYMOUS_VOICE_LETTERS else None


def _clean(text: str, shape: Callable[[str], str]) -> str:
    # Most of what comes by the million is as plain as this.
    if text.isascii() and text.isprintable() and not ("  " in text or "<" in text or "&" in text):
        return text.strip()
    text = shape(_visible(text))
    for _ in range(_MOST_ROUNDS):
        if ("<" not in text and "&" not in text) or len(text) > _MOST_PARSED:
            return text
        plain = shape(_visible(_without_markup(text)))
        if plain == text:
            return text
        text = plain
    # Nobody wraps an entity in an entity so often but to hide something; without these two there is nothing to unwrap.
    return shape(_visible(text.replace("<", "").replace("&", "")))


def _visible(text: str) -> str:
    if text.isascii() and _PRINTABLE_ASCII.fullmatch(text):
        return text
    if _UNSEEN.search(text):
        text = _JOINER.sub(_unless_stray, _VARIANT.sub(_unless_stray, _REMOVED.sub("", text)))
    return unicodedata.normalize("NFC", text)


def _unless_stray(match: re.Match[str]) -> str:
    return "" if match["stray"] else match[0]


def _on_lines(text: str) -> str:
    text = _SPACES.sub(" ", _LINE_BREAK.sub("\n", text))
    if "\n" in text:
        text = _BLANK_LINES.sub("\n\n", _LINE_ENDS.sub("\n", text))
    return text.strip()


def _on_one_line(text: str) -> str:
    return _SPACES.sub(" ", _LINE_BREAK.sub("\n", text).replace("\n", " ")).strip()


def _without_markup(text: str) -> str:
    return _ENTITY.sub(_decoded, _without_tags(_without_comments(text)))


def _decoded(entity: re.Match[str]) -> str:
    # Without its semicolon ``&notit;`` would be read as ``&not`` and ``it;``.
    name = entity["name"]
    return entity[0] if name and f"{name};" not in html5 else unescape(entity[0])


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def _without_tags(text: str) -> str:
    tags = [tag for tag in _TAG.finditer(text) if not tag["name"] or tag["name"].lower() in _ELEMENTS]
    if not tags:
        return text
    # Between blocks a line break of the source means no more than a space; without blocks it is all there is.
    if any((tag["name"] or "").lower() in _BLOCKS | _LINES for tag in tags):
        text = text.replace("\n", " ")
    pieces, at = [], 0
    for tag in tags:
        pieces += [escape(text[at : tag.start()], quote=False), _bare_tag(tag)]
        at = tag.end()
    pieces.append(escape(text[at:], quote=False))
    return str(BeautifulSoup("".join(pieces), "html.parser").get_text())


def _bare_tag(tag: re.Match[str]) -> str:
    """The tag without attributes, and with the line break that it makes on a page; escaping kept all else from it."""
    name, closing = (tag["name"] or "").lower(), bool(tag["slash"])
    bare = "" if not name or name in _BARE else f"<{tag['slash']}{name}>"
    if name in _CELLS:
        return bare + " "
    if name in _BLOCKS:
        return f"{bare}\n" if closing else f"\n{bare}"
    return f"\n{bare}" if name in _LINES and not closing else bare


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"[\W_]+", "", folded)
