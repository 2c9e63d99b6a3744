"""What mining is measured beside: counted n-grams (scikit-learn) and YAKE, each on the same reviews.

``python mining_peers.py ngrams|yake FILE`` prints the first fifty phrases as JSON lines; a process of its own, by
whichever Python has the peers, so that it is charged for what it uses and nothing else.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

PHRASES = 50
QUOTES = 3
LONGEST = 4
"""Words of a phrase: as many as ours may have."""


def main(peer: str, file: str) -> None:
    with Path(file).open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    for phrase, count, quotes in (counted if peer == "ngrams" else extracted)(texts):
        print(json.dumps({"phrase": phrase, "count": count, "quotes": quotes}))


def counted(texts: Sequence[str]) -> Iterator[tuple[str, int, list[str]]]:
    """N-grams without stop words by the number of reviews that hold them, with the first that do."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - one peer runs without the other's

    vectorizer = CountVectorizer(ngram_range=(1, LONGEST), stop_words="english", min_df=2, binary=True)
    matrix = vectorizer.fit_transform(texts).tocsc()
    names, counts = vectorizer.get_feature_names_out(), matrix.sum(axis=0).A1
    for at in (-counts).argsort(kind="stable")[:PHRASES]:
        holding = matrix.indices[matrix.indptr[at] : matrix.indptr[at + 1]]
        yield names[at], int(counts[at]), list(_quotes(names[at], (texts[each] for each in holding)))


def extracted(texts: Sequence[str]) -> Iterator[tuple[str, int, list[str]]]:
    """The keywords of each review, by the number of reviews that have them: YAKE reads one document at a time."""
    import yake  # noqa: PLC0415

    extractor = yake.KeywordExtractor(lan="en", n=LONGEST, top=10)
    found: Counter[str] = Counter()
    for text in texts:
        found.update({phrase.lower() for phrase, _ in extractor.extract_keywords(text)})
    for phrase, count in found.most_common(PHRASES):
        yield phrase, count, list(_quotes(phrase, texts))


def _quotes(phrase: str, texts: Iterable[str]) -> Iterator[str]:
    """The first sentences that hold a phrase as it is."""
    sentences = (each for text in texts for each in re.split(r"(?<=[.!?])\s+", text))
    return islice((each for each in sentences if phrase in each.lower()), QUOTES)


if __name__ == "__main__":
    main(*sys.argv[1:])
