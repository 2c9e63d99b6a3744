"""The engine: the words, the rules and the store of Plaudit; it knows none of its plugs by name."""
