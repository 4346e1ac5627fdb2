"""Mappings: their form, the judgement of each proposal, the guards, and every fault that a check must find."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, Quad, Store

from places import ROOT, SEED, TABLES, needs_shared
from policygraph.cli.links import command
from policygraph.enrich import derivation
from policygraph.enrich import mappings as links
from policygraph.enrich.authority_tables import read_tables, shipped_tables
from policygraph.enrich.mappings import mapping_files, mappings
from policygraph.errors import MappingError
from policygraph.files import source_folders
from policygraph.graph import convert
from policygraph.rdf.iris import BASE, DCT, SKOS, Names
from policygraph.rdf.statements import reachable
from policygraph.sources import open_source
from policygraph.vocabulary.codelists import static_quads
from policygraph.vocabulary.curated import read_metadata, read_rows

MAPPINGS = ROOT / "ontology" / "mappings"
ID = f"{BASE}id/"
INDUSTRIES = ("HEALTH", "ROBOTICS", "MANUFACTURING", "DEFENCE", "MOBILITY", "TELECOM", "ENERGY", "AGRIFOOD")
SECTORS = {f"{ID}sector/{code}" for code in (*INDUSTRIES, "CLIMATE", "CULTURE", "PUBLIC")}
NACE, EUROVOC = "http://data.europa.eu/ux2/", "http://eurovoc.europa.eu/"


@cache
def triples() -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (quad.subject.value, quad.predicate.value.removeprefix(SKOS), quad.object.value)
        for quad in links.mapping_quads(Names())
        if quad.predicate.value in (*links.INVERSES, *links.STATED)
    )


@cache
def documents() -> tuple[Quad, ...]:
    return (*convert(SEED), *static_quads(Names()))


@cache
def labels() -> dict[str, set[str]]:
    """What each concept of every strategy and code list is called."""
    found: dict[str, set[str]] = {}
    for quad in (*static_quads(Names()), *(quad for source in source_folders() for quad in convert(source))):
        if quad.predicate == NamedNode(f"{SKOS}prefLabel"):
            found.setdefault(quad.subject.value, set()).add(quad.object.value.replace("’", "'"))
    return found


# --- Form ---


BESIDE = [path for source in source_folders() for path in links.files_beside(source)]
FILES = [*mapping_files(), *BESIDE]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_each_row_has_what_sssom_and_the_house_ask_for(path: Path) -> None:
    about = read_metadata(path)
    assert about["mapping_set_id"].startswith(BASE) and about["license"].startswith("https://")
    for mapping in mappings([path]):
        assert mapping.justification == "https://w3id.org/semapv/vocab/ManualMappingCuration"
        assert mapping.confidence is not None and 0.5 < mapping.confidence <= 1
        assert mapping.subject_label and mapping.object_label and mapping.object_source
        assert len(mapping.comment) > 10
        assert mapping.subject.startswith(ID)


def test_no_pair_is_judged_twice() -> None:
    pairs = Counter((mapping.subject, mapping.object) for mapping in mappings(FILES))
    assert [pair for pair, times in pairs.items() if times > 1] == []


def validator() -> str | None:
    beside = Path(sys.executable).with_name("sssom")
    return str(beside) if beside.is_file() else shutil.which("sssom")


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_sssom_py_accepts_each_file(path: Path) -> None:
    program = validator()
    if program is None:
        pytest.skip(
            "sssom is not installed: pip install 'policygraph[mappings]', in an environment of its own or here"
        )
    answer = subprocess.run([program, "validate", str(path)], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-600:]


@pytest.mark.slow
def test_sssom_py_refuses_a_broken_file(tmp_path: Path) -> None:
    program = validator()
    if program is None:
        pytest.skip(
            "sssom is not installed: pip install 'policygraph[mappings]', in an environment of its own or here"
        )
    text = (MAPPINGS / "harmonised.sssom.tsv").read_text("utf-8")
    broken = tmp_path / "broken.sssom.tsv"
    broken.write_text(text.replace("\t0.95\t", "\t7\t"), "utf-8")
    answer = subprocess.run([program, "validate", str(broken)], capture_output=True, text=True, check=False)
    assert answer.returncode != 0


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (("\tpredicate_id\t", "\tpredicate\t"), "lacks the column predicate_id"),
        (("skos:exactMatch", "skoss:exactMatch"), "row 1 (line 10): the prefix of “skoss:exactMatch” is unknown"),
        (("\t0.95\t", "\t1.95\t"), "the confidence “1.95” is no number from 0 to 1"),
        (("\t0.95\t", "\tmuch\t"), "the confidence “much” is no number from 0 to 1"),
        (("semapv:ManualMappingCuration", ""), "“mapping_justification” is empty"),
        (("\tskos:exactMatch\t", "\t"), "the row has more or fewer cells than the header"),
    ],
)
def test_an_unreadable_mapping_is_named_with_file_and_row(
    broken: tuple[str, str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "set.sssom.tsv"
    path.write_text((MAPPINGS / "harmonised.sssom.tsv").read_text("utf-8").replace(*broken, 1), "utf-8")
    with pytest.raises(MappingError, match=r"set\.sssom\.tsv") as caught:
        mappings([path])
    assert message in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.sssom.tsv"
    path.write_bytes(b"subject_id\xff")
    with pytest.raises(MappingError, match="cannot be read as UTF-8"):
        mappings([path])


# --- Judgement ---


def proposals() -> list[dict[str, str]]:
    path = needs_shared("vocabularies", "proposed-links.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_proposal_is_accepted_or_rejected_with_a_reason() -> None:
    stated = {mapping.object for mapping in mappings()}
    named = {term.object for language in derivation.languages() for term in derivation.terms(language)}
    with (MAPPINGS / "rejected.csv").open(encoding="utf-8", newline="") as file:
        rejected = {(row["words"], row["object_id"]): row["reason"] for row in csv.DictReader(file)}
    proposed = proposals()
    assert len(proposed) == 120
    unjudged = [
        (proposal["seed_text"], proposal["iri"])
        for proposal in proposed
        if proposal["iri"] not in stated | named and (proposal["seed_text"], proposal["iri"]) not in rejected
    ]
    assert unjudged == []
    known = {(proposal["seed_text"], proposal["iri"]) for proposal in proposed}
    assert set(rejected) <= known
    assert all(len(reason) > 30 for reason in rejected.values())


def test_proposals_for_a_sector_are_judged_for_that_sector_and_no_other() -> None:
    """A proposal for words of a heading or label leads to a row of that concept, or of the sector it means."""
    of_label = {}
    for quad in documents():
        if quad.predicate == NamedNode(f"{SKOS}prefLabel") and quad.subject.value.startswith(
            (f"{ID}heading/", f"{ID}sector-label/")
        ):
            of_label.setdefault(quad.object.value.replace("’", "'"), set()).add(quad.subject.value)
    with (MAPPINGS / "rejected.csv").open(encoding="utf-8", newline="") as file:
        rejected = {(row["words"], row["object_id"]) for row in csv.DictReader(file)}
    pairs = {(s, o) for s, _, o in triples()}
    missing = []
    for proposal in proposals():
        words, iri = proposal["seed_text"], proposal["iri"]
        subjects = of_label.get(words)
        if subjects is None or (words, iri) in rejected:
            continue
        meant = subjects | {o for s, o in pairs if s in subjects and o in SECTORS}
        if not any((subject, iri) in pairs for subject in meant):
            missing.append((words, iri))
    assert missing == []


# --- Guards ---


def test_no_concept_matches_a_nace_class_exactly() -> None:
    assert [t for t in triples() if t[1] == "exactMatch" and NACE in t[0] + t[2]] == []


def test_exact_matches_stay_among_our_own() -> None:
    """So that no chain of them can lead from one vocabulary of others to another."""
    assert {t for t in triples() if t[1] == "exactMatch" and not t[2].startswith(ID)} == set()


def test_no_chain_of_exact_matches_joins_two_concepts_of_one_scheme() -> None:
    exact = {(s, o) for s, p, o in triples() if p == "exactMatch"}
    for sector in SECTORS:
        joined = [s.rsplit("/", 1)[0] for s, o in exact if o == sector]
        assert len(joined) == len(set(joined)), sector


def test_exact_and_other_relations_are_disjoint() -> None:
    """SKOS S46: exactMatch is disjoint with broadMatch and relatedMatch."""
    exact = {(s, o) for s, p, o in triples() if p == "exactMatch"}
    others = {(s, o) for s, p, o in triples() if p in ("broadMatch", "narrowMatch", "relatedMatch")}
    assert exact & (others | {(o, s) for s, o in others}) == set()


def test_no_mapping_stays_inside_one_scheme() -> None:
    for mapping in mappings():
        assert not mapping.subject.startswith(mapping.object_source + "/"), mapping
    assert not any(s.rsplit("/", 1)[0] == o.rsplit("/", 1)[0] for s, _, o in triples())


def test_related_is_never_what_the_hierarchy_holds_already() -> None:
    """SKOS S27: related is disjoint with the transitive broader, here through EuroVoc's own hierarchy and ours."""
    tables = read_tables(TABLES)
    for s, p, o in triples():
        if p == "relatedMatch":
            above = reachable([NamedNode(o)], lambda concept: tables.nodes(concept, links.BROADER)) - {
                NamedNode(o)
            }
            held = {t[2] for t in triples() if t[0] == s and t[1] == "narrowMatch"}
            assert not held & {node.value for node in above}, (s, o)


