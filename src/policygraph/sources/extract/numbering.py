"""The labels that Word puts before paragraphs: numbering definitions and how far each list has counted."""

from __future__ import annotations

import re

from lxml import etree

from .markup import WORD

BULLET = "•"


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """Return an attribute of WordprocessingML; None where there is no element or attribute."""
    attribute = None if element is None else element.get(WORD + name)
    return None if attribute is None else str(attribute)


class Numbering:
    """Counts through a document: each paragraph of a list moves its level on and begins those below anew."""

    def __init__(self, root: etree._Element | None) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        """(numId, level) → (format, text with %1 … %9, start)."""
        self._list: dict[str, str] = {}
        """numId → the abstract list that it shares its counts with."""
        self._counts: dict[str, list[int | None]] = {}
        if root is None:
            return
        abstract = {str(value(e, "abstractNumId")): e for e in root.iter(f"{WORD}abstractNum")}
        for number in root.iter(f"{WORD}num"):
            number_id = str(value(number, "numId"))
            of = str(value(number.find(f"{WORD}abstractNumId")))
            overridden = number.find(f"{WORD}lvlOverride") is not None
            self._list[number_id] = number_id if overridden else f"abstract {of}"
            for level in () if of not in abstract else abstract[of].iter(f"{WORD}lvl"):
                self._read(number_id, level)
            for override in number.iter(f"{WORD}lvlOverride"):
                at = int(value(override, "ilvl") or 0)
                for level in override.iter(f"{WORD}lvl"):
                    self._read(number_id, level)
                start = value(override.find(f"{WORD}startOverride"))
                if start and start.isdigit() and (number_id, at) in self._levels:
                    form, text, _ = self._levels[number_id, at]
                    self._levels[number_id, at] = form, text, int(start)

    def _read(self, number_id: str, level: etree._Element) -> None:
        start = value(level.find(f"{WORD}start")) or "1"
        self._levels[number_id, int(value(level, "ilvl") or 0)] = (
            value(level.find(f"{WORD}numFmt")) or "decimal",
            value(level.find(f"{WORD}lvlText")) or "",
            int(start) if start.isdigit() else 1,
        )

    def label(self, properties: etree._Element | None, of_style: tuple[str, str] | None) -> str:
        """Count to the next paragraph (numbered itself or by its style): its label, "" where it has none."""
        own = None if properties is None else properties.find(f"{WORD}numPr")
        number_id = value(own.find(f"{WORD}numId")) if own is not None else None
        level = value(own.find(f"{WORD}ilvl")) if own is not None else None
        if number_id is None and of_style:
            number_id, level = of_style[0], level or of_style[1]
        if number_id in (None, "0"):
            return ""
        at = min(int(level), 8) if level and level.isdigit() else 0
        form, text, _ = self._levels.get((str(number_id), at), ("bullet", "", 1))
        counts = self._counts.setdefault(self._list.get(str(number_id), str(number_id)), [None] * 9)
        counts[at] = self._start(number_id, at) if counts[at] is None else (counts[at] or 0) + 1
        counts[at + 1 :] = [None] * (8 - at)
        if form == "bullet":
            return BULLET
        if form == "none":
            return ""
        return re.sub(r"%([1-9])", lambda match: self._number(number_id, int(match[1]) - 1, counts), text)

    def _start(self, number_id: str | None, level: int) -> int:
        return self._levels.get((str(number_id), level), ("decimal", "", 1))[2]

    def _number(self, number_id: str | None, level: int, counts: list[int | None]) -> str:
        count = counts[level]
        return in_form(self._start(number_id, level) if count is None else count, self._form(number_id, level))

    def _form(self, number_id: str | None, level: int) -> str:
        return self._levels.get((str(number_id), level), ("decimal", "", 1))[0]


def in_form(number: int, form: str) -> str:
    """Write a number as Word does: decimal, lowerLetter, upperLetter, lowerRoman, upperRoman; else decimal."""
    if form.endswith("Letter") and number > 0:
        letter = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form.startswith("upper") else letter
    if form.endswith("Roman") and 0 < number < 4000:
        out = ""
        for size, digits in ROMAN:
            out += digits * (number // size)
            number %= size
        return out.upper() if form.startswith("upper") else out
    return f"{number:02d}" if form == "decimalZero" else str(number)


ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
