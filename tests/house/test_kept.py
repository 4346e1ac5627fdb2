"""What was published stays: IRIs, columns and answers of the seed alone (docs/decisions/kept.md).

``tests/kept`` holds them as they were before the house was rebuilt. New IRIs, new columns after the old ones and
new rows may come; a loss fails and is named.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from places import ROOT
from policygraph.queries import ask, catalogue
from policygraph.rdf.iris import BASE

KEPT = ROOT / "tests" / "kept"
ANSWERS = sorted((KEPT / "answers").glob("*.csv"))
AS_OF = "2026-11-24"

Row = dict[str, str]


@pytest.fixture(scope="module")
def release(seed_release: Path) -> Path:
    return seed_release


def missing_iris(kept: list[str], published: set[str]) -> list[str]:
    """The kept IRIs (below ``id/``) that are no longer the subject of a statement."""
    return [iri for iri in kept if f"{BASE}id/{iri}" not in published]


def losses(kept: str, answer: str) -> list[str]:
    """What the kept answer (CSV) has and today's has not: a column, a row or a cell, each in words."""
    then, now = (csv.DictReader(io.StringIO(text)) for text in (kept, answer))
    columns, today = list(then.fieldnames or ()), list(now.fieldnames or ())
    if today[: len(columns)] != columns:
        return [f"the columns were {columns} and are {today}"]
    rows, left = list(then), [{name: row[name] for name in columns} for row in now]
    lost = []
    place = 0
    for row in rows:
        if row in left[place:]:
            place = left.index(row, place) + 1
        else:
            lost.append(_loss(row, left, moved=row in left))
    return lost


def _loss(row: Row, today: list[Row], moved: bool) -> str:
    """What became of a kept row: out of order, gone, or with other cells beside the same first one."""
    if moved:
        return f"another order: {row}"
    first = next(iter(row))
    alike = [other for other in today if other[first] == row[first]]
    if not alike:
        return f"no row any more: {row}"
    closest = max(alike, key=lambda other: sum(other[name] == row[name] for name in row))
    cells = [f"{name} was “{row[name]}”, is “{closest[name]}”" for name in row if closest[name] != row[name]]
    return f"{first} {row[first]}: {'; '.join(cells)}"


def test_every_iri_is_still_there(release: Path) -> None:
    with (release / "policygraph.nq").open(encoding="utf-8") as lines:
        published = {line.partition(" ")[0].strip("<>") for line in lines}
    kept = (KEPT / "iris.txt").read_text("utf-8").splitlines()
    assert len(kept) == len(set(kept)) > 1700
    assert missing_iris(kept, published) == []


def test_no_query_is_gone() -> None:
    assert len(ANSWERS) == 43
    assert {path.stem for path in ANSWERS} <= {query.name for query in catalogue()}


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_every_answer_is_still_given(path: Path, release: Path) -> None:
    (query,) = (query for query in catalogue() if query.name == path.stem)
    day = {"as_of": AS_OF} if any(parameter.name == "as_of" for parameter in query.parameters) else {}
    answer = ask(query.name, release, **day).serialize("csv").decode()
    assert losses(path.read_text("utf-8"), answer) == []


# --- a loss is noticed, an addition is not one ---

TABLE = "thing,number\na,1\nb,2\nb,3\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (TABLE, []),
        ("thing,number,more\na,1,x\nb,2,y\nb,3,z\n", []),
        ("thing,number\na,1\nnew,9\nb,2\nb,3\n", []),
        ("number,thing\n1,a\n", ["the columns were ['thing', 'number'] and are ['number', 'thing']"]),
        ("thing\na\nb\nb\n", ["the columns were ['thing', 'number'] and are ['thing']"]),
        ("thing,number\na,1\nb,2\nb,4\n", ["thing b: number was “3”, is “2”"]),
        ("thing,number\nb,2\nb,3\n", ["no row any more: {'thing': 'a', 'number': '1'}"]),
        ("thing,number\na,1\nb,3\nb,2\n", ["another order: {'thing': 'b', 'number': '3'}"]),
    ],
)
def test_a_loss_names_the_cell(answer: str, expected: list[str]) -> None:
    assert losses(TABLE, answer) == expected


def test_a_row_that_stood_twice_is_not_kept_by_one() -> None:
    assert losses("a\n1\n1\n", "a\n1\n") == ["another order: {'a': '1'}"]


def test_a_lost_iri_is_named() -> None:
    assert missing_iris(["action/a", "action/b"], {f"{BASE}id/action/a"}) == ["action/b"]
