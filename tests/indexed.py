"""Documents and indexes for the tests of searching."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engine.domain.ids import ReviewId
from engine.domain.search import Asked, Batch, Document, Matches, TextField
from engine.search.analysis import base_language, tokens
from engine.search.protocol import Index
from engine.search.questions import read_question
from engine.search.synonyms import Synonyms
from engine.search.wanted import Reader, Wanted
from engine.search.whoosh_index import WhooshIndex
from engine.search.words import Lexicon, Vocabulary


def make_document(
    number: int, body: str, *, language: str | None = "en", texts: Mapping[TextField, str] | None = None
) -> Document:
    """A document that has at least a body."""
    return Document(
        number=number, id=ReviewId(f"r{number}"), language=language, texts={TextField.BODY: body, **(texts or {})}
    )


def make_index(folder: Path, *documents: Document, synonyms: Synonyms | None = None) -> WhooshIndex:
    """An index of some documents, at cursor 1."""
    index = WhooshIndex(folder, synonyms)
    index.apply(Batch(changed=documents), 1)
    return index


def wanted_in(documents: Iterable[Document], question: Asked) -> Sequence[Wanted]:
    """What a question is looked for as in an index of these documents."""
    terms = Counter(
        f"{base_language(document.language)}:{token.word}"
        for document in documents
        for text in document.texts.values()
        for token in tokens(text)
    )
    return Reader(Lexicon([Vocabulary(terms.items())]), Synonyms()).wanted(question)


def ask(index: Index, question: str, *, language: str | None = None, limit: int = 20) -> Matches:
    """What an index finds for a question as it is typed."""
    return index.search(asked(question, language=language), within=None, limit=limit)


def asked(question: str, *, language: str | None = None) -> Asked:
    """A question as it is typed, read."""
    return read_question(question, language=language).asked


def found(index: Index, question: str, *, language: str | None = None) -> set[int]:
    """The numbers of all that have what a question asks for."""
    return set(ask(index, question, language=language).numbers)
