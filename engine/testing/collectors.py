"""What every collector must keep, ours and a stranger's: it goes on anywhere, loses nothing and tells no secret."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from zoneinfo import ZoneInfo

from engine.cleaning import clean
from engine.domain import Batch, Record, Review, Source, SourceId, Standing
from engine.errors import PlauditError, RetryLaterError, SourceError
from engine.fields import Rules
from engine.http import GuardedSession
from engine.plugins import Collector, SourceKind, Sureness
from engine.rights import declared_consent, profile
from engine.testing.server import Fault, Faults, Pages, SourceServer, serving

LOOPBACK = (ip_network("127.0.0.0/8"),)
PATIENCE, IMPATIENCE = 20.0, 0.4
"""Seconds that a call may take: in most checks, which a busy machine must not fail, and where it is to be slow."""
MOST_BYTES = 2_000_000
STORMS = (Fault.BUSY, Fault.BROKEN, Fault.DROPPED)
BAD_BODIES = (Fault.SLOW, Fault.ENDLESS, Fault.MALFORMED)

_UTC = ZoneInfo("UTC")
_NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

Given = Callable[[str], Mapping[str, str]]
"""The options of a source that answers at an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a played source holds, written by hand; what is left out is not checked."""

    ids: Sequence[str]
    """The external id of each record, in whatever order."""
    malformed: int = 0
    """Entries that cannot be read: each a problem with its place, and the rest goes on."""
    hidden: Sequence[str] = ()
    """Ids of those that are not public at their source."""
    deleted: Sequence[str] = ()
    """Ids that the source says are gone."""
    reported: int | None = None
    hundredths: Mapping[str, int | None] = field(default_factory=dict)
    """By id: hundredths of a star on 1 to 5; None for no rating."""
    originals: Mapping[str, str] = field(default_factory=dict)
    """By id: the rating as a person reads it on its own scale, ``9 of 10``."""
    written_at: Mapping[str, datetime] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    """By id: the text as a reader sees it, without markup and entities."""
    timezone: ZoneInfo = _UTC
    """Where times without a zone are taken to be."""
    now: datetime = _NOW
    secret_in_url: bool = False
    """Only for a source that takes its key nowhere else."""


def check_collector(make: Callable[[], Collector]) -> None:
    """A collector gives the same records each time, and goes on after any of its cursors without gap or repetition.

    ``make`` builds it over a source that stands still and holds at least two batches.
    """
    batches = list(make().collect(None))
    assert len(batches) > 1, "the source must hold at least two batches, or nothing is proved"
    assert batches[-1].cursor is None, "the last batch must say that there is nothing after it"
    records = _records(batches)
    ids = [each.external_id for each in records]
    assert len(set(ids)) == len(ids), "two records have one external id"
    assert all(each.place and each.payload for each in records), "each record says where it stands and as it came"
    assert _records(make().collect(None)) == records, "read again, the same source gave other records"
    for done, batch in enumerate(batches[:-1], 1):
        following = _records(make().collect(batch.cursor))
        assert following == _records(batches[done:]), f"after cursor {batch.cursor!r} it went on at another place"


def check_source_kind(kind: SourceKind, given: Given, serve: Pages, expected: Expected) -> Sequence[str]:
    """Everything that a kind of source promises, over a source that is served on loopback as its vendor documents it.

    ``given`` makes the options for an address, secrets included; ``serve`` answers requests and holds at least two
    pages that stand still. Returns the names of the promises that were checked.
    """
    suite = _Suite(kind, given, serve, expected)
    promises: Mapping[str, Callable[[], None]] = {
        "declared": suite.declared,
        "paging, cursor, repeat, interruption": suite.goes_on_anywhere,
        "contents": suite.contents,
        "429, 500, dropped connections": suite.storms,
        "slow, endless, broken bodies": suite.bad_bodies,
        "malformed records": suite.malformed,
        "ratings, times, texts": suite.values,
        "not public, deleted": suite.standings,
        "a cursor of another": suite.foreign_cursor,
        "secrets": suite.secrets,
    }
    for promise, check in promises.items():
        try:
            check()
        except AssertionError as error:
            raise AssertionError(f"{kind.name}: {promise}: {error}") from error
    return tuple(promises)


@dataclass(frozen=True, slots=True)
class _Suite:
    kind: SourceKind
    given: Given
    serve: Pages
    expected: Expected

    @contextmanager
    def playing(
        self, faults: Faults | None = None, *, patience: float = PATIENCE
    ) -> Iterator[tuple[Callable[[], Collector], SourceServer]]:
        """What makes a collector of the source, and the server that plays it."""
        with (
            serving(self.serve, faults) as server,
            GuardedSession(LOOPBACK, timeout=patience, max_bytes=MOST_BYTES, clock=lambda: self.expected.now) as http,
        ):
            yield (lambda: self.kind.collector(self.given(server.url), http)), server

    def batches(self) -> list[Batch]:
        with self.playing() as (make, _):
            return list(make().collect(None))

    def declared(self) -> None:
        assert isinstance(self.kind, SourceKind), "it lacks a member of engine.plugins.SourceKind"
        assert self.kind.sureness in Sureness, "it does not say how sure its shape is"
        profile(self.kind.rights)
        assert all(option.help for option in self.kind.options.values()), "an option does not say what it is"
        unknown = self.given("http://127.0.0.1:1").keys() - self.kind.options.keys()
        assert not unknown, f"it is given what it has no option for: {', '.join(sorted(unknown))}"

    def goes_on_anywhere(self) -> None:
        with self.playing() as (make, _):
            check_collector(make)

    def contents(self) -> None:
        batches = self.batches()
        ids = sorted(each.external_id for each in _records(batches))
        assert ids == sorted(self.expected.ids), f"it told of {ids}"
        assert all(batch.resume is None for batch in batches[:-1]), (
            "only the last batch says where the next sync starts"
        )
        reported = [batch.reported for batch in batches if batch.reported is not None]
        assert self.expected.reported is None or set(reported) == {self.expected.reported}, f"it reported {reported}"

    def storms(self) -> None:
        """Whatever fails at whichever call is told as RetryLaterError, at once, and nothing is lost by it."""
        with self.playing() as (make, server):
            wanted = _records(make().collect(None))
            calls = server.calls
        for fault in STORMS:
            for call in range(calls):
                with self.playing(Faults(script={call: fault}, retry_after=3)) as (make, server):
                    read, error, asked = _until_it_fails(make, server)
                    assert isinstance(error, RetryLaterError), f"{fault} at call {call} became {error!r}"
                    assert asked == call + 1, f"after {fault} at call {call} it asked again by itself"
                    assert fault is not Fault.BUSY or error.retry_after == 3, "it lost the Retry-After"
                    cursor = read[-1].cursor if read else None
                    again = [*_records(read), *_records(make().collect(cursor))]
                    assert again == wanted, f"after {fault} at call {call} it gave other records"

    def bad_bodies(self) -> None:
        for fault in BAD_BODIES:
            patience = IMPATIENCE if fault is Fault.SLOW else PATIENCE
            with self.playing(Faults(script={0: fault}), patience=patience) as (make, server):
                _, error, _ = _until_it_fails(make, server)
            assert isinstance(error, SourceError), f"a {fault} body became {error!r}"

    def malformed(self) -> None:
        problems = [each for batch in self.batches() for each in batch.problems]
        assert len(problems) == self.expected.malformed, f"{len(problems)} problems: {problems}"
        places = [each.path for each in problems]
        assert all(places), "a problem does not say where it is"
        assert len(set(places)) == len(places), f"two problems are at one place: {places}"

    def values(self) -> None:
        reviews = self._reviews()
        wanted = self.expected
        stars = {each: reviews[each].rating for each in wanted.hundredths}
        found = {each: rating and rating.hundredths for each, rating in stars.items()}
        assert found == wanted.hundredths, f"the ratings on 1 to 5 are {found}"
        originals = {each: reviews[each].rating for each in wanted.originals}
        said = {each: f"{rating.value} of {rating.best}" for each, rating in originals.items() if rating}
        assert said == wanted.originals, f"the ratings on their own scale are {said}"
        written = {each: reviews[each].written_at for each in wanted.written_at}
        assert written == wanted.written_at, f"they were written at {written}"
        bodies = {each: reviews[each].body for each in wanted.bodies}
        assert bodies == wanted.bodies, f"the texts are {bodies}"

    def standings(self) -> None:
        batches = self.batches()
        hidden = sorted(each.external_id for each in _records(batches) if each.standing is Standing.HIDDEN)
        assert hidden == sorted(self.expected.hidden), f"not public are {hidden}"
        deleted = sorted(each for batch in batches for each in batch.deleted)
        assert deleted == sorted(self.expected.deleted), f"deleted are {deleted}"

    def foreign_cursor(self) -> None:
        """A cursor that an older version wrote, or another kind of source, does no harm."""
        for cursor in ("", "0", "page 2", '{"page": -1}', "[]", "\ud83d", "9" * 40):
            with self.playing() as (make, server):
                _, error, _ = _until_it_fails(make, server, cursor)
            assert error is None or isinstance(error, SourceError), f"the cursor {cursor!r} became {error!r}"

    def secrets(self) -> None:
        given = self.given("http://127.0.0.1:1")
        secrets = {given[name] for name, option in self.kind.options.items() if option.is_secret and given.get(name)}
        in_url = self.expected.secret_in_url
        for fault in (None, *STORMS, Fault.MALFORMED):
            # What urllib3 tells a debugger is the address, whatever is in it.
            with (
                _listening("urllib3" if in_url else None) as heard,
                self.playing(Faults(script={1: fault} if fault else {})) as (make, server),
            ):
                read, error, _ = _until_it_fails(make, server)
                said = [*heard, *map(repr, read), *([str(error)] if in_url else _chain(error)), repr(make())]
            asked = [] if in_url else [f"{each.path} {each.query}" for each in server.asked]
            for secret in secrets:
                assert not any(secret in each for each in said), "a secret is told in a log, error, cursor or payload"
                assert not any(secret in each for each in asked), "a secret stands in an address"

    def _reviews(self) -> dict[str, Review]:
        """What intake makes of the records, by external id; those it refuses are left out."""
        rights = profile(self.kind.rights)
        source = Source(id=SourceId("conformance"), collector=self.kind.name, rights=rights)
        consent = declared_consent(rights, proof="conformance", now=self.expected.now)
        rules = Rules(longest_text=20_000, longest_line=300, timezone=self.expected.timezone, detect=lambda _: None)
        reviews: dict[str, Review] = {}
        for record in _records(self.batches()):
            cleaned, _ = clean(record, source, consent, rules, self.expected.now)
            if cleaned is not None:
                reviews[record.external_id] = cleaned.review
        return reviews


def _until_it_fails(
    make: Callable[[], Collector], server: SourceServer, cursor: str | None = None
) -> tuple[list[Batch], PlauditError | None, int]:
    """The batches before a failure, the failure, and how many calls there were by then."""
    read: list[Batch] = []
    try:
        for batch in make().collect(cursor):
            read.append(batch)  # noqa: PERF402 - what came before the failure is what is wanted
    except PlauditError as error:
        return read, error, server.calls
    return read, None, server.calls


def _chain(error: BaseException | None) -> Iterator[str]:
    """What an error says, and those it was raised from."""
    while error is not None:
        yield f"{error!r} {error}"
        error = error.__cause__ or error.__context__


class _Ear(logging.Handler):
    def __init__(self, deaf_to: str | None) -> None:
        super().__init__()
        self.heard: list[str] = []
        self._deaf_to = deaf_to

    def emit(self, record: logging.LogRecord) -> None:
        if self._deaf_to is None or not record.name.startswith(self._deaf_to):
            self.heard.append(record.getMessage())


@contextmanager
def _listening(deaf_to: str | None) -> Iterator[list[str]]:
    """Everything that is logged meanwhile, but for one library."""
    handler = _Ear(deaf_to)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler.heard
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def _records(batches: Iterable[Batch]) -> Sequence[Record]:
    return [record for batch in batches for record in batch.records]
