"""Settings of the example site: SQLite and a cache in files, in the folder that EXAMPLE_DATA names."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PLAUDIT = {
    "URL": os.environ.get("PLAUDIT_URL", "http://127.0.0.1:8300"),
    "SECRETS": os.environ.get("PLAUDIT_SECRETS", "").split(),
    "FRESH_FOR": float(os.environ.get("PLAUDIT_FRESH_FOR", "60")),
}

DATA = Path(os.environ.get("EXAMPLE_DATA", Path(__file__).parent.parent / "data"))
DATA.mkdir(exist_ok=True)
# Nobody signs in to this site.
SECRET_KEY = secrets.token_urlsafe()
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = [
    "example_site",
    "wagtail_plaudit",
    "wagtail.embeds",
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "example_site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "site.sqlite3"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA / "cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "/static/"
WAGTAIL_SITE_NAME = "Example"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
WAGTAILEMBEDS_FINDERS = [{"class": "wagtail_plaudit.finder"}, {"class": "wagtail.embeds.finders.oembed"}]
