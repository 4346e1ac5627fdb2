"""A release: a folder with one graph in every syntax, tables, catalogue, report and manifest.

``writing.write_release`` writes one; ``Release.open`` reads one.
"""

from .checksum_file import FileDigest, digest
from .manifest import Input, Manifest, Release, Stream

__all__ = ["FileDigest", "Input", "Manifest", "Release", "Stream", "digest"]
