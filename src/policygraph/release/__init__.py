"""A release: a folder with one graph in every syntax, tables, catalogue, report and manifest.

``building`` writes one; ``Release.open`` reads one.
"""

from ..rdf.serialise import in_syntax
from .checksum_file import Written, digest
from .manifest import Input, Manifest, Release

__all__ = ["Input", "Manifest", "Release", "Written", "digest", "in_syntax"]
