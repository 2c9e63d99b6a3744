"""Reviews kept by the WordPress plugin Site Reviews, by its REST API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.api import Api, about, as_received, base_of, basic, chosen, given, given_with
from collectors.fields import as_utc, first, identity, text, texts, truth, whole
from collectors.wordpress import WordPressList, standing_of
from engine.domain import Record, Standing
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness


class SiteReviews:
    name = "site_reviews"
    rights = "wordpress"
    sureness = Sureness.DOCUMENTED
    options: Mapping[str, Option] = {
        "base_url": Option(help="the address of the site, like https://shop.example"),
        "user": Option(help="a user who may edit reviews"),
        "password": Option(help="an application password of that user", is_secret=True),
        "subject": Option(help="what reviews are about that are assigned to no post", default=""),
        "subject_type": Option(help="the schema.org type of that subject", default="Organization"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        headers = {"Authorization": basic(options["user"], options["password"])}
        subject = {name: options[name] for name in ("subject", "subject_type")} if options["subject"] else {}
        return WordPressList(
            name=self.name,
            api=Api(base=base_of(options["base_url"]), http=http, headers=headers),
            path="/wp-json/site-reviews/v1/reviews",
            params={"context": "edit", "status": "all"},
            read=about(subject, read),
            moment="",
        )


KIND = SiteReviews()


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review, about the first post that it is assigned to; 0 is the plugin's word for no rating."""
    rating = whole(raw, "rating")
    posts = texts(raw, "assigned_posts")
    is_modified = truth(raw, "is_modified")
    return Record(
        fields=given(
            {
                "subject": posts[0] if posts else "",
                "author": text(raw, "name"),
                "rating": str(rating) if rating else "",
                "rating_best": "5" if rating else "",
                "title": text(raw, "title"),
                "body": text(raw, "content"),
                "written_at": as_utc(text(raw, "date_gmt")) or first(raw, "date"),
                "updated_at": as_utc(text(raw, "modified_gmt")) if is_modified else "",
                # Whoever runs the site says so by hand; that the subject was bought is not part of it.
                "verified": "customer" if truth(raw, "is_verified") else "",
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "email"), "ip": text(raw, "ip_address")}) or None,
        replies=given_with("body", [{"body": text(raw, "response")}]),
        standing=_standing(raw),
    )


def _standing(raw: Mapping[str, Any]) -> Standing:
    standing = standing_of(text(raw, "status"))
    is_approved = truth(raw, "is_approved", default=True)
    return Standing.HIDDEN if standing is Standing.PUBLIC and not is_approved else standing
