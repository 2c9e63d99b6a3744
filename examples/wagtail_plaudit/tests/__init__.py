"""Tests of wagtail_plaudit, run by Django: ``python manage.py test tests``."""
