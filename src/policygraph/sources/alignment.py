"""Which lines of two versions of a document are the same: told by structure, order, dates and numbers.

The words themselves are in other languages and are never compared; only how long they are, in proportion, tells
lines apart on which all else agrees (after Gale and Church, "A program for aligning sentences in bilingual
corpora", 1993).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

GAP = 4.5
"""Cost of a line that the other version lacks."""
DATES, NUMBER, CODE, FIGURES = 3.0, 4.0, 3.0, 2.0
"""Costs of a pair whose dates, printed numbers, codes or figures within the words differ."""
SWAP, SWAP_GAINS = 1.5, 2.5
"""Cost of two lines in turned order, and what else must agree better for it."""
LONGEST, VARIANCE = 3.0, 6.8
"""Highest cost of a difference in length, and its variance a character (Gale and Church, section 3.3)."""
MARGIN = 2.0
"""A pair is certain where every other way to place its line costs this much more: odds of seven to one."""


@dataclass(frozen=True, slots=True)
class AlignedLine:
    """What needs no translation of a heading or entry: only lines of one ``kind`` and ``part`` can be the same.

    ``dates`` are readings of its dates, ``number`` is printed before it, ``code`` a kind that a section gives it,
    ``figures`` are numbers within the words.
    """

    kind: str
    part: str
    length: int
    dates: tuple[Hashable, ...] = ()
    number: str = ""
    code: str = ""
    figures: frozenset[str] = frozenset()

    def differs(self, other: AlignedLine) -> float:
        """Return what dates, numbers and codes cost as a pair with this line; infinite where it cannot be one."""
        if (self.kind, self.part) != (other.kind, other.part):
            return math.inf
        cost = DATES * (self.dates != other.dates) + CODE * (self.code != other.code)
        cost += NUMBER * bool(self.number and other.number and self.number != other.number)
        either = self.figures | other.figures
        return cost + (FIGURES * (1 - len(self.figures & other.figures) / len(either)) if either else 0.0)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Indices of the lines of a first version by those of another.

    ``moved`` are lines of the other that stand elsewhere than in the first; ``missing`` are lines of the first
    without one in the other, ``extra`` the reverse; ``unclear`` are stretches of both in which any line of the one
    may be any of the other, since one has fewer and all else agrees: they have no pairs.
    """

    pairs: dict[int, int] = field(default_factory=dict)
    moved: frozenset[int] = frozenset()
    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    unclear: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()


def align(first: Sequence[AlignedLine], other: Sequence[AlignedLine]) -> Alignment:
    """Pair the lines of two versions.

    >>> a, b = AlignedLine("action", "A1", 40, ("2026",)), AlignedLine("action", "A1", 60, ("2027",))
    >>> align([a, b], [b])
    Alignment(pairs={0: 1}, moved=frozenset(), missing=(0,), extra=(), unclear=())
    """
    if len(first) == len(other) and not any(a.differs(b) for a, b in zip(first, other, strict=True)):
        return Alignment({index: index for index in range(len(first))})
    return _Aligner(first, other).alignment()


