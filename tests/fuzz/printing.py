"""Damage by print and layout: what stands at the edges of pages, where lines end, white space."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from itertools import pairwise
from random import Random

from fuzz.model import Draft, Model, Stretch
from fuzz.operators import Damaged, cell, operator, row, whole_rows
from fuzz.structure import labels, some, without

HEADERS = (
    "EUROPESE COMMISSIE",
    "COM(2025) 723 final",
    "De AI-toepassingsstrategie",
    "Mededeling van de Commissie",
)
FOOTERS = ("NL    NL", "Brussel, 8.10.2025", "De AI-toepassingsstrategie – bijlagen", "www.parlament.gv.at")


def at_page_tops(model: Model, words: list[str], above: bool = False) -> Draft:
    """Put these lines where the pages begin, behind the mark of a page, or where they end (``above`` the next)."""
    draft = Draft(model)
    numbers = {10: model.of("page number")[0], 11: model.of("page number")[1]}
    for number, (top, line) in enumerate(zip(model.page_tops, words, strict=True), 1):
        start = model.line(numbers.get(number, top))[0]
        if line and above:  # below the page before; the foot of the last page is the end of the text
            draft.put(start or len(model.text), start or len(model.text), f"{line} \n\n")
        elif line:
            draft.put(top.start, top.start, f"{line} \n\n")
    return draft


# --- what is print and not content


@operator("running header on each page", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return at_page_tops(model, [chance.choice(HEADERS)] * 12)


@operator("running header with the page's number", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    header = chance.choice(HEADERS)
    return at_page_tops(model, [f"{header}  {number}" for number in range(1, 13)])


@operator("running footer on each page", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return at_page_tops(model, [chance.choice(FOOTERS)] * 12, above=True)


@operator("header on one page", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    words = [""] * 12
    words[chance.randrange(12)] = chance.choice(HEADERS + FOOTERS)
    return at_page_tops(model, words, above=chance.random() < 0.5)


@operator("page numbers printed at the foot", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    form = chance.choice(("– {} –", "{}/12", "Pagina {} van 12", "- {} -", "[{}]"))
    return at_page_tops(model, [form.format(number or 12) for number in range(12)], above=True)


@operator("page numbers printed alone", "as the original")
def _(model: Model, _chance: Random) -> Damaged:
    draft = Draft(model)
    for number, top in enumerate(model.page_tops, 1):
        if number not in (10, 11):
            start = model.line(top)[0]
            draft.put(start, top.start, f"\n{number} \n\n")
    return draft


@operator("page number lost", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return without(model, chance.choice(model.of("page number")))


@operator("header of the table on each page", "as the original")
def _(model: Model, _chance: Random) -> Damaged:
    tops = model.page_tops
    header = model.of("header", 3)[0]
    return at_page_tops(model, [header.words if top.start > header.start else "" for top in tops])


@operator("form feeds for pages", "as the original")
def _(model: Model, _chance: Random) -> Damaged:
    draft = Draft(model)
    for number, top in enumerate(model.page_tops, 1):
        if number in (10, 11):
            mark = model.of("page number")[number - 10]
            draft.put(model.line(mark)[0], mark.start, "\f")
        elif number > 1:
            draft.put(model.line(top)[0], top.start, "\f")
    return draft


@operator("page break between rows", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return _page_moved(model, chance, before=("heading", "label", "description"))


@operator("page break in a row, the date after", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return _page_moved(model, chance, before=("within",))


@operator("page break in a row, the date before it", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return _page_moved(model, chance, before=("within",), date_first=True)


def _page_moved(model: Model, chance: Random, before: tuple[str, ...], date_first: bool = False) -> Draft:
    """Move the break before page 5 or 12, which cuts no row, to another line of its neighbour pages."""
    tops = model.page_tops
    number = chance.choice((5, 12))
    old, first = tops[number - 1], tops[number - 2].start
    last = tops[number].start if number < 12 else len(model.text)
    whole = whole_rows(model)
    inner = {s: n for n in whole for s in model.of("description", n)[1:]}
    places = [
        part[0]
        for part in model.cells()
        if part[0].role in before and part[0] != old and first < part[0].start < last
    ]
    places += [s for s in inner if "within" in before and first < s.start < last]
    new = chance.choice(places)
    draft = Draft(model)
    draft.put(model.line(old)[0], old.start, "")
    if date_first:
        (date,) = model.of("deadline", inner[new])
        draft.put(new.start, new.start, f"{date.words} \n\n ")
        draft.drop_lines(date)
    else:
        draft.put(new.start, new.start, " ")
    return draft


# --- where lines end


def joined(words: list[str]) -> str:
    """Lines as one: without a blank behind a hyphen, but with one before a conjunction ("test- en …")."""
    text = words[0]
    for line in words[1:]:
        text += line if text.endswith("-") and line.split()[0] not in ("en", "of") else f" {line}"
    return text


def wrapped(model: Model, width: int, *roles: str) -> Draft:
    """Each cell of these roles with lines of this width at most."""
    draft = Draft(model)
    for part in model.cells():
        if part[0].role in roles:
            whole = joined([stretch.words for stretch in part])
            lines = textwrap.wrap(whole, width, break_long_words=False, break_on_hyphens=False)
            draft.put(part[0].start, part[-1].end, " \n\n".join(lines))
    return draft


@operator("descriptions wrapped anew", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return wrapped(model, chance.randint(34, 110), "description").text


@operator("everything wrapped anew", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return wrapped(model, chance.randint(50, 110), "description", "title", "passage", "initiative", "heading").text


@operator("each cell on one line", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    roles = ["description", "title", "initiative", "heading", "sectors", "audience"]
    return wrapped(model, 10_000, *chance.sample(roles, chance.randint(1, 6)), "description").text


@operator("some descriptions wrapped anew", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    draft, width = Draft(model), chance.randint(34, 110)
    for number in chance.sample(whole_rows(model), 12):
        own = model.of("description", number)
        lines = textwrap.wrap(
            joined([s.words for s in own]), width, break_long_words=False, break_on_hyphens=False
        )
        draft.put(own[0].start, own[-1].end, " \n\n".join(lines))
    return draft.text


@operator("two lines joined", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    part = cell(model, chance, "description", lines=2)
    at = chance.randrange(len(part) - 1)
    draft = Draft(model)
    draft.put(part[at].start, part[at + 1].end, joined([part[at].words, part[at + 1].words]))
    return draft.text


@operator("cell of a dialogue over more lines", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    cells = [s for role in ("sectors", "audience", "attendance") for s in model.of(role) if " " in s.words]
    return _parted(model, chance, chance.choice(cells))


PARTED = {
    "line parted in two": "description",
    "target date over two lines": "deadline",
    "heading over two lines": "heading",
    "label over two lines": "label",
}
"""The role of the words of which a line is parted at a blank."""


def parting(role: str) -> Callable[[Model, Random], Damaged]:
    """The operator that parts a line of some words of a role."""

    def damage(model: Model, chance: Random) -> Damaged:
        return _parted(model, chance, chance.choice([s for s in model.of(role) if " " in s.words]))

    return damage


def _parted(model: Model, chance: Random, stretch: Stretch) -> str:
    blank = chance.choice([m.start() for m in re.finditer(" ", stretch.words)])
    at = stretch.start + blank
    return f"{model.text[:at]} \n{chance.choice(('', chr(10)))}{model.text[at + 1 :]}"


for name, role in PARTED.items():
    operator(name, "as the original")(parting(role))


@operator("heading and label on one line", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    own = some(model, chance, "heading")
    label = next(s for s in labels(model) if s.start > own[-1].start)
    draft = Draft(model)
    between = model.text[own[-1].end : label.start]
    if between.strip():  # a page's number stands between
        draft.put(own[-1].end, own[-1].end, " ")
    else:
        draft.put(own[-1].end, label.start, " ")
    return draft.text


@operator("target date on the last line of its description", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    own = row(model, chance.choice(whole_rows(model)))
    return model.text[: own[-2].end] + chance.choice((" ", "    ")) + model.text[own[-1].start :]


@operator("target date beside the first line of its description", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    own = row(model, chance.choice(whole_rows(model)))
    draft = without(model, own[-1])
    draft.put(own[0].end, own[0].end, f"      {own[-1].words}")
    return draft.text


@operator("target date in the midst of its description", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    own = row(model, chance.choice([n for n in whole_rows(model) if len(model.of("description", n)) > 2]))
    draft = without(model, own[-1])
    at = chance.choice(own[1:-1])
    draft.put(at.start, at.start, f"{own[-1].words} \n\n")
    return draft.text


@operator("dialogues with each cell on a line of its own", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    draft = Draft(model)
    cells = [s for s in model.stretches if s.role in ("sectors", "date", "audience", "attendance")]
    for before, stretch in pairwise(cells):
        if model.line(before) == model.line(stretch) and chance.random() < 0.9:
            draft.put(before.end, stretch.start, " \n\n")
    return draft.text


@operator("dialogues with each row on one line", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    draft = Draft(model)
    cells = [s for s in model.stretches if s.role in ("sectors", "date", "audience", "attendance")]
    for before, stretch in pairwise(cells):
        inside = before.role != "attendance" and not model.text[before.end : stretch.start].strip()
        if inside and stretch not in model.page_tops and "\n" in model.text[before.end : stretch.start]:
            draft.put(before.end, stretch.start, " " * chance.randint(1, 3))
    return draft.text


# --- white space


@operator("blank lines lost", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    at = chance.randrange(len(model.text)) if chance.random() < 0.9 else 0
    return model.text[:at] + re.sub(r"\n\n+", "\n", model.text[at:])


@operator("blank lines doubled", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return re.sub(r"\n", lambda _: "\n" * chance.randint(1, 3), model.text)


@operator("blanks at the ends of lines lost", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    return re.sub(r" +$", lambda m: "" if chance.random() < 0.7 else m.group(), model.text, flags=re.MULTILINE)


@operator("blanks at the starts of lines", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    share = chance.choice((0.05, 0.5, 1))
    return re.sub(
        r"^(?=\S)",
        lambda _: " " * chance.randint(1, 6) if chance.random() < share else "",
        model.text,
        flags=re.MULTILINE,
    )


BLANKS = {
    "blanks doubled between words": "  ",
    "no-break spaces": "\u00a0",
    "narrow no-break spaces": "\u202f",
    "tabs for blanks": "\t",
}
"""What stands for some of the blanks between words."""


def with_blanks(instead: str) -> Callable[[Model, Random], Damaged]:
    """The operator that puts this in the place of some blanks, or of all."""

    def damage(model: Model, chance: Random) -> Damaged:
        share = chance.choice((0.02, 0.2, 1))
        return re.sub(r"(?<=\S) (?=\S)", lambda m: instead if chance.random() < share else m.group(), model.text)

    return damage


for name, instead in BLANKS.items():
    operator(name, "as the original")(with_blanks(instead))


@operator("line ends of Windows", "as the original")
def _(model: Model, chance: Random) -> Damaged:
    share = chance.choice((0.5, 1))
    return re.sub(r"\n", lambda m: "\r\n" if chance.random() < share else m.group(), model.text)


@operator("byte order mark", "as the original")
def _(model: Model, _chance: Random) -> Damaged:
    return "\ufeff" + model.text
