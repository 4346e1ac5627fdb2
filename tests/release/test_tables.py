"""The tables are the graph: each cell that is said to be a statement is one, by readers of others."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from csvw import CSVW
from csvw.jsonld import format_value
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from policygraph.rdf.iris import BASE, XSD
from policygraph.release import Release
from policygraph.release.tables import csvw_metadata, data_package, tables


@pytest.fixture(scope="module")
def release(corpus: Path) -> Release:
    """Of all strategies: one language each, several target dates, no headings."""
    return Release.open(corpus)


def converted(table: Any) -> Iterator[Triple]:
    """The statements of a table: “Generating RDF from Tabular Data on the Web” (W3C), minimal mode.

    Cells, inheritance and templates are read by the library, which itself converts to JSON only.
    """
    for number, row in enumerate(table.iterdicts(), 1):
        columns = table.tableSchema.columns
        cells = {column.header: row[column.header] for column in columns if row.get(column.header) is not None}
        texts = {
            column.header: str(format_value(cells[column.header], column))
            for column in columns
            if column.header in cells
        }
        for column in columns:
            cell = texts.get(column.header)
            if column.suppressOutput or (cell is None and not column.virtual):
                continue

            def iri(template: Any, texts: dict[str, str] = texts, number: int = number) -> NamedNode:
                return NamedNode(str(table.expand(template, texts, _row=number)))

            about, value = iri(column.inherit("aboutUrl")), column.inherit("valueUrl")
            language, base = column.lang, column.datatype.base if column.datatype else "string"
            if value:
                term: NamedNode | Literal = iri(value)
            elif language and language != "und":
                term = Literal(str(cell), language=language)
            else:
                term = Literal(str(cell), datatype=NamedNode(XSD + base))
            yield Triple(about, iri(column.inherit("propertyUrl")), term)


def test_each_statement_of_the_tables_stands_in_the_graph(release: Release) -> None:
    own = {quad.triple for quad in parse(path=release.folder / "policygraph.nt", format=RdfFormat.N_TRIPLES)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        described = CSVW(str(release.folder / "tables" / "csv-metadata.json"))
        said = {table.url.string: set(converted(table)) for table in described.tables}
    strange = {name: sorted(map(str, triples - own))[:3] for name, triples in said.items() if triples - own}
    assert not strange
    assert [name for name, triples in said.items() if not triples] == ["texts.csv"], "its languages differ by row"
    predicates = Counter(triple.predicate.value for triples in said.values() for triple in triples)
    actions = release.manifest.tables["actions"]
    assert predicates[f"{BASE}def#heading"] and predicates[f"{BASE}def#responsibleBody"] <= actions
    assert predicates[f"{BASE}def#derivedSubject"] == release.manifest.tables["derived"]


def test_every_class_and_number_of_rows_is_told(release: Release) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        described = CSVW(str(release.folder / "tables" / "csv-metadata.json"), validate=True)
        assert described.is_valid, "keys are unique and references lead somewhere, with all strategies too"
    for table in described.tables:
        subjects = {triple.subject for triple in converted(table) if triple.predicate.value.endswith("#type")}
        if kind := next(one.kind for one in tables() if f"{one.name}.csv" == table.url.string):
            assert subjects, (table.url.string, kind)


def test_other_bases_have_templates_of_their_own() -> None:
    described = json.loads(csvw_metadata("https://data.test/"))
    (actions,) = (table for table in described["tables"] if table["url"] == "actions.csv")
    (kind,) = (column for column in actions["tableSchema"]["columns"] if column["name"] == "kind")
    assert kind["valueUrl"] == "https://data.test/id/action-kind/{kind}"
    assert BASE not in csvw_metadata("https://data.test/")


def test_a_data_package_describes_every_table(release: Release) -> None:
    package = json.loads((release.folder / "tables" / "datapackage.json").read_text("utf-8"))
    assert package == json.loads(data_package())
    for resource in package["resources"]:
        path: Path = release.folder / "tables" / resource["path"]
        header = path.read_bytes().partition(b"\r\n")[0].decode().split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        for key in resource["schema"].get("foreignKeys", ()):
            (other,) = (one for one in package["resources"] if one["name"] == key["reference"]["resource"])
            assert set(key["reference"]["fields"]) <= {field["name"] for field in other["schema"]["fields"]}


def test_frictionless_finds_the_tables_valid(release: Release) -> None:
    frictionless = pytest.importorskip("frictionless", reason="frictionless is not installed: extra ci has it")
    report = frictionless.validate(str(release.folder / "tables" / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])
