"""A table of dialogues → sector labels and dialogues, with access and audience told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..vocabulary.codelists import curated
from .deadlines import day
from .furniture import CleanText
from .language import fold
from .records import Dialogue, ReportedCount, SectorLabel
from .spans import Fragment, Pieces
from .tables import Table, TableRow, TableSection

SECTORAL = "sectoral"
CURE = (
    "compare it with the publisher's document; if it is right, add the words to ontology/codelists.ttl "
    "or data/curated/sector-labels.csv."
)


@dataclass(frozen=True, slots=True)
class DialogueTable:
    """What a table of dialogues holds, in the order of the text."""

    labels: tuple[SectorLabel, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()


def read(view: CleanText, table: Table) -> DialogueTable:
    """Return the dialogues of a table.

    In a sectoral part each cell of the sector column is one label; elsewhere a cell combines labels that the
    sectoral parts have, or short forms of them (data/curated/sector-labels.csv).
    Raises NotUnderstood for a date that is none, and for words that are no known label, access or audience.
    """
    kinds = [(part, _kind(view, table, part)) for part in table.parts]
    labels = _labels(view, [part for part, kind in kinds if kind == SECTORAL])
    by_words = {fold(words): label.number for label in labels for words in (label.words.quote, *label.short_forms)}
    dialogues: list[Dialogue] = []
    for part, kind in kinds:
        for row in part.rows:
            dialogues.append(_dialogue(view, row, len(dialogues) + 1, kind, by_words))
    return DialogueTable(labels, tuple(dialogues))


def _kind(view: CleanText, table: Table, part: TableSection) -> str:
    return view.document.language.concept(table.layout.sections, view.document.fragment(part.label).quote)


def _labels(view: CleanText, parts: list[TableSection]) -> tuple[SectorLabel, ...]:
    """The labels of the sectoral parts in order of first appearance, with their curated short forms."""
    first: dict[str, Fragment] = {}
    for row in (row for part in parts for row in part.rows):
        words = view.document.fragment(row.cells["sectors"])
        first.setdefault(fold(words.quote), words)
    short: dict[int, list[str]] = {}
    source = view.document.source
    for entry in curated("sector-labels", source.id, source.folder):
        if entry["language"] == view.document.file.language:
            short.setdefault(int(entry["label_number"]), []).append(entry["words"])
    return tuple(SectorLabel(n, words, tuple(short.get(n, ()))) for n, words in enumerate(first.values(), 1))


def _dialogue(view: CleanText, row: TableRow, number: int, kind: str, labels: Mapping[str, int]) -> Dialogue:
    cells = {name: view.document.fragment(pieces) for name, pieces in row.cells.items()}
    numbers = {words: (str(n),) for words, n in labels.items()}
    sectors = _concepts(view, cells["sectors"], numbers, "sector", row.cells["sectors"])
    access, audiences = _access_and_audience(view, cells["audience"], row.cells["audience"])
    date = day(cells["date"].quote, view.document.language)
    if not date:
        raise view.refuse("A date that no calendar has", row.cells["date"], CURE)
    everything = [piece for pieces in row.cells.values() for piece in pieces]
    return Dialogue(
        number,
        kind,
        tuple(int(sector) for sector in sectors),
        cells["sectors"],
        date,
        cells["date"],
        access,
        audiences,
        cells["audience"],
        _attendance(view, cells["attendance"], row.cells["attendance"]),
        view.document.fragment(sorted(everything)),
    )


def _access_and_audience(view: CleanText, words: Fragment, pieces: Pieces) -> tuple[str | None, tuple[str, ...]]:
    """The column mixes who may come with who came: its words may name an access, audiences, or both."""
    language = view.document.language
    access, audience = language.concepts("access"), language.concepts("audience")
    codes = {
        label: tuple(f"access {code}" for code in access.get(label, ()))
        + tuple(f"audience {code}" for code in audience.get(label, ()))
        for label in {*access, *audience}
    }
    named = [code.split(" ") for code in _concepts(view, words, codes, "access or audience", pieces)]
    accesses = [code for scheme, code in named if scheme == "access"]
    if len(accesses) > 1:
        raise view.refuse("Two kinds of access in one cell", pieces, CURE)
    return accesses[0] if accesses else None, tuple(code for scheme, code in named if scheme == "audience")


def _concepts(
    view: CleanText, words: Fragment, codes: Mapping[str, tuple[str, ...]], what: str, pieces: Pieces
) -> list[str]:
    """What the words stand for: known labels alone, joined by commas and conjunctions; longest label first."""
    rest, concepts = fold(words.quote), []
    joint = re.compile(rf"(?:,\s*|\s+(?:{'|'.join(view.document.language.rules.conjunctions)})\s+)")
    while rest:
        begins = (label for label in codes if rest.startswith(label) and not rest[len(label) :][:1].isalnum())
        label = max(begins, key=len, default=None)
        if label is None:
            raise view.refuse(f"Words that are no known {what}", pieces, CURE)
        concepts += [code for code in codes[label] if code not in concepts]
        rest = rest[len(label) :]
        if rest:
            match = joint.match(rest)
            if not match:
                raise view.refuse(f"Words that are no known {what}", pieces, CURE)
            rest = rest[match.end() :]
    return concepts


def _attendance(view: CleanText, words: Fragment, pieces: Pieces) -> ReportedCount:
    """The number as reported; no bounds are made of "approximately"."""
    language = view.document.language
    rest, qualifier = fold(words.quote), None
    for label, codes in language.concepts("qualifier").items():
        if rest.startswith(f"{label} "):
            rest, qualifier = rest.removeprefix(f"{label} "), codes[0]
    match = language.pattern("count").fullmatch(rest)
    if not match:
        raise view.refuse("A number of participants that is none", pieces, CURE)
    return ReportedCount(int(re.sub(r"\D", "", match["value"])), qualifier, words)
