"""Two versions of a generated document as releases, with events planted between them."""

from __future__ import annotations

import hashlib
import random
import re
import textwrap
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from places import SEED
from policygraph.graph import convert
from policygraph.history.differences import Differences
from policygraph.rdf.iris import BASE, Names
from policygraph.rdf.statements import describe
from policygraph.release import Manifest, Release
from policygraph.release.merge_sort import quad_lines

QUARTERS = ("Eerste", "Tweede", "Derde", "Vierde")
HEADINGS = ("Robotica", "Energie", "Agrovoeding", "Overheid", "Klimaat en milieu", "Elektronische communicatie")
STOCK = (
    "om de invoering van betrouwbare oplossingen te versnellen",
    "in het kader van het programma Digitaal Europa",
)
SOURCE = """celex = "52090DC0001"
id = "COM-2090-1"
identifier = "COM(2090) 1"
date = 2025-12-31
type = "COMMUNIC"
author = "COM"
address = "http://publications.europa.eu/resource/celex/52090DC0001"
licence = "COM_REUSE"
rights = "© European Union"
title = {{ nl = "Een strategie", en = "A strategy" }}

[[file]]
name = "nl.txt"
language = "nl"
sha256 = "{sha256}"

[rows]
"1" = 1
"3" = {rows}
"""
BEFORE = ("Bijlage 1: Overzichtstabel", "Sectorale gestructureerde dialogen", "Sector(en) Datum", "Type")
TYPES = ("added", "dropped", "deadline-moved", "reworded", "regrouped", "split", "merged", "status-changed")
Event = tuple[object, ...]


@dataclass(frozen=True)
class PlannedAction:
    """An action to be printed; ``id`` stays what it is in every version."""

    id: int
    heading: str
    text: str
    quarter: int

    @property
    def due(self) -> str:
        return f"{self.quarter // 4}-Q{self.quarter % 4 + 1}"


@cache
def vocabulary() -> tuple[str, ...]:
    """The words of the first document's table of actions that are nothing but letters."""
    text = (SEED / "nl.txt").read_text("utf-8").partition("Bijlage 3")[2]
    words = sorted(set(re.findall(r"(?<= )[a-z]{4,14}(?= )", text)))
    return tuple(word for word in words if word not in {"vanaf", "kwartaal", "jaar"})


def sentence(chance: random.Random, least: int = 14) -> str:
    words = chance.choices(vocabulary(), k=chance.randint(least, least + 10))
    if chance.random() < 0.3:
        words.insert(chance.randint(1, len(words) - 1), chance.choice(STOCK))
    return f"{' '.join(words).capitalize()}."


def printed(actions: list[PlannedAction]) -> list[PlannedAction]:
    """The actions in the order of the table: heading after heading."""
    return [action for heading in HEADINGS for action in actions if action.heading == heading]


def document(actions: list[PlannedAction]) -> str:
    lines = [*BEFORE, "belanghebbende", "Aantal deelnemers", "Energie 3.5.2025 Alleen deskundigen Ongeveer 90"]
    lines += ["Bijlage 3: Overzichtstabel van acties", "Acties van de Commissie Streefdatum"]
    for heading in HEADINGS:
        rows = [action for action in actions if action.heading == heading]
        lines += [heading, "Andere relevante actie" + ("s" if len(rows) > 1 else "")] if rows else []
        for action in rows:
            lines += textwrap.wrap(action.text, 60, break_on_hyphens=False)
            lines.append(f"{QUARTERS[action.quarter % 4]} kwartaal {action.quarter // 4}")
    # One page: on several, a date that stands at the same place on three would be taken for a running line.
    return "\n\n".join([f" {lines[0]}", *lines[1:]]) + "\n"


def release(folder: Path, actions: list[PlannedAction], started: list[int]) -> Release:
    """The document read and written as a canonical form; ``started`` are the rows with a report on them."""
    folder.mkdir(parents=True)
    text = document(actions)
    (folder / "nl.txt").write_text(text, "utf-8")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    (folder / "source.toml").write_text(SOURCE.format(sha256=sha256, rows=len(actions)), "utf-8")
    names = Names()
    quads = convert(folder, names)
    for number in started:
        row = f"A3-{number:03}"
        about = {"pg:about": names.id("action", "COM-2090-1", row), "pg:status": names.id("status", "started")}
        quads += describe(names, "status", names.id("status-report", "COM-2090-1", row, "2026-01-01"), about)
    lines = b"".join(quad_lines(quads))
    (folder / "policygraph.nq").write_bytes(lines)
    return Release(folder, Manifest(BASE, {}, hashlib.sha256(lines).hexdigest(), (), {}, {}))


