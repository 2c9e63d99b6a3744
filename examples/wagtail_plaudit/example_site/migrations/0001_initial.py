"""The table of the page."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import StreamField
from wagtail_plaudit.blocks import ReviewsBlock


class Migration(migrations.Migration):
    initial = True
    dependencies = [("wagtailcore", "0094_alter_page_locale")]
    operations = [
        migrations.CreateModel(
            name="ReviewsPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("body", StreamField([("reviews", ReviewsBlock()), ("embed", EmbedBlock())])),
            ],
            options={"abstract": False},
            bases=("wagtailcore.page",),
        ),
    ]
