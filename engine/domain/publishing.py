"""What is published: the material that generators see, what they make of it, and the finished bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.domain.collections import Collection
from engine.domain.forms import Form
from engine.domain.ids import Locale, ReviewId, SourceId, SubjectId, TopicId
from engine.domain.mining import FaqEntry, Phrase, TextSummary, Topic
from engine.domain.reviews import Review
from engine.domain.rights import Attribution
from engine.domain.subjects import Subject, why_no_stars


class Scope(StrEnum):
    """What a snippet is about; the word is also the path segment, in the plural."""

    SUBJECT = "subject"
    TOPIC = "topic"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSummary:
    """How a subject is rated; counts and sums only, so that summaries can be added."""

    rated: int = 0
    """schema.org's ratingCount."""
    with_text: int = 0
    """schema.org's reviewCount."""
    hundredths: int = 0
    """The sum of all ratings in hundredths of a star."""
    histogram: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    """Ratings by star, one star first."""

    @property
    def mean(self) -> Decimal | None:
        """The mean in stars with one decimal, halves up; None when nothing is rated."""
        if self.rated == 0:
            return None
        return (Decimal(self.hundredths) / self.rated / 100).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def __add__(self, other: RatingSummary) -> RatingSummary:
        one, two, three, four, five = (a + b for a, b in zip(self.histogram, other.histogram, strict=True))
        return RatingSummary(
            rated=self.rated + other.rated,
            with_text=self.with_text + other.with_text,
            hundredths=self.hundredths + other.hundredths,
            histogram=(one, two, three, four, five),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """The ratings of a source that stands beside our own under its own name."""

    source_id: SourceId
    name: str
    summary: RatingSummary


class Order(StrEnum):
    """The orders in which a page can show reviews; each is named on the page."""

    NEWEST = "newest"
    OLDEST = "oldest"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which reviews a page shows, and in which order: the default view is the one that snippets are made of.

    A subject has every view. A topic has all but those that filter by a topic once more. A collection stands in the
    order in which it was put together, and all of it: it has no other view than its following pages.
    """

    order: Order = Order.NEWEST
    star: int | None = None
    topic: TopicId | None = None
    """Only reviews that speak of it."""
    after: str | None = None
    """The cursor of the page before; opaque."""

    @property
    def is_default(self) -> bool:
        return self == View()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticSite:
    """That pages are written as files, whose addresses have no query."""

    origin: str
    """The base URL of the instance, with which the addresses of its own pictures begin in the store."""
    live_url: str = ""
    """Where the instance itself is, for what needs a program; empty where visitors cannot reach it."""
    only_newest: bool = False
    """Whether only pages in the default order are written, and sorted and filtered ones left to the instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings:
    """What the operator set that shows in what is published."""

    base_url: str
    """Where visitors reach this instance, without a slash at the end."""
    site_name: str
    locales: Sequence[Locale]
    timezone: ZoneInfo
    reviews_per_list: int = 10
    automatic_approval: bool = False
    """Whether a policy, not only a person, may approve; the notice on the page says so."""
    automatic_answers: bool = False
    """Whether questions and answers are published without a person; the notice above them says so."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Addresses of style sheets by name, content hash included."""
    forms: Sequence[Form] = ()
    """Where customers can write themselves."""
    static: StaticSite | None = None
    """How files for a static site are written; None for what the instance serves itself."""

    @property
    def default_locale(self) -> Locale:
        return self.locales[0]

    def locales_in(self, language: str | None) -> Sequence[Locale]:
        """The locales of a language, without its region; all of them for what is in none."""
        return [each for each in self.locales if language in (None, each.partition("-")[0])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a generator made: text that is finished but for its checking."""

    body: str
    reviews: Sequence[ReviewId] = ()
    """The reviews whose words stand in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a generator may see, already selected and filtered by rights and consent."""

    about: Subject | Topic | Collection
    locale: Locale
    settings: PublishSettings
    now: datetime
    summary: RatingSummary = RatingSummary()
    """Of our own reviews: the aggregate that page and markup share. For a collection, of all that its reviews are
    about: a selection stands beside the mean of all."""
    others: Sequence[SourceSummary] = ()
    shown: Sequence[Review] = ()
    """Each with those of its pictures that were approved, and no others."""
    marked_up: Sequence[Review] = ()
    """Those of ``shown`` that may be marked up; empty for a subject that earns no stars."""
    pictured: Sequence[Review] = ()
    """The newest reviews that have approved pictures or films, whether or not they are in ``shown``."""
    testimonials: Sequence[Review] = ()
    """The newest testimonials, whether or not they are in ``shown``."""
    excerptable: AbstractSet[ReviewId] = frozenset()
    """Those of all these reviews of which an exact span may stand alone, beside a link to the whole."""
    attributions: Mapping[SourceId, Attribution] = field(default_factory=dict)
    origins: Mapping[ReviewId, Attribution] = field(default_factory=dict)
    """How reviews are named that their source only hands on; goes before ``attributions``."""
    subjects: Mapping[SubjectId, Subject] = field(default_factory=dict)
    """What the reviews of ``shown`` are about; more than one where the scope is not a subject."""
    phrases: Sequence[Phrase] = ()
    faq: Sequence[FaqEntry] = ()
    marked_up_faq: Sequence[FaqEntry] = ()
    """Those of ``faq`` whose quotes may all stand in structured data."""
    text_summary: TextSummary | None = None
    total_shown: int = 0
    """How many reviews there are to show in all, on this page and the following ones."""
    view: View = View()
    topic: Topic | None = None
    """The one that the view filters by."""
    following: str | None = None
    """The cursor of the next page; None on the last one."""
    parts: Mapping[str, Draft] = field(default_factory=dict)
    """What the generators named in ``needs`` made of the same material."""

    @property
    def scope(self) -> Scope:
        match self.about:
            case Subject():
                return Scope.SUBJECT
            case Topic():
                return Scope.TOPIC
            case Collection():
                return Scope.COLLECTION

    @property
    def subject(self) -> Subject:
        """What the page is about; only a generator of subjects alone may ask. Raises TypeError elsewhere."""
        if not isinstance(self.about, Subject):
            raise TypeError(f"{self.about.id} is a {self.scope}, and no subject")
        return self.about

    @property
    def name(self) -> str:
        """What the page is about, as visitors read it."""
        return self.about.name_in(self.locale) if isinstance(self.about, Subject) else self.about.name

    @property
    def may_mark_up_rating(self) -> bool:
        return isinstance(self.about, Subject) and self.summary.rated > 0 and why_no_stars(self.about) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Everything that was built for one page at one moment; judged together."""

    material: Material
    drafts: Mapping[str, Draft]
    media_types: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetKey:
    scope: Scope
    scope_id: str
    name: str
    locale: Locale

    @property
    def subject_id(self) -> SubjectId | None:
        """The subject that it is about; None for what is about many."""
        return SubjectId(self.scope_id) if self.scope is Scope.SUBJECT else None

    @property
    def details(self) -> dict[str, str | int]:
        """What an event says of it, beside the subject that the event names itself."""
        about = {} if self.scope is Scope.SUBJECT else {str(self.scope): self.scope_id}
        return {"scope": self.scope, "name": self.name, "locale": self.locale, **about}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Finished bytes under their key."""

    key: SnippetKey
    body: bytes
    media_type: str
    etag: str
    """Of the body, without quotes."""
    version: int
    """Grows by one each time the ETag moves, and never goes back."""
    review_ids: Sequence[ReviewId] = ()
