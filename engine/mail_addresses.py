"""E-mail addresses as they are compared, and how they are found in texts of any kind, however they are written there.

Texts are read as they are, and as what they say once the escapes of JSON, of HTML and of URLs are undone.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote

ROUNDS = 3
"""JSON that holds JSON is read; nobody wraps it more often but to hide something."""
MOST_EDGES = 8
"""Places on each side of an @ where an address may begin or end: with all of them, a hostile text takes minutes."""
ACE = "xn--"
"""Before a label of a domain that is written in ASCII (RFC 3490, 5)."""
LONGEST_LABEL = 63
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_BLANKS = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}
_WHATEVER_MAY_BE = re.compile(r"""([^\s"<>()\[\]{},;:\\|@]{1,64})@(?=([^\s"'<>()\[\]{},;:\\|/=@]{1,255}))""")
# What may not stand before and after it, or it is part of a longer one: ``o'ann@x`` is somebody else than ``ann@x``.
_BEFORE = r"(?<![\w.%+-])(?<![^\W_]['’])"
_AFTER = r"(?![\w-]|\.\w)"
_BEGINNING, _END = re.compile(_BEFORE), re.compile(_AFTER)


def normal_address(address: str) -> str:
    """An e-mail address as it is compared: without spaces around it, in small letters, its domain in its own letters.

    Dots and what follows a plus stay: whether they make another person is for the host to say, and nobody else.
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip()).lower().rpartition("@")
    return unicodedata.normalize("NFC", f"{local}{at}{'.'.join(map(_in_letters, domain.split('.')))}")


def runs(address: str) -> list[list[str]]:
    """For each spelling the runs of ASCII letters and digits that every text has in which it stands, in small letters.

    A database can look for them, whatever it knows of letters; what it finds has to be looked at.
    """
    return [re.findall(r"[a-z0-9]+", each) for each in _spellings(normal_address(address))]


def finder(address: str) -> Callable[[str], bool]:
    """Tells whether an address stands in a text by itself: ``ann@x.example`` does not in ``joann@x.example``."""
    either = "|".join(re.escape(each) for each in _spellings(normal_address(address)))
    wanted = re.compile(f"{_BEFORE}(?:{either}){_AFTER}", re.IGNORECASE)
    return lambda text: any(wanted.search(each) for each in _readings(text))


def addresses_in(text: str) -> set[str]:
    """Whatever may be an e-mail address in a text, as it is compared; rather one too many than one too few.

    What ``finder`` finds in the text is one of them.
    """
    if not re.search("@|40|64|commat", text):
        return set()
    return {normal_address(one) for each in _readings(text) for one in _written_in(each)}


def _written_in(text: str) -> Iterator[str]:
    for found in _WHATEVER_MAY_BE.finditer(text):
        # It may begin after what belongs to no address, and a sentence may end with it.
        begins = [each.start() for each in _BEGINNING.finditer(text, found.start(1), found.end(1))]
        ends = [each.start() for each in _END.finditer(text, found.start(2) + 1, found.end(2) + 1)]
        nearest = [each for each in begins if each < found.end(1)][-MOST_EDGES:]
        yield from (text[begin:end] for begin in nearest for end in ends[:MOST_EDGES] if end <= found.end(2))


def _readings(text: str) -> Iterator[str]:
    for _ in range(ROUNDS):
        yield unicodedata.normalize("NFC", text)
        plain = _without_escapes(text)
        if plain == text:
            return
        text = plain
    yield unicodedata.normalize("NFC", text)


def _without_escapes(text: str) -> str:
    if "\\" in text:
        text = _ESCAPED.sub(lambda each: chr(int(each[1], 16)) if each[1] else _BLANKS.get(each[2], each[2]), text)
    if "&" in text:
        text = html.unescape(text)
    return unquote(text) if "%" in text else text


def _spellings(address: str) -> list[str]:
    local, at, domain = address.rpartition("@")
    return list(dict.fromkeys([address, f"{local}{at}{'.'.join(map(_in_ascii, domain.split('.')))}"]))


def _in_letters(label: str) -> str:
    try:
        is_ace = label.startswith(ACE) and len(label) <= LONGEST_LABEL
        return label[len(ACE) :].encode("ascii").decode("punycode") if is_ace else label
    except UnicodeError:
        return label


def _in_ascii(label: str) -> str:
    return label if label.isascii() or len(label) > LONGEST_LABEL else ACE + label.encode("punycode").decode()
