"""Where reviews come from: the state of each source, its rights, how a record was read, and bringing a file in."""
