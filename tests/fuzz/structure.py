"""Damage to the structure: what is lost, doubled, joined, swapped or strange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from fuzz.model import Draft, Model, Stretch
from fuzz.operators import Damaged, cell, neighbours, operator, row, whole_rows


def without(model: Model, *stretches: Stretch) -> Draft:
    draft = Draft(model)
    draft.drop_lines(*stretches)
    return draft


def cut_out(model: Model, *stretches: Stretch) -> Draft:
    """Take out these words alone, for other cells stand on the same line; where they began it, the blanks too."""
    draft = Draft(model)
    for stretch in stretches:
        end = stretch.end
        while model.line(stretch)[0] == stretch.start and model.text[end : end + 1] == " ":
            end += 1
        draft.put(stretch.start, end, "")
    return draft


def lines_of(model: Model, stretches: list[Stretch]) -> str:
    return "".join(
        f"{model.text[slice(*line)].strip()} \n\n" for line in dict.fromkeys(map(model.line, stretches))
    )


def some(model: Model, chance: Random, role: str) -> list[Stretch]:
    """All the words of some record of this role."""
    return model.of(role, chance.choice(model.records(role)))


def any_of(model: Model, chance: Random, role: str) -> list[Stretch]:
    """Some words of this role, on one line."""
    return [chance.choice(model.of(role))]


def losing(
    damage: Callable[..., Draft], chosen: Callable[[Model, Random, str], Sequence[Stretch]], role: str
) -> Callable[[Model, Random], Damaged]:
    """The operator that takes out what is chosen of a role."""
    return lambda model, chance: damage(model, *chosen(model, chance, role))


def labels(model: Model) -> list[Stretch]:
    return [stretch for stretch in model.of("label") if stretch.records == (3,)]


# --- lost

LOST: tuple[tuple[str, Callable[..., Draft], Callable[[Model, Random, str], Sequence[Stretch]], str], ...] = (
    ("heading lost", without, some, "heading"),
    ("heading above headings lost", without, some, "grouping"),
    ("target date lost", without, some, "deadline"),
    ("description lost, its date left", without, some, "description"),
    ("date of a dialogue lost", cut_out, some, "date"),
    ("sector of dialogues lost", cut_out, cell, "sectors"),
    ("audience of a dialogue lost", cut_out, some, "audience"),
    ("number of participants lost", cut_out, some, "attendance"),
    ("header of a table lost", without, cell, "header"),
    ("title of an annex lost", without, cell, "title"),
    ("mark of a list's item lost", cut_out, any_of, "list mark"),
    ("initiative lost", without, some, "initiative"),
    ("footnote's mark lost", cut_out, any_of, "footnote mark"),
)
"""What is lost with the lines that it stands on, or alone: its name, how, which words of a role, and the role."""

for name, damage, chosen, role in LOST:
    operator(name, "refused")(losing(damage, chosen, role))


@operator("section label lost", "refused")
def _(model: Model, chance: Random) -> Damaged:
    return without(model, chance.choice(labels(model)))


@operator("label of dialogues lost", "refused")
def _(model: Model, chance: Random) -> Damaged:
    return without(model, chance.choice([s for s in model.of("label") if s.records == (1,)]))


@operator("row lost", "refused")
def _(model: Model, chance: Random) -> Damaged:
    return without(model, *row(model, chance.choice(model.records("description"))))


@operator("dialogue lost", "refused")
def _(model: Model, chance: Random) -> Damaged:
    number = chance.choice(model.records("date"))
    return cut_out(model, *(s for role in ("date", "audience", "attendance") for s in model.of(role, number)))


@operator("text cut off", "refused")
def _(model: Model, chance: Random) -> Damaged:
    return model.text[: chance.randrange(300, len(model.text) - 25)]


@operator("page lost", "refused")
def _(model: Model, chance: Random) -> Damaged:
    tops = [model.line(top)[0] for top in model.page_tops]
    start, end = chance.choice(list(zip(tops, [*tops[1:], len(model.text)], strict=True)))
    return model.text[:start] + model.text[end:]


@operator("footnote lost, its mark left", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    number = chance.choice((1, 2))
    gold = model.gold(lambda s: s.words + ("2" if number == 2 and s.words.endswith("eTranslation") else ""))
    return without(model, *_note(model, number)).text, gold


@operator("footnote and its mark lost", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    number = chance.choice((1, 2))
    draft = without(model, *_note(model, number))
    mark = model.of("footnote mark")[number - 1]
    draft.put(mark.start, mark.end, "")
    return draft


@operator("repeated address of a footnote lost", "as the original")
def _(model: Model, _chance: Random) -> Damaged:
    return without(model, *model.of("link text"))


@operator("footnotes moved to the end", "as the original")
def _(model: Model, _chance: Random) -> Damaged:
    notes = _note(model, 1) + _note(model, 2)
    return without(model, *notes).text + "\n" + lines_of(model, notes)


@operator("blank line above a footnote lost", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    first = model.line(_note(model, chance.choice((1, 2)))[0])[0]
    above = model.text[:first]
    return above.rstrip(" \n") + " \n" + model.text[first:]


def _note(model: Model, number: int) -> list[Stretch]:
    """The lines of a footnote, with the address that is printed again below it."""
    notes = [s for s in model.stretches if s.role in ("note", "link text")]
    second = next(at for at, s in enumerate(notes) if s.words.startswith("2 "))
    return notes[:second] if number == 1 else notes[second:]


# --- doubled


@operator("row doubled", "refused")
def _(model: Model, chance: Random) -> Damaged:
    own = row(model, chance.choice(whole_rows(model)))
    return _after(model, own[-1], lines_of(model, own))


@operator("heading doubled", "refused")
def _(model: Model, chance: Random) -> Damaged:
    own = some(model, chance, "heading")
    return _after(model, own[-1], lines_of(model, own))


@operator("section label doubled", "refused")
def _(model: Model, chance: Random) -> Damaged:
    own = chance.choice(labels(model))
    return _after(model, own, lines_of(model, [own]))


@operator("dialogue doubled", "refused")
def _(model: Model, chance: Random) -> Damaged:
    number = chance.choice([n for n in model.records("date") if n != 1])
    own = sorted(s for role in ("date", "audience", "attendance") for s in model.of(role, number))
    return _after(model, own[-1], "".join(f"{s.words} \n\n" for s in own))


@operator("target date doubled", "refused")
def _(model: Model, chance: Random) -> Damaged:
    own = some(model, chance, "deadline")
    return _after(model, own[-1], lines_of(model, own))


@operator("line of a description doubled", "refused")
def _(model: Model, chance: Random) -> Damaged:
    line = chance.choice(model.of("description"))
    return _after(model, line, lines_of(model, [line]))


def _after(model: Model, stretch: Stretch, lines: str) -> str:
    end = model.line(stretch)[1]
    return f"{model.text[:end]}\n\n{lines}{model.text[end:].lstrip(chr(10))}"


# --- out of order


@operator("two rows joined, their dates after both", "refused")
def _(model: Model, chance: Random) -> Damaged:
    number = chance.choice(neighbours(model))
    ours, theirs = model.of("deadline", number), model.of("deadline", number + 1)
    draft = without(model, *ours)
    draft.put(theirs[0].start, theirs[0].start, lines_of(model, ours))
    return draft


@operator("dates of a section after its descriptions", "refused")
def _(model: Model, chance: Random) -> Damaged:
    first = chance.choice(neighbours(model))
    last = first + 1
    while last in neighbours(model):
        last += 1
    dates = [s for n in range(first, last) for s in model.of("deadline", n)]
    draft = without(model, *dates)
    at = model.of("deadline", last)[0].start
    draft.put(at, at, lines_of(model, dates))
    return draft


@operator("date before its description", "refused")
def _(model: Model, chance: Random) -> Damaged:
    own = row(model, chance.choice(whole_rows(model)))
    return _swapped(model, [own[:-1]], [own[-1:]])


@operator("columns swapped in the whole table", "refused")
def _(model: Model, chance: Random) -> Damaged:
    rows = [row(model, number) for number in whole_rows(model)]
    kept = [own for own in rows if chance.random() < 0.98]
    return _swapped(model, [own[:-1] for own in kept], [own[-1:] for own in kept])


@operator("rows swapped", "as it stands")
def _(model: Model, chance: Random) -> Damaged:
    number = chance.choice(neighbours(model))
    text = _swapped(model, [row(model, number)], [row(model, number + 1)])
    gold = model.gold()
    actions = list(gold.actions)
    ours, theirs = actions[number - 1], actions[number]
    actions[number - 1 : number + 1] = [theirs._replace(number=number), ours._replace(number=number + 1)]
    return text, replace(gold, actions=tuple(actions))


@operator("heading and label swapped", "refused")
def _(model: Model, chance: Random) -> Damaged:
    own = some(model, chance, "heading")
    label = next(s for s in labels(model) if s.start > own[-1].start)
    return _swapped(model, [own], [[label]])


def _swapped(model: Model, ours: list[list[Stretch]], theirs: list[list[Stretch]]) -> str:
    """The text with each of ours, which stands right before its fellow, behind it."""
    draft = Draft(model)
    for first, second in zip(ours, theirs, strict=True):
        begin, end = model.line(first[0])[0], model.line(second[-1])[1]
        mark = model.text[begin : first[0].start]  # the blank that marks a page stays where it is
        draft.put(begin, end, mark + lines_of(model, second) + lines_of(model, first).rstrip())
    return draft.text


# --- strange


@operator("third column's cell on a line of its own", "refused")
def _(model: Model, chance: Random) -> Damaged:
    date = chance.choice(model.of("deadline"))
    words = chance.choice(("DG CNECT", "AI-bureau", "Commissie", "lidstaten", "Commissie en lidstaten", "EDIH’s"))
    before = chance.random() < 0.5
    return _before(model, date, words) if before else _after(model, date, f"{words} \n\n")


@operator("third column in all rows", "refused")
def _(model: Model, chance: Random) -> Damaged:
    words = chance.choice(("DG CNECT", "AI-bureau", "Commissie", "lidstaten"))
    draft = Draft(model)
    for date in model.of("deadline"):
        draft.put(date.start, date.start, f"{words} \n\n")
    return draft.text.replace("Commissie Streefdatum", "Commissie Wie Streefdatum")


@operator("sentence before the first annex", "refused")
def _(model: Model, _chance: Random) -> Damaged:
    return " Deze mededeling gaat vergezeld van drie bijlagen. \n\n" + model.text[1:]


@operator("sentence between two rows", "refused")
def _(model: Model, chance: Random) -> Damaged:
    date = model.of("deadline", chance.choice(neighbours(model)))[-1]
    return _after(model, date, "* Onder voorbehoud van goedkeuring van de begroting. \n\n")


def _before(model: Model, stretch: Stretch, words: str) -> str:
    start = stretch.start
    return f"{model.text[:start]}{words} \n\n{model.text[start:]}"
