"""The queries that must return nothing: they do so on the real source, and each is broken once by a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse

from policygraph.files import check_files
from policygraph.queries import checks
from policygraph.queries.canned import read

from .conftest import HERE

CHECKS = {path.stem: read(path) for path in check_files()}
BROKEN = HERE / "checks"


def test_every_check_has_a_file_that_breaks_it() -> None:
    assert {path.stem for path in BROKEN.glob("*.trig")} == set(CHECKS)


def test_the_real_source_passes_every_check(store: Store, release: Path) -> None:
    assert checks(store) == []
    assert checks(release) == []


@pytest.mark.parametrize("name", CHECKS)
def test_a_broken_rule_is_found_for_its_own_reason(name: str, quads: list[Quad]) -> None:
    text = (BROKEN / f"{name}.trig").read_text(encoding="utf-8")
    expected = text.split("# returns: ")[1].split("\n")[0]
    broken = Store()
    broken.extend([*quads, *parse(text, format=RdfFormat.TRIG)])
    [found] = [finding for finding in checks(broken) if finding.check == name]
    assert expected in {row[0].value for row in found.answer.rows if row[0] is not None}
    assert len(found.answer.rows) <= 2
    assert found.rule == CHECKS[name].question["en"]


def test_an_action_without_heading_and_one_from_a_period_without_start() -> None:
    """The other side of the rules that count: none instead of two."""
    store = Store()
    store.update("""
        PREFIX pg: <https://w3id.org/policygraph/def#> PREFIX ex: <https://w3id.org/policygraph/id/action/X/>
        INSERT DATA { GRAPH <https://w3id.org/policygraph/graph/actions> {
          ex:1 a pg:PolicyAction ; pg:deadline ex:d .
          ex:d a pg:Deadline ; pg:modality <https://w3id.org/policygraph/id/modality/from> .
        } }""")
    found = {finding.check for finding in checks(store)}
    assert {"action-has-one-heading", "action-has-one-deadline", "modality-against-dates"} <= found
