"""Structured data: what search engines read about reviews, and the checks that keep it valid."""
