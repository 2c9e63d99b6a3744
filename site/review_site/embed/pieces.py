"""Finds a snippet in the view that is asked for, and gives it the form that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain import Collection, CollectionId, Locale, Scope, SnippetKey, Subject, SubjectId, Topic, TopicId, View
from engine.errors import BadValueError, NotFoundError
from review_site.asking import asked_locale, asked_topic_locale, instance
from review_site.embed.addresses import asset_address
from review_site.embed.options import Options
from review_site.embed.wrapping import isolated, themed, without_markup
from review_site.wiring import now

HTML = "text/html"
STYLE_SHEET = "plaudit.css"
DEFAULT_VIEW = View()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One snippet, in a locale in which its page is published."""

    about: Subject | Topic | Collection
    scope: Scope
    name: str
    locale: Locale


def wanted(scope: Scope, scope_id: str, name: str, locale: str | None = None) -> Wanted:
    """What a request means; ``locale`` counts where its query names none.

    Raises NotFoundError where there is no such subject, topic or collection, or where it is in another language;
    BadValueError for a language that is not published.
    """
    about: Subject | Topic | Collection
    with instance().store.reading() as transaction:
        match scope:
            case Scope.SUBJECT:
                about = transaction.subjects.find(SubjectId(scope_id))
            case Scope.TOPIC:
                about = transaction.topics.find(TopicId(scope_id))
            case Scope.COLLECTION:
                about = transaction.collections.find(CollectionId(scope_id))
    spoken = asked_topic_locale(about, locale) if isinstance(about, Topic) else asked_locale(locale)
    return Wanted(about=about, scope=scope, name=name, locale=spoken)


def found(asked: Wanted, view: View = DEFAULT_VIEW) -> str:
    """The HTML of a snippet: the stored one in the default view, any other view built at this moment, without JSON-LD.

    Raises NotFoundError where there is none or where the checker keeps its page back, BadValueError where the name is
    of no HTML that stands in a page.
    """
    _refuse_what_is_no_part(asked.name)
    html = _stored(asked) if view.is_default else without_markup(_built(asked, view))
    if not html:
        raise NotFoundError(f"there is nothing to say as {asked.name} about {asked.about.id} in {asked.locale}")
    return html


def shaped(html: str, options: Options) -> str:
    """The snippet as the options want it."""
    if not options.is_marked_up:
        html = without_markup(html)
    if options.is_isolated:
        return isolated(html, asset_address(instance().settings, STYLE_SHEET), options.theme)
    return themed(html, options.theme)


def _refuse_what_is_no_part(name: str) -> None:
    maker = next((each for each in instance().publisher.generators if each.name == name), None)
    if maker is None:
        raise NotFoundError(f"no snippet is called {name!r}")
    if not maker.media_type.startswith(HTML) or name == "page":
        raise BadValueError(f"{name} is no part of a page: it has one view and no options")


def _stored(asked: Wanted) -> str:
    key = SnippetKey(scope=asked.scope, scope_id=asked.about.id, name=asked.name, locale=asked.locale)
    with instance().store.reading() as transaction:
        snippet = transaction.snippets.find(key)
    return snippet.body.decode() if snippet else ""


def _built(asked: Wanted, view: View) -> str:
    with instance().store.reading() as transaction:
        blocked = transaction.snippets.blocked(asked.about.id, asked.scope).get((asked.about.id, asked.locale), ())
    if blocked:
        raise NotFoundError(f"{asked.name} is not published in {asked.locale}: {blocked[0].message}")
    draft = instance().publisher.view(asked.about.id, asked.locale, view, asked.name, now(), asked.scope)
    return draft.body if draft else ""
