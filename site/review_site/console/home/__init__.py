"""The first page of the console: what needs somebody now."""
