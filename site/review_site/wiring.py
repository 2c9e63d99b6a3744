"""Puts one instance together from its configuration; the only place that builds things, reads the clock and chance."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine.budget import Pace
from engine.config import DEFAULT_CONFIG, Config, read_config
from engine.domain import PublishSettings, Review, StaticSite
from engine.fields import Rules
from engine.handing_in import Counter
from engine.http import GuardedSession
from engine.language import Detector
from engine.language_model import LARGEST, LanguageModel
from engine.mining_run import Miner
from engine.moderation import Moderation
from engine.monitor import Monitor
from engine.opinion_training import Trainer
from engine.outbox import Handler, Outbox, Work
from engine.plugins import load_generators, load_kinds
from engine.profiling import Profiler
from engine.publish import Publisher
from engine.rewording import Rewriter
from engine.search.projection import Indexer
from engine.search.protocol import Index
from engine.search.quotability import quotability
from engine.search.searching import Searching
from engine.search.synonyms import read_synonyms
from engine.store import Store, Transaction
from engine.submitting import Desk
from engine.topics_run import TopicKeeper
from review_site.assets import Assets, find_assets
from review_site.data_folder import prepare_data_dir, read_secret
from review_site.form.tokens import Tokens
from review_site.imports_at_work import ImportsAtWork
from review_site.kept_reports import KeptReports
from review_site.method.facts import DecisionCount
from review_site.owners import new_owner
from review_site.privacy import Privacy
from review_site.settings_changes import AUTOMATIC, mark_drafts, mark_pages, mark_phrases
from review_site.site_runs import SiteRuns
from review_site.sources_at_work import SourcesAtWork
from schema_markup.check import BundleChecker
from schema_markup.monitored import PageJudge

if TYPE_CHECKING:
    from engine.insights import FactsKept

CONFIG_VARIABLE = "PLAUDIT_CONFIG"
DATA_VARIABLE = "PLAUDIT_DATA"
SERVER_VARIABLE = "PLAUDIT_SERVER"
INDEX = "search"
"""The folder of the index of words, in the data folder; it can be thrown away."""
CHANCE = secrets.SystemRandom().random
TURN = timedelta(seconds=10)
"""How long a worker collects from one source before other work has its turn."""
LONGEST_TURN_WAIT = 2.0
"""Seconds that a worker waits for a source before it does other work."""


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Instance:
    """One company's Plaudit: its configuration and everything that is built from it."""

    config: Config
    config_path: Path | None
    store: Store
    assets: Assets
    static: StaticSite | None = None
    """Set while this instance is written as files, which are at the base URL of its configuration then."""
    other_index: Index | None = None
    """Used in place of the one in the data folder."""

    @cached_property
    def settings(self) -> PublishSettings:
        return PublishSettings(
            static=self.static,
            base_url=self.config.site_base_url,
            site_name=self.config.site_name,
            locales=self.config.site_locales,
            timezone=self.config.site_timezone,
            reviews_per_list=self.config.publish_reviews_per_list,
            automatic_approval=bool(self.config.approve),
            automatic_answers=self.has_automatic_answers,
            assets={name: self._below(address) for name, address in self.assets.addresses.items()},
            forms=tuple(self.config.forms.values()),
        )

    def _below(self, address: str) -> str:
        """A path of this site; a static one may begin below the root of its host."""
        return urlsplit(self.config.site_base_url).path + address if self.static else address

    @cached_property
    def publisher(self) -> Publisher:
        return Publisher(
            store=self.store, generators=load_generators(), checker=BundleChecker(), settings=self.settings
        )

    @cached_property
    def miner(self) -> Miner:
        return Miner(
            store=self.store,
            languages=self.config.languages,
            phrases=self.config.mining_phrases,
            questions=self.config.mining_questions,
            has_automatic_answers=self.has_automatic_answers,
            topics_delay=self.topics_delay,
            timezone=self.settings.timezone,
            rewording=self.rewriter,
        )

    @cached_property
    def rewriter(self) -> Rewriter | None:
        """What asks the language model; None in an instance without one."""
        config = self.config
        if not config.language_model_url:
            return None
        seconds = config.language_model_timeout
        model = LanguageModel(
            url=config.language_model_url,
            model=config.language_model_model,
            key=config.language_model_key,
            session=GuardedSession(config.http_allow, timeout=seconds, max_bytes=LARGEST, max_redirects=0),
        )
        return Rewriter(
            store=self.store,
            model=model,
            calls_a_day=config.language_model_calls_a_day,
            longest=timedelta(seconds=seconds),
        )

    @cached_property
    def profiler(self) -> Profiler:
        return Profiler(store=self.store, languages=self.config.languages)

    @cached_property
    def trainer(self) -> Trainer:
        return Trainer(store=self.store, languages=self.config.languages)

    @cached_property
    def topic_keeper(self) -> TopicKeeper:
        return TopicKeeper(store=self.store)

    @cached_property
    def monitor(self) -> Monitor:
        return Monitor(
            store=self.store,
            judge=PageJudge(),
            allow=self.config.http_allow,
            every=timedelta(hours=self.config.monitor_every_hours),
        )

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(store=self.store, owner=new_owner(), clock=now)

    @cached_property
    def handlers(self) -> Mapping[Work, Handler]:
        return {
            Work.MINE: lambda lease: self.miner.mine(lease, now()),
            Work.PROFILE: lambda lease: self.profiler.refresh(lease, now()),
            Work.TOPICS: lambda lease: self.topic_keeper.regroup(lease, now()),
            Work.PUBLISH: lambda lease: self.publisher.publish(lease, now()),
            Work.MONITOR: lambda lease: self.monitor.look(lease, now()),
            Work.VALIDATE: lambda lease: self.site_runs.go_on(lease, a_turn().is_over),
            Work.COLLECT: lambda lease: self.sources.collect(lease, a_turn()),
            Work.IMPORT: lambda lease: self.imports.read_on(lease, a_turn().is_over),
            Work.HOOK: self.sources.take_in_hooks,
            Work.REPLY: self.sources.sender.send,
            Work.PRUNE: self.privacy.retention.prune,
            Work.SCRUB: self.privacy.retention.scrub,
        }

    @cached_property
    def index(self) -> Index:
        """Raises ConfigError for synonyms that cannot be read."""
        if self.other_index is not None:
            return self.other_index
        # Imported here: most commands look for no words, and load a third faster without it.
        from engine.search.whoosh_index import WhooshIndex  # noqa: PLC0415

        path = self.config.search_synonyms
        return WhooshIndex(self.config.data_dir / INDEX, read_synonyms(Path(path)) if path else None)

    @cached_property
    def indexer(self) -> Indexer:
        return Indexer(store=self.store, index=self.index, clock=now, quotability=_quotability)

    @cached_property
    def searching(self) -> Searching:
        return Searching(index=self.index, settings=self.settings)

    @cached_property
    def site_runs(self) -> SiteRuns:
        folder = self.config.data_dir / "validator" / "runs"
        return SiteRuns(folder=folder, store=self.store, allow=self.config.http_allow, clock=now)

    @cached_property
    def kept_reports(self) -> KeptReports:
        return KeptReports(self.config.data_dir / "validator" / "reports")

    @cached_property
    def sources(self) -> SourcesAtWork:
        return SourcesAtWork(
            store=self.store,
            settings=self.config.sources,
            rules=self.rules,
            policy=self.config.approve,
            mining_delay=self.mining_delay,
            allow=self.config.http_allow,
            clock=now,
            seal=self.privacy.seal,
        )

    @cached_property
    def imports(self) -> ImportsAtWork:
        return ImportsAtWork(
            store=self.store,
            folder=self.config.data_dir,
            rules=self.rules,
            policy=self.config.approve,
            mining_delay=self.mining_delay,
            profile_delay=self.profile_delay,
            collected=self.config.sources,
            clock=now,
            seal=self.privacy.seal,
        )

    @cached_property
    def rules(self) -> Rules:
        return Rules(
            longest_text=self.config.intake_longest_text,
            longest_line=self.config.intake_longest_line,
            timezone=self.config.site_timezone,
            detect=Detector(self.config.languages).detect,
        )

    @cached_property
    def desk(self) -> Desk:
        return Desk(
            store=self.store,
            rules=self.rules,
            policy=self.config.approve,
            mining_delay=self.mining_delay,
            seal=self.privacy.seal,
        )

    @cached_property
    def decisions(self) -> DecisionCount:
        return DecisionCount()

    @cached_property
    def facts(self) -> FactsKept:
        """What figures are made of, kept from one request to the next."""
        # The columns behind it take a tenth of a second to import, and most commands show no figures.
        from engine.insights import FactsKept  # noqa: PLC0415

        return FactsKept()

    @cached_property
    def counter(self) -> Counter:
        return Counter(
            store=self.store,
            rules=self.rules,
            policy=self.config.approve,
            mining_delay=self.mining_delay,
            profile_delay=self.profile_delay,
            collected=self.config.sources.keys(),
            seal=self.privacy.seal,
        )

    @cached_property
    def privacy(self) -> Privacy:
        return Privacy(store=self.store, config=self.config, clock=now)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(read_secret(self.config.data_dir), now)

    @property
    def has_automatic_answers(self) -> bool:
        return self.config.faq_approval == AUTOMATIC

    @property
    def mining_delay(self) -> timedelta:
        return timedelta(seconds=self.config.mining_delay)

    @property
    def profile_delay(self) -> timedelta:
        return timedelta(seconds=self.config.mining_profile_delay)

    @property
    def topics_delay(self) -> timedelta:
        return timedelta(seconds=self.config.mining_topics_delay)

    def moderation(self, transaction: Transaction) -> Moderation:
        """What can be done to reviews at this moment, in a transaction of this instance."""
        return Moderation(
            transaction=transaction,
            now=now(),
            mining_delay=self.mining_delay,
            profile_delay=self.profile_delay,
        )

    def mark_what_settings_changed(self) -> None:
        """Marks what was last built by another program version, or with other settings or plugs."""
        config, fingerprint = self.config, self.publisher.fingerprint(version("plaudit"))
        model = config.language_model_model if config.language_model_url else ""
        with self.store.writing() as transaction:
            mark_drafts(transaction, config.faq_approval, model, now())
            mark_phrases(transaction, str(config.site_timezone), now())
            mark_pages(transaction, fingerprint, now())


