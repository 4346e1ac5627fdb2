"""Derived links against a gold list read by hand, and the words, places and method that each one tells."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from places import ROOT, SEED
from policygraph.enrich import derivation
from policygraph.errors import MappingError
from policygraph.graph import convert
from policygraph.rdf.iris import AUTHORITY, DCT, RDF, Names
from policygraph.vocabulary.codelists import deprecated_quads

GOLD = ROOT / "tests" / "enrich" / "gold.csv"
SPACES = {
    Names().id("").value: "",
    AUTHORITY: "",
    "http://eurovoc.europa.eu/": "eurovoc/",
    "http://data.europa.eu/": "",
}

Key = tuple[str, str, str]
DOCUMENTS = {"52025DC0723": GOLD, "52019DC0640": GOLD.with_name("gold-52019DC0640.csv")}
"""Source folders with a list read by hand: what texts say, by predicate, object and words."""


@cache
def converted(source: str = SEED.name) -> tuple[Quad, ...]:
    return tuple(convert(SEED.with_name(source)))


@cache
def derived(source: str = SEED.name) -> tuple[Quad, ...]:
    return tuple(derivation.derive(converted(source), Names()))


def short(iri: str) -> str:
    space = next(space for space in SPACES if iri.startswith(space))
    return SPACES[space] + iri.removeprefix(space)


@cache
def gold(source: str = SEED.name) -> dict[Key, str]:
    with DOCUMENTS[source].open(encoding="utf-8", newline="") as file:
        return {(row["about"], row["predicate"], row["object"]): row["words"] for row in csv.DictReader(file)}


@cache
def accounts(source: str = SEED.name) -> dict[Key, dict[str, str]]:
    """What each derivation node tells, by the statement that it accounts for: a mention by what kind it is."""
    nodes: dict[str, dict[str, str]] = {}
    kinds = {}
    for quad in derived(source):
        name = quad.predicate.value.rpartition("#")[2]
        nodes.setdefault(quad.subject.value, {})[name] = quad.object.value
        if name in ("names", "topic"):
            kinds[quad.subject.value, quad.object.value] = name
    told = [node for node in nodes.values() if "derivedSubject" in node]
    return {
        (
            node["derivedSubject"].rpartition("/")[2],
            kinds.get((node["derivedSubject"], node["derivedObject"]), node["derivedPredicate"].rpartition("#")[2])
            if node["derivedPredicate"].endswith("#mentions")
            else node["derivedPredicate"].rpartition("#")[2],
            short(node["derivedObject"]),
        ): node
        for node in told
    }


def figures(source: str, predicate: str) -> tuple[int, float, float]:
    """How many statements of this predicate the list read by hand has; precision and recall of what is derived."""
    found, right = ({key for key in keys if key[1] == predicate} for keys in (accounts(source), gold(source)))
    return len(right), len(found & right) / len(found), len(found & right) / len(right)


@pytest.mark.parametrize("predicate", derivation.PREDICATES)
@pytest.mark.parametrize("source", DOCUMENTS)
def test_precision_is_one_and_recall_is_what_the_docs_say(source: str, predicate: str) -> None:
    """What is not in the list read by hand is never published; docs/model.md shows the figures."""
    count, precision, recall = figures(source, predicate)
    assert precision == 1.0
    assert recall >= (0.9 if predicate in ("names", "instrument") else 0.8)
    row = f"| `{source}` | `pg:{predicate}` | {count} | {precision:.2f} | {recall:.2f} |"
    assert row in (ROOT / "docs" / "model.md").read_text("utf-8").splitlines()


@pytest.mark.parametrize("source", DOCUMENTS)
def test_nothing_is_derived_that_the_list_read_by_hand_has_not(source: str) -> None:
    assert set(accounts(source)) - set(gold(source)) == set()


def test_a_name_is_no_topic_and_both_are_mentions() -> None:
    names = Names()
    said = {
        name: {(q.subject, q.object) for q in derived() if q.predicate == names.term(name)}
        for name in ("names", "topic", "mentions")
    }
    assert said["names"] and said["topic"] and not said["names"] & said["topic"]
    assert said["names"] | said["topic"] == said["mentions"]


def test_the_words_are_those_a_reader_rests_on() -> None:
    """The quote and the reader's words share ground in the description."""
    texts = descriptions()
    for key, node in accounts().items():
        text, start, end = texts[node["derivedSubject"]], int(node["start"]), int(node["end"])
        assert text[start:end] == node["quote"], key
        first = text.lower().find(gold()[key].lower())
        assert first >= 0, f"the gold words of {key} are not in the text"
        assert first < end and start < first + len(gold()[key]), key


def descriptions() -> dict[str, str]:
    wanted = NamedNode(f"{DCT}description")
    return {quad.subject.value: quad.object.value for quad in converted() if quad.predicate == wanted}


def test_the_gold_list_is_whole_and_points_to_what_there_is() -> None:
    names = {key[0] for key in gold()}
    assert {name[:3] for name in names} == {"A2-", "A3-"}
    assert {f"A2-{number:02}" for number in range(1, 7)} <= names
    assert len(gold()) == 178
    identifiers = {iri.rpartition("/")[2] for iri in descriptions()}
    assert names <= identifiers


