"""One finding: which rule, on what, why, and where the words stand in the source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from ..errors import Place
from ..rdf.iris import SH

if TYPE_CHECKING:
    from .places import SourceLocator
    from .shapes import Shapes

Term = NamedNode | BlankNode | Literal
Texts = tuple[tuple[str, str], ...]


class Severity(StrEnum):
    """How much a finding weighs: a violation of a core rule, advice, or a remark."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"

    @property
    def weight(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class EngineResult:
    """What an engine says, in terms: ``path`` in SPARQL syntax, ``texts`` by language where it gives any."""

    severity: Severity
    shape: str
    focus: Term
    path: str | None
    value: Term | None
    component: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class FindingSource:
    """Where a finding leads: the row or cell's IRI, its place, and its code points (start, end exclusive)."""

    iri: str
    place: Place
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of validation; ``names`` and ``messages`` hold (language, text), sorted by language."""

    severity: Severity
    shape: str
    focus: Term
    label: str
    path: str | None
    value: Term | None
    component: str
    names: Texts
    messages: Texts
    source: FindingSource | None

    @classmethod
    def of(cls, result: EngineResult, shapes: Shapes, places: SourceLocator) -> Finding:
        """The engine's result with what the shapes say of it, and the place that it leads to."""
        return cls(
            result.severity,
            result.shape,
            result.focus,
            places.label(result.focus),
            result.path,
            result.value,
            result.component,
            shapes.names(result.shape),
            shapes.messages(result.shape, result.component) or result.texts,
            places.source(result.focus),
        )

    @property
    def place(self) -> Place | None:
        """File, page, line and words, where the finding leads to a source."""
        return self.source.place if self.source else None

    @property
    def rule(self) -> str:
        """The shape's local name."""
        return self.shape.rsplit("#", 1)[-1]

    @property
    def constraint(self) -> str:
        """The constraint component, short: ``MinCount`` for ``sh:MinCountConstraintComponent``."""
        return self.component.removeprefix(SH).removesuffix("ConstraintComponent")

    def rank(self) -> tuple[int, str, str, str, str]:
        """The order of a report: severity, focus, shape, then what tells two results of a shape apart."""
        return (self.severity.weight, str(self.focus), self.shape, self.component, str(self.value))

    def message(self, language: str) -> str:
        """What is wrong and its cure in this language, else in English, else as the engine says it."""
        return text_in(self.messages, language) or self.constraint

    def name(self, language: str) -> str:
        """The rule's name in this language, else in English, else the shape's local name."""
        return text_in(self.names, language) or self.rule


def text_in(texts: Texts, language: str) -> str:
    """The text in this language, else in English, else the first; nothing where there is none."""
    known = dict(texts)
    return known.get(language) or known.get("en") or next(iter(known.values()), "")
