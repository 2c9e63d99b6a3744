"""The page, and the webhook of Plaudit."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls

urlpatterns = [path("plaudit/", include("wagtail_plaudit.urls")), path("", include(wagtail_urls))]
