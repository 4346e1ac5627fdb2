"""Unofficial translations: all texts of the first document have one, accounted for; stale ones are found."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Quad, Store

from places import SEED
from policygraph.cli.sources import command
from policygraph.enrich.translations import COLUMNS, coverage, read_table, translate
from policygraph.errors import MappingError
from policygraph.graph import convert
from policygraph.pipeline.jobs import document_quads
from policygraph.rdf.iris import Names

PREFIXES = """
PREFIX dct: <http://purl.org/dc/terms/> PREFIX pg: <https://w3id.org/policygraph/def#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX id: <https://w3id.org/policygraph/id/>
"""
DUTCH = "Een AI-strategie voor de culturele en creatieve sectoren vaststellen."


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    return document_quads(SEED, Names())


@pytest.fixture(scope="module")
def store(quads: list[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    answer = store.query(PREFIXES + query, use_default_graph_as_union=True)
    return [tuple(str(value) for value in row) for row in answer]  # type: ignore[union-attr]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEED, tmp_path / SEED.name))


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "translations" / "en.tsv"
    text = path.read_text("utf-8")
    assert text.count(old) == 1, text.count(old)
    path.write_text(text.replace(old, new), "utf-8")


def test_all_144_distinct_texts_of_the_first_document_are_translated() -> None:
    covered = coverage(SEED, "en")
    assert (covered.translated, covered.missing, covered.stale) == (144, (), ())


def test_nobodys_rows_double(quads: list[Quad]) -> None:
    """The descriptions are as many with the graph as without, in whatever language they are asked for."""
    with_graph, without = Store(), Store()
    with_graph.extend(quads)
    without.extend([quad for quad in quads if not str(quad.graph_name).endswith("/translations>")])
    for query in (
        "SELECT * { ?a dct:description ?d }",
        "SELECT * { ?a pg:wording ?d }",
        "SELECT * { ?a dct:title ?d }",
    ):
        assert len(rows(with_graph, query)) == len(rows(without, query)) > 0
    assert len(with_graph) > len(without)


def test_english_never_returns_a_translation_and_a_range_does(store: Store) -> None:
    plain = rows(store, 'SELECT ?t { ?a ?p ?t . FILTER(LANG(?t) = "en") }')
    ranged = rows(store, 'SELECT ?t { ?a ?p ?t . FILTER(LANGMATCHES(LANG(?t), "en")) }')
    english = '"Adopt an AI strategy for the cultural and creative sectors."@en-t-nl'
    assert (english,) not in plain
    assert (english,) in ranged


def test_a_translation_tells_what_it_translates_by_whom_and_how(store: Store) -> None:
    [row] = rows(
        store,
        """SELECT ?words ?property ?hash ?method ?translator ?day ?source ?quote {
          <https://w3id.org/policygraph/id/action/COM-2025-723/A3-044> pg:translation ?t .
          ?t a pg:Translation ; rdf:value ?words ; pg:translatedProperty ?property ; pg:originalSha256 ?hash ;
            pg:translationMethod ?method ; pg:translator ?translator ; dct:created ?day ;
            <http://www.w3.org/ns/prov#wasDerivedFrom> ?source . ?source pg:quote ?quote }""",
    )
    assert row == (
        '"Adopt an AI strategy for the cultural and creative sectors."@en-t-nl',
        "<http://purl.org/dc/terms/description>",
        f'"{hashlib.sha256(DUTCH.encode()).hexdigest()}"',
        "<https://w3id.org/policygraph/id/translation-method/machine>",
        '"The developers of policygraph, with a language model; not reviewed by a professional translator"',
        '"2026-11-26"^^<http://www.w3.org/2001/XMLSchema#date>',
        "<https://w3id.org/policygraph/id/source/COM-2025-723/nl/A3-044>",
        f'"{DUTCH}"@nl',
    )


def test_the_same_words_have_the_same_translation_wherever_they_stand(store: Store) -> None:
    """“Vierde kwartaal 2026” stands at nineteen actions; each leads to the one translation and to its own cell."""
    [(count, cells)] = rows(
        store,
        """SELECT (COUNT(DISTINCT ?deadline) AS ?n) (COUNT(DISTINCT ?cell) AS ?m) {
          ?deadline pg:wording "Vierde kwartaal 2026"@nl ; pg:translation ?t .
          ?t rdf:value "Fourth quarter of 2026"@en-t-nl ; <http://www.w3.org/ns/prov#wasDerivedFrom> ?cell }""",
    )
    assert [value.split('"')[1] for value in (count, cells)] == ["19", "19"]


def test_what_the_publisher_has_in_english_gets_no_translation(store: Store) -> None:
    """The document has an English title; the Dutch text of it, which has none, leads to the translation."""
    led = rows(
        store,
        "SELECT ?thing { ?thing pg:translation ?t . ?t pg:translatedProperty dct:title ; rdf:value ?w ."
        ' FILTER(STR(?w) = "The Apply AI Strategy") }',
    )
    assert led == [("<https://w3id.org/policygraph/id/doc/COM-2025-723/nl>",)]