def test_every_sector_is_mapped_and_every_heading_and_label_leads_to_one_or_is_a_theme() -> None:
    for space in (EUROVOC, "http://publications.europa.eu/resource/authority/data-theme/"):
        assert {s for s, _, o in triples() if o.startswith(space)} >= SECTORS
    joined = {s for s, _, o in triples() if o in SECTORS}
    scheme = f"{ID}heading/COM-2025-723/"
    assert joined >= {f"{scheme}{number:02}" for number in range(1, 12)}
    assert joined >= {f"{ID}sector-label/COM-2025-723/{number:02}" for number in range(1, 13)}
    themes = {f"{scheme}{number:02}" for number in range(12, 17)}
    assert {s for s, _, o in triples() if o.startswith(EUROVOC)} >= themes
    assert not themes & joined


def test_subjects_exist_with_the_labels_that_the_files_give() -> None:
    for mapping in mappings(FILES):
        if mapping.subject.startswith((f"{ID}sector", f"{ID}heading", f"{ID}audience", f"{ID}access")):
            assert mapping.subject_label.replace("’", "'") in labels()[mapping.subject], mapping
        if mapping.object in SECTORS:
            assert mapping.object_label in labels()[mapping.object], mapping


def test_what_stands_beside_a_source_is_about_its_document_alone(tmp_path: Path) -> None:
    source = next(path for path in source_folders() if path.name == "52019DC0640")
    quads = links.document_mapping_quads(source, "COM-2019-640", Names())
    places = {tuple(quad.subject.value.removeprefix(ID).split("/")[:2]) for quad in quads}
    assert {place for place in places if place[0] != "sector"} == {
        (kind, "COM-2019-640") for kind in ("heading", "mapping", "mapping-set")
    }
    (tmp_path / "curated").mkdir()
    text = (source / "curated" / "mappings.sssom.tsv").read_text("utf-8")
    (tmp_path / "curated" / "more.sssom.tsv").write_text(
        text.replace("COM-2019-640/02", "COM-2025-723/02"), "utf-8"
    )
    with pytest.raises(MappingError, match=r"row 3: .*COM-2025-723/02” is no thing of COM-2019-640: move the row"):
        links.document_mapping_quads(tmp_path, "COM-2019-640", Names())


