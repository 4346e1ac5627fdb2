"""A release: a folder with one graph in every syntax, tables, catalogue, report and manifest.

``building`` writes one; ``Release.open`` reads one.
"""

from .hashed import Written, digest
from .manifest import Input, Manifest, Release
from .syntaxes import in_syntax

__all__ = ["Input", "Manifest", "Release", "Written", "digest", "in_syntax"]
