"""How one language words dates, numbers and modality: ``grammar/<code>.toml``, with months, quarters and the forms
of dates from CLDR (Babel), and labels of the code lists.

A new language is a new file; nothing here knows a word of any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from babel import Locale

from ..errors import SourceError
from ..vocabulary.codelists import labels
from .checked_toml import TomlFile, compile_patterns, read_toml, spaced
from .periods import PeriodKind

FOLDER = Path(__file__).with_name("grammar")

Modality = Literal["by", "from", "between", "ongoing", "relative", "unspecified", "within"]
Vagueness = Literal["early", "mid", "late", "about"]

SLOT = re.compile(r"\{([a-z]+)\}")
CLDR_TOKEN = re.compile(r"'([^']*)'|([A-Za-z])\2*|(\s+)|(.)")
CLDR_FORMS: dict[PeriodKind, tuple[str, ...]] = {
    "day": ("yMMMMd", "yMMMd", "yMd"),
    "month": ("yMMMM", "yMMM"),
    "quarter": ("yQQQQ", "yQQQ"),
    "year": ("y",),
}


QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛ʼ′", "'"), **dict.fromkeys("“”„‟«»″", '"')})
"""Apostrophes and quotes of any print, as a typewriter has them."""


@dataclass(frozen=True, slots=True)
class PeriodForms:
    """Wordings of periods, by kind, besides those that CLDR has."""

    day: tuple[str, ...] = ()
    month: tuple[str, ...] = ()
    quarter: tuple[str, ...] = ()
    half: tuple[str, ...] = ()
    season: tuple[str, ...] = ()
    year: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRules:
    """Wordings, looked up without regard to case: what ``grammar.<code>.toml`` beside a source may add."""

    annex: tuple[str, ...] = ()
    ordinals: dict[str, int] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    seasons: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    units: dict[str, Literal["D", "W", "M", "Y"]] = field(default_factory=dict)
    period: PeriodForms = field(default_factory=PeriodForms)
    modality: dict[Modality, tuple[str, ...]] = field(default_factory=dict)
    vague: dict[Vagueness, tuple[str, ...]] = field(default_factory=dict)
    planned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrammarRules(AddedRules):
    """What a grammar file says."""

    language: str
    authority: str
    conjunctions: tuple[str, ...]
    locales: tuple[str, ...] = ()


class Wording(NamedTuple):
    """One way to word something: the period's kind, the modality or the vagueness, and its pattern."""

    kind: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, eq=False)
