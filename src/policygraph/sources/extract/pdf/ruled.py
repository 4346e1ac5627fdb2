"""Tables by the rules drawn around their cells.

A cell whose bottom or top rule is missing (a row that a page break cuts) ends where the upright rules end: a row
is never lost for want of a rule.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from .pages import Glyph, PdfPage, Rule
from .tables import Cell, PdfTable

NEAR = 3.0
"""Rules nearer than this, in points, are one."""


def tables_of(page: PdfPage, glyphs: Sequence[Glyph]) -> list[PdfTable]:
    """Return the tables on a page, the innermost first; boxes of one cell are tables of one cell."""
    horizontal, vertical = _merged(page.horizontal), _merged(page.vertical)
    grids = [grid for group in _connected(horizontal, vertical) if (grid := _Grid.of(*group))]
    grids.sort(key=lambda grid: grid.area)
    tables = []
    left = list(glyphs)
    for grid in grids:
        table, left = grid.fill(left)
        if table:
            tables.append(table)
    return tables


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Rules on one straight that touch, as one; those nearer than NEAR are on one straight."""
    out: list[Rule] = []
    at = -1e9
    group: list[Rule] = []
    for rule in [*sorted(rules), Rule(1e9, 0, 0)]:
        if rule.at - at > NEAR and group:
            place = sum(r.at for r in group) / len(group)
            merged: list[Rule] = []
            for r in sorted(group, key=lambda r: r.start):
                if merged and r.start <= merged[-1].end + NEAR:
                    merged[-1] = Rule(place, merged[-1].start, max(merged[-1].end, r.end))
                else:
                    merged.append(Rule(place, r.start, r.end))
            out += merged
            group = []
        if not group:
            at = rule.at
        group.append(rule)
    return out


def _connected(horizontal: list[Rule], vertical: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that cross or touch."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for j, upright in enumerate(vertical, len(horizontal)):
        for i, level in enumerate(horizontal):
            crosses = level.start - NEAR <= upright.at <= level.end + NEAR
            if crosses and upright.start - NEAR <= level.at <= upright.end + NEAR:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(horizontal):
        groups.setdefault(root(i), ([], []))[0].append(rule)
    for j, rule in enumerate(vertical, len(horizontal)):
        groups.setdefault(root(j), ([], []))[1].append(rule)
    return list(groups.values())


class _Grid:
    """The grid that connected rules make."""

    def __init__(self, horizontal: list[Rule], vertical: list[Rule], xs: list[float], ys: list[float]) -> None:
        self._horizontal, self._vertical, self._xs, self._ys = horizontal, vertical, xs, ys
        self.area = (xs[-1] - xs[0]) * (ys[-1] - ys[0])

    @classmethod
    def of(cls, horizontal: list[Rule], vertical: list[Rule]) -> _Grid | None:
        """Return the grid; None where there are not two uprights, or nothing between them."""
        xs = _apart(rule.at for rule in vertical)
        if len(xs) < 2:
            return None
        ends = [min(rule.start for rule in vertical), max(rule.end for rule in vertical)]
        levels = [rule.at for rule in horizontal]
        ys = _apart([*levels, *(end for end in ends if all(abs(end - at) > NEAR for at in levels))])
        return cls(horizontal, vertical, xs, ys) if len(ys) >= 2 else None

    def fill(self, glyphs: list[Glyph]) -> tuple[PdfTable | None, list[Glyph]]:
        """Return the table with those of the glyphs that stand in it, and the others."""
        columns, rows = len(self._xs) - 1, len(self._ys) - 1
        area = self._areas(columns, rows)
        cells: dict[int, Cell] = {}
        place: dict[int, tuple[int, int]] = {}
        for j in range(rows):
            for i in range(columns):
                key = area[j][i]
                if key not in cells:
                    cells[key], place[key] = Cell(i), (j, i)
                top, left = place[key]
                cells[key].rowspan = max(cells[key].rowspan, j - top + 1)
                cells[key].colspan = max(cells[key].colspan, i - left + 1)
        outside = []
        for glyph in glyphs:
            x, y = glyph.middle
            i, j = bisect_right(self._xs, x) - 1, bisect_right(self._ys, y) - 1
            if 0 <= i < columns and 0 <= j < rows:
                cells[area[j][i]].glyphs.append(glyph)
            else:
                outside.append(glyph)
        table: list[list[Cell]] = [[] for _ in range(rows)]
        for key, cell in cells.items():
            table[place[key][0]].append(cell)
        filled = [row for row in table if any(cell.glyphs for cell in row) or any(c.rowspan > 1 for c in row)]
        if not any(cell.glyphs for row in filled for cell in row):
            return None, glyphs
        return PdfTable(filled, "rules"), outside

    def _areas(self, columns: int, rows: int) -> list[list[int]]:
        """For each place of the grid the number of its cell: places without a rule between them are one cell."""
        area = [[j * columns + i for i in range(columns)] for j in range(rows)]
        changed = True
        while changed:
            changed = False
            for j in range(rows):
                for i in range(columns):
                    if i + 1 < columns and area[j][i] != area[j][i + 1] and not self._upright(i + 1, j):
                        area[j][i + 1] = area[j][i] = min(area[j][i], area[j][i + 1])
                        changed = True
                    if j + 1 < rows and area[j][i] != area[j + 1][i] and not self._level(j + 1, i):
                        area[j + 1][i] = area[j][i] = min(area[j][i], area[j + 1][i])
                        changed = True
        return area

    def _upright(self, i: int, j: int) -> bool:
        middle = (self._ys[j] + self._ys[j + 1]) / 2
        return any(abs(r.at - self._xs[i]) <= NEAR and r.start <= middle <= r.end for r in self._vertical)

    def _level(self, j: int, i: int) -> bool:
        middle = (self._xs[i] + self._xs[i + 1]) / 2
        return any(abs(r.at - self._ys[j]) <= NEAR and r.start <= middle <= r.end for r in self._horizontal)


def _apart(places: Iterable[float]) -> list[float]:
    """The places in order, those nearer than NEAR to one before left out."""
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > NEAR:
            out.append(place)
    return out
