"""What the validator found, written for people and programs: pure functions from reports to text, one module a format.

Each has ``write(checked) -> Iterator[str]``: pieces of text that are the document when they are joined, given away as
soon as they are known.
"""
