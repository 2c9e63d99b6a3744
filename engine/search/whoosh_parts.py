"""What we take of Whoosh: imported here alone, without the warnings that its age brings."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # 2.7.4 is from 2016: Python warns of how it writes, and raises that under -W error.
    warnings.filterwarnings("ignore", "invalid escape sequence")
    warnings.filterwarnings("ignore", '"is" with')
    from whoosh import columns, fields, formats
    from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3TermsReader
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex, LockError
    from whoosh.reading import SegmentReader
    from whoosh.util.filelock import FileLock

__all__ = [
    "FileIndex",
    "FileLock",
    "FileStorage",
    "LockError",
    "SegmentReader",
    "W3Codec",
    "W3LeafMatcher",
    "W3TermsReader",
    "columns",
    "fields",
    "formats",
]
