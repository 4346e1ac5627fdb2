"""What went wrong, as a page in the visitor's language: no engine is asked, so that it can always be shown."""

from __future__ import annotations

from .page import Page
from .visit import Visit


def trouble(visit: Visit, status: int, sentence: str) -> Page:
    """The page for a problem; ``sentence`` says what and the cure, in English where it comes from deeper down."""
    title = visit.words.maybe(f"error.{status}") or visit.words("error.other")
    return Page("trouble.html", title, {"sentence": sentence, "status": status}, status)
