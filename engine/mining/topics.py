"""The topics of the whole shop: phrases of all subjects that belong together, under ids that survive every new run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from engine.domain import Phrase, ReviewId, Topic, TopicId, digest
from engine.mining.grammar import grammar
from engine.mining.topic_groups import Group, groups
from engine.mining.wordings import Key, Wordings, slug

FEWEST_VOICES = 5
"""What fewer people say of the whole shop makes no topic; one that there is stays."""
TAG = "tag"
"""What the id of a tag begins with, where others have their language."""
MOST_QUOTES = 3


def grow(before: Sequence[Topic], phrases: Sequence[Phrase], language: str) -> list[Topic]:
    """The topics of a language, made anew from the phrases of all its subjects, in the order of their ids.

    A group of phrases keeps the id of the topic that it shares the most voices with: after a split the larger half
    has it, after a merger the larger of both stands for all. A topic without phrases is retired and keeps its id.
    The same input gives the same topics, and their own output changes nothing. Raises NotFoundError for a language
    that cannot be mined.
    """
    wordings = Wordings(grammar(language))
    found = groups(phrases, wordings, language)
    heirs = _heirs(before, found, wordings)
    taken = {each.id for each in before}
    topics = {each.id: replace(each, is_retired=True) for each in before}
    for at, group in enumerate(found):
        kept = heirs.get(at)
        if kept is None and group.size < FEWEST_VOICES:
            continue
        which = kept or _free_id(language, group.name, taken)
        taken.add(which)
        topics[which] = Topic(id=which, name=group.name, language=language, phrases=tuple(group.texts.values()))
    return [topics[each] for each in sorted(topics)]


def tagged(before: Sequence[Topic], tags: Collection[str]) -> list[Topic]:
    """One topic for each tag, in the order of their ids; what no review has any more is retired and keeps its id."""
    taken = {each.id for each in before}
    topics = [replace(each, is_retired=each.tag not in tags) for each in before]
    for tag in sorted(set(tags) - {each.tag for each in before}):
        which = _free_id(TAG, tag, taken)
        taken.add(which)
        topics.append(Topic(id=which, name=tag, tag=tag))
    return sorted(topics, key=lambda topic: topic.id)


class TopicFinder:
    """Finds the topic of a phrase, whichever subject it is from."""

    def __init__(self, topics: Collection[Topic], language: str) -> None:
        self._wordings = Wordings(grammar(language))
        standing = (each for each in topics if not each.is_retired and each.language == language)
        self._topics = {key: topic.id for topic in standing for key in _keys(topic, self._wordings)}

    def of(self, phrase: Phrase) -> TopicId | None:
        """By its wording, else by the first of its variants that is known; None where no topic has it."""
        keys = (self._wordings.of(text).key for text in (phrase.text, *phrase.variants))
        return next((self._topics[key] for key in keys if key in self._topics), None)


def merged(phrases: Sequence[Phrase], voices: Mapping[ReviewId, str], language: str) -> list[Phrase]:
    """The phrases of several subjects as one list, each wording once, the commonest first.

    ``voices`` says whose each review is, where that is not the review's own id: somebody whose words stand under
    several subjects counts once, and opinions count by the share of voices that are left.
    """
    wordings = Wordings(grammar(language))
    same: defaultdict[Key, list[Phrase]] = defaultdict(list)
    for each in sorted(phrases, key=lambda each: (-each.count, each.text, tuple(each.review_ids))):
        same[wordings.of(each.text).key].append(each)
    return sorted((_one_of(each, voices) for each in same.values()), key=lambda each: (-each.count, each.text))


def _one_of(phrases: Sequence[Phrase], voices: Mapping[ReviewId, str]) -> Phrase:
    heard: set[str] = set()
    kept: list[ReviewId] = []
    positive = negative = 0
    for each in phrases:
        fresh = {voices.get(review, review): review for review in reversed(each.review_ids)}
        fresh = {voice: review for voice, review in fresh.items() if voice not in heard}
        heard.update(fresh)
        kept += sorted(fresh.values())
        share = len(fresh) / len(each.review_ids) if each.review_ids else 0.0
        praise = round(share * each.positive)
        # Two halves that are both rounded up would be one voice too many.
        blame = min(round(share * each.negative), len(fresh) - praise)
        positive, negative = positive + praise, negative + blame
    first = phrases[0]
    forms = dict.fromkeys(form for each in phrases for form in (each.text, *each.variants))
    return replace(
        first,
        count=len(kept),
        positive=positive,
        negative=negative,
        variants=tuple(form for form in forms if form != first.text),
        quotes=tuple(quote for each in phrases for quote in each.quotes)[:MOST_QUOTES],
        review_ids=tuple(kept),
    )


def _heirs(before: Sequence[Topic], found: Sequence[Group], wordings: Wordings) -> dict[int, TopicId]:
    """The id that each group inherits, by its place: topics that stand choose before those that were retired."""
    retired = {each.id: each.is_retired for each in before}
    of_key: defaultdict[Key, list[TopicId]] = defaultdict(list)
    of_stem: defaultdict[str, set[TopicId]] = defaultdict(set)
    for topic in before:
        for key in _keys(topic, wordings):
            of_key[key].append(topic.id)
            for stem in key:
                of_stem[stem].add(topic.id)
    claims: list[tuple[bool, bool, int, TopicId, int]] = []
    for at, group in enumerate(found):
        shared: Counter[TopicId] = Counter()
        for key, voices in group.voices.items():
            shared.update(dict.fromkeys(of_key[key], voices))
        claims += [(False, retired[each], -voices, each, at) for each, voices in shared.items()]
        # Another wording of the same noun, where none of the old ones is left.
        claims += [(True, retired[each], -group.size, each, at) for each in of_stem[group.anchor] - shared.keys()]
    heirs: dict[int, TopicId] = {}
    given: set[TopicId] = set()
    for *_, topic_id, at in sorted(claims):
        if at not in heirs and topic_id not in given:
            heirs[at] = topic_id
            given.add(topic_id)
    return heirs


def _keys(topic: Topic, wordings: Wordings) -> list[Key]:
    return [wordings.of(text).key for text in topic.phrases]


def _free_id(prefix: str, name: str, taken: Collection[TopicId]) -> TopicId:
    plain = f"{prefix}-{slug(name, prefix) or digest(name)[:8]}"
    numbered = (TopicId(f"{plain}-{number}") for number in range(2, len(taken) + 3))
    return next(each for each in chain([TopicId(plain)], numbered) if each not in taken)