@pytest.mark.parametrize(
    ("about", "target", "trap"),
    [
        ("A3-014", "instrument/skills", "the robots' skills, not people's"),
        ("A3-022", "instrument/infrastructure", "the infrastructure that the conformity is about"),
        ("A3-023", "instrument/study", "applied research that is supported"),
        ("A3-026", "instrument/call", "challenges to be talked about"),
        ("A3-047", "instrument/call", "legal challenges"),
        ("A3-055", "instrument/network", "the network of hubs that is there already"),
        ("A3-057", "instrument/call", "challenges of small firms"),
        ("A3-058", "instrument/funding", "the landscape of funding"),
        ("A2-02", "instrument/guidance", "guidelines that are applied, not made"),
    ],
)
def test_traps_in_the_text_are_not_fallen_into(about: str, target: str, trap: str) -> None:
    assert (about, "instrument", target) not in accounts(), trap


def test_each_derived_statement_is_told_once_and_stands_in_its_own_graph() -> None:
    names = Names()
    assert {quad.graph_name for quad in derived()} == {names.graph("derived")}
    plain = [
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in derived()
        if quad.predicate in {names.term(told) for told in derivation.PREDICATES.values()}
    ]
    assert len(plain) == len(set(plain)) == len(accounts())
    kind = NamedNode(f"{RDF}type")
    assert sum(quad.predicate == kind and quad.object == names.term("Derivation") for quad in derived()) == len(
        plain
    )


def test_one_statement_in_full() -> None:
    node = accounts()["A3-020", "names", "eu-programme/EDF"]
    assert node == {
        "type": Names().term("Derivation").value,
        "derivedSubject": Names().id("action", "COM-2025-723", "A3-020").value,
        "derivedPredicate": Names().term("mentions").value,
        "derivedObject": f"{AUTHORITY}eu-programme/EDF",
        "quote": "Europese Defensiefonds",
        "start": node["start"],
        "end": str(int(node["start"]) + len("Europese Defensiefonds")),
        "method": "phrase list",
        "methodVersion": "1.1.0",
    }


def test_identifiers_do_not_depend_on_wording_or_run() -> None:
    nodes = {quad.subject.value for quad in derived() if "/derivation/" in quad.subject.value}
    assert Names().id("derivation", "COM-2025-723", "A3-001", "instrument-network").value in nodes
    assert Names().id("derivation", "COM-2025-723", "A3-020", "mentions-euauth-eu-programme-EDF").value in nodes
    assert list(derived()) == derivation.derive(reversed(converted()), Names())


def test_the_base_moves_everything_of_ours() -> None:
    names = Names("https://data.policygraph.test/")
    moved = derivation.derive(convert(SEED, names), names)
    assert len(moved) == len(derived())
    assert not any("w3id.org/policygraph" in str(quad) for quad in moved)


def test_a_text_without_a_list_for_its_language_says_nothing() -> None:
    names = Names()
    subject, graph = names.id("action", "D", "A3-001"), names.graph("actions")
    quads = [
        Quad(subject, NamedNode(f"{RDF}type"), names.term("PolicyAction"), graph),
        Quad(subject, NamedNode(f"{DCT}description"), Literal("Horizon Europa", language="mt"), graph),
    ]
    assert derivation.languages() == ["en", "nl"]
    assert derivation.derive(quads, names) == []


def test_only_descriptions_of_actions_and_initiatives_are_read() -> None:
    names = Names()
    quad = Quad(names.id("doc", "D"), NamedNode(f"{DCT}description"), Literal("Horizon Europa", language="nl"))
    assert derivation.derive([quad], names) == []


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("kmo’s", "voor kmo's en", "kmo's"),
        ("AI-fabriek*", "de AI-fabrieken.", "AI-fabrieken"),
        ("AI-fabriek*", "de mini-AI-fabriek", None),
        ("open source", "als open\nsource,", "open\nsource"),
        ("EuroHPC", "(EuroHPC)", "EuroHPC"),
        ("*richtsnoeren", "EU-richtsnoeren", "EU-richtsnoeren"),
        ("studie", "studies", None),
        ("^New … Strategy", "New EU Forest Strategy", "New EU Forest Strategy"),
        ("^New … Strategy", "A New EU Forest Strategy", None),
        ("^… Action Plan", "one two three four five Action Plan", None),
    ],
)
def test_phrases_match_whole_words(words: str, text: str, found: str | None) -> None:
    match = derivation.pattern(words).search(text)
    assert (match[0] if match else None) == found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("likes\tx:a\tone", "row 1 (line 4): “likes” is no derived predicate"),
        ("names\ty:a\tone", "row 1 (line 4): the prefix of “y:a” is unknown"),
        ("topic\tx:a\t", "row 1 (line 4): “words” is empty"),
    ],
)
def test_a_broken_list_is_named_with_its_row(
    line: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "derivation").mkdir()
    path = tmp_path / "derivation" / "xx.tsv"
    path.write_text(f"# curie_map:\n#   x: urn:x:\npredicate\tobject_id\twords\n{line}\n", "utf-8")
    monkeypatch.setattr(derivation, "folder", lambda _: tmp_path)
    with pytest.raises(MappingError) as caught:
        derivation.terms("xx")
    assert message in str(caught.value)


def test_what_is_no_longer_derived_says_what_is_said_instead() -> None:
    said = {quad.subject for quad in derived()}
    gone = deprecated_quads(Names())
    instead = {quad.subject: quad.object for quad in gone if quad.predicate.value.endswith("isReplacedBy")}
    assert len(instead) == 5
    assert not said & instead.keys() and said >= set(instead.values())
    deprecated = {quad.subject for quad in gone if quad.predicate.value.endswith("#deprecated")}
    assert deprecated == instead.keys()