def test_a_heading_without_a_mapping_to_a_sector_has_the_reason_beside_it() -> None:
    """Each has a role in ``curated/headings.csv``; a sector is mapped to a harmonised one, a theme is not."""
    for source in source_folders():
        file = source / "curated" / "headings.csv"
        if not file.exists():
            continue
        sectors = {
            m.subject
            for m in mappings(links.files_beside(source))
            if m.object in SECTORS and "related" not in m.predicate
        }
        prefix = f"{ID}heading/{open_source(source).id}/"
        headings = {label: iri for iri, of in labels().items() if iri.startswith(prefix) for label in of}
        rows = {
            row.cells["words"].replace("’", "'"): row.cells for row in read_rows(file, ("words", "role", "reason"))
        }
        assert set(rows) == set(headings), source
        assert {headings[words] for words, row in rows.items() if row["role"] == "sector"} == sectors
        assert all(len(row["reason"]) > 30 for row in rows.values())


# --- Quads ---


def test_a_relation_is_told_from_both_ends_only_among_our_own() -> None:
    heading, sector = f"{ID}heading/COM-2025-723/01", f"{ID}sector/HEALTH"
    label = f"{ID}sector-label/COM-2025-723/11"
    assert {(heading, "exactMatch", sector), (sector, "exactMatch", heading)} <= triples()
    assert {(label, "broadMatch", sector), (sector, "narrowMatch", label)} <= triples()
    assert (sector, "narrowMatch", f"{EUROVOC}5899") in triples()
    assert all(s.startswith(ID) for s, _, _ in triples())


