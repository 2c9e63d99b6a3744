"""A Wagtail site of one page, to see the embeds of wagtail_plaudit."""
