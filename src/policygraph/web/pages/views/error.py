"""What went wrong, as a page in the visitor's language: no engine is asked, so that it can always be shown."""

from __future__ import annotations

from ...viewmodels.context import PageContext
from ...viewmodels.localized_text import LocalizedText
from ..page import Page


def trouble(visit: PageContext, status: int, sentence: str, *, general: bool = False) -> Page:
    """The page for a problem; ``sentence`` says what and the cure, in English where it comes from
    deeper down; where it is ``general``, it says no more than the status, and the page says it in its own words.
    """
    title = visit.words.maybe(f"error.{status}") or visit.words("error.other")
    ours = visit.words.maybe(f"error.sentence_{status}") if general else None
    language = visit.language if ours else getattr(sentence, "language", "en")
    return Page(
        "trouble.html", title, {"said": LocalizedText(ours or sentence, language), "status": status}, status
    )