def plant(chance: random.Random, folder: Path, events: int) -> tuple[Release, Release, Counter[Event]]:
    """Two releases and the events between them, ``events`` of them of the types in TYPES."""
    old = printed([PlannedAction(id, chance.choice(HEADINGS), sentence(chance), _due(chance)) for id in range(40)])
    headings = Counter(action.heading for action in old)
    free = [action for action in old if headings[action.heading] > 3]
    chance.shuffle(free)
    new, expected, started = list(old), Counter[Event](), []
    for count in range(events):
        kind = TYPES[count % len(TYPES)] if count < len(TYPES) else chance.choice(TYPES)
        place = {action.id: at for at, action in enumerate(new)}
        if kind == "added":
            action = PlannedAction(1000 + count, chance.choice(HEADINGS), sentence(chance), _due(chance))
            new.insert(chance.randint(0, len(new)), action)
            expected["added", action.text] += 1
            continue
        action = free.pop()
        at = place[action.id]
        if kind == "dropped":
            del new[at]
            expected["dropped", action.text] += 1
        elif kind == "deadline-moved":
            moved = replace(action, quarter=action.quarter + chance.choice([-3, -1, 1, 2, 5]))
            new[at] = moved
            expected[kind, action.text, action.due, moved.due, moved.quarter - action.quarter] += 1
        elif kind == "reworded":
            new[at] = replace(action, text=reworded(chance, action.text))
            expected[kind, action.text, new[at].text] += 1
        elif kind == "regrouped":
            other = chance.choice([heading for heading in HEADINGS if heading != action.heading])
            new[at] = replace(action, heading=other)
            expected[kind, action.text, f"“{action.heading}”", f"“{other}”"] += 1
        elif kind == "split":
            words = action.text.split()
            middle = chance.randint(len(words) // 2 - 1, len(words) // 2 + 1)
            first = replace(action, id=2000 + count, text=f"{' '.join(words[:middle])}.")
            second = replace(action, id=3000 + count, text=" ".join(words[middle:]).capitalize())
            new[at : at + 1] = [first, second]
            expected[kind, action.text, frozenset((first.text, second.text))] += 1
        elif kind == "merged":
            other_action = free.pop()
            text = f"{action.text.rstrip('.')} en {other_action.text.lower()}"
            new[at] = replace(action, id=4000 + count, text=text)
            new.remove(other_action)
            expected[kind, text, frozenset((action.text, other_action.text))] += 1
        else:
            started.append(action)
            expected[kind, action.text] += 1
    new = printed(new)
    numbers = {action.id: number for number, action in enumerate(new, 1)}
    for number, action in enumerate(old, 1):
        if numbers.get(action.id, number) != number:
            expected["renumbered", f"A3-{number:03}", f"A3-{numbers[action.id]:03}"] += 1
    reports = [numbers[action.id] for action in started]
    return release(folder / "old", old, []), release(folder / "new", new, reports), expected


def _due(chance: random.Random) -> int:
    return chance.randint(2026 * 4, 2028 * 4)


def reworded(chance: random.Random, text: str) -> str:
    """One to three words of the sentence replaced, none of them the first or the last."""
    words = text.split()
    for at in chance.sample(range(1, len(words) - 1), chance.randint(1, 3)):
        words[at] = chance.choice([word for word in vocabulary() if word != words[at]])
    return " ".join(words)


def ledger(differences: Differences, old: Release, new: Release) -> Counter[Event]:
    """What the ledger says, as events to compare; what it quotes is looked up in the files."""
    texts = {side: _texts(release) for side, release in (("old", old), ("new", new))}
    events: Counter[Event] = Counter()
    for change in differences.changes:
        if change.noun == "status":
            events[change.type, texts["new"][change.parts[0]]] += 1
            continue
        for side, release, passages in (
            ("old", old, change.sources_before),
            ("new", new, change.sources_after),
        ):
            content = (release.folder / "nl.txt").read_text("utf-8")
            sha256 = hashlib.sha256(content.encode()).hexdigest()
            assert passages or (side, change.kind) in {("old", "added"), ("new", "removed")}
            for passage in passages:
                assert (passage.file, passage.sha256) == ("nl.txt", sha256)
                words = " ".join(content[start:end] for start, end in passage.spans).split()
                assert words == passage.quote.split()
        if change.type == "added":
            events["added", texts["new"][change.iri]] += 1
        elif change.type == "dropped":
            events["dropped", texts["old"][change.iri]] += 1
        elif change.type == "deadline-moved":
            text = texts["new"][change.iri]
            events[change.type, text, change.before, change.after, change.quarters] += 1
        elif change.type == "reworded":
            events[change.type, change.before, change.after] += 1
        elif change.type == "regrouped":
            events[change.type, texts["new"][change.iri], change.before, change.after] += 1
        elif change.type in {"split", "merged"}:
            whole, parts = ("old", "new") if change.type == "split" else ("new", "old")
            pieces = frozenset(texts[parts][part] for part in change.parts)
            events[change.type, texts[whole][change.iri], pieces] += 1
        else:
            events[change.type, change.before, change.after] += 1
    return events


def _texts(release: Release) -> dict[str, str]:
    pattern = re.compile(r'<([^>]*/id/action/[^>]*)> <http://purl.org/dc/terms/description> "([^"]*)"')
    return dict(pattern.findall((release.folder / "policygraph.nq").read_text("utf-8")))
