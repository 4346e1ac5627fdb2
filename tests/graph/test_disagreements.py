"""What two versions of a document say differently stands in the graph with both wordings, each in its language."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal

from made_source import make_source
from policygraph.graph import convert
from policygraph.rdf.iris import Names

TABLE = """<!DOCTYPE html><html lang="{language}"><head><title>A plan</title></head><body><h1>{title}</h1><table>
<tr><th>{action}</th><th>{when}</th></tr>
<tr><td>{first}</td><td>{due}</td></tr>
<tr><td>{second}</td><td>{later}</td></tr>
</table></body></html>"""
ENGLISH = {
    "title": "Annex",
    "action": "Commission actions",
    "when": "Target date",
    "first": "Set up a hub for rivers",
    "due": "Second quarter 2027",
    "second": "Publish guidance on reuse",
    "later": "2028",
}
FRENCH = {
    "title": "Annexe",
    "action": "Actions de la Commission",
    "when": "Échéance",
    "first": "Mettre en place un pôle pour les rivières",
    "due": "Troisième trimestre 2027",
    "second": "Publier des orientations sur la réutilisation",
    "later": "2028",
}
LAYOUT = """[[part]]
kind = "table"
columns.en = { description = ["Commission actions"], deadline = ["Target date"] }
columns.fr = { description = ["Actions de la Commission"], deadline = ["Échéance"] }
"""


def test_both_wordings_and_where_each_stands(tmp_path: Path) -> None:
    files = {
        "en.html": ("en", TABLE.format(language="en", **ENGLISH).encode()),
        "fr.html": ("fr", TABLE.format(language="fr", **FRENCH).encode()),
    }
    names = Names()
    quads = convert(make_source(tmp_path / "P", files, layout=LAYOUT))
    (node,) = {quad.subject for quad in quads if quad.object == names.term("Disagreement")}
    said = {(quad.predicate, quad.object) for quad in quads if quad.subject == node}
    wordings = {value for predicate, value in said if predicate == names.term("wording")}
    assert wordings == {
        Literal("Second quarter 2027", language="en"),
        Literal("Troisième trimestre 2027", language="fr"),
    }
    places = {value.value for predicate, value in said if predicate.value.endswith("#wasDerivedFrom")}
    assert {place.rpartition("/source/")[2].split("/")[1] for place in places} == {"en", "fr"}
    assert (names.term("disagreementOn"), names.term("deadline")) in said
