"""What the grammar of a language knows of dates, for the reader of entries."""

from __future__ import annotations

from dataclasses import dataclass

from ..deadlines import find_deadlines, parse_deadlines
from ..language import Language


@dataclass(frozen=True, slots=True)
class LanguageDates:
    """Target dates as one language words them."""

    language: Language

    def is_date(self, words: str) -> bool:
        """Whether all of these words are one target date or several."""
        return bool(parse_deadlines(words, self.language))

    def dates_in(self, text: str) -> list[tuple[int, int, tuple[int, int] | None]]:
        """Where target dates stand in running text, and where the words of what each is for."""
        return [(placed.start, placed.end, placed.purpose) for placed in find_deadlines(text, self.language)]
