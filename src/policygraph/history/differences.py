"""Two releases → what changed between them, in the words of the domain.

Both canonical forms are sorted, so one pass side by side finds every row that differs; a second pass reads
those rows whole. A row that only got another number is reported as that: rows are paired by their text before
they are compared.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from itertools import chain
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ..errors import ReleaseError, readable
from ..rdf.iris import CV, DCT, SKOS, Names, prefixes
from ..rdf.media_types import TURTLE
from ..rdf.serialise import serialise
from ..rdf.statements import TYPE
from ..release import Release

THINGS = {
    "action": "Action",
    "dialogue": "Dialogue",
    "initiative": "Initiative",
    "heading": "Heading",
    "sector-label": "Sector label",
}
"""What can change, by the kind of its IRI, and how a person calls it."""

PARTS = {"deadline": "deadline", "attendance": "reported-count"}
"""Properties of ours that lead to a statement about the same row, and the kind of their IRIs."""

NOUNS = {
    f"{DCT}description": "wording",
    f"{SKOS}prefLabel": "wording",
    f"{DCT}type": "kind",
    f"{DCT}date": "date",
    f"{CV}audience": "audience",
    "pg:heading": "heading",
    "pg:responsibleBody": "responsible body",
    "pg:sector": "sectors",
    "pg:access": "access",
    "pg:objective": "objective",
    "pg:period": "deadline",
    "pg:modality": "modality",
    "pg:reportedValue": "number of participants",
    "pg:qualifier": "qualifier of the number",
}
"""What a change of a property is called; what follows from these, labels and places are left out."""

CHANGESET = "http://purl.org/vocab/changeset/schema#"

ALIKE = 0.6
"""Share of text that two rows have in common when one is taken for the other, reworded."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``kind`` is added, removed, renumbered or changed; ``noun`` says of what, where changed."""

    kind: str
    thing: str
    iri: str
    noun: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return _SENTENCES.get((self.kind, self.noun), _SENTENCES[self.kind, ""]).format(self)


_SENTENCES = {
    ("added", ""): "{0.thing} is new: {0.after}",
    ("removed", ""): "{0.thing} is gone: {0.before}",
    ("renumbered", ""): "{0.thing} had the number {0.before}",
    ("changed", ""): "{0.thing}: {0.noun} changed from {0.before} to {0.after}",
    ("changed", "wording"): "{0.thing} was reworded: “{0.before}” → “{0.after}”",
    ("changed", "deadline"): "{0.thing}: deadline moved from {0.before} to {0.after}",
    ("changed", "modality"): "{0.thing}: its deadline said “{0.before}”, now says “{0.after}”",
}


