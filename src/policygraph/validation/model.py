"""The values of validation: what an engine says, what it means and where it leads; statements by either end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import Literal, Triple

from ..errors import Place
from ..rdf.conversion import Term
from ..rdf.iris import SH

Texts = tuple[tuple[str, str], ...]
"""Pairs of language and text, sorted by language; “” for a text without one."""


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

    def rank(self) -> tuple[int, str, str, str, str, str, Texts]:
        """The order of a report: severity, focus, shape, then what tells two results of a shape apart."""
        rest = (self.component, str(self.value), str(self.path), self.messages)
        return (self.severity.weight, str(self.focus), self.shape, *rest)

    def message(self, language: str) -> str:
        """What is wrong and its cure in this language, else in English, else as the engine says it."""
        return _text_in(self.messages, language) or self.constraint

    def name(self, language: str) -> str:
        """The rule's name in this language, else in English, else the shape's local name."""
        return _text_in(self.names, language) or self.rule


def _text_in(texts: Texts, language: str) -> str:
    """The text in this language, else in English, else the first; nothing where there is none."""
    by_language = dict(texts)
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), "")


class TripleIndex:
    """Subjects and objects of statements by the node at the other end, without statements about statements."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[tuple[object, str], list[Term]] = defaultdict(list)
        self._subjects: dict[tuple[object, str], list[Term]] = defaultdict(list)
        for triple in triples:
            if not isinstance(triple.object, Triple) and not isinstance(triple.subject, Triple):
                self._objects[triple.subject, triple.predicate.value].append(triple.object)
                self._subjects[triple.object, triple.predicate.value].append(triple.subject)

    def objects(self, node: object, predicate: str) -> list[Term]:
        """The values of a property of this node, in the order of the statements."""
        return self._objects.get((node, predicate), [])

    def subjects(self, node: object, predicate: str) -> list[Term]:
        """The nodes that have this node as the value of a property, in the order of the statements."""
        return self._subjects.get((node, predicate), [])

    def text(self, node: object, predicate: str) -> str:
        """The first literal among the values, in the order of their text; “” where there is none."""
        return min((term.value for term in self.objects(node, predicate) if isinstance(term, Literal)), default="")
