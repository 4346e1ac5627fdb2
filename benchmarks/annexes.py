"""Synthetic annexes: source folders in the layout of COM(2025) 723, each different, the same from the same number.

python benchmarks/annexes.py FOLDER 100
"""

from __future__ import annotations

import hashlib
import random
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

LINES_A_PAGE = 46
WIDTH = 60
SECTORS = (
    "Mobiliteit, vervoer en autosector",
    "Agrovoeding",
    "Energie",
    "Elektronische communicatie",
    "Klimaat en milieu",
    "Culturele en creatieve sectoren",
    "Robotica",
    "Maakindustrie",
    "Overheid",
    "Gezondheidszorg",
    "Farmaceutische producten",
)
HEADINGS = (
    "Robotica",
    "Energie",
    "Agrovoeding",
    "Overheid",
    "Klimaat en milieu",
    "Elektronische communicatie",
    "Mobiliteit, vervoer en autosector",
    "Bouwen aan vertrouwen in de Europese markt",
)
OBJECTS = (
    "Een Europees netwerk van testfaciliteiten",
    "Richtsnoeren voor het verantwoorde gebruik van taalmodellen",
    "Een gemeenschappelijk platform voor sectorale gegevens",
    "De ontwikkeling van grensverleggende modellen",
    "Een uitdaging voor kleine en middelgrote ondernemingen",
    "Projecten in het kader van het programma Digitaal Europa",
    "De toegang tot Europese rekencapaciteit",
    "Opleidingen voor medewerkers van overheidsdiensten",
)
VERBS = ("oprichten", "ontwikkelen", "ondersteunen", "financieren", "bevorderen", "versnellen")
PURPOSES = (
    "om de invoering van betrouwbare oplossingen te versnellen",
    "om kennis tussen onderzoek en bedrijfsleven te delen",
    "om de afhankelijkheid van aanbieders buiten de Unie te verminderen",
    "om werknemers bij de uitrol te betrekken",
    "om de veiligheid van kritieke infrastructuur te verbeteren",
    "om de kosten voor nieuwkomers op de markt te verlagen",
    "om gegevens van hoge kwaliteit beschikbaar te maken",
)
PLACES = ("in de lidstaten", "in alle sectoren", "in grensregio's", "in de hele Unie", "op lokaal niveau")
QUARTERS = ("Eerste", "Tweede", "Derde", "Vierde")


def make(folder: Path, number: int) -> Path:
    """Write source folder ``number`` below ``folder``: its path comes back."""
    chance = random.Random(number)
    dialogues, actions = chance.randint(5, 9), chance.randint(12, 24)
    text = "\n\n".join(_paged(_lines(chance, dialogues, actions))) + "\n"
    path = folder / f"52090DC{number:04}"
    path.mkdir(parents=True, exist_ok=True)
    (path / "nl.txt").write_text(text, encoding="utf-8")
    (path / "source.toml").write_text(
        _toml(number, hashlib.sha256(text.encode()).hexdigest(), dialogues, actions), encoding="utf-8"
    )
    return path


def _toml(number: int, sha256: str, dialogues: int, actions: int) -> str:
    return f'''celex = "52090DC{number:04}"
id = "COM-2090-{number}"
identifier = "COM(2090) {number}"
date = 2025-12-31
type = "COMMUNIC"
author = "COM"
address = "http://publications.europa.eu/resource/celex/52090DC{number:04}"
licence = "COM_REUSE"
rights = "© European Union"

[title]
nl = "Strategie {number}"
en = "Strategy {number}"

[[file]]
name = "nl.txt"
language = "nl"
sha256 = "{sha256}"

[rows]
"1" = {dialogues}
"3" = {actions}
'''


def _lines(chance: random.Random, dialogues: int, actions: int) -> Iterator[str]:
    yield "Bijlage 1: Overzichtstabel van de gestructureerde dialogen"
    yield "Sectorale gestructureerde dialogen"
    yield "Sector(en) Datum"
    yield from ("Type", "belanghebbende", "Aantal deelnemers")
    for sector in chance.sample(SECTORS, dialogues):
        yield from _dialogue(chance, sector)
    yield "Bijlage 3: Overzichtstabel van acties van de Commissie"
    yield "Acties van de Commissie Streefdatum"
    headings = chance.sample(HEADINGS, 4)
    for index, heading in enumerate(headings):
        count = actions // 4 + (index < actions % 4)
        flagships = max(count // 2, 1)
        yield heading
        yield "Vlaggenschipinitiatie" + ("ven" if flagships > 1 else "f")
        for place in range(count):
            if place == flagships:
                yield "Andere relevante actie" + ("s" if count - flagships > 1 else "")
            yield from _action(chance)


def _dialogue(chance: random.Random, sector: str) -> Iterator[str]:
    day = f"{chance.randint(1, 28)}.{chance.randint(1, 12)}.2025"
    number = f"Ongeveer {chance.randint(1, 80) * 10}"
    if chance.random() < 0.5:
        yield f"{sector} {day} Alleen deskundigen {number}"
    else:
        yield from (sector, day, "Openbaar", "toegankelijk", number)


def _action(chance: random.Random) -> Iterator[str]:
    words = f"{chance.choice(OBJECTS)} {chance.choice(VERBS)} {chance.choice(PLACES)} {chance.choice(PURPOSES)}"
    if chance.random() < 0.6:
        words += f", en {chance.choice(PURPOSES)}"
    if chance.random() < 0.4:
        words += f", {chance.choice(PURPOSES)}"
    yield from textwrap.wrap(words + ".", WIDTH, break_on_hyphens=False)
    year = chance.randint(2025, 2028)
    quarter = chance.choice(QUARTERS)
    style = chance.random()
    if style < 0.1:
        yield str(year)
    elif style < 0.25:
        yield f"Vanaf {quarter.lower()} kwartaal {year}"
    else:
        yield f"{quarter} kwartaal {year}"


def _paged(lines: Iterator[str]) -> Iterator[str]:
    """A blank before the first word marks a page; from page 4 on its number is printed, as in the seed."""
    page = 0
    for count, line in enumerate(lines):
        if count % LINES_A_PAGE == 0:
            page += 1
            if page > 3:
                yield f" \n\n{page}"
                yield line
            else:
                yield f" {line}"
        else:
            yield line


def main() -> None:
    """Write as many source folders as the command line says."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    for number in range(1, count + 1):
        make(folder, number)


if __name__ == "__main__":
    main()