@dataclass
class Differences:
    """Every change, and the number of statements that came and went in each graph.

    ``old`` and ``new`` are the hashes of the two canonical forms.
    """

    old: str
    new: str
    base: str
    changes: list[Change] = field(default_factory=list)
    came: Counter[str] = field(default_factory=Counter)
    went: Counter[str] = field(default_factory=Counter)

    def to_text(self) -> str:
        """A line a change, other numbers together; then the counts of statements by graph."""
        lines = [str(change) for change in self.changes if change.kind != "renumbered"]
        if numbers := [f"{c.before} is now {c.after}" for c in self.changes if c.kind == "renumbered"]:
            lines.append(f"{len(numbers)} have another number: from “{numbers[0]}” to “{numbers[-1]}”")
        lines = lines or ["Nothing that the annexes say changed, and no mapping or status report."]
        for graph in sorted({*self.came, *self.went}):
            lines.append(f"graph {graph}: {self.came[graph]} statements new, {self.went[graph]} gone")
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """The same as JSON."""
        content = {
            "old": self.old,
            "new": self.new,
            "changes": [{**asdict(change), "sentence": str(change)} for change in self.changes],
            "graphs": {
                graph: {"new": self.came[graph], "gone": self.went[graph]}
                for graph in sorted({*self.came, *self.went})
            },
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def to_turtle(self) -> str:
        """A ``cs:ChangeSet`` a change (vocabulary Changeset), its sentence as the reason."""
        names, triples = Names(self.base), []
        for number, change in enumerate(self.changes, 1):
            node = names.id("change", f"{self.old[:12]}-{self.new[:12]}", f"{number:04}")
            reason = Literal(str(change), language="en")
            triples += [
                Triple(node, TYPE, NamedNode(f"{CHANGESET}ChangeSet")),
                Triple(node, NamedNode(f"{CHANGESET}subjectOfChange"), NamedNode(change.iri)),
                Triple(node, NamedNode(f"{CHANGESET}changeReason"), reason),
            ]
        return serialise(triples, TURTLE, prefixes(self.base)).decode()


@dataclass(frozen=True, slots=True)
class EntryState:
    """One action, dialogue or initiative as a release has it; ``values`` by noun."""

    iri: str
    thing: str
    document: str
    values: dict[str, str]

    @property
    def number(self) -> str:
        """Annex and row, such as A3-001."""
        return self.iri.rsplit("/", 1)[-1]

    @property
    def text(self) -> str:
        """What it is known by: its words, or date and sectors where it has none."""
        return self.values.get("wording") or " ".join(self.values.get(noun, "") for noun in ("date", "sectors"))


def compare(old: Release, new: Release) -> Differences:
    """What changed from ``old`` to ``new``. Raises ReleaseError where their base IRIs differ."""
    if old.base != new.base:
        raise ReleaseError(
            f"{readable(old.folder)} has the base {old.base}, {readable(new.folder)} {new.base}: "
            "build one again with the base of the other."
        )
    differences = Differences(old.manifest.canonical, new.manifest.canonical, new.base)
    keys: set[str] = set()
    loose: list[tuple[bool, bytes]] = []
    for is_new, line in _sides(old.canonical, new.canonical):
        graph = line[line.rindex(b"/") + 1 : -4].decode()
        (differences.came if is_new else differences.went)[graph] += 1
        if graph in ("mappings", "status"):
            loose.append((is_new, line))
        elif graph in ("actions", "dialogues", "initiatives", "vocabulary"):
            keys.add(_key(line, old.base))
    keys = {key for key in keys if "/" in key}
    before, after = _rows(old, keys), _rows(new, keys)
    differences.changes = [*_row_changes(before, after), *_loose_changes(loose, old.base)]
    return differences


def _sides(old: Path, new: Path) -> Iterator[tuple[bool, bytes]]:
    """The lines that only one of two sorted files has; True with those of ``new``."""
    with old.open("rb") as left, new.open("rb") as right:
        here, there = next(left, b""), next(right, b"")
        while here or there:
            if here == there:
                here, there = next(left, b""), next(right, b"")
            elif there and (not here or there < here):
                yield True, there
                there = next(right, b"")
            else:
                yield False, here
                here = next(left, b"")


def _key(line: bytes, base: str) -> str:
    """What the statements about one row share: ``<base>id/action/D/A3-001/…`` → ``D/A3-001``."""
    segments = line[len(base) + len("<id/") : line.index(b">")].decode().split("/")
    return "/".join(segments[1:3])


def _rows(release: Release, keys: set[str]) -> dict[str, EntryState]:
    """The rows with these keys, by IRI."""
    pg, things = f"{release.base}def#", f"{release.base}id/"
    about: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quad in parse(b"".join(_lines(release, keys)), format=RdfFormat.N_QUADS):
        subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
        about[subject][quad.predicate.value.replace(pg, "pg:")].add(_word(quad.object))
    rows = {}
    for iri, values in about.items():
        kind, document, number = [*iri.removeprefix(things).split("/"), "", ""][:3]
        if kind in THINGS and number:
            parts = [about.get(f"{things}{part}/{document}/{number}", {}) for part in PARTS.values()]
            rows[iri] = EntryState(iri, f"{THINGS[kind]} {number} of {document}", document, _values(values, parts))
    return rows


def _lines(release: Release, keys: set[str]) -> Iterator[bytes]:
    starts = tuple(f"<{release.base}id/{kind}/".encode() for kind in (*THINGS, *PARTS.values()))
    with release.canonical.open("rb") as lines:
        yield from (line for line in lines if line.startswith(starts) and _key(line, release.base) in keys)


def _values(own: dict[str, set[str]], parts: Iterable[dict[str, set[str]]]) -> dict[str, str]:
    return {
        NOUNS[name]: ", ".join(sorted(words))
        for name, words in chain(own.items(), *(part.items() for part in parts))
        if name in NOUNS
    }


def _word(term: object) -> str:
    """A literal's text; of an IRI what stands last in it."""
    if isinstance(term, Literal):
        return term.value
    return term.value.rstrip("/").rsplit("/", 1)[-1] if isinstance(term, NamedNode) else ""


def _row_changes(before: dict[str, EntryState], after: dict[str, EntryState]) -> Iterator[Change]:
    pairs = pair(before, after)
    for iri in sorted(after):
        row = after[iri]
        if iri not in pairs:
            yield Change("added", row.thing, iri, after=_brief(row))
        else:
            yield from _one_row(before[pairs[iri]], row)
    for iri in sorted(set(before) - set(pairs.values())):
        yield Change("removed", before[iri].thing, iri, before=_brief(before[iri]))


def _one_row(old: EntryState, new: EntryState) -> Iterator[Change]:
    if old.iri != new.iri:
        yield Change("renumbered", new.thing, new.iri, "", old.number, new.number)
    for noun in dict.fromkeys(NOUNS.values()):
        was, now = old.values.get(noun, ""), new.values.get(noun, "")
        if was != now:
            yield Change("changed", new.thing, new.iri, noun, was or "nothing", now or "nothing")


def _brief(row: EntryState) -> str:
    deadline = row.values.get("deadline")
    return f"“{row.text}”" + (f", deadline {deadline}" if deadline else "")


def pair(before: dict[str, EntryState], after: dict[str, EntryState]) -> dict[str, str]:
    """New IRI → old IRI of the same row: same text at the same place, same text elsewhere, alike, same place."""
    pairs = {iri: iri for iri in after if iri in before and before[iri].text == after[iri].text}
    by_text = {(_kind(row), row.text): iri for iri, row in before.items() if iri not in pairs}
    for iri in sorted(set(after) - set(pairs)):
        if (old := by_text.pop((_kind(after[iri]), after[iri].text), None)) is not None:
            pairs[iri] = old
    free = {iri: row for iri, row in before.items() if iri not in set(pairs.values())}
    for iri in sorted(set(after) - set(pairs), key=lambda iri: iri not in free):
        if (old := _closest(after[iri], free)) is not None:
            pairs[iri] = old
            del free[old]
    return pairs


def _closest(row: EntryState, free: dict[str, EntryState]) -> str | None:
    """The free row that is most alike, the one of the same number where it is alike enough."""
    likeness = {iri: _likeness(row, other) for iri, other in free.items() if _kind(other) == _kind(row)}
    if likeness.get(row.iri, 0.0) >= ALIKE:
        return row.iri
    best = max(likeness, key=lambda iri: likeness[iri], default=None)
    return best if best is not None and likeness[best] >= ALIKE else None


def _likeness(row: EntryState, other: EntryState) -> float:
    matcher = SequenceMatcher(None, row.text, other.text, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _kind(row: EntryState) -> tuple[str, str]:
    return row.thing.removesuffix(f"{row.number} of {row.document}"), row.document


def _loose_changes(lines: Iterable[tuple[bool, bytes]], base: str) -> Iterator[Change]:
    """Mappings and status reports that came or went."""
    reports: dict[tuple[bool, str], dict[str, str]] = defaultdict(dict)
    for is_new, line in lines:
        (quad,) = parse(line, format=RdfFormat.N_QUADS)
        subject, predicate = str(quad.subject)[1:-1], quad.predicate.value
        if quad.graph_name == NamedNode(f"{base}graph/status"):
            reports[is_new, subject][predicate.removeprefix(f"{base}def#")] = _word(quad.object)
        elif predicate.startswith(SKOS) and predicate.endswith("Match"):
            words = f"{predicate.removeprefix(SKOS)} {str(quad.object)[1:-1]}"
            thing = f"Mapping of {subject.removeprefix(f'{base}id/')}"
            yield _added_or_removed(is_new, thing, subject, words)
    for (is_new, report), values in sorted(reports.items()):
        thing = f"Status report {report.removeprefix(f'{base}id/status-report/')}"
        yield _added_or_removed(is_new, thing, report, f"{values.get('status')} on {values.get('asOf')}")


def _added_or_removed(is_new: bool, thing: str, iri: str, words: str) -> Change:
    return Change("added", thing, iri, after=words) if is_new else Change("removed", thing, iri, before=words)