class _Aligner:
    """Finds the cheapest way from both beginnings to both ends."""

    def __init__(self, first: Sequence[AlignedLine], other: Sequence[AlignedLine]) -> None:
        self.first, self.other = first, other
        size = sum(line.length for line in first)
        self.scale = sum(line.length for line in other) / size if size else 1.0
        self.costs = [array("d", (self._cost(a, b) for b in other)) for a in first]

    def alignment(self) -> Alignment:
        pairs, moved = self._cheapest()
        uncertain = self._uncertain({mine: theirs for theirs, mine in pairs.items() if theirs not in moved})
        pairs = {theirs: mine for theirs, mine in pairs.items() if mine not in uncertain}
        unclear = self._unclear(pairs, moved, uncertain)
        missing = set(range(len(self.first))) - {*pairs.values(), *(at for mine, _ in unclear for at in mine)}
        extra = set(range(len(self.other))) - {*pairs, *(at for _, theirs in unclear for at in theirs)}
        for mine in sorted(missing):
            alike = [theirs for theirs in extra if self._is_alike(mine, theirs)]
            if len(alike) == 1 and [at for at in missing if self._is_alike(at, alike[0])] == [mine]:
                pairs[alike[0]] = mine
                moved.add(alike[0])
                missing.remove(mine)
                extra.remove(alike[0])
        return Alignment(pairs, frozenset(moved), tuple(sorted(missing)), tuple(sorted(extra)), tuple(unclear))

    def _unclear(
        self, pairs: dict[int, int], moved: set[int], uncertain: set[int]
    ) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Each stretch without pairs in which a line is uncertain, and the other's lines in its place."""
        theirs_of = {mine: theirs for theirs, mine in pairs.items() if theirs not in moved}
        stretches, at = [], 0
        paired = set(pairs.values())
        while at < len(self.first):
            end = at
            while end < len(self.first) and end not in paired:
                end += 1
            if uncertain & set(range(at, end)):
                before = max((theirs for mine, theirs in theirs_of.items() if mine < at), default=-1)
                after = min((theirs for mine, theirs in theirs_of.items() if mine >= end), default=len(self.other))
                theirs = tuple(index for index in range(before + 1, after) if index not in pairs)
                stretches.append((tuple(range(at, end)), theirs))
            at = end + 1
        return stretches

    def _length(self, a: AlignedLine, b: AlignedLine) -> float:
        mean = (a.length * self.scale + b.length) / 2 or 1.0
        deviation = abs(b.length - a.length * self.scale) / math.sqrt(mean * VARIANCE)
        return -math.log(max(math.erfc(deviation / math.sqrt(2)), 1e-9))

    def _cost(self, a: AlignedLine, b: AlignedLine) -> float:
        cost = a.differs(b)
        return cost if cost == math.inf else cost + min(self._length(a, b), LONGEST)

    def _is_alike(self, mine: int, theirs: int) -> bool:
        """Whether two lines without a pair are the same, moved: all agrees, and there is something to agree."""
        line = self.first[mine]
        return bool(line.dates or line.figures or line.number) and self.costs[mine][theirs] < 1.0

    def _swap(self, i: int, j: int) -> float:
        """What it costs that lines i and i+1 stand as j+1 and j; infinite where that explains nothing."""
        a, b, c, d = self.first[i], self.first[i + 1], self.other[j], self.other[j + 1]
        straight, turned = a.differs(c) + b.differs(d), a.differs(d) + b.differs(c)
        if math.inf in (straight, turned) or straight - turned < SWAP_GAINS or "heading" in a.kind:
            return math.inf
        straight += self._length(a, c) + self._length(b, d)
        turned += self._length(a, d) + self._length(b, c) + SWAP
        return self.costs[i][j + 1] + self.costs[i + 1][j] + SWAP if turned < straight else math.inf

    def _cheapest(self) -> tuple[dict[int, int], set[int]]:
        """Pairs (theirs → mine) of the cheapest way, and those of ours that are turned there."""
        n, m = len(self.first), len(self.other)
        best = [array("d", [math.inf]) * (m + 1) for _ in range(n + 1)]
        steps = [bytearray(m + 1) for _ in range(n + 1)]
        best[0][0] = 0.0
        for i in range(n + 1):
            for j in range(m + 1):
                ways = [(best[i][j], 0)] if i == j == 0 else []
                if i and j:
                    ways.append((best[i - 1][j - 1] + self.costs[i - 1][j - 1], 1))
                if i > 1 and j > 1:
                    ways.append((best[i - 2][j - 2] + self._swap(i - 2, j - 2), 2))
                if i:
                    ways.append((best[i - 1][j] + GAP, 3))
                if j:
                    ways.append((best[i][j - 1] + GAP, 4))
                best[i][j], steps[i][j] = min(ways)
        pairs: dict[int, int] = {}
        turned: set[int] = set()
        while n or m:
            step = steps[n][m]
            if step == 1:
                pairs[m - 1] = n - 1
            elif step == 2:
                pairs |= {m - 1: n - 2, m - 2: n - 1}
                turned |= {m - 1, m - 2}
            n -= {1: 1, 2: 2, 3: 1, 4: 0}[step]
            m -= {1: 1, 2: 2, 3: 0, 4: 1}[step]
        return pairs, turned

    def _uncertain(self, partners: dict[int, int]) -> set[int]:
        """Lines of the first version that could as well be another line, or none, at nearly the same cost."""
        if len(self.first) == len(self.other):
            return set()
        ahead = self._totals(self.first, self.other, self.costs)
        mirrored = [array("d", reversed(row)) for row in reversed(self.costs)]
        behind = self._totals(self.first[::-1], self.other[::-1], mirrored)
        n, m = len(self.first), len(self.other)
        uncertain = set()
        for i, partner in partners.items():
            ways = [ahead[i][j] + self.costs[i][j] + behind[n - i - 1][m - j - 1] for j in range(m)]
            lost = min(ahead[i][j] + GAP + behind[n - i - 1][m - j] for j in range(m + 1))
            if min([lost, *ways[:partner], *ways[partner + 1 :]]) - ways[partner] < MARGIN:
                uncertain.add(i)
        return uncertain

    def _totals(
        self, first: Sequence[AlignedLine], other: Sequence[AlignedLine], costs: Sequence[Sequence[float]]
    ) -> list[array[float]]:
        """The cost of the cheapest way to each point, nothing turned."""
        totals = [array("d", [math.inf]) * (len(other) + 1) for _ in range(len(first) + 1)]
        for i in range(len(first) + 1):
            for j in range(len(other) + 1):
                ways = [0.0] if i == j == 0 else []
                if i and j:
                    ways.append(totals[i - 1][j - 1] + costs[i - 1][j - 1])
                if i:
                    ways.append(totals[i - 1][j] + GAP)
                if j:
                    ways.append(totals[i][j - 1] + GAP)
                totals[i][j] = min(ways)
        return totals
