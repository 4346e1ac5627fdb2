"""The errors that a user can meet, each one sentence: what, where, and the cure.

::

    PolicygraphError
      + SourceError            a source that cannot be read at all: bytes, hash, source.toml
        - NotUnderstood        words of a source that no rule covers, with their Place
        - TextLost             characters that no record, heading or furniture claims
      + ShapesError            shapes that are broken, or that target nothing
      + QueryError             an unknown canned query, or a parameter of the wrong type
        - UnknownThing         words or an IRI in a parameter that nothing in the data has
        - NoReceipt            a query, or a row of its answer, for which there is no receipt
      + ReleaseError           a folder that is no release, or one that is not what its manifest says
      + MappingError           a mapping file that cannot be read
      + StoreError             a triple store that refuses, stays away, or changed what it was given
      + EngineError            a query from outside that an engine gives no answer to
        - QueryRejected        not understood, or forbidden: an update, SERVICE, a graph that is not here
        - QueryTooLong         more bytes than a query may have
        - AnswerTooLarge       more rows or bytes than an answer may have
        - NotRepresentable     an answer with characters or names that the wanted format cannot carry
        - QueryStopped         a query that took too much time or memory, or cost its process
        - EngineBusy           every place for queries is taken: the same query may be answered later
        - EngineUnavailable    no engine can answer now: the data are being loaded, the store stays away
      + ServerError            the publisher cannot start, or a page cannot be made
      + MissingExtra           an optional part of the installation that a command needs

The command line prints the sentence and exits 2; nobody sees a traceback for one of these.
Data that do not conform to the shapes are no error but a report (exit 1).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """Where in a source something stands: file, page as printed or counted, line from 1, and the words."""

    file: str
    page: int | None
    line: int
    words: str

    def __str__(self) -> str:
        page = f", page {self.page}" if self.page is not None else ""
        words = self.words if len(self.words) <= 80 else self.words[:79] + "…"
        return f"{self.file}{page}, line {self.line}, “{words}”"


class PolicygraphError(Exception):
    """The root of the family; its text is the sentence that a user reads."""


class SourceError(PolicygraphError):
    """A source that cannot be read at all."""


class NotUnderstood(SourceError):
    """Words of a source that no rule covers; ``place`` says where they stand."""

    def __init__(self, what: str, place: Place, cure: str) -> None:
        super().__init__(f"{what} ({place}): {cure}")
        self.what, self.place, self.cure = what, place, cure

    def __reduce__(self) -> tuple[type[NotUnderstood], tuple[str, Place, str]]:
        """How it comes home from a worker process: an exception is otherwise rebuilt from its text alone."""
        return type(self), (self.what, self.place, self.cure)


class TextLost(NotUnderstood):
    """Characters of a source that no record, heading, table word or furniture claims."""


class ShapesError(PolicygraphError):
    """Shapes that are broken, or that target nothing in the data."""


class QueryError(PolicygraphError):
    """An unknown canned query, or a parameter that does not have its type."""


class UnknownThing(QueryError):
    """A value of a parameter that names nothing in the data; ``words`` are the value."""

    def __init__(self, sentence: str, words: str) -> None:
        super().__init__(sentence)
        self.words = words


class NoReceipt(QueryError):
    """A query of a form that has no receipts, or data from which none can be made."""


class ReleaseError(PolicygraphError):
    """A folder that is no release, or one whose files are not what its manifest says."""


class MappingError(PolicygraphError):
    """A mapping file that cannot be read."""


class StoreError(PolicygraphError):
    """A triple store that refuses, stays away, or changed what it was given."""


class EngineError(PolicygraphError):
    """A query that an engine gives no answer to; ``retry_after`` (seconds) says when it may succeed, if ever."""

    def __init__(self, sentence: str, *, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class QueryRejected(EngineError):
    """A query that is not understood, or that asks for what is forbidden: an update, SERVICE, a foreign graph."""


class QueryTooLong(EngineError):
    """A query of more bytes than a query may have."""


class AnswerTooLarge(EngineError):
    """An answer of more rows or bytes than an answer may have; none of it is sent."""


class NotRepresentable(EngineError):
    """An answer with characters or names that the wanted format cannot carry."""


class QueryStopped(EngineError):
    """A query that was stopped: it took too much time or memory, or cost its process."""


class EngineBusy(EngineError):
    """Every place for queries, or for large answers, is taken."""


class EngineUnavailable(EngineError):
    """No engine can answer now: the data are being loaded, or the store behind the endpoint stays away."""


class ServerError(PolicygraphError):
    """The publisher cannot start, or cannot make a page."""


class MissingExtra(PolicygraphError):
    """An optional part of the installation is missing; the sentence names the extra that brings it."""


def readable(path: Path) -> str:
    """The path as a user would type it: relative to the working directory where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
