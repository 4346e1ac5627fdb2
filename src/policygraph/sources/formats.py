"""Several formats of one language: the one with most structure is read on, the others are held against it.

They are copies of the same words, so that a difference is an error of a file or of its reading and no disagreement
of versions: it is refused with both quotes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from .records import Action, Annexes
from .spans import Fragment
from .versions import Record, aligned_line, headed, numbered_on, shortened, words_of

FORMATS = ("formex", "html", "docx", "pdf", "text")
"""Of two formats of one language the earlier one here is published: it has more structure."""


def of_one_format(texts: Sequence[Annexes]) -> list[Annexes]:
    """Return the texts of one format for each language; NotUnderstood, with the place, where another differs."""
    formats: dict[str, dict[str, list[Annexes]]] = {}
    for text in texts:
        formats.setdefault(text.document.file.language, {}).setdefault(text.document.format, []).append(text)
    for files in formats.values():
        leading, *others = sorted(files, key=FORMATS.index)
        for other in others:
            _hold_against(numbered_on(files[leading]), numbered_on(files[other]))
            del files[other]
    return [text for text in texts if text.document.format in formats[text.document.file.language]]


def _hold_against(leading: Sequence[Annexes], other: Sequence[Annexes]) -> None:
    """Refuse two formats of one language where a heading or a row differs, white space and soft hyphens aside."""
    for mine, their in zip_longest(_said(leading), _said(other)):
        if mine and their and mine.same == their.same:
            continue
        shown, beside, files = (their, mine, leading) if their else (mine, their, other)
        assert shown is not None
        pairs = zip(shown.cells, beside.cells if beside else (), strict=False)
        differ = (pair for pair in pairs if _squeezed(pair[0]) != _squeezed(pair[1]))
        place, words = next(differ, (shown.cells[0], beside.cells[0] if beside else None))
        says = f"“{shortened([words])}”" if words else "nothing"
        what = f"Two formats of one language do not say the same: {files[0].document.file.name} has {says} here"
        cure = (
            "compare both with the publisher’s document, and take the [[file]] that is wrong out of source.toml."
        )
        raise shown.text.document.refuse(what, place.spans[0].start, place.spans[-1].end, cure)


class _Said(NamedTuple):
    """A record of a version: its words and those of its cells, and what two formats must say alike of it."""

    text: Annexes
    cells: tuple[Fragment, ...]
    same: tuple[object, ...]


def _said(files: Sequence[Annexes]) -> Iterator[_Said]:
    """Every record of one version, kind by kind in the order of the text."""
    for text in files:
        records: list[Record] = [*headed(text), *text.dialogues, *text.initiatives, *text.sector_labels]
        for record in records:
            line, cells, heading = aligned_line(record), [words_of(record)], None
            if isinstance(record, Action):
                heading = record.heading
                cells += [date.words for date in record.deadlines]
                cells += [column.words for column in record.columns]
            same = (line.kind, line.part, line.dates, line.code, heading, tuple(map(_squeezed, cells)))
            yield _Said(text, tuple(cells), same)


def _squeezed(words: Fragment) -> str:
    return "".join(words.quote.split()).replace("\u00ad", "")
