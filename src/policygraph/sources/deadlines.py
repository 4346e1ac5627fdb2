"""Words → modality, period and days: every wording of a target date that a grammar has, and nothing else."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from .language import Language, fold
from .periods import YEARS, Period, half, month, quarter, season, span, year
from .periods import day as day_period

DASH = re.compile(r"\s*[-–—/]\s*")
SHORT_SPAN = re.compile(r"(\d{2})(\d{2})\s*[-–—/]\s*(\d{2})")
POINTED_DAY = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")
SEPARATOR = re.compile(r"(?<!\s)\s*(?:[;\n•▪▫●○■□◦‣∙]\s*|,\s+)")
LABELLED = re.compile(r"(?P<purpose>[^:;\w]*\w[^:;]*):\s*(?P<date>.+)|(?P<before>.*?\S)\s*\((?P<after>[^()]+)\)")
LONGEST = 300
"""Characters of the words of one target date, at most: where they go on, a pattern may take long to say no."""
FEW_WORDS = 5
"""Words of a target date that names no time, at most: “as soon as possible”."""


@dataclass(frozen=True, slots=True)
class DeadlineReading:
    """What a wording says: modality, the period (None where it names no date), vagueness, event and duration.

    ``modality`` is a code of the code list; ``duration`` is ISO 8601 ("P2Y"), ``event`` the words after it.
    """

    modality: str
    period: Period | None = None
    vagueness: str | None = None
    event: str | None = None
    duration: str | None = None

    @property
    def earliest(self) -> datetime.date | None:
        """The first day; by a period has none, nor has a vague one about it."""
        has_none = self.modality == "by" or self.vagueness == "about"
        return None if has_none or not self.period else self.period.first_day

    @property
    def completion_due_by(self) -> datetime.date | None:
        """The last day by which it is complete; what only begins then, or lies about then, has none."""
        binding = self.modality in ("within", "by", "between") and self.vagueness != "about"
        return self.period.last_day if binding and self.period else None

    @property
    def start_due_by(self) -> datetime.date | None:
        """The last day of the period in which it is to begin."""
        binding = self.modality == "from" and self.vagueness != "about"
        return self.period.last_day if binding and self.period else None

    @property
    def edtf(self) -> str | None:
        """The form in EDTF (ISO 8601-2), where that can say it: neither a vague one nor an interval of seasons."""
        if not self.period or self.vagueness:
            return None
        if self.modality in ("within", "between"):
            return self.period.edtf
        if self.period.kind == "season" or self.period.edtf is None:
            return None
        if self.modality == "from":
            return f"{self.period.first_day.isoformat()}/.."
        return f"../{self.period.last_day.isoformat()}"


class PlacedReading(NamedTuple):
    """A reading, where in the words it stands (``start``, ``end``), and where the words say what it is for."""

    reading: DeadlineReading
    start: int
    end: int
    purpose: tuple[int, int] | None = None


@lru_cache(maxsize=4096)
def parse_deadline(words: str, language: Language) -> DeadlineReading | None:
    """Return the one target date that all of these words name, or None.

    >>> from policygraph.sources.language import language
    >>> parse_deadline("Vanaf vierde kwartaal 2026", language("nl")).start_due_by
    datetime.date(2026, 12, 31)
    >>> parse_deadline("Vijfde kwartaal 2026", language("nl")) is None
    True
    """
    words = " ".join(words.split())
    if len(words) > LONGEST:
        return None
    for modality, pattern in language.modalities:
        if (match := pattern.fullmatch(words)) and (reading := _modal(modality, match, language)):
            return reading
    return _dated(words, language)


def parse_between(first: str, last: str, language: Language) -> DeadlineReading | None:
    """Return the date from the period of one wording to that of another, or None.

    >>> from policygraph.sources.language import language
    >>> parse_between("Q3 2026", "Q1 2027", language("en")).period.code
    '2026-Q3--2027-Q1'
    """
    begin, end = parse_deadline(first, language), parse_deadline(last, language)
    period = span(begin.period, end.period) if begin and end and begin.period and end.period else None
    return DeadlineReading("between", period) if period else None


def parse_deadlines(words: str, language: Language) -> list[PlacedReading]:
    """Return every target date in a cell, each with what it is for; empty where some of the words are neither.

    A cell holds one date, or several parted by a semicolon, a comma, a line's end, a bullet or a conjunction, each
    alone or beside words that say what it is for ("proposal: Q1 2026; adoption: 2027"). One may leave its year to
    the next ("Q3 and Q4 2026"). A date with words after a comma that leave it open is one open date.
    """
    if reading := parse_deadline(words, language):
        return [PlacedReading(reading, 0, len(words))]
    either = "|".join(re.escape(word) for word in language.rules.conjunctions)
    conjunction = re.compile(rf"{SEPARATOR.pattern}|(?<!\s)\s+(?:{either}|&)\s+", re.IGNORECASE)
    for separator in (SEPARATOR, conjunction):
        placed: list[PlacedReading] = []
        for start, end in reversed(list(_parts(words, separator))):
            date = _labelled(words, start, end, language)
            if not date and placed and (last := placed[0].reading.period):
                whole = parse_period(f"{words[start:end]} {last.last_day.year}", language)
                is_same = whole and whole.kind == last.kind
                date = PlacedReading(DeadlineReading("within", whole), start, end) if is_same else None
            if not date:
                break
            placed.insert(0, date)
        else:
            open_date = _of_both(placed[0].reading, placed[1].reading) if len(placed) == 2 else None
            is_plain = open_date and not any(one.purpose for one in placed)
            if open_date and is_plain and words[placed[0].end : placed[1].start].strip() == ",":
                return [PlacedReading(open_date, 0, len(words))]
            return placed
    return []


def may_be_deadline(words: str, language: Language) -> bool:
    """Whether words that no rule covers may still be a target date: they are few, or name a time or a number.

    >>> from policygraph.sources.language import language
    >>> may_be_deadline("as soon as possible", language("en"))
    True
    >>> may_be_deadline("Agencies will publish their plans for open data", language("en"))
    False
    """
    folded = re.findall(r"\w+", fold(words))
    named = {
        part for name in ("month", "quarter", "season") for word in language.words[name] for part in word.split()
    }
    return len(words) <= LONGEST and (
        len(folded) <= FEW_WORDS or any(word in named or word[0].isdigit() for word in folded)
    )


def find_deadlines(text: str, language: Language) -> list[PlacedReading]:
    """Return the target dates in running text: modality and period where a clause ends, and the clause before."""
    readings: list[PlacedReading] = []
    clause = 0
    for match in language.in_text.finditer(text):
        if reading := parse_deadline(match.group(), language):
            before = re.search(r"\w.*\w", text[clause : match.start()], re.DOTALL)
            purpose = (clause + before.start(), clause + before.end()) if before else None
            readings.append(PlacedReading(reading, match.start(), match.end(), purpose))
            clause = match.end()
    return readings if len(readings) > 1 else [one._replace(purpose=None) for one in readings]


def planned(text: str, language: Language) -> PlacedReading | None:
    """Return a date that running text plans, in the words of the grammar; it stands where those words do."""
    for pattern in language.planned:
        for match in pattern.finditer(text):
            for end in _word_ends(text, match.start("period")):
                if period := parse_period(text[match.start("period") : end], language):
                    return PlacedReading(DeadlineReading("within", period), match.start(), end)
    return None


def parse_period(words: str, language: Language) -> Period | None:
    """Return the period that these words name, or None; "2025-2027" is a span and never one of its years."""
    words = " ".join(words.split())
    return _unbroken(words, language) or _span(words, language)


def _unbroken(words: str, language: Language) -> Period | None:
    """A period that is no span."""
    for kind, pattern in language.periods:
        if (match := pattern.fullmatch(words)) and (period := _period(kind, match, language)):
            return period
    return None


def day(words: str, language: Language) -> datetime.date | None:
    """Parse a calendar day as a cell has it; None where there is no such day.

    A day in digits has points: then it is day, month and year in every language of the Union.
    """
    if match := POINTED_DAY.fullmatch(words.strip()):
        return _calendar_day(match["year"], match["month"], match["day"])
    period = parse_period(words, language) if re.search(r"[^\W\d]", words) else None
    return period.first_day if period and period.kind == "day" else None


def _modal(modality: str, match: re.Match[str], language: Language) -> DeadlineReading | None:
    """What a wording of a modality says, or None where its slots hold no period."""
    groups = match.groupdict()
    if modality in ("ongoing", "unspecified"):
        return DeadlineReading(modality)
    if modality == "relative":
        if parse_period(groups["event"], language):
            return None
        return DeadlineReading("relative", event=groups["event"], duration=_duration(groups, language))
    if modality == "between" and "first" in groups:
        first, last = (parse_period(groups[name], language) for name in ("first", "last"))
        period = span(first, last) if first and last else None
        return DeadlineReading("between", period) if period else None
    inner = _dated(groups["period"], language)
    return replace(inner, modality=modality) if inner and modality != "within" else inner


def _duration(groups: dict[str, str | None], language: Language) -> str | None:
    if not (number := groups.get("number")):
        return None
    value = int(number) if number.isdecimal() else language.words["number"][fold(number)]
    units = {fold(word): unit for word, unit in language.rules.units.items()}
    return f"P{value}{units[fold(groups['unit'] or '')]}"


def _dated(words: str, language: Language) -> DeadlineReading | None:
    """A bare period, a vague one, or the middle of two: the turn from one to the next ("late 2026/early 2027")."""
    if reading := _period_or_vague(words, language):
        return reading
    for dash in DASH.finditer(words):
        late, early = (_period_or_vague(part, language) for part in (words[: dash.start()], words[dash.end() :]))
        if late and early and late.period and early.period and late.period.kind == early.period.kind:
            is_turn = (late.vagueness, early.vagueness) == ("late", "early")
            is_next = early.period.first_day - late.period.last_day == datetime.timedelta(days=1)
            if is_turn and is_next and (period := span(late.period, early.period)):
                return DeadlineReading("between", period, "mid")
    return None


def _period_or_vague(words: str, language: Language) -> DeadlineReading | None:
    period, vagueness = parse_period(words, language), None
    if not period:
        for kind, pattern in language.vague:
            if (match := pattern.fullmatch(words)) and (period := parse_period(match["period"], language)):
                vagueness = kind
                break
    if not period:
        return None
    return DeadlineReading("between" if period.kind == "span" else "within", period, vagueness)


def _period(kind: str, match: re.Match[str], language: Language) -> Period | None:
    groups = match.groupdict()
    number = int(groups["year"])
    if number not in YEARS:
        return None
    if kind == "year":
        return year(number)
    if kind == "day":
        named = groups.get("mm") or str(language.months[fold(groups["month"])])
        date = _calendar_day(groups["year"], named, groups["day"])
        return day_period(date) if date else None
    part = _part(groups, language)
    make, most = {
        "month": (month, 12),
        "quarter": (quarter, 4),
        "half": (half, 2),
        "season": (season, 4),
    }[kind]
    return make(number, part) if 1 <= part <= most else None


def _part(groups: dict[str, str], language: Language) -> int:
    """Which month, quarter, half or season the words name."""
    for slot in ("mm", "n"):
        if slot in groups:
            return int(groups[slot])
    slot = next(name for name in ("month", "quarter", "ordinal", "season") if name in groups)
    return language.words[slot][fold(groups[slot])]


def _calendar_day(year: str, month: str, number: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(number)) if int(year) in YEARS else None
    except ValueError:
        return None


def _span(words: str, language: Language) -> Period | None:
    """Two periods with a dash or slash between; the first may leave its year to the second ("March–May 2026")."""
    if match := SHORT_SPAN.fullmatch(words):
        century, first, last = match.groups()
        if int(last) > max(12, int(first)) and int(century + first) in YEARS:
            return span(year(int(century + first)), year(int(century + last)))
        return None
    for dash in DASH.finditer(words):
        last = _unbroken(words[dash.end() :], language)
        if not last or not words[: dash.start()]:
            continue
        first = words[: dash.start()]
        for whole in (first, f"{first} {last.last_day.year}", f"{first}/{last.last_day.year}"):
            begin = _unbroken(whole, language)
            if begin and (begin.kind == "season") == (last.kind == "season") and (period := span(begin, last)):
                return period
    return None


def _parts(words: str, separator: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Start and end of what stands between the separators; a bullet may stand before the first."""
    at = 0
    for match in separator.finditer(words):
        if match.start() or match.group().strip() in (";", ","):
            yield at, match.start()
        at = match.end()
    yield at, len(words)


