"""Letters by e-mail, read as text: encoded words and parts decoded, and what the author did not write put aside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from bs4 import BeautifulSoup

from engine.domain import digest
from engine.errors import BadValueError
from engine.text import clean_text

MOST_BYTES = 30_000_000
LONGEST_TEXT = 1_000_000
# The standard library raises these for headers and charsets that nobody meant.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

# Where an answer's subject begins, in the words of mail programs in five languages.
_ANSWER = re.compile(
    r"^(?:\s*(?:re|fw|fwd|aw|wg|antw|betr|doorst|tr|rv|réf?)(?:\[[0-9]{1,3}\])?\s?:)+\s*", re.IGNORECASE
)
# RFC 3676, 4.3: two hyphens and a space, which programs lose on the way.
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_QUOTED = re.compile(r"^[ \t]*>")
_WROTE = re.compile(
    r"^(?:on|op|am|le|el|il) .{3,200}(?:wrote|schreef(?: .{1,80})?|schrieb(?: .{1,80})?|a écrit|escribió)\s?:?\s*$|"
    r"^.{3,200} (?:wrote|schreef|schrieb|a écrit|escribió)\s?:\s*$",
    re.IGNORECASE,
)
# From here on stands the letter that was answered, as Outlook copies it.
_COPIED = re.compile(
    r"^(?:-{3,} ?(?:original message|oorspronkelijk bericht|ursprüngliche nachricht|message d'origine|mensaje original)"
    r" ?-{3,}|_{20,})\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTES_IN_HTML = "blockquote, .gmail_quote, .gmail_signature, .moz-cite-prefix, .moz-signature, #divRplyFwdMsg"
_ESCAPED_FROM = re.compile(r"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the author wrote, and what stood under it."""

    text: str
    signature: str


def to_raw(source: bytes, *, from_mbox: bool) -> Mapping[str, Any]:
    """A message as it is kept: its headers decoded, and its text whole, quotes and signature included.

    In an mbox, lines that begin with ``From`` have a ``>`` before them, which is taken off. Raises BadValueError for
    what cannot be read.
    """
    if len(source) > MOST_BYTES:
        raise BadValueError(f"the message has {len(source):,} bytes; {MOST_BYTES:,} are allowed")
    try:
        message = message_from_bytes(source, policy=policy.default)
        headers = {name: str(message.get(name, "")) for name in ("From", "To", "Subject", "Date", "In-Reply-To")}
        text = _text(message)
        number = str(message.get("Message-ID", "")).strip().strip("<>")
    except _UNREADABLE as error:
        raise BadValueError(f"the message cannot be read: {error}") from error
    if from_mbox:
        text = _ESCAPED_FROM.sub(r"\1", text)
    known_by = number or "h" + digest(headers["From"], headers["Date"], text)
    return {"id": known_by, **{name.lower(): _on_one_line(value) for name, value in headers.items()}, "text": text}


def letter_in(text: str) -> Letter:
    """The author's own words in a message: without the letters that were answered, and without the signature."""
    text = _COPIED.split(text.replace("\r\n", "\n"), maxsplit=1)[0]
    written, _, signature = _cut(text, _SIGNATURE)
    lines = written.split("\n")
    kept = [
        line
        for number, line in enumerate(lines)
        if not _QUOTED.match(line) and not (_WROTE.match(line.strip()) and _is_quoted_after(lines, number))
    ]
    return Letter(clean_text("\n".join(kept)), clean_text(signature))


def subject_in(subject: str) -> str:
    """What a letter is about, without the marks of an answer."""
    return _ANSWER.sub("", subject).strip()


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if not isinstance(part, EmailMessage):
        return ""
    text = _decoded(part)
    return _without_markup(text) if part.get_content_subtype() == "html" else text


def _decoded(part: EmailMessage) -> str:
    try:
        return str(part.get_content())[:LONGEST_TEXT]
    except LookupError:
        # A character set that nobody knows.
        payload = part.get_payload(decode=True)
        return payload[:LONGEST_TEXT].decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _without_markup(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    for each in soup.select(_QUOTES_IN_HTML):
        each.decompose()
    return clean_text(str(soup))


def _cut(text: str, where: re.Pattern[str]) -> tuple[str, str, str]:
    found = where.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _is_quoted_after(lines: list[str], number: int) -> bool:
    """Whether the next line that says something is quoted: only then does this one tell whom it is from."""
    following = next((line for line in lines[number + 1 :] if line.strip()), ">")
    return bool(_QUOTED.match(following))


def _on_one_line(value: str) -> str:
    return " ".join(value.split())