class Language:
    """The grammar of one language: its rules, and the patterns that they give."""

    file: TomlFile
    rules: GrammarRules

    @property
    def code(self) -> str:
        return self.rules.language

    @cached_property
    def _locales(self) -> list[Locale]:
        return [Locale.parse(name) for name in self.rules.locales or (self.code,)]

    @cached_property
    def months(self) -> dict[str, int]:
        """Folded name of a month, in full or short → its number."""
        return {**_names(self._locales, "months"), **_folded(self.rules.months)}

    @cached_property
    def quarters(self) -> dict[str, int]:
        """Folded name of a quarter, in full or short → its number."""
        return _names(self._locales, "quarters")

    @cached_property
    def words(self) -> dict[str, dict[str, int]]:
        """The words that each slot of a pattern may hold, folded, with their numbers."""
        rules = self.rules
        named = {"ordinal": rules.ordinals, "season": rules.seasons, "number": rules.numbers}
        return {"month": self.months, "quarter": self.quarters} | {n: _folded(w) for n, w in named.items()}

    @cached_property
    def periods(self) -> tuple[Wording, ...]:
        """Every wording of a period, CLDR's after the file's."""
        patterns: dict[tuple[str, str], re.Pattern[str]] = {}
        for kind in PeriodForms.__slots__:
            templates = getattr(self.rules.period, kind)
            for template, pattern in zip(templates, self._compiled(templates, "period", kind), strict=True):
                patterns[kind, template] = pattern
        for kind, template in self._cldr_forms():
            patterns.setdefault((kind, template), re.compile(spaced(self._filled(template)), re.IGNORECASE))
        return tuple(Wording(kind, pattern) for (kind, _), pattern in patterns.items())

    @cached_property
    def modalities(self) -> tuple[Wording, ...]:
        """Every wording of a modality around a period or an event."""
        return tuple(self._wordings(self.rules.modality, "modality"))

    @cached_property
    def vague(self) -> tuple[Wording, ...]:
        """Every wording of vagueness around a period."""
        return tuple(self._wordings(self.rules.vague, "vague"))

    @cached_property
    def period_form(self) -> str:
        """The alternatives of a pattern that any wording of a period fits."""
        return "|".join(_without_names(wording.pattern.pattern) for wording in self.periods)

    @cached_property
    def in_text(self) -> re.Pattern[str]:
        """A target date in running text: a modality and its period, at the end of a clause."""
        period = self.period_form
        inner = f"(?:{period})"
        vague = [
            _without_names(template.replace("{period}", inner))
            for templates in self.rules.vague.values()
            for template in templates
        ]
        inner = f"(?:{'|'.join([*vague, period])})"
        dated = [template for kind in ("between", "by", "from") for template in self.rules.modality.get(kind, ())]
        whole = [re.sub(r"\{(?:period|first|last)\}", lambda _: inner, template) for template in dated]
        union = "|".join(f"(?:{template})" for template in whole if not template.startswith("{"))
        return re.compile(rf"(?<!\w)(?:{spaced(union) or '(?!)'})(?=\s*(?:[.,;)]|$))", re.IGNORECASE)

    @cached_property
    def _annex(self) -> tuple[re.Pattern[str], ...]:
        number = r"(?P<number>\d{1,2}|[IVXLC]+)"
        forms = [
            form.replace("{number}", number) if "{number}" in form else rf"{form}(?: {number})?"
            for form in self.rules.annex
        ]
        closed = tuple(rf"(?:{form})(?=\s*[:.–—-]|\s*$)" for form in forms)
        return tuple(compile_patterns(self.file, closed, "annex"))

    def annex_title(self, words: str) -> re.Match[str] | None:
        """Match the title of an annex at the begin of these words, with the group ``number``."""
        return next((match for pattern in self._annex if (match := pattern.match(words))), None)

    @cached_property
    def planned(self) -> tuple[re.Pattern[str], ...]:
        """A date that running text plans, with the group ``period``."""
        return tuple(self._compiled(self.rules.planned, "", "planned"))

    @cached_property
    def looks_like_deadline(self) -> re.Pattern[str]:
        """What a target date on a line looks like, right or wrong: a few words about a quarter, or a number."""
        names = {word for name in self.quarters for word in re.findall(r"[^\W\d]{4,}", name)}
        quarter = self._either(names)
        form = rf"(?:\S+ ){{0,4}}\S*(?:{quarter})(?: \S+){{0,3}}|(?:\w+ ){{0,2}}\d{{2,}}"
        return re.compile(spaced(form), re.IGNORECASE)

    def concepts(self, scheme: str) -> dict[str, tuple[str, ...]]:
        """Folded label → codes of the concepts in this code list that the words stand for."""
        return {fold(label): codes for label, codes in labels(scheme, self.code).items()}

    def concept(self, scheme: str, words: str) -> str:
        """Look up the code of the concept in this code list that the words stand for; KeyError where none does."""
        return self.concepts(scheme)[fold(words)][0]

    def _wordings(self, groups: dict[Any, tuple[str, ...]], section: str) -> Iterator[Wording]:
        for kind, templates in groups.items():
            for pattern in self._compiled(templates, section, kind):
                yield Wording(kind, pattern)

    def _compiled(self, templates: Iterable[str], section: str, key: str) -> Iterator[re.Pattern[str]]:
        """The patterns of these templates; SourceError, with the line, for a slot that there is not."""
        filled = []
        for template in templates:
            try:
                filled.append(self._filled(template))
            except KeyError as error:
                what = f"“{template}” has the unknown slot {{{error.args[0]}}}; there are: {', '.join(SLOTS)}"
                raise self.file.refuse(what, *filter(None, (section, key))) from error
            for either in NEEDED.get(key, NEEDED.get(section, ())):
                if not {slot for slot in SLOT.findall(template) if slot in either}:
                    what = f"“{template}” has no slot {' or '.join(f'{{{slot}}}' for slot in either)}; put it in"
                    raise self.file.refuse(what, *filter(None, (section, key)))
        return compile_patterns(self.file, tuple(filled), *filter(None, (section, key)))

    def _filled(self, template: str) -> str:
        return SLOT.sub(lambda match: self._slot(match[1]), template)

    def _slot(self, name: str) -> str:
        if SLOTS.get(name):
            return SLOTS[name]
        if name == "duration":
            numbers, units = self._either(self.words["number"]), self._either(self.rules.units)
            return rf"(?P<number>\d{{1,3}}|{numbers}) (?P<unit>{units})"
        return f"(?P<{name}>{self._either(self.words[name])})"

    def _either(self, words: Iterable[str]) -> str:
        """The words as alternatives, longest first; nothing matches where there are none."""
        ordered = sorted(words, key=len, reverse=True)
        escaped = (re.escape(word).replace(r"\ ", " ").replace("'", "['’]") for word in ordered)
        return "|".join(escaped) or "(?!)"

    def _cldr_forms(self) -> Iterator[tuple[PeriodKind, str]]:
        """CLDR's own forms as templates; numeric dates in the order of the first locale alone.

        With points a date in digits is day, month and year in every language of the Union.
        """
        for number, locale in enumerate(self._locales):
            skeletons = locale.datetime_skeletons
            for kind, names in CLDR_FORMS.items():
                for name in names:
                    if name == "y":
                        yield kind, "{year}"
                    elif name in skeletons and not (number and name == "yMd"):
                        yield kind, _template(skeletons[name].pattern)
            for length in ("long", "medium"):
                template = _template(locale.date_formats[length].pattern)
                if "{month}" in template or not number:
                    yield "day", template
        yield "day", r"{day}\.{mm}\.{year}"


