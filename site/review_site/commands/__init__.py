"""The verbs of the `plaudit` command, a module for each of its users."""
