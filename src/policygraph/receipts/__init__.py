"""Receipts: for each row of an answer the statements that give it, and the words that these rest on.

A receipt of a row has (a) a smallest set of statements that give the row, each as a line of the release's
canonical N-Quads with the quotes that it rests on: file, SHA-256, pages, code points and words; (b) for what the
row rests on *not* being there the pattern that was looked for; (c) for an aggregate the statements of each member.
Whoever has the release and the source files can check it without us: docs/reference/receipts.md has a program for
that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answers import FORM, Receipt, Receipts, answer_rows, receipts

__all__ = ["FORM", "Receipt", "Receipts", "answer_rows", "receipts"]


def __getattr__(name: str) -> Any:
    """Import rdflib, which reads a query here, only where receipts are made: a server has them made elsewhere."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import answers

    return getattr(answers, name)