def test_the_document_has_subjects_and_the_rest_is_left_to_those_who_write_it() -> None:
    document = f"{ID}doc/COM-2025-723"
    stated = {(p, o) for s, p, o in triples() if s == document}
    assert (f"{DCT}subject", f"{EUROVOC}3030") in stated
    assert {p for p, _ in stated} == {f"{DCT}subject", f"{DCT}type"}
    assert not any(s == f"{ID}dataset/policygraph" for s, _, _ in triples())


def test_quads_stand_in_the_graph_of_mappings_below_the_base() -> None:
    names = Names("https://data.policygraph.test/")
    quads = links.mapping_quads(names)
    stated = {quad for quad in quads if quad.predicate.value in (*links.INVERSES, *links.STATED)}
    assert len(quads) == len(set(quads)) and len(stated) == len(triples())
    assert {quad.graph_name for quad in quads} == {names.graph("mappings")}
    assert not any("w3id.org/policygraph" in str(quad) for quad in quads)


def test_each_row_stands_beside_its_link_with_what_it_says() -> None:
    said: dict[str, dict[str, set[str]]] = {}
    for quad in links.mapping_quads(Names()):
        name = quad.predicate.value.split("#")[-1].split("/")[-1]
        said.setdefault(quad.subject.value, {}).setdefault(name, set()).add(quad.object.value)
    rows = [row for row in mappings() if row.predicate in (*links.INVERSES, *links.STATED)]
    told = {iri: node for iri, node in said.items() if "mapping_justification" in node}
    assert len(told) == len(rows) > 150
    links_told = {
        (*node["annotatedSource"], *node["annotatedProperty"], *node["annotatedTarget"]) for node in told.values()
    }
    assert links_told == {(row.subject, row.predicate, row.object) for row in rows}
    node = told[f"{ID}mapping/sector-ENERGY-narrowMatch-eurovoc-europa-eu-3737"]
    assert node["confidence"] == {"0.85"} and node["created"] == {"2026-11-26"}
    assert node["author_label"] == {"The developers of policygraph"}
    assert node["object_label"] == {"energy industry"}
    assert node["comment"] == {
        "The industry within the sector, as for the other sectors; use and saving of energy are in the sector too."
    }
    with (ROOT / "data" / "vocabularies" / "tables.csv").open(encoding="utf-8", newline="") as table:
        stated = {row["scheme"]: row["version"] for row in csv.DictReader(table) if row["version"] != "not stated"}
    versions = {row.object: stated[row.object_source] for row in rows if row.object_source in stated}
    assert {
        target: version
        for node in told.values()
        for target in node["annotatedTarget"]
        for version in node.get("object_source_version", ())
    } == versions
    assert len(set(versions.values())) > 2
    sets = [node for node in said.values() if "mappings" in node]
    assert set().union(*(node["mappings"] for node in sets)) == set(told)
    assert all(node["title"] and node["license"] and node["versionInfo"] for node in sets)


@pytest.mark.parametrize(
    ("was", "will_be", "words"),
    [
        ("\t0.85\t", "\t1.5\t", "“1.5” is no number from 0 to 1: correct it"),
        ("\t0.85\t", "\tNaN\t", "“NaN” is no number from 0 to 1: correct it"),
        ("2026-11-26", "26-11-2026", "“26-11-2026” is no day: write it as 2026-11-26"),
    ],
)
def test_a_confidence_or_a_day_that_is_none_is_refused(tmp_path: Path, was: str, will_be: str, words: str) -> None:
    text = (MAPPINGS / "sectors-eurovoc.sssom.tsv").read_text("utf-8")
    path = tmp_path / "sectors-eurovoc.sssom.tsv"
    path.write_text(text.replace(was, will_be, 1), "utf-8")
    with pytest.raises(MappingError, match=words):
        mappings([path])


