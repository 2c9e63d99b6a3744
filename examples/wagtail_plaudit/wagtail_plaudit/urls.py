"""``path("plaudit/", include("wagtail_plaudit.urls"))``: the webhook is at ``/plaudit/webhook/`` then."""

from __future__ import annotations

from django.urls import path

from wagtail_plaudit.views import webhook

app_name = "wagtail_plaudit"
urlpatterns = [path("webhook/", webhook, name="webhook")]
