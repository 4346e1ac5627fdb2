"""Rows of a table of dialogues → sector labels and dialogues, with access and audience told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..errors import NotUnderstood
from ..vocabulary.codelists import curated
from .deadlines import day
from .entries import DialogueRow
from .folder import SourceText
from .language import fold
from .layout import DocumentLayout
from .records import Dialogue, ReportedCount, SectorLabel
from .spans import Fragment, Pieces

SECTORAL = "sectoral"
CURE = (
    "compare it with the publisher's document; if it is right, add the words under “labels” in layout.toml or to "
    "curated/sector-labels.csv."
)
COUNT = re.compile(r"(\d{1,3}(?:[., \u00a0\u202f]\d{3})+|\d+)")

Codes = Mapping[str, tuple[str, ...]]
"""Folded label → codes that it stands for."""


class DialogueReader:
    """Makes the dialogues of one text.

    In a sectoral part each cell of the sector column is one label; elsewhere a cell combines labels that the
    sectoral parts have, or short forms of them (data/curated/sector-labels.csv).
    """

    def __init__(self, document: SourceText, layout: DocumentLayout, rows: Sequence[DialogueRow]) -> None:
        self.document, self.rows = document, rows
        self.conjunctions = "|".join(document.language.rules.conjunctions)
        self.codes = {
            scheme: layout.concepts(scheme, document.language) for scheme in ("access", "audience", "qualifier")
        }
        self.labels = self._labels()

    def dialogues(self, problems: list[NotUnderstood] | None = None) -> Iterator[Dialogue]:
        """Yield the dialogues in order.

        Raises NotUnderstood for a date that is none, and for words that are no known label, access or audience;
        with ``problems`` it is appended there, and the row left out.
        """
        sectors = {
            fold(w): (str(label.number),) for label in self.labels for w in (label.words.quote, *label.short_forms)
        }
        for number, row in enumerate(self.rows, 1):
            if problems is None:
                yield self._dialogue(number, row, sectors)
                continue
            try:
                yield self._dialogue(number, row, sectors)
            except NotUnderstood as problem:
                problems.append(problem)

    def _labels(self) -> tuple[SectorLabel, ...]:
        """The labels of the sectoral parts in order of first appearance, with their curated short forms."""
        first: dict[str, Fragment] = {}
        for row in self.rows:
            if row.kind == SECTORAL:
                words = self.document.fragment(row.cells["sectors"])
                first.setdefault(fold(words.quote), words)
        short: dict[int, list[str]] = {}
        source = self.document.source
        for entry in curated("sector-labels", source.id, source.folder):
            if entry["language"] == self.document.file.language:
                short.setdefault(int(entry["label_number"]), []).append(entry["words"])
        return tuple(SectorLabel(n, words, tuple(short.get(n, ()))) for n, words in enumerate(first.values(), 1))

    def _dialogue(self, number: int, row: DialogueRow, labels: Codes) -> Dialogue:
        cells = {name: self.document.fragment(pieces) for name, pieces in row.cells.items()}
        sectors = self._concepts(cells["sectors"], labels, "sector", row.cells["sectors"])
        access, audiences = self._access_and_audience(cells["audience"], row.cells["audience"])
        date = day(cells["date"].quote, self.document.language)
        if not date:
            raise self._refuse("A date that no calendar has", row.cells["date"])
        everything = {piece for pieces in row.cells.values() for piece in pieces}
        return Dialogue(
            part=row.key,
            number=number,
            kind=row.kind,
            sectors=tuple(map(int, sectors)),
            sector_words=cells["sectors"],
            date=date,
            date_words=cells["date"],
            access=access,
            audiences=audiences,
            audience_words=cells["audience"],
            attendance=self._attendance(cells["attendance"], row.cells["attendance"]),
            row=self.document.fragment(sorted(everything)),
        )

    def _access_and_audience(self, words: Fragment, pieces: Pieces) -> tuple[str | None, tuple[str, ...]]:
        """The column mixes who may come with who came: its words may name an access, audiences, or both."""
        codes: dict[str, tuple[str, ...]] = {}
        for scheme in ("access", "audience"):
            for label, named in self.codes[scheme].items():
                codes[label] = (*codes.get(label, ()), *(f"{scheme} {code}" for code in named))
        schemes = [code.split(" ") for code in self._concepts(words, codes, "access or audience", pieces)]
        accesses = [code for scheme, code in schemes if scheme == "access"]
        if len(accesses) > 1:
            raise self._refuse("Two kinds of access in one cell", pieces)
        return accesses[0] if accesses else None, tuple(code for scheme, code in schemes if scheme == "audience")

    def _concepts(self, words: Fragment, codes: Codes, what: str, pieces: Pieces) -> list[str]:
        """What the words stand for: known labels alone, joined by commas and conjunctions; longest label first."""
        rest, concepts = fold(words.quote), list[str]()
        joint = re.compile(rf"(?:,\s*|\s+(?:{self.conjunctions})\s+)")
        while rest:
            begins = (label for label in codes if rest.startswith(label) and not rest[len(label) :][:1].isalnum())
            label = max(begins, key=len, default=None)
            match = joint.match(rest, len(label)) if label else None
            if label is None or (match is None and rest != label):
                raise self._refuse(f"Words that are no known {what}", pieces)
            concepts += [code for code in codes[label] if code not in concepts]
            rest = rest[match.end() :] if match else ""
        return concepts

    def _attendance(self, words: Fragment, pieces: Pieces) -> ReportedCount:
        """The number as reported; no bounds are made of "approximately"."""
        rest, qualifier = fold(words.quote), None
        for label, codes in self.codes["qualifier"].items():
            if rest.startswith(f"{label} "):
                rest, qualifier = rest.removeprefix(f"{label} "), codes[0]
        if not COUNT.fullmatch(rest):
            raise self._refuse("A number of participants that is none", pieces)
        return ReportedCount(int(re.sub(r"\D", "", rest)), qualifier, words)

    def _refuse(self, what: str, pieces: Pieces) -> NotUnderstood:
        return self.document.refuse(what, pieces[0].start, pieces[-1].end, CURE)
