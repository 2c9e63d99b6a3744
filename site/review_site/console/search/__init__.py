"""Search for writers: the index with its facets, quotes to take along, saved searches and shortlists."""
