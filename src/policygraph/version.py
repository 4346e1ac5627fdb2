"""The version of the package; pyproject.toml reads it from here."""

VERSION = "0.1.0"

MODEL = 2
"""What a release must say for our queries to find it: raised when they ask for what an earlier one did not say.

1: no number in the manifest; 2: ``dct:isPartOf``, ``pg:inSector``, translations, the rows of mappings.
"""