# --- Targets ---


def test_tables_at_hand_add_labels_in_all_languages_and_the_hierarchy() -> None:
    quads = links.target_quads(read_tables(TABLES), Names())
    assert quads == sorted(set(quads), key=str)
    label = NamedNode(f"{SKOS}prefLabel")
    health = {
        quad.object.language
        for quad in quads
        if quad.subject.value == f"{EUROVOC}5899" and quad.predicate == label
    }
    assert len(health) == 24 and {"nl", "ga", "bg", "el"} <= health
    store = Store()
    store.extend(quads)
    for target in links.targets():
        if target.iri.value.startswith(EUROVOC):  # of three young concepts the tables name no microthesaurus
            way = f"{target.iri} <{SKOS}broader>*/<{SKOS}inScheme>/<{DCT}subject>/<{SKOS}prefLabel> ?label"
            assert store.query(f"ASK {{ GRAPH ?g {{ {way} }} }}"), target


def test_with_tables_the_actions_lie_in_domains_of_eurovoc() -> None:
    """Added up by hand from the actions of each heading and the domain of each concept that its sector maps to."""
    actions = Store()
    actions.extend([*documents(), *links.mapping_quads(Names())])
    query = (ROOT / "queries" / "actions-by-eurovoc.rq").read_text("utf-8")
    assert list(actions.query(query, use_default_graph_as_union=True)) == []
    actions.extend(links.target_quads(read_tables(TABLES), Names()))
    rows = actions.query(query, use_default_graph_as_union=True)
    assert {row["domain_label"].value[:2]: int(row["actions"].value) for row in rows} == {
        "28": 12 + 6,  # health; culture
        "32": 4 + 4 + 6,  # robotics; electronic communications; culture and media
        "08": 8,  # defence
        "68": 3 + 4,  # manufacturing and construction; mobility
        "04": 5,  # public sector
        "48": 4,  # mobility: transport over land
        "64": 3,  # manufacturing
        "66": 3,  # energy
        "60": 3,  # agri-food
        "52": 2,  # climate and environment
    }


def test_what_tables_do_not_have_is_known() -> None:
    assert links.absent(read_tables(TABLES)) == links.absent(shipped_tables()) == []
    eurovoc_only = links.absent(read_tables(TABLES / "eurovoc"))
    assert len(eurovoc_only) == 14


# --- Check ---


def test_every_link_agrees_with_the_real_tables() -> None:
    assert links.check(TABLES) == []
    assert len(links.targets()) > 120


def target(iri: str, label: str, scheme: str) -> links.MappingTarget:
    return links.MappingTarget("set.sssom.tsv", 7, NamedNode(iri), label, scheme)


THEME = "http://publications.europa.eu/resource/authority/data-theme"
HEALTH = target(f"{THEME}/HEAL", "Health", THEME)


@pytest.mark.parametrize(
    ("point", "kind", "words"),
    [
        (target(f"{THEME}/HEALL", "Health", THEME), "concept", "is not in the tables"),
        (target(f"{THEME}/HEAL", "Healthcare", THEME), "label", "is “Health” in the table, not “Healthcare”"),
        (target(f"{EUROVOC}5899", "health care", THEME), "scheme", f"not in {THEME}"),
        (target("urn:x:1", "Anything", "urn:x"), "table", "no table of urn:x is at hand"),
    ],
)
def test_a_planted_fault_is_found_with_file_and_row(point: links.MappingTarget, kind: str, words: str) -> None:
    (finding,) = links.check(TABLES, [HEALTH, point])
    assert (finding.kind, finding.file, finding.row, finding.target) == (kind, "set.sssom.tsv", 7, point.iri.value)
    assert words in str(finding) and str(finding).startswith("set.sssom.tsv, row 7: ")


DEPRECATIONS = {
    "owl": "owl:deprecated true",
    "authority": 'at:deprecated "true"',
    "status": "euvoc:status <http://publications.europa.eu/resource/authority/concept-status/DEPRECATED>",
    "retired": "euvoc:status <http://publications.europa.eu/resource/authority/concept-status/RETIRED>",
}


