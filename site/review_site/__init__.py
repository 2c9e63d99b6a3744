"""The two doors of Plaudit, HTTP and the `plaudit` command, and the only place where things are wired together."""
