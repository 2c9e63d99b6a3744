"""What is mined from reviews: phrases, the topics that group them, questions with answers, and summaries of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.ids import FaqId, ReviewId, SourceId, SubjectId, TopicId
from engine.domain.testimony import Question

FEW_VOICES = 5
"""Up to so many voices, a phrase is as good as the words of each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """An exact span of a review's text."""

    review_id: ReviewId
    text: str
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A recurring wording of one subject in one language."""

    text: str
    language: str
    count: int
    """Voices that use it; copies of one voice count once."""
    positive: int
    negative: int
    """Voices whose clause is clearly positive or negative; the rest is unclear."""
    variants: Sequence[str] = ()
    quotes: Sequence[Quote] = ()
    review_ids: Sequence[ReviewId] = ()
    """One review of each voice behind the count."""
    kind: str = "quality"
    topic: TopicId | None = None
    """The topic of the shop that it belongs to; None until the topics are grouped anew."""

    @property
    def positive_share(self) -> float | None:
        """Of the voices that say something clear, the share that is positive; None when none does."""
        clear = self.positive + self.negative
        return self.positive / clear if clear else None

    @property
    def rests_on(self) -> tuple[ReviewId, ...]:
        """The reviews that it may not stand without: those it quotes, and each of its voices where they are few."""
        voices = self.review_ids if self.count <= FEW_VOICES else ()
        return tuple(dict.fromkeys((*(each.review_id for each in self.quotes), *voices)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What groups reviews of the whole shop: phrases that belong together, or a tag that a person gave.

    Its id is its slug and never changes, so that links, filters and embeds survive a new run.
    """

    id: TopicId
    name: str
    """The phrase or tag it is called by; this may change."""
    language: str | None = None
    """None for a tag: reviews of any language can have it."""
    phrases: Sequence[str] = ()
    """The wordings it groups, the commonest first."""
    tag: str | None = None
    """The tag of reviews that makes it; None for a mined topic."""
    is_retired: bool = False
    """No phrase belongs to it any more; it keeps its id in case one comes back."""
    given_name: str | None = None
    """What a person called it: it goes before whatever is mined later."""


class FaqState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    """By a person, or by a setting that says so; published as soon as its page is built."""
    PUBLISHED = "published"
    STALE = "stale"
    """It was approved, and something it rests on is gone; it is shown nowhere until it is approved again."""
    REJECTED = "rejected"

    @property
    def is_shown(self) -> bool:
        """Whether an entry in this state may stand on a page."""
        return self in (FaqState.APPROVED, FaqState.PUBLISHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of an answer and the reviews it rests on."""

    text: str
    review_ids: Sequence[ReviewId]
    quote: Quote | None = None
    """Set when the sentence is a quotation: its words are the author's, exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """What a language model made of a draft; kept with the entry, so that it is asked once about the same draft."""

    asked: str
    """The digest of what it was shown."""
    question: str = ""
    quotes: Sequence[str] = ()
    """The names that its choice of quotes had in what it was shown; empty where it was refused."""
    refused: str = ""
    """Why the draft stayed as it was; empty where it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqEntry:
    """A question about a subject and an answer in which every sentence rests on reviews."""

    id: FaqId
    subject_id: SubjectId
    language: str
    question: str
    sentences: Sequence[Sentence]
    phrase: str
    """The phrase it is about; empty where a customer asked."""
    state: FaqState = FaqState.DRAFT
    question_id: str | None = None
    """The id of the customer's question that it answers; None where it was mined."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """The live numbers of the answer as its language writes them, by the names that an approved opening calls them."""
    model_answer: ModelAnswer | None = None
    """None where no language model was asked, which is the default of an instance."""

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return tuple(each.quote for each in self.sentences if each.quote)

    @property
    def review_ids(self) -> tuple[ReviewId, ...]:
        """The reviews whose words the answer quotes."""
        return tuple(each.review_id for each in self.quotes)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqDecision:
    """What a person said of an entry; it outlives the drafts, which are made anew whenever reviews change."""

    id: FaqId
    subject_id: SubjectId
    language: str
    state: FaqState
    """APPROVED, REJECTED or STALE."""
    by: str
    at: datetime
    question: str
    """The wording that was approved."""
    opening: str | None = None
    """The wording of the answer before its quotes, with ``{count}``, ``{total}``, ``{positive}``, ``{clear}`` and
    ``{percent}`` where the live numbers go; None keeps the drafted sentence."""
    quotes: Sequence[Quote] = ()
    """Those that were approved with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A customer's question with the answers it got, as a source told it, and what it is about."""

    subject_id: SubjectId
    source_id: SourceId
    language: str
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that customers say, with how many do and the words of one of them."""

    phrase: str
    count: int
    positive: int
    negative: int
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSummary:
    """What customers say about a subject in one language, in their own words."""

    subject_id: SubjectId
    language: str
    voices: int
    """How many it was made from; it is made anew when a fifth more or a twentieth fewer have spoken."""
    praised: Sequence[Point] = ()
    criticised: Sequence[Point] = ()
    best_for: Sequence[Point] = ()

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return tuple(each.quote for each in (*self.praised, *self.criticised, *self.best_for))

    @property
    def review_ids(self) -> tuple[ReviewId, ...]:
        """The reviews whose words it quotes."""
        return tuple(each.review_id for each in self.quotes)
