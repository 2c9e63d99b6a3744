"""Comments of a WordPress site, by its REST API: the ones that answer a post, not those that answer each other.

https://developer.wordpress.org/rest-api/reference/comments/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.api import Api, as_received, base_of, basic, chosen, given
from collectors.fields import as_utc, first, identity, inner, rows, text
from collectors.platforms import SUBJECT_OPTIONS, named_by
from collectors.wordpress import WordPressList, standing_of
from engine.domain import Record, Standing
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness


class WordPressComments:
    name = "wordpress_comments"
    rights = "wordpress"
    sureness = Sureness.MEMORY
    options: Mapping[str, Option] = {
        "base_url": Option(help="the address of the site, like https://blog.example"),
        "user": Option(help="a user who may moderate comments; without one only public comments are read", default=""),
        "password": Option(help="an application password of that user", default="", is_secret=True),
        "post": Option(help="the number of the post whose comments are read; all posts when empty", default=""),
        **SUBJECT_OPTIONS,
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        # A comment under a comment is counted by the site as well: asked for all, no reading would ever be complete.
        params = {"orderby": "date_gmt", "parent": "0", "_embed": "up"}
        headers: dict[str, str] = {}
        if options["post"]:
            params["post"] = options["post"]
        if options["user"]:
            params |= {"status": "all", "context": "edit"}
            headers["Authorization"] = basic(options["user"], options["password"])
        return WordPressList(
            name=self.name,
            api=Api(base=base_of(options["base_url"]), http=http, headers=headers),
            path="/wp-json/wp/v2/comments",
            params=params,
            read=named_by(options, read),
            moment="date_gmt",
        )


KIND = WordPressComments()
# A shop keeps its reviews among its comments.
_KINDS = frozenset({"", "comment", "review"})


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a comment, about the post it stands under; what answers a comment, and a ping, stays hidden."""
    is_a_word_about_the_post = text(raw, "parent") in ("", "0") and text(raw, "type") in _KINDS
    link = text(raw, "link")
    return Record(
        fields=given(
            {
                "subject": identity(raw, "post"),
                "subject_name": _title_of_post(raw),
                "subject_url": link.partition("#")[0],
                "subject_type": "CreativeWork",
                "author": text(raw, "author_name"),
                "body": text(raw, "content.rendered"),
                "written_at": as_utc(text(raw, "date_gmt")) or first(raw, "date"),
                "url": link,
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "author_email"), "ip": text(raw, "author_ip")}) or None,
        standing=standing_of(text(raw, "status")) if is_a_word_about_the_post else Standing.HIDDEN,
    )


def _title_of_post(raw: Mapping[str, Any]) -> str:
    """Of the post that the site embeds; empty where it embeds none."""
    return next((text(post, "title.rendered") for post in rows(inner(raw, "_embedded"), "up")), "")
