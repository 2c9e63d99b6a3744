"""The validator: structured data that is pasted, fetched or named by a sitemap, and the pages that are watched."""
