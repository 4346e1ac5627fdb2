"""The code lists: the model's lists, and the words of the source for each concept."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import pytest
from rdflib import DCTERMS, RDF, SKOS, Graph

from places import ROOT
from policygraph.sources.language import fold
from policygraph.vocabulary.codelists import labels

SOURCE = ROOT / "data" / "sources" / "52025DC0723" / "nl.txt"


@cache
def code_lists() -> Graph:
    """``ontology/codelists.ttl``; not to be changed."""
    return Graph().parse(ROOT / "ontology" / "codelists.ttl")


WORDS_OF_THE_SOURCE = [
    ("action-kind", "Vlaggenschipinitiatief", "flagship"),
    ("action-kind", "Vlaggenschipinitiatieven", "flagship"),
    ("action-kind", "Andere relevante actie", "other"),
    ("action-kind", "Andere relevante acties", "other"),
    ("dialogue-kind", "Sectorale gestructureerde dialogen", "sectoral"),
    ("dialogue-kind", "Politieke dialogen op hoog niveau", "high-level"),
    ("access", "Openbaar toegankelijk", "public"),
    ("access", "openbaar toegankelijk", "public"),
    ("access", "Alleen deskundigen", "experts-only"),
    ("audience", "Alleen deskundigen", "experts"),
    ("audience", "CEO’s", "chief-executives"),
    ("audience", "vertegenwoordigers van consumenten", "consumer-representatives"),
    ("audience", "werknemers", "worker-representatives"),
    ("qualifier", "Ongeveer", "approximately"),
    ("modality", "Vanaf", "from"),
]


@pytest.mark.parametrize(("scheme", "word", "notation"), WORDS_OF_THE_SOURCE)
def test_a_word_of_the_source_leads_to_its_concept(scheme: str, word: str, notation: str):
    assert word in re.sub(r"\s+", " ", SOURCE.read_text("utf-8"))
    assert labels(scheme, "nl")[word] == (notation,)


def test_the_code_lists_are_those_of_the_model():
    lists = code_lists()
    sizes = {
        str(scheme).rpartition("/")[2]: len(list(lists.subjects(SKOS.inScheme, scheme)))
        for scheme in lists.subjects(RDF.type, SKOS.ConceptScheme)
    }
    assert sizes == {
        "access": 2, "action-kind": 3, "audience": 4, "certainty": 3, "change-kind": 10, "column-role": 11,
        "dialogue-kind": 2, "heading-role": 3, "initiative-kind": 2, "instrument": 18, "modality": 7,
        "page-basis": 2, "qualifier": 1, "sector": 11, "source-kind": 2, "status": 6, "theme": 10,
        "timeliness": 3, "translation-method": 3, "vagueness": 4,
    }  # fmt: skip


def test_quotes_in_the_examples_of_the_code_lists_stand_in_the_source():
    """What an example puts between quotation marks in Dutch is found in the text, gaps (…) apart."""
    text = SOURCE.read_text("utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"-\s+(?=\w)", "-", text))
    lists = code_lists()
    of_the_first = (
        concept for concept, source in lists.subject_objects(DCTERMS.source) if "COM(2025) 723" in source
    )
    for example in (example for concept in of_the_first for example in lists.objects(concept, SKOS.example)):
        for quote in re.findall(r"“([^”]+)”", str(example)):
            for part in quote.replace("‘", "“").replace("’-", "”-").split(" … "):
                assert part in text, example


@pytest.mark.parametrize("language", ["en", "nl"])
def test_words_that_are_compared_as_equal_stand_for_the_same_concepts(language: str):
    """The reader folds case and apostrophes; two labels of one list that then coincide must not lead apart."""
    for scheme in code_lists().subjects(RDF.type, SKOS.ConceptScheme):
        meant = defaultdict(set)
        for label, codes in labels(str(scheme).rpartition("/")[2], language).items():
            meant[fold(label)].add(codes)
        assert {words: codes for words, codes in meant.items() if len(codes) > 1} == {}, scheme