def test_a_row_whose_words_are_gone_is_told_as_stale_and_its_translation_is_not_published(copy: Path) -> None:
    gone = "Een AI-strategie voor de culturele sector vaststellen."
    text = (copy / "translations" / "en.tsv").read_text("utf-8")
    digest = hashlib.sha256(DUTCH.encode()).hexdigest()
    edit(copy, DUTCH, gone)
    edit(copy, digest, hashlib.sha256(gone.encode()).hexdigest())
    store = Store()
    store.extend(translate(convert(copy), copy, "COM-2025-723", Names()))
    assert rows(store, "SELECT ?t { ?t pg:stale true }") == [
        ("<https://w3id.org/policygraph/id/translation/COM-2025-723/en/action/A3-044/description>",)
    ]
    assert rows(store, "SELECT ?w { ?t pg:stale true ; rdf:value ?w }") == []
    assert (
        rows(store, 'SELECT ?a { ?a pg:unofficialTranslation ?w FILTER(CONTAINS(?w, "Adopt an AI strategy")) }')
        == []
    )
    covered = coverage(copy, "en")
    assert [row for row, _ in covered.missing] == ["action/A3-044"]
    assert [(row.row, row.field) for row in covered.stale] == [("action/A3-044", "description")]
    assert "Adopt an AI strategy" in text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f"\t{DUTCH}\t", "\tAndere woorden.\t", "row 44 (line 46): “sha256” is not that of the words: take words"),
        (
            "action/A3-044\tdescription",
            "action/A3-044\twords",
            "row 44 (line 46): “action/A3-044”, “words” names no text",
        ),
        (
            "Adopt an AI strategy for the cultural and creative sectors.",
            "",
            "row 44 (line 46): “translation” is empty",
        ),
        (
            "action/A3-044\tdescription",
            "action/A3-045\tdescription",
            "row 45 (line 47): these words, or this row and field",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(copy: Path, old: str, new: str, message: str) -> None:
    edit(copy, old, new)
    with pytest.raises(MappingError) as refused:
        read_table(copy / "translations" / "en.tsv")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (6, "guessed", "the method “guessed” is unknown: use one of human, machine, machine-reviewed"),
        (7, "26 November", "“26 November” is no day: write it as 2026-11-26"),
    ],
)
def test_method_and_day_are_checked(copy: Path, column: int, value: str, message: str) -> None:
    path = copy / "translations" / "en.tsv"
    lines = path.read_text("utf-8").split("\n")
    cells = lines[2].split("\t")
    cells[column] = value
    path.write_text("\n".join([*lines[:2], "\t".join(cells), *lines[3:]]), "utf-8")
    with pytest.raises(MappingError, match="row 1") as refused:
        read_table(path)
    assert message in str(refused.value)


def test_a_table_is_named_by_its_language(copy: Path) -> None:
    path = (copy / "translations" / "en.tsv").rename(copy / "translations" / "English.tsv")
    with pytest.raises(MappingError, match="the file's name “English” is no language"):
        read_table(path)


def test_the_command_prints_the_rows_that_another_language_needs(copy: Path) -> None:
    printed = CliRunner().invoke(command, ["texts", str(copy), "--language", "fr"])
    assert printed.exit_code == 1
    header, *body = printed.stdout.splitlines()
    assert header.split("\t") == list(COLUMNS)
    assert len(body) == 145, "the English title too: it is in another language than French"
    assert "0 of 145 texts are translated, 0 rows are stale." in printed.stderr
    path = copy / "translations" / "fr.tsv"
    [line] = [line for line in body if line.startswith("action/A3-044\t")]
    cells = line.split("\t")
    cells[3], cells[5:8] = "Adopter une stratégie en matière d’IA.", ["Une traductrice", "human", "2026-11-26"]
    path.write_text("\n".join([header, "\t".join(cells), ""]), "utf-8")
    store = Store()
    store.extend(translate(convert(copy), copy, "COM-2025-723", Names()))
    assert rows(store, 'SELECT ?a ?w { ?a pg:unofficialTranslation ?w FILTER(LANG(?w) = "fr-t-nl") }') == [
        (
            "<https://w3id.org/policygraph/id/action/COM-2025-723/A3-044>",
            '"Adopter une stratégie en matière d’IA."@fr-t-nl',
        )
    ]


def test_the_command_is_content_where_nothing_is_missing(copy: Path) -> None:
    printed = CliRunner().invoke(command, ["texts", str(copy), "--language", "en"])
    assert (printed.exit_code, printed.stdout) == (0, "")
    assert printed.stderr.endswith("translations/en.tsv: 144 of 144 texts are translated, 0 rows are stale.\n")
