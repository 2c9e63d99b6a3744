"""What the keys of a JSON-LD document mean: its ``@context`` as a translation into schema.org's own names.

https://www.w3.org/TR/json-ld11/#the-context: aliases, prefixes, ``@vocab``, reverse terms. No context is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_CONTEXT = re.compile(r"https?://(?:www\.)?schema\.org(?:/|/docs/jsonldcontext\.json(?:ld)?|/version/[\w./-]*)?#?")
# Host and scheme have no case, a page brings its own scheme along, and whoever fetched these would be led to the same.
_NEARLY_CONTEXT = re.compile(r"\s*(?:https?:)?//(?:www\.)?schema\.org/*#?\s*", re.IGNORECASE)
_VOCABULARY = re.compile(r"https?://(?:www\.)?schema\.org[/#]")
_KEYWORDS = frozenset({"@context", "@graph", "@id", "@included", "@index", "@language", "@list", "@nest", "@none"})
_KEYWORDS |= {"@reverse", "@set", "@type", "@value", "@direction", "@json"}
# The old name is still read, and one reading is enough (https://schema.org/reviews).
_READ_AS = {"reviews": "review"}
_MOST_KNOWN = 5000


@dataclass(slots=True)
class Terms:
    """One context, or several together."""

    speaks_of_schema: bool = False
    """Whether any of its names are schema.org's."""
    is_vocabulary: bool = False
    """Whether a plain name is one of schema.org's."""
    aliases: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    reverse: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    def name(self, key: str) -> str:
        """The schema.org name of a key or type; a keyword as it is, ``""`` for what the context tells to skip.

        A name of another vocabulary keeps its colon.
        """
        found = self.known.get(key)
        if found is None:
            found = self._name(key)
            # A hostile document has more names than we care to remember.
            if len(self.known) < _MOST_KNOWN:
                self.known[key] = found
        return found

    def _name(self, key: str) -> str:
        if key in self.aliases:
            return self.aliases[key]
        if key.startswith("@"):
            return key if key in _KEYWORDS else ""
        if ":" not in key:
            return _READ_AS.get(key, key) if self.is_vocabulary else f"_:{key}"
        prefix, _, rest = key.partition(":")
        iri = self.prefixes[prefix] + rest if prefix in self.prefixes else key
        vocabulary = _VOCABULARY.match(iri)
        return _READ_AS.get(iri[vocabulary.end() :], iri[vocabulary.end() :]) if vocabulary else iri

    def with_context(self, context: Any) -> Terms:
        """These terms and what a nested or further context adds."""
        found = Terms(
            self.speaks_of_schema, self.is_vocabulary, dict(self.aliases), dict(self.prefixes), dict(self.reverse)
        )
        for each in context if isinstance(context, list) else [context]:
            found._add(each)
        return found

    def _add(self, context: Any) -> None:
        if isinstance(context, str) and (_CONTEXT.fullmatch(context) or is_nearly_ours(context)):
            self.speaks_of_schema = self.is_vocabulary = True
        elif isinstance(context, dict):
            self._add_vocabulary(context.get("@vocab"))
            definitions = [(key, _iri(value)) for key, value in context.items() if not key.startswith("@")]
            self.prefixes |= {key: iri for key, iri in definitions if iri.endswith(("/", "#"))}
            for key, value in context.items():
                if not key.startswith("@"):
                    self._define(key, value)

    def _add_vocabulary(self, vocabulary: Any) -> None:
        if isinstance(vocabulary, str) and vocabulary:
            self.is_vocabulary = bool(_VOCABULARY.fullmatch(vocabulary))
            self.speaks_of_schema |= self.is_vocabulary

    def _define(self, key: str, value: Any) -> None:
        if isinstance(value, dict) and isinstance(value.get("@reverse"), str):
            self.reverse[key] = self._expanded(value["@reverse"])
            self.aliases[key] = "@reverse"
            return
        iri = _iri(value)
        if value is None or (isinstance(value, dict) and value.get("@id", "") is None):
            self.aliases[key] = ""
        elif iri.startswith("@"):
            self.aliases[key] = iri
        elif iri:
            self.aliases[key] = self._expanded(iri)
        self.speaks_of_schema |= bool(_VOCABULARY.match(iri))

    def _expanded(self, iri: str) -> str:
        prefix, colon, rest = iri.partition(":")
        whole = self.prefixes[prefix] + rest if colon and prefix in self.prefixes else iri
        vocabulary = _VOCABULARY.match(whole)
        return whole[vocabulary.end() :] if vocabulary else whole


def _iri(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id")
    return value if isinstance(value, str) else ""


# The prefix needs no definition in practice: the official context brings it along.
SCHEMA = Terms(True, True, prefixes={"schema": "https://schema.org/"})
"""The terms of ``"@context": "https://schema.org"``."""
_NONE = Terms(prefixes={"schema": "https://schema.org/"})


def terms_of(context: Any) -> Terms:
    """The terms of a document's own context."""
    if isinstance(context, str) and _CONTEXT.fullmatch(context):
        return SCHEMA
    return _NONE.with_context(context)


def is_nearly_ours(address: str) -> bool:
    """Whether an address is the official context's, but for capitals, white space, slashes or the scheme left out."""
    return bool(_NEARLY_CONTEXT.fullmatch(address)) and not _CONTEXT.fullmatch(address)


def addresses_of(context: Any) -> Iterator[str]:
    """The addresses that a context names, for messages."""
    for each in context if isinstance(context, list) else [context]:
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict) and isinstance(each.get("@vocab"), str):
            yield each["@vocab"]
