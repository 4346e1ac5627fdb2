"""Two releases → what changed between them, in the words of the domain.

Both canonical forms are sorted, so one pass side by side finds every row that differs; a second pass reads
those rows whole, a third the words that they were read from. A row that only got another number, or other
places in its file, is the same row (``matching``).
"""

from __future__ import annotations

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ..errors import ReleaseError, readable
from ..rdf.iris import SKOS, Names, prefixes
from ..rdf.media_types import TURTLE
from ..rdf.serialise import serialise
from ..release import Release
from .changes import CHANGESET, Change, change_triples
from .entries import NOUNS, REFERENCES, EntryState, Passage, canonical_difference, entries, key, passages
from .matching import Matching, match

States = dict[str, EntryState]
Sources = dict[str, tuple[Passage, ...]]


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
            "changes": [
                {**asdict(change), "type": change.type, "sentence": str(change)} for change in self.changes
            ],
            "graphs": {
                graph: {"new": self.came[graph], "gone": self.went[graph]}
                for graph in sorted({*self.came, *self.went})
            },
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def to_turtle(self) -> str:
        """Each change as ``cs:ChangeSet`` (vocabulary Changeset) and ``pg:ChangeEvent``, with both wordings."""
        return serialise(self.events(), TURTLE, prefixes(self.base) | {"cs": CHANGESET}).decode()

    def events(self, day: datetime.date | None = None) -> list[Triple]:
        """The statements about all changes, with the day of the later release where it is given."""
        names, step = Names(self.base), f"{self.old[:12]}-{self.new[:12]}"
        nodes = [names.id("change", step, f"{order:04}") for order in range(1, len(self.changes) + 1)]
        return [
            triple
            for node, change in zip(nodes, self.changes, strict=True)
            for triple in change_triples(change, node, names, day)
        ]


def compare(old: Release, new: Release) -> Differences:
    """What changed from ``old`` to ``new``. Raises ReleaseError where their base IRIs differ."""
    check_bases(old, new)
    differences = Differences(old.manifest.canonical, new.manifest.canonical, new.base)
    keys: set[str] = set()
    loose: list[tuple[bool, bytes]] = []
    for is_new, line in canonical_difference(old.canonical, new.canonical):
        graph = line[line.rindex(b"/") + 1 : -4].decode()
        (differences.came if is_new else differences.went)[graph] += 1
        if graph in ("mappings", "status"):
            loose.append((is_new, line))
        elif graph in ("actions", "dialogues", "initiatives", "vocabulary", "curated"):
            keys.add(key(line, old.base))
    keys = {name for name in keys if "/" in name}
    before, after = entries(old, keys), entries(new, keys)
    changes = list(_entry_changes(before, after, match(before, after)))
    words = passages(old, before.values()), passages(new, after.values())
    differences.changes = [
        *(_with_sources(change, *words, was) for change, was in changes),
        *_loose_changes(loose, old.base),
    ]
    return differences


def patch_lines(old: Release, new: Release) -> Iterator[bytes]:
    """The statements that only one has, sorted, as lines ``D …`` (of ``old``) and ``A …`` (of ``new``).

    Raises ReleaseError where their base IRIs differ.
    """
    check_bases(old, new)
    for is_new, line in canonical_difference(old.canonical, new.canonical):
        yield (b"A " if is_new else b"D ") + line


def check_bases(old: Release, new: Release) -> None:
    """Raise ReleaseError where two releases have other base IRIs, so that nothing in them is the same thing."""
    if old.base != new.base:
        raise ReleaseError(
            f"{readable(old.folder)} has the base {old.base}, {readable(new.folder)} {new.base}: "
            "build one again with the base of the other."
        )


def _with_sources(change: Change, old: Sources, new: Sources, was: tuple[str, ...]) -> Change:
    """The change with the words of both versions; ``was`` names the entries of the old one."""
    if change.kind == "renumbered":
        old, new = ({iri: words[:1] for iri, words in side.items()} for side in (old, new))
    now = change.parts if change.kind == "split" else (change.iri,)
    return replace(
        change,
        sources_before=tuple(passage for iri in was for passage in old.get(iri, ())),
        sources_after=tuple(passage for iri in now if change.kind != "removed" for passage in new.get(iri, ())),
    )


