"""Which entry of one version is which of the other: by identifier where the words are close, else by words.

Four passes, each over what the one before left: the same words; one entry whose words came to stand in several,
and several in one; close words under the same identifier; the closest words of all. So an entry that only got
another number is the same entry, and one that was put in between is new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from .entries import EntryState

ALIKE = 0.6
"""Share of text that two entries have in common when the one is taken for the other, reworded."""

CLOSE = 0.75
"""The same for two entries of one number, which are then taken for each other before any other is looked at."""

RUN = 3
"""Words in a row that must be the same to tell that one text was taken from another."""

TAKEN = 0.7
"""Share of a text that must stand in runs of another for the one to be a part of the other."""

States = dict[str, EntryState]


@dataclass
class Matching:
    """``pairs``: new IRI → old IRI of the same entry; ``splits``: an old IRI → the new ones that it became;
    ``merges``: a new IRI → the old ones that it was made of."""

    pairs: dict[str, str] = field(default_factory=dict)
    splits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    merges: dict[str, tuple[str, ...]] = field(default_factory=dict)


def match(before: States, after: States) -> Matching:
    """The matching of two versions of the same entries."""
    matching = Matching(_same_words(before, after))
    old = {iri: state for iri, state in before.items() if iri not in set(matching.pairs.values())}
    new = {iri: state for iri, state in after.items() if iri not in matching.pairs}
    matching.splits = _parts(old, new)
    for iri, parts in matching.splits.items():
        del old[iri]
        for part in parts:
            del new[part]
    matching.merges = _parts(new, old)
    for iri, parts in matching.merges.items():
        del new[iri]
        for part in parts:
            del old[part]
    matching.pairs |= _close_words(old, new)
    return matching


def pair(before: States, after: States) -> dict[str, str]:
    """New IRI → old IRI of the same entry."""
    return match(before, after).pairs


def _same_words(before: States, after: States) -> dict[str, str]:
    pairs = {iri: iri for iri in after if iri in before and before[iri].text == after[iri].text}
    by_text: dict[tuple[tuple[str, str], str], list[str]] = defaultdict(list)
    for iri in sorted(set(before) - set(pairs), reverse=True):
        by_text[before[iri].kind, before[iri].text].append(iri)
    for iri in sorted(set(after) - set(pairs)):
        if same := by_text[after[iri].kind, after[iri].text]:
            pairs[iri] = same.pop()
    return pairs


def _parts(whole: States, pieces: States) -> dict[str, tuple[str, ...]]:
    """An entry → the two or more others whose words, one after the other, are most of its own."""
    by_run: dict[tuple[tuple[str, str], tuple[str, ...]], set[str]] = defaultdict(set)
    for iri, state in pieces.items():
        for run in _runs(state.text.split()):
            by_run[state.kind, run].add(iri)
    parts = {}
    taken: set[str] = set()
    for iri, state in sorted(whole.items()):
        words = state.text.split()
        near = {other for run in _runs(words) for other in by_run.get((state.kind, run), ())} - taken
        if len(near) > 1 and len(chosen := _cover(words, {other: pieces[other] for other in near})) > 1:
            parts[iri] = chosen
            taken |= set(chosen)
    return parts


def _cover(words: list[str], pieces: States) -> tuple[str, ...]:
    """The pieces that share the words among them, in the order of the text; empty where much is left out."""
    covered: set[int] = set()
    chosen: dict[str, int] = {}
    shared = {iri: _shared(words, state.text.split()) for iri, state in pieces.items()}
    for iri in sorted(shared, key=lambda iri: (-len(shared[iri]), iri)):
        own, size = shared[iri] - covered, len(pieces[iri].text.split())
        if len(own) >= RUN and len(own) >= TAKEN * size:
            chosen[iri] = min(own)
            covered |= own
    return tuple(sorted(chosen, key=lambda iri: chosen[iri])) if len(covered) >= TAKEN * len(words) else ()


def _shared(words: list[str], piece: list[str]) -> set[int]:
    """Which words of the text stand in the piece too, in runs."""
    blocks = SequenceMatcher(None, words, piece, autojunk=False).get_matching_blocks()
    return {block.a + offset for block in blocks if block.size >= RUN for offset in range(block.size)}


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1))


def _close_words(old: States, new: States) -> dict[str, str]:
    pairs = {}
    for iri in sorted(set(old) & set(new)):
        if _likeness(old[iri], new[iri]) >= CLOSE:
            pairs[iri] = iri
    left = [state for iri, state in old.items() if iri not in pairs]
    by_kind: dict[tuple[str, str], list[EntryState]] = defaultdict(list)
    for state in left:
        by_kind[state.kind].append(state)
    candidates = [
        (likeness, state.iri == other.iri, state.iri, other.iri)
        for iri, state in new.items()
        if iri not in pairs
        for other in by_kind[state.kind]
        if (likeness := _likeness(other, state)) >= ALIKE
    ]
    return pairs | _assign(candidates)


def _assign(candidates: Iterable[tuple[float, bool, str, str]]) -> dict[str, str]:
    """Each entry once, the most alike first; among equals that of the same number."""
    pairs: dict[str, str] = {}
    spent: set[str] = set()
    for _, _, new, old in sorted(candidates, key=lambda row: (-row[0], not row[1], row[2:])):
        if new not in pairs and old not in spent:
            pairs[new] = old
            spent.add(old)
    return pairs


def _likeness(old: EntryState, new: EntryState) -> float:
    """The share of text in common; of entries without words that of their values, date and sectors first."""
    if not (old.values.get("wording") and new.values.get("wording")):
        weights = {"date": 4.0, "sectors": 4.0}
        nouns = {*old.values, *new.values}
        same = sum(weights.get(noun, 0.5) for noun in nouns if old.values.get(noun) == new.values.get(noun))
        return same / (sum(weights.get(noun, 0.5) for noun in nouns) or 1.0)
    matcher = SequenceMatcher(None, old.text, new.text, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()
