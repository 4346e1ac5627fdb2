"""Damage to letters, digits and words inside cells: what a scanner or an encoding does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from random import Random

from fuzz.model import Draft, Model, Stretch
from fuzz.operators import Damaged, Must, cell, operator, row, whole_rows

MISREAD = {"l": "1", "i": "l", "e": "c", "n": "u", "o": "0", "a": "o", "r": "n", "t": "f", "m": "rn", "s": "5"}
LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
QUOTES = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'"})
CELLS = ("description", "heading", "initiative")


def inside(model: Model, stretch: Stretch, at: int, end: int, words: str) -> Draft:
    """Replace characters of one stretch."""
    draft = Draft(model)
    draft.put(stretch.start + at, stretch.start + end, words)
    return draft


def everywhere(model: Model, change: Callable[[str], str]) -> Damaged:
    """Change the whole text and the words of all cells alike."""
    return change(model.text), model.gold(lambda stretch: change(stretch.words))


def misread(model: Model, chance: Random, stretch: Stretch) -> Draft:
    places = [at for at, letter in enumerate(stretch.words) if letter in MISREAD]
    at = chance.choice(places or [0])
    return inside(model, stretch, at, at + 1, MISREAD.get(stretch.words[at], "?"))


# --- words of cells

MISREAD_IN: tuple[tuple[str, Must, str], ...] = (
    ("letter misread in a description", "as it stands", "description"),
    ("letter misread in a heading", "as it stands", "heading"),
    ("letter misread in a section label", "refused", "label"),
    ("letter misread in an audience", "refused", "audience"),
    ("letter misread in the header of the table", "refused", "header"),
)
"""Where a letter is misread: the name, what must become of it, and the role of the words."""


def misreading(role: str) -> Callable[[Model, Random], Damaged]:
    """The operator that misreads a letter in some words of a role."""
    return lambda model, chance: misread(model, chance, chance.choice(model.of(role)))


for name, must, role in MISREAD_IN:
    operator(name, must)(misreading(role))


@operator("word lost in a description", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice([s for s in model.of("description") if s.words.count(" ") > 2])
    words = list(re.finditer(r"\S+ ", stretch.words))
    match = chance.choice(words[1:])
    return inside(model, stretch, *match.span(), "")


@operator("blank lost between words", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice([s for s in model.of("description") if " " in s.words])
    at = chance.choice([m.start() for m in re.finditer(" ", stretch.words)])
    return inside(model, stretch, at, at + 1, "")


@operator("line of a description lost", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    draft = Draft(model)
    draft.drop_lines(chance.choice(cell(model, chance, "description", lines=2)))
    return draft


@operator("two lines of a description swapped", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    part = cell(model, chance, "description", lines=2)
    at = chance.randrange(len(part) - 1)
    draft = Draft(model)
    draft.put(part[at].start, part[at].end, part[at + 1].words)
    draft.put(part[at + 1].start, part[at + 1].end, part[at].words)
    return draft


@operator("lines cut at the right edge", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    draft, cut = Draft(model), chance.randint(1, 5)
    for stretch in model.of("description", chance.choice(model.records("description"))):
        if len(stretch.words) > 2 * cut:
            draft.put(stretch.end - cut, stretch.end, "")
    return draft


@operator("full stop lost at the end of a description", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    return _without_stop(model, chance.choice([s for s in model.of("description") if s.words.endswith(".")]))


@operator("full stop lost at the end of a row that a page cuts", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    cut = set(model.records("description")) - set(whole_rows(model))
    own = row(model, chance.choice(sorted(cut)))
    return _without_stop(model, [s for s in own if s.role == "description"][-1])


def _without_stop(model: Model, stretch: Stretch) -> Draft:
    end = len(stretch.words)
    return inside(model, stretch, end - 1, end, "") if stretch.words.endswith(".") else Draft(model)


@operator("bullets before descriptions", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    bullet, draft = chance.choice("•–▪*"), Draft(model)
    for number in model.records("description"):
        first = model.of("description", number)[0]
        draft.put(first.start, first.start + 1, f"{bullet} {first.words[0]}")
    return draft


# --- hyphens


@operator("words hyphenated at the ends of lines", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    draft = Draft(model)
    for stretch in chance.sample(model.of("description"), 8):
        if match := re.search(r"[a-z]{4}(?=[a-z]{4}\S*$)", stretch.words):
            at = stretch.start + match.end()
            draft.put(at, at, "-\n\n")
    return draft


@operator("hyphen lost at the end of a line", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice([s for s in model.of("description") if s.words.endswith("-")])
    return inside(model, stretch, len(stretch.words) - 1, len(stretch.words), "")


@operator("soft hyphens", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    share = chance.choice((0.01, 0.1, 1))
    return re.sub(r"(?<=[a-z]{3})(?=[a-z]{3})", lambda _: "\u00ad" if chance.random() < share else "", model.text)


@operator("zero-width spaces", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    share = chance.choice((0.01, 0.1, 0.5))
    return re.sub(
        r"(?<=[a-z]) ", lambda m: m.group() + "\u200b" if chance.random() < share else m.group(), model.text
    )


@operator("other hyphens and dashes", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    instead = chance.choice("‐‑–−")
    return everywhere(model, lambda words: re.sub(r"(?<=\w)-(?=\w)", instead, words))


# --- letters of another kind


@operator("ligatures", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    share = chance.choice((0.3, 1))
    either = "|".join(LIGATURES)
    return re.sub(either, lambda m: LIGATURES[m.group()] if chance.random() < share else m.group(), model.text)


@operator("letters and accents apart", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    at = chance.randrange(len(model.text))
    return model.text[:at] + unicodedata.normalize("NFD", model.text[at:])


@operator("quotes straight", "as it stands")
def _(model: Model, _chance: Random) -> Damaged:
    return everywhere(model, lambda words: words.translate(QUOTES))


@operator("accents lost", "as it stands")
def _(model: Model, _chance: Random) -> Damaged:
    def bare(words: str) -> str:
        apart = unicodedata.normalize("NFD", words)
        return "".join(letter for letter in apart if not unicodedata.combining(letter))

    return everywhere(model, bare)


@operator("letters of a wrong encoding", "as it stands")
def _(model: Model, _chance: Random) -> Damaged:
    return everywhere(
        model, lambda words: re.sub("[éëïöê]", lambda m: m.group().encode().decode("latin-1"), words)
    )


@operator("heading in capitals", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice(model.of("heading"))
    return inside(model, stretch, 0, len(stretch.words), stretch.words.upper())


@operator("label in capitals", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice(model.of("label"))
    return inside(model, stretch, 0, len(stretch.words), stretch.words.upper())


@operator("target dates in other case", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    draft, change = Draft(model), chance.choice((str.upper, str.lower, str.title))
    for stretch in model.of("deadline"):
        if chance.random() < 0.5:
            draft.put(stretch.start, stretch.end, change(stretch.words))
    return draft


# --- dates and labels


@operator("letter misread in a target date", "refused")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice([s for s in model.of("deadline") if " " in s.words])
    return misread(model, chance, stretch)


@operator("digit of a target date lost", "refused")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice(model.of("deadline"))
    at = chance.choice([m.start() for m in re.finditer(r"\d", stretch.words)])
    return inside(model, stretch, at, at + 1, "")


@operator("digit of a target date doubled", "refused")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice(model.of("deadline"))
    at = chance.choice([m.start() for m in re.finditer(r"\d", stretch.words)])
    return inside(model, stretch, at, at + 1, stretch.words[at] * 2)


@operator("letter for a digit of a target date", "refused")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice(model.of("deadline"))
    at = stretch.words.index("0")
    return inside(model, stretch, at, at + 1, "O")


@operator("year of a target date misread", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    number = chance.choice(model.records("deadline"))
    (stretch,) = model.of("deadline", number)
    digit = chance.choice([d for d in "56789" if d != stretch.words[-1]])
    gold = model.gold()
    actions = list(gold.actions)
    action = actions[number - 1]
    date = action.date.replace(stretch.words[-4:], stretch.words[-4:-1] + digit)
    actions[number - 1] = action._replace(date=date)
    text = inside(model, stretch, len(stretch.words) - 1, len(stretch.words), digit).text
    return text, replace(gold, actions=tuple(actions))


@operator("word of a target date lost", "refused")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice([s for s in model.of("deadline") if " " in s.words])
    words = stretch.words.split()
    lost = chance.choice([n for n, word in enumerate(words) if word != "Vanaf"])
    return inside(model, stretch, 0, len(stretch.words), " ".join(words[:lost] + words[lost + 1 :]))


@operator("digit of a dialogue's date lost", "refused")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice(model.of("date"))
    at = len(stretch.words) - chance.randint(1, 4)
    return inside(model, stretch, at, at + 1, "")


@operator("letter misread in the title of an annex", "refused")
def _(model: Model, chance: Random) -> Damaged:
    stretch = chance.choice([s for s in model.of("title") if s.words.startswith("Bijlage")])
    return inside(model, stretch, 0, 3, chance.choice(("Bij1", "Bjl", "BiI")))