def _entry_changes(before: States, after: States, matching: Matching) -> Iterator[tuple[Change, tuple[str, ...]]]:
    """Each change with the IRIs of the old entries that it is about."""
    pairs = matching.pairs
    split = {part for parts in matching.splits.values() for part in parts}
    merged = {part for parts in matching.merges.values() for part in parts}
    for iri in sorted(after):
        entry = after[iri]
        if iri in pairs:
            for change in _value_changes(before[pairs[iri]], entry, before, after, pairs):
                yield change, (pairs[iri],)
        elif parts := matching.merges.get(iri, ()):
            words = _numbers(before[part] for part in parts)
            yield Change("merged", entry.thing, iri, before=words, after=_brief(entry), parts=parts), parts
        elif iri not in split:
            yield Change("added", entry.thing, iri, after=_brief(entry)), ()
    for iri in sorted(set(before) - set(pairs.values())):
        entry = before[iri]
        if parts := matching.splits.get(iri, ()):
            words = _numbers(after[part] for part in parts)
            yield Change("split", entry.thing, iri, before=_brief(entry), after=words, parts=parts), (iri,)
        elif iri not in merged:
            yield Change("removed", entry.thing, iri, before=_brief(entry)), (iri,)


def _value_changes(
    old: EntryState, new: EntryState, before: States, after: States, pairs: dict[str, str]
) -> Iterator[Change]:
    if old.iri != new.iri:
        yield Change("renumbered", new.thing, new.iri, "", old.number, new.number)
    for noun in dict.fromkeys(NOUNS.values()):
        was, now = old.values.get(noun, ""), new.values.get(noun, "")
        if noun in REFERENCES:
            theirs, ours = old.references.get(noun, frozenset()), new.references.get(noun, frozenset())
            if theirs == frozenset(pairs.get(iri, iri) for iri in ours):
                continue
            was, now = _labels(theirs, before), _labels(ours, after)
        elif was == now:
            continue
        quarters = _quarters(old.bound, new.bound) if noun == "deadline" else None
        yield Change("changed", new.thing, new.iri, noun, was or "nothing", now or "nothing", quarters)


def _labels(iris: Iterable[str], states: States) -> str:
    return ", ".join(f"“{states[iri].text}”" if iri in states else iri.rsplit("/", 1)[-1] for iri in sorted(iris))


def _quarters(old: datetime.date | None, new: datetime.date | None) -> int | None:
    """How many quarters the new day lies after the old one, below 0 where it was brought forward."""
    if old is None or new is None:
        return None
    ordinals = [day.year * 4 + (day.month - 1) // 3 for day in (old, new)]
    return ordinals[1] - ordinals[0]


def _brief(entry: EntryState) -> str:
    deadline = entry.values.get("deadline")
    return f"“{entry.text}”" + (f", deadline {deadline}" if deadline else "")


def _numbers(states: Iterable[EntryState]) -> str:
    return " and ".join(f"{state.number} ({_brief(state)})" for state in states)


def _loose_changes(lines: Iterable[tuple[bool, bytes]], base: str) -> Iterator[Change]:
    """Mappings and status reports that came or went."""
    reports: dict[tuple[bool, str], dict[str, str]] = defaultdict(dict)
    for is_new, line in lines:
        (quad,) = parse(line, format=RdfFormat.N_QUADS)
        subject, predicate = str(quad.subject)[1:-1], quad.predicate.value
        if quad.graph_name == NamedNode(f"{base}graph/status"):
            value = quad.object.value if isinstance(quad.object, Literal | NamedNode) else ""
            reports[is_new, subject][predicate.removeprefix(f"{base}def#")] = value
        elif predicate.startswith(SKOS) and predicate.endswith("Match"):
            words = f"{predicate.removeprefix(SKOS)} {str(quad.object)[1:-1]}"
            thing = f"Mapping of {subject.removeprefix(f'{base}id/')}"
            yield _added_or_removed(is_new, thing, subject, words)
    for (is_new, report), values in sorted(reports.items()):
        if "status" in values:
            thing = f"Status report {report.removeprefix(f'{base}id/status-report/')}"
            words = f"{values['status'].rsplit('/', 1)[-1]} on {values.get('asOf')}"
            change = _added_or_removed(is_new, thing, report, words)
            parts = (values["about"],) if "about" in values else ()
            yield replace(change, noun="status", parts=parts)


def _added_or_removed(is_new: bool, thing: str, iri: str, words: str) -> Change:
    return Change("added", thing, iri, after=words) if is_new else Change("removed", thing, iri, before=words)
