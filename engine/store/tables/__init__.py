"""The tables, as SQLAlchemy sees them; a migration makes each of them, and a test holds the two together.

Times are UTC, kept as microseconds since 1970 (one integer compares and sorts the same on every database). What is only
ever read back whole is JSON text; what is searched, counted or sorted has a column.
"""

from __future__ import annotations

from engine.store.tables.access import (
    account,
    answered_request,
    api_key,
    audit,
    login_link,
    session,
    signal,
    tombstone,
)
from engine.store.tables.base import metadata
from engine.store.tables.delivering import delivery, subscription
from engine.store.tables.journal import event, mark, setting
from engine.store.tables.measured import served
from engine.store.tables.mined import (
    faq_decision,
    faq_entry,
    mining_model,
    phrase,
    profile_share,
    question,
    text_summary,
    topic,
    topic_review,
)
from engine.store.tables.published import blocked, monitored_page, page_finding, quoted, snippet
from engine.store.tables.reading import ask, cursor, hook_receipt, source_calls, source_run, source_seen
from engine.store.tables.reviews import (
    contact,
    earlier_decision,
    earlier_text,
    media,
    media_file,
    own_reply,
    rating_summary,
    raw_record,
    reply_draft,
    review,
    source,
    subject,
)
from engine.store.tables.searched import search_change, search_gone, search_review
from engine.store.tables.selected import collection, collection_review, flag, saved_search

__all__ = [
    "account",
    "answered_request",
    "api_key",
    "ask",
    "audit",
    "blocked",
    "collection",
    "collection_review",
    "contact",
    "cursor",
    "delivery",
    "earlier_decision",
    "earlier_text",
    "event",
    "faq_decision",
    "faq_entry",
    "flag",
    "hook_receipt",
    "login_link",
    "mark",
    "media",
    "media_file",
    "metadata",
    "mining_model",
    "monitored_page",
    "own_reply",
    "page_finding",
    "phrase",
    "profile_share",
    "question",
    "quoted",
    "rating_summary",
    "raw_record",
    "reply_draft",
    "review",
    "saved_search",
    "search_change",
    "search_gone",
    "search_review",
    "served",
    "session",
    "setting",
    "signal",
    "snippet",
    "source",
    "source_calls",
    "source_run",
    "source_seen",
    "subject",
    "subscription",
    "text_summary",
    "tombstone",
    "topic",
    "topic_review",
]