def _labelled(words: str, start: int, end: int, language: Language) -> PlacedReading | None:
    """One date of several, alone or with what it is for.

    Words in brackets that are a time themselves are no purpose: they are a part of the date ("2026 (Q3)"), or the
    cell is not understood. A span in which something is ongoing is that span; a date beside words that leave it
    open ("2026 (tbc)") is open, in all of these words.
    """
    if reading := parse_deadline(words[start:end], language):
        return PlacedReading(reading, start, end)
    match = LABELLED.fullmatch(words, start, end)
    if match and match["after"] and (reading := parse_deadline(f"{match['after']} {match['before']}", language)):
        return PlacedReading(reading, start, end)
    for date, purpose in (("date", "purpose"), ("before", "after"), ("after", "before")):
        if match and match[date] and (reading := parse_deadline(match[date], language)):
            if other := parse_deadline(match[purpose], language):
                whole = _of_both(reading, other)
                return PlacedReading(whole, start, end) if whole else None
            if not re.search(r"[^\W\d_]{2}", match[purpose]):
                return None
            return PlacedReading(reading, *match.span(date), match.span(purpose))
    return None


def _of_both(reading: DeadlineReading, other: DeadlineReading) -> DeadlineReading | None:
    """What two times beside each other say together, or None: one is open, or says that something is ongoing."""
    either = {reading.modality: reading, other.modality: other}
    if either.keys() == {"ongoing", "between"}:
        return either["between"]
    return either.get("unspecified") if len(either) == 2 else None


def _word_ends(text: str, start: int) -> list[int]:
    """The ends of the next few words, the longest stretch first."""
    ends = [match.end() for match in re.compile(r"\w+").finditer(text, start, start + 40)]
    return ends[:6][::-1]
