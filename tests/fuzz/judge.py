"""Whether a copy of the seed is read right, refused with its place, or wrong without a word."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fuzz.model import Gold, GoldAction, GoldDialogue, GoldHeading, GoldInitiative, squeezed
from places import SEED
from policygraph.errors import NotUnderstood, SourceError
from policygraph.sources import Annexes, open_source, read_source

TEXT = "nl.txt"


@dataclass(frozen=True)
class Verdict:
    """``right``, ``refused`` or ``wrong``; structural where more than words differ; ``words``: what was said."""

    outcome: str
    structural: bool = False
    words: str = ""


class Judge:
    """Reads copies in a folder of its own; the same text is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / SEED.name
        shutil.copytree(SEED, self.folder)
        self.settings = (self.folder / "source.toml").read_text("utf-8")
        (self.sha256,) = re.findall(r'sha256 = "([0-9a-f]{64})"', self.settings)
        self.readings: dict[str, Gold | str] = {}

    def verdict(self, text: str, right: tuple[Gold, ...]) -> Verdict:
        """Judge one text: ``right`` are the readings that are right; where there is none it must be refused."""
        reading = self._reading(text)
        if isinstance(reading, str):
            return Verdict("refused", words=reading)
        if reading in right:
            return Verdict("right")
        if not right:
            return Verdict("wrong", True, "read, and should be refused")
        complaints = min((list(differences(reading, gold)) for gold in right), key=len)
        return Verdict("wrong", any(structural for structural, _ in complaints), complaints[0][1])

    def _reading(self, text: str) -> Gold | str:
        content = text.encode()
        key = hashlib.sha256(content).hexdigest()
        if key not in self.readings:
            (self.folder / TEXT).write_bytes(content)
            (self.folder / "source.toml").write_text(self.settings.replace(self.sha256, key), "utf-8")
            try:
                self.readings[key] = read(self.folder)
            except SourceError as error:
                assert not isinstance(error, NotUnderstood) or error.place.words, f"no place: {error}"
                self.readings[key] = str(error)
        return self.readings[key]


def read(folder: Path) -> Gold:
    """What the records of this source say."""
    (annexes,) = read_source(open_source(folder))
    return Gold(
        tuple(_headings(annexes)),
        tuple(_actions(annexes)),
        tuple(_dialogues(annexes)),
        tuple(_initiatives(annexes)),
    )


def _headings(annexes: Annexes) -> Iterator[GoldHeading]:
    groupings = [grouping.words.quote for grouping in annexes.groupings]
    for heading in annexes.headings:
        grouping = "" if heading.grouping is None else groupings[heading.grouping]
        yield GoldHeading(squeezed(heading.words.quote), squeezed(grouping), heading.role or "")


def _actions(annexes: Annexes) -> Iterator[GoldAction]:
    headings = {heading.number: heading.words.quote for heading in annexes.headings}
    for action in annexes.actions:
        dates = [
            f"{deadline.reading.modality} {deadline.reading.period.code if deadline.reading.period else ''}"
            for deadline in action.deadlines
        ]
        further = "".join(f"|{column.role}:{column.words.quote}" for column in action.columns)
        yield GoldAction(
            action.number,
            squeezed(headings.get(action.heading, "")),
            action.kind or "",
            "; ".join(dates),
            squeezed(action.words.quote + further),
        )


def _dialogues(annexes: Annexes) -> Iterator[GoldDialogue]:
    labels = {label.number: squeezed(label.words.quote) for label in annexes.sector_labels}
    for dialogue in annexes.dialogues:
        yield GoldDialogue(
            dialogue.number,
            dialogue.kind,
            dialogue.date.isoformat(),
            tuple(labels[sector] for sector in dialogue.sectors),
            dialogue.access,
            frozenset(dialogue.audiences),
            dialogue.attendance.value,
        )


def _initiatives(annexes: Annexes) -> Iterator[GoldInitiative]:
    for initiative in annexes.initiatives:
        date = initiative.deadline.reading if initiative.deadline else None
        period = date.period.code if date and date.period else ""
        yield GoldInitiative(
            initiative.kind, squeezed(initiative.words.quote), f"{date.modality} {period}" if date else ""
        )


def differences(reading: Gold, gold: Gold) -> Iterator[tuple[bool, str]]:
    """Each difference: whether it is structural (number, section, kind, date of a row), and what differs."""
    for name in ("headings", "actions", "dialogues", "initiatives"):
        ours, theirs = getattr(reading, name), getattr(gold, name)
        if len(ours) != len(theirs):
            yield True, f"{len(ours)} {name}, not {len(theirs)}"
        for number, (row, right) in enumerate(zip(ours, theirs, strict=False), 1):
            for key, value in row._asdict().items():
                if value != getattr(right, key):
                    words_only = name in ("actions", "initiatives") and key == "words"
                    yield not words_only, f"{name} {number}, {key}: {_apart(value, getattr(right, key))}"


def _apart(value: object, right: object) -> str:
    """Both values, from shortly before where they part."""
    ours, theirs = str(value), str(right)
    at = next((at for at, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), 0)
    return f"“{ours[max(at - 15, 0) : at + 45]}”, not “{theirs[max(at - 15, 0) : at + 45]}”"