def open_instance(config_path: Path | None, data_dir: Path | None, environment: Mapping[str, str]) -> Instance:
    """The instance that a configuration file describes; its folder, secret and tables are made when they are missing.

    Raises ConfigError with every mistake, StoreError when the data folder or the database cannot be used.
    """
    path = config_path or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    config = read_config(path, environment, data_dir, load_kinds)
    prepare_data_dir(config.data_dir)
    return Instance(config=config, config_path=path, store=Store.open(database_url(config)), assets=find_assets())


def _quotability(review: Review) -> int:
    return quotability(review.body, review.language, review.consent).score


def a_turn() -> Pace:
    """The pace of a worker, which has more to do than to collect."""
    end = now() + TURN
    return Pace(wait=Event().wait, chance=CHANCE, longest_wait=LONGEST_TURN_WAIT, is_over=lambda: now() >= end)


def until(stop: Event) -> Pace:
    """The pace of somebody who waits for the result, until told to stop."""
    return Pace(wait=stop.wait, chance=CHANCE, is_over=stop.is_set)


def database_url(config: Config) -> str:
    return config.store_url or f"sqlite:///{config.data_dir.resolve() / 'plaudit.sqlite3'}"


def new_key() -> str:
    """Twenty hexadecimal digits that nobody can guess."""
    return secrets.token_hex(10)