SLOTS = {
    "year": r"(?P<year>\d{4})",
    "day": r"(?P<day>\d{1,2})",
    "mm": r"(?P<mm>\d{1,2})",
    "n": r"(?P<n>\d)",
    "period": r"(?P<period>.+?)",
    "first": r"(?P<first>.+?)",
    "last": r"(?P<last>.+?)",
    "event": r"(?P<event>.+)",
    "duration": "",
    "month": "",
    "quarter": "",
    "ordinal": "",
    "season": "",
    "number": "",
}
"""Slots of a template: fixed patterns, and those that the words of the language fill."""

NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "day": (("year",), ("day",), ("month", "mm")),
    "month": (("year",), ("month", "mm")),
    "quarter": (("year",), ("quarter", "ordinal", "n")),
    "half": (("year",), ("ordinal", "n")),
    "season": (("year",), ("season",)),
    "year": (("year",),),
    "within": (("period",),),
    "by": (("period",),),
    "from": (("period",),),
    "between": (("period", "first"), ("period", "last")),
    "relative": (("event",),),
    "vague": (("period",),),
    "planned": (("period",),),
}
"""Slots without which a template says nothing, by kind or section; of several, one is enough."""


def _template(pattern: str) -> str:
    """A pattern of CLDR ("d. MMMM y") as a template ("{day}[.] {month} {year}")."""
    template = ""
    for match in CLDR_TOKEN.finditer(pattern):
        quoted, letter, blank, other = match.groups()
        if letter:
            template += _cldr_field(letter, len(match.group()))
        else:
            template += (
                (r"\s*" if "\u202f" in blank else " ") if blank else re.escape(other if quoted is None else quoted)
            )
    return template


def _cldr_field(letter: str, length: int) -> str:
    if letter in "ML":
        return "{month}" if length > 2 else "{mm}"
    return {"y": "{year}", "d": "{day}", "Q": "{quarter}"}[letter]


def _names(locales: Iterable[Locale], what: str) -> dict[str, int]:
    """Folded names, in full and short, with and without the full stop of a short form."""
    numbers: dict[str, int] = {}
    for locale in locales:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in getattr(locale, what)[context][width].items():
                    for form in (name, name.rstrip("."), f"{name.rstrip('.')}."):
                        numbers.setdefault(fold(form), number)
    return numbers


def _folded(words: dict[str, int]) -> dict[str, int]:
    return {fold(word): number for word, number in words.items()}


def _without_names(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


@lru_cache(maxsize=4096)
def fold(words: str) -> str:
    """Return the words as they are compared: single blanks, no case, one kind of apostrophe and of quotes.

    >>> fold("CEO’s  en „CTO”")
    'ceo\\'s en "cto"'
    """
    return " ".join(words.translate(QUOTES).split()).casefold()


def read_language(path: Path) -> Language:
    """Return the language of this grammar file; SourceError for whatever is wrong in it."""
    file = read_toml(path)
    return _compile_all(Language(file, file.decode(GrammarRules)))


def with_added_rules(language: Language, path: Path) -> Language:
    """Return the language with the wordings of this file too; SourceError for whatever is wrong in the file."""
    file = read_toml(path)
    rules, added = language.rules, file.decode(AddedRules)
    words: dict[str, Any] = {
        name: {**getattr(rules, name), **getattr(added, name)}
        for name in ("ordinals", "months", "seasons", "numbers", "units")
    }
    patterns: dict[str, Any] = {rule.name: getattr(added, rule.name) for rule in fields(added)}
    _compile_all(Language(file, replace(rules, **(patterns | words))))  # alone, so that an error names this file
    period = {kind: getattr(added.period, kind) + getattr(rules.period, kind) for kind in PeriodForms.__slots__}
    joined: dict[str, Any] = {
        name: {kind: more.get(kind, ()) + less.get(kind, ()) for kind in {**less, **more}}
        for name in ("modality", "vague")
        for more, less in [(getattr(added, name), getattr(rules, name))]
    }
    joined |= {name: getattr(added, name) + getattr(rules, name) for name in ("annex", "planned")}
    return Language(language.file, replace(rules, period=PeriodForms(**period), **words, **joined))


def _compile_all(language: Language) -> Language:
    _ = language.periods, language.modalities, language.vague, language.planned, language._annex
    return language


@cache
def language(code: str) -> Language:
    """Return the language with this ISO 639-1 code; SourceError names the languages that there are."""
    path = FOLDER / f"{code}.toml"
    if not re.fullmatch("[a-z]{2}", code) or not path.is_file():
        there_are = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
        raise SourceError(
            f"No grammar for the language “{code}” (there is: {there_are}): "
            f"add sources/grammar/{code}.toml and labels in that language to ontology/codelists.ttl."
        )
    return read_language(path)
