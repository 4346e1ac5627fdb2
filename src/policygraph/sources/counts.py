"""What a person counted in a document and wrote into source.toml, held against what was read of it.

Rows, headings and section labels: a row can be lost without a trace, and so can a heading, whose rows would then
stand below the one above. A module below 60 lines, since reading and checking both need it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from .folder import SourceRules

Counted = Literal["rows", "headings", "labels"]
COUNTED: tuple[Counted, ...] = ("rows", "headings", "labels")
CURE = "the text is cut off or changed; correct source.toml only after counting by hand."


class CountDifference(NamedTuple):
    """A count of one annex or part (``key``) that is not the one of source.toml."""

    key: str
    what: Counted
    number: int
    expected: int

    def __str__(self) -> str:
        return f"{self.key} has {self.number} {self.what} where source.toml counts {self.expected}"


def count_differences(
    rules: SourceRules, counts: Mapping[str, Mapping[Counted, int]]
) -> Iterator[CountDifference]:
    """Yield each count of source.toml that the document does not have; ``counts`` are what it has, by part.

    What ``counts`` does not tell of a part that it has is not compared.
    """
    for what in COUNTED:
        for key, expected in getattr(rules, what).items():
            number = counts[key].get(what, expected) if key in counts else 0
            if number != expected:
                yield CountDifference(key, what, number, expected)