@pytest.mark.parametrize("mark", DEPRECATIONS.values(), ids=DEPRECATIONS)
def test_a_deprecated_concept_is_found_with_what_replaces_it(mark: str, tmp_path: Path) -> None:
    copied(tmp_path)
    prefixes = "\n".join(
        f"@prefix {name}: <{space}> ."
        for name, space in {
            "owl": "http://www.w3.org/2002/07/owl#",
            "at": "http://publications.europa.eu/ontology/authority/",
            "euvoc": "http://publications.europa.eu/ontology/euvoc#",
            "dct": DCT,
        }.items()
    )
    (tmp_path / "news.ttl").write_text(
        f"{prefixes}\n<{THEME}/HEAL> {mark} ; dct:isReplacedBy <{THEME}/WELL> .\n", "utf-8"
    )
    findings = links.check(tmp_path)
    assert [(f.kind, f.target) for f in findings] == [("deprecated", f"{THEME}/HEAL")] * 2
    assert [Path(f.file).name for f in findings] == [
        "headings-and-labels.sssom.tsv",
        "sectors-data-theme.sssom.tsv",
    ]
    assert all(f"use {THEME}/WELL" in finding.words for finding in findings)


def copied(into: Path) -> None:
    """The tables that we point to."""
    for name in ("eu-authority", "eurovoc", "nace"):
        shutil.copytree(TABLES / name, into / name, copy_function=shutil.copyfile)


def test_a_label_changed_in_the_table_is_reported_at_each_row_that_points_to_it(tmp_path: Path) -> None:
    copied(tmp_path)
    path = tmp_path / "eu-authority" / "data-theme.ttl"
    path.write_text(path.read_text("utf-8").replace('"Health"@en', '"Health and care"@en'), "utf-8")
    findings = links.check(tmp_path)
    assert {finding.kind for finding in findings} == {"label"}
    files = sorted(Path(finding.file).name for finding in findings)
    assert files == ["headings-and-labels.sssom.tsv", "sectors-data-theme.sssom.tsv"]
    row = next(f.row for f in findings if f.file.endswith("sectors-data-theme.sssom.tsv"))
    assert mappings([MAPPINGS / "sectors-data-theme.sssom.tsv"])[row - 1].object == f"{THEME}/HEAL"


def test_a_missing_table_is_reported_and_does_not_pass_for_agreement(tmp_path: Path) -> None:
    copied(tmp_path)
    shutil.rmtree(tmp_path / "nace")
    findings = links.check(tmp_path)
    assert {finding.kind for finding in findings} == {"table"}
    assert len(findings) == sum(target.iri.value.startswith(NACE) for target in links.targets())


def test_a_phrase_list_is_checked_like_a_mapping(tmp_path: Path) -> None:
    copied(tmp_path)
    path = tmp_path / "eu-authority" / "eu-programme.ttl"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"European Defence Fund (EDF) (2021/2027)"@en', '"Defence Fund"@en'), "utf-8")
    findings = links.check(tmp_path)
    assert [Path(finding.file).name for finding in findings] == ["en.tsv", "nl.tsv", "nl.tsv"]
    assert {finding.kind for finding in findings} == {"label"}


# --- Command line ---


def test_the_command_says_that_all_agree() -> None:
    answer = CliRunner().invoke(command, ["check", "--tables", str(TABLES)])
    assert answer.exit_code == 0
    assert answer.output == f"{len(links.targets())} links checked, 0 findings.\n"


def test_the_command_reports_findings_as_text_and_as_json(tmp_path: Path) -> None:
    copied(tmp_path)
    path = tmp_path / "eu-authority" / "access-right.ttl"
    path.write_text(path.read_text("utf-8").replace('"public"@en', '"open to all"@en'), "utf-8")
    text = CliRunner().invoke(command, ["check", "--tables", str(tmp_path)])
    assert text.exit_code == 1 and "document.sssom.tsv, row 13: " in text.output
    answer = CliRunner().invoke(command, ["check", "--tables", str(tmp_path), "-f", "json"])
    report = json.loads(answer.output)
    assert answer.exit_code == 1 and report["checked"] == len(links.targets())
    assert [finding["kind"] for finding in report["findings"]] == ["label"]


def test_a_folder_without_tables_is_wrong_use(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "policygraph", "links", "check", "--tables", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "holds no table: give another folder" in answer.stderr and "Traceback" not in answer.stderr
